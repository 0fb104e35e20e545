"""GA4 field values and counts in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from milepost.reconcile.kinds.audience import event_names
from milepost.render.safe import plain

_COMPARISONS = {
    "EQUALS": "=",
    "CONTAINS": "contains",
    "STARTS_WITH": "starts with",
    "ENDS_WITH": "ends with",
    "REGULAR_EXPRESSION": "matches",
    "GREATER_THAN": ">",
    "GREATER_THAN_OR_EQUAL": "≥",
    "LESS_THAN": "<",
    "LESS_THAN_OR_EQUAL": "≤",
}


def field_words(field: str, value: Any) -> str:
    """One field's value on one line; "not set" for None and for what GA4 holds empty."""
    if value is None or value == "" or value == []:
        return "not set"
    match field:
        case "event_conditions":
            return " and ".join(_condition(c) for c in value)
        case "parameter_mutations":
            return ", ".join(plain(f"{m['parameter']} = {m['parameter_value']}") for m in value)
        case "membership_duration_days":
            return counted(value, "day")
        case "filter_clauses":
            return "; ".join(_clause(c) for c in value)
        case "default_value":
            return plain(f"{value['numeric_value']:g} {value['currency_code']}")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return plain(", ".join(str(item) for item in value))
    return plain(str(value))


def _clause(clause: Mapping[str, Any]) -> str:
    """A clause of an audience by the events it speaks of; what else it may hold, GA4's own page shows."""
    verb = "not those with" if clause.get("clause_type") == "EXCLUDE" else "those with"
    return f"{verb} {plain(', '.join(event_names(clause)) or 'something else than events')}"


def _condition(condition: Mapping[str, Any]) -> str:
    comparison = condition["comparison_type"].removesuffix("_CASE_INSENSITIVE")
    words = [condition["field"], _COMPARISONS.get(comparison, comparison), condition["value"]]
    if condition.get("negated"):
        words.insert(0, "not")
    if comparison != condition["comparison_type"]:
        words.append("(any case)")
    return plain(" ".join(words))


def counted(count: int, noun: str) -> str:
    """`1 change`, `2 changes`, `3 properties`."""
    if count == 1:
        return f"1 {noun}"
    ends_in_y = noun.endswith("y") and noun[-2] not in "aeiou"
    return f"{count} {noun[:-1]}ies" if ends_in_y else f"{count} {noun}s"


def listed(words: Sequence[str], most: int = 12) -> str:
    """Words with commas, cut after some with how many more there are."""
    shown = ", ".join(words[:most])
    return shown if len(words) <= most else f"{shown} and {len(words) - most} more"


def moment(at: datetime) -> str:
    """A moment to the second, in UTC."""
    return at.strftime("%Y-%m-%d %H:%M:%S UTC")


def limit_words(key: str) -> str:
    """A key of the limits as people say it: `custom dimensions (event)`."""
    kind, _, scope = key.partition(":")
    return f"{kind.replace('_', ' ')}s" + (f" ({scope})" if scope else "")


def joined(parts: Iterable[str]) -> str:
    """The parts that are not empty, with a middle dot between them."""
    return " · ".join(part for part in parts if part)
