"""Event create rules: GA4 makes one event out of another, without a line of code on the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from milepost.model.declared import DeclaredConversion, DeclaredProperty
from milepost.model.part import Comparison
from milepost.model.resources import Resource, ResourceType
from milepost.reconcile.kinds.kind import Entry, Fields, Kind

_COMPARISON_TYPES = {
    "equals": "EQUALS",
    "contains": "CONTAINS",
    "starts_with": "STARTS_WITH",
    "ends_with": "ENDS_WITH",
    "matches": "REGULAR_EXPRESSION",
    "greater_than": "GREATER_THAN",
    "greater_than_or_equal": "GREATER_THAN_OR_EQUAL",
    "less_than": "LESS_THAN",
    "less_than_or_equal": "LESS_THAN_OR_EQUAL",
}


def _desired(declared: DeclaredProperty) -> Iterator[Resource]:
    for conversion in declared.conversions:
        if conversion.definition.source is not None:
            yield Resource(_fields(conversion, conversion.definition.source), origin=conversion.origin)


def _fields(conversion: DeclaredConversion, source: str) -> Fields:
    definition = conversion.definition
    conditions = [_condition("event_name", Comparison(equals=source))]
    conditions += [_condition(p, c) for group in definition.when for p, c in group.items()]
    return {
        "destination_event": conversion.event,
        "event_conditions": conditions,
        "source_copy_parameters": definition.copy_parameters,
        "parameter_mutations": [
            {"parameter": parameter, "parameter_value": value}
            for parameter, value in definition.mutations.items()
        ],
    }


def _condition(parameter: str, comparison: Comparison) -> dict[str, Any]:
    suffix = "_CASE_INSENSITIVE" if comparison.ignore_case else ""
    return {
        "field": parameter,
        "comparison_type": _COMPARISON_TYPES[comparison.comparator] + suffix,
        "value": comparison.operand,
        "negated": comparison.negated,
    }


_COMPARATORS = {comparison: word for word, comparison in _COMPARISON_TYPES.items()}


def _declare(fields: Fields) -> Entry | None:
    """None for a rule that does not name its source event outright: the file has no words for it."""
    conditions = list(fields.get("event_conditions", ()))
    source = next((c for c in conditions if _names_source(c)), None)
    if source is None:
        return None
    conditions.remove(source)
    values: dict[str, Any] = {"from": source["value"]}
    if conditions:
        values["when"] = [{c["field"]: _comparison(c)} for c in conditions]
    if mutations := fields.get("parameter_mutations"):
        values["set"] = {m["parameter"]: m["parameter_value"] for m in mutations}
    if not fields.get("source_copy_parameters"):
        values["copy_parameters"] = False
    return Entry(("conversions", fields["destination_event"]), values)


def _names_source(condition: Mapping[str, Any]) -> bool:
    plain = condition["comparison_type"] == "EQUALS" and not condition.get("negated")
    return condition["field"] == "event_name" and plain


def _comparison(condition: Mapping[str, Any]) -> dict[str, Any]:
    kind = condition["comparison_type"].removesuffix("_CASE_INSENSITIVE")
    comparison: dict[str, Any] = {_COMPARATORS[kind]: condition["value"]}
    if kind != condition["comparison_type"]:
        comparison["ignore_case"] = True
    if condition.get("negated"):
        comparison["negated"] = True
    return comparison


def _comparable(field: str, value: Any) -> Any:
    """Conditions all have to hold, so their order means nothing; mutations apply one after the other."""
    if field == "event_conditions":
        return sorted(
            (c["field"], c["comparison_type"], c["value"], bool(c.get("negated"))) for c in value or ()
        )
    if field == "parameter_mutations":
        return [(m["parameter"], m["parameter_value"]) for m in value or ()]
    return value


EVENT_CREATE_RULE = Kind(
    type=ResourceType("event_create_rule", "v1alpha", "stream", "delete"),
    label="event create rule",
    section="event_create_rules",
    identity=lambda fields: str(fields["destination_event"]),
    desired=_desired,
    limit=lambda _: "event_create_rule",
    comparable=_comparable,
    declare=_declare,
)
