"""Event create rules as SQL: which events a rule matches, and what the event it makes looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.data.flatten import EVENT_COLUMNS, EXPORT_COLUMNS, parameter_columns
from milepost.emulator.data.sql import literal, parameter

_Comparison = admin_v1alpha.MatchingCondition.ComparisonType

INTERNAL_PARAMETERS = (
    "ga_session_id",
    "ga_session_number",
    "session_engaged",
    "engaged_session_event",
    "page_location",
    "page_title",
    "page_referrer",
    "debug_mode",
    "ignore_referrer",
)
"""Parameters that the tag itself puts on every event: they come along even without copying."""

NEVER_COPIED = ("engagement_time_msec", "entrances")
"""Measured for the source event alone; a copy would count the same seconds and entrance twice."""

_COMPARISONS = {
    "EQUALS": "{field} = {value}",
    "CONTAINS": "contains({field}, {value})",
    "STARTS_WITH": "starts_with({field}, {value})",
    "ENDS_WITH": "suffix({field}, {value})",
    "GREATER_THAN": "{number} > {limit}",
    "GREATER_THAN_OR_EQUAL": "{number} >= {limit}",
    "LESS_THAN": "{number} < {limit}",
    "LESS_THAN_OR_EQUAL": "{number} <= {limit}",
}
_PLAIN = ("event_name", "page_location", "page_title", "page_referrer")
"""Fields that are columns of `events`: conditions on them spare the look into the parameters."""

_COPY = re.compile(r"\[\[([^\[\]]+)\]\]")


@dataclass(frozen=True)
class ActiveRule:
    """A rule, the stream it belongs to (None: every web event is that stream's), and its first day."""

    definition: bytes
    stream_id: str | None
    since: date | None

    @classmethod
    def of(cls, rule: Any, stream_id: str | None, since: date | None) -> ActiveRule:
        """Keep an EventCreateRule as its bytes, so that sets of rules can be compared."""
        return cls(bytes(type(rule).serialize(rule)), stream_id, since)

    @property
    def rule(self) -> Any:
        """The EventCreateRule."""
        return admin_v1alpha.EventCreateRule.deserialize(self.definition)


def derived_select(active: ActiveRule) -> str:
    """SQL for the events one rule makes of `events e` and `parameters s`.

    Gives the columns of `events` without `event_id`, then `names` and `texts`. Rules are no part of
    `events`, so that none acts on what another one made.
    """
    rule = active.rule
    conditions = [_condition(condition) for condition in rule.event_conditions]
    conditions.append("coalesce(upper(e.platform), 'WEB') = 'WEB'")
    conditions.append("e.from_server IS NOT TRUE")
    if active.stream_id is not None:
        conditions.append(f"e.stream_id = {literal(active.stream_id)}")
    if active.since is not None:
        conditions.append(f"e.date >= DATE {literal(active.since.isoformat())}")
    names, texts = _parameters(rule)
    return f"""
        SELECT date, user_key, session_key, {", ".join(_unchanged())},
               {literal(rule.destination_event)} AS event_name,
               {"value" if rule.destination_event == "purchase" else "NULL::DOUBLE"} AS purchase_revenue,
               names, texts
        FROM (SELECT p.*, {parameter_columns("p")} FROM (
            SELECT e.date, e.user_key, e.session_key, {_kept_columns()}, {names} AS names, {texts} AS texts
            FROM events e JOIN parameters s ON s.event_id = e.event_id
            WHERE {" AND ".join(conditions)}) p) d"""


def _unchanged() -> list[str]:
    return [name for name in EVENT_COLUMNS if name not in ("event_name", "purchase_revenue")]


def _kept_columns() -> str:
    return ", ".join(f"e.{c.name}" for c in EXPORT_COLUMNS if c.name in EVENT_COLUMNS)


def _condition(condition: Any) -> str:
    field = f"e.{condition.field}" if condition.field in _PLAIN else parameter(condition.field, "s")
    matched = f"coalesce({_comparison(condition, field)}, false)"
    return f"NOT {matched}" if condition.negated else matched


def _comparison(condition: Any, field: str) -> str:
    name = _Comparison(condition.comparison_type).name
    kind = name.removesuffix("_CASE_INSENSITIVE")
    folded = kind != name
    value = literal(condition.value)
    if kind == "REGULAR_EXPRESSION":
        return f"regexp_matches({field}, {value}, {literal('i' if folded else 'c')})"
    if kind not in _COMPARISONS:
        return "false"
    return _COMPARISONS[kind].format(
        field=f"lower({field})" if folded else field,
        value=f"lower({value})" if folded else value,
        number=f"try_cast({field} AS DOUBLE)",
        limit=f"try_cast({value} AS DOUBLE)",
    )


def _parameters(rule: Any) -> tuple[str, str]:
    """SQL of the names and of the texts of the new event's parameters.

    Of a name that occurs twice the first counts. So a mutation goes before what it changes, and what
    must not be copied is covered by a NULL: picking elements out of lists costs ten times as much.
    """
    first: dict[str, str] = {}
    for mutation in rule.parameter_mutations:
        first[mutation.parameter] = _mutated(mutation.parameter_value, first)
    if rule.source_copy_parameters:
        first |= {name: "NULL" for name in NEVER_COPIED if name not in first}
        return f"list_concat({_names(first)}, s.names)", f"list_concat({_texts(first)}, s.texts)"
    first |= {name: parameter(name, "s") for name in INTERNAL_PARAMETERS if name not in first}
    return _names(first), _texts(first)


def _names(parameters: dict[str, str]) -> str:
    return f"[{', '.join(literal(name) for name in parameters)}]"


def _texts(parameters: dict[str, str]) -> str:
    return f"[{', '.join(parameters.values())}]::VARCHAR[]"


def _mutated(value: str, changed: dict[str, str]) -> str:
    """A constant, or with `[[name]]` what that parameter holds after the mutations before this one."""
    copied = _COPY.fullmatch(value)
    if copied is None:
        return literal(value)
    name = copied.group(1)
    if name == "event_name":
        return "e.event_name"
    return changed.get(name, parameter(name, "s"))
