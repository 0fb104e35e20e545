"""Custom metrics: numeric parameters that reports may add up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from milepost.model.declared import DeclaredProperty
from milepost.model.document import Metric
from milepost.model.findings import dotted
from milepost.model.resources import Resource, ResourceType
from milepost.reconcile.kinds.kind import Entry, Fields, Kind


def _desired(declared: DeclaredProperty) -> Iterator[Resource]:
    for parameter, metric in declared.metrics:
        yield Resource(_fields(parameter, metric), origin=dotted(("metrics", parameter)))


def _fields(parameter: str, metric: Metric) -> Fields:
    fields: dict[str, object] = {
        "parameter_name": parameter,
        "display_name": metric.label,
        "measurement_unit": metric.unit.upper(),
        "restricted_metric_type": [restriction.upper() for restriction in metric.restricted],
    }
    if metric.description is not None:
        fields["description"] = metric.description
    return fields


def _comparable(field: str, value: Any) -> Any:
    return sorted(value or ()) if field == "restricted_metric_type" else value


def _declare(fields: Fields) -> Entry:
    values: dict[str, object] = {"label": fields["display_name"], "unit": fields["measurement_unit"].lower()}
    if fields.get("description"):
        values["description"] = fields["description"]
    if fields.get("restricted_metric_type"):
        values["restricted"] = [restriction.lower() for restriction in fields["restricted_metric_type"]]
    return Entry(("metrics", fields["parameter_name"]), values)


CUSTOM_METRIC = Kind(
    type=ResourceType("custom_metric", "v1beta", "property", "archive"),
    label="custom metric",
    section="metrics",
    identity=lambda fields: str(fields["parameter_name"]),
    desired=_desired,
    label_space="definitions",
    limit=lambda _: "custom_metric",
    on_create={"scope": "EVENT"},
    comparable=_comparable,
    declare=_declare,
)
