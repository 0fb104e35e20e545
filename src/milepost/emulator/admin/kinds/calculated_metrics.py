"""Calculated metrics: formulas over other metrics, under an id that the caller chooses."""

from __future__ import annotations

from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.admin.formula import Formula, FormulaError, read_formula
from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind, Text, never, plain
from milepost.emulator.admin.standard_metrics import COST_METRICS, REVENUE_METRICS, STANDARD_METRICS
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.store import Store
from milepost.emulator.switches import Switches

_COST, _REVENUE = 1, 2
_MOST_CUSTOM_METRICS = 5


def calculated_metrics(switches: Switches) -> Kind:
    """Calculated metrics. What they refer to may go; they stay, and say that a reference is invalid."""
    return Kind(
        message=admin_v1alpha.CalculatedMetric,
        plural="CalculatedMetrics",
        collection="calculatedMetrics",
        parent=("properties",),
        verbs=("Get", "List", "Create", "Update", "Delete"),
        fields={
            "name": OUTPUT,
            "calculated_metric_id": OUTPUT,
            "restricted_metric_type": OUTPUT,
            "invalid_metric_reference": OUTPUT,
            "display_name": Field(required=True, text=Text(82)),
            "description": Field(text=Text(4096)),
            "metric_unit": Field(required=True),
            "formula": Field(required=True),
        },
        check=_check,
        fill=_fill,
        derive=_derive,
        identity=("calculated_metric_id",),
        clashes=_name_taken if switches.unique_calculated_metric_names else never,
        buckets=lambda _: ("calculated_metrics",),
        id_field="calculated_metric_id",
        id_pattern="[A-Za-z0-9_]{1,80}",
    )


def _check(draft: Draft) -> None:
    if draft.old is not None and draft.old.formula == draft.new.formula:
        return
    formula = _read(draft.new.formula)
    if unknown := sorted(formula.standard - STANDARD_METRICS):
        raise invalid_argument(f"CalculatedMetric.formula: {unknown[0]!r} is no metric.")
    if len(formula.custom) > _MOST_CUSTOM_METRICS:
        count = f"at most {_MOST_CUSTOM_METRICS} custom metrics, not {len(formula.custom)}"
        raise invalid_argument(f"CalculatedMetric.formula: {count}.")
    missing = sorted(formula.custom - _registered(draft.store, draft.parent).keys())
    if missing and draft.switches.strict_formula_references:
        raise invalid_argument(f"CalculatedMetric.formula: the property has no custom metric {missing[0]!r}.")


def _fill(draft: Draft) -> None:
    draft.new.calculated_metric_id = draft.new.name.rpartition("/")[2]


def _derive(store: Store, metric: Any) -> None:
    formula = _read(metric.formula)
    registered = _registered(store, metric.name.partition("/calculatedMetrics/")[0])
    metric.invalid_metric_reference = not formula.custom <= registered.keys()
    restricted = {number for name in formula.custom & registered.keys() for number in registered[name]}
    restricted |= {_COST} if formula.standard & COST_METRICS else set()
    restricted |= {_REVENUE} if formula.standard & REVENUE_METRICS else set()
    metric.restricted_metric_type[:] = sorted(restricted)


def _read(formula: str) -> Formula:
    try:
        return read_formula(formula)
    except FormulaError as error:
        raise invalid_argument(f"CalculatedMetric.formula: {error}.") from None


def _registered(store: Store, property_name: str) -> dict[str, list[int]]:
    """Parameter of each live custom metric → restrictions of its data."""
    messages = (plain(record.message) for _, record in store.children(property_name, "customMetrics"))
    return {metric.parameter_name: list(metric.restricted_metric_type) for metric in messages}


def _name_taken(draft: Draft) -> bool:
    return any(sibling.display_name == draft.new.display_name for sibling in draft.siblings())
