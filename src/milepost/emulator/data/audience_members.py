"""Who is in an audience: users by what they did within the time that membership lasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.data import errors
from milepost.emulator.data.dataset import Reading
from milepost.emulator.data.filters import NOT_SET
from milepost.emulator.data.funnel_filters import EventConditions
from milepost.emulator.data.joins import joined
from milepost.emulator.data.report import check_patterns
from milepost.emulator.data.schema import Schema
from milepost.emulator.data.sequences import EventSequence, SequenceStep, in_order, microseconds
from milepost.emulator.data.sql import literal, parameter

_Scope = admin_v1alpha.AudienceFilterScope
_EXCLUDE = admin_v1alpha.AudienceFilterClause.AudienceClauseType.EXCLUDE
_GROUPS = {"and_group": " AND ", "or_group": " OR "}
_TOGETHER = {
    _Scope.AUDIENCE_FILTER_SCOPE_WITHIN_SAME_EVENT: "GROUP BY user_key, event_id",
    _Scope.AUDIENCE_FILTER_SCOPE_WITHIN_SAME_SESSION: "WHERE session_key IS NOT NULL "
    "GROUP BY user_key, session_key",
    _Scope.AUDIENCE_FILTER_SCOPE_ACROSS_ALL_SESSIONS: "GROUP BY user_key",
}
"""What must hold all that a filter asks for, by its scope."""

_PURCHASERS = "Purchasers"


def members(cursor: Reading, audience: Any, schema: Schema, today: date) -> list[str]:
    """Pseudonymous ids of an audience's users, in ascending order.

    A user belongs to it for as many days as membership lasts after having done what the audience asks
    for, this day included; so only those days' events are looked at. GA4's own audiences have no filter:
    they hold everybody, or those who bought.

    Args:
        cursor: from Dataset.reading.
        audience: a v1alpha Audience of the Admin API.
        schema: what the property has.
        today: the present day in the property's time zone.

    Raises:
        RpcError: the audience asks for more than events and their parameters.
    """
    clauses = _Clauses(EventConditions(schema))
    kept = [clauses.users(clause) for clause in _filter_clauses(audience)]
    check_patterns(cursor, clauses.conditions.patterns)
    flags = "".join(f", ({sql}) AS f{i}" for i, sql in enumerate(clauses.leaves))
    first = today - timedelta(days=audience.membership_duration_days - 1)
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE audience_events AS "
        f"SELECT e.user_key, e.session_key, e.event_id, e.ts{flags} FROM all_events e {joined(flags)} "
        "WHERE e.user_key IS NOT NULL "
        f"AND e.date BETWEEN DATE '{first.isoformat()}' AND DATE '{today.isoformat()}'"
    )
    rows = cursor.execute(
        "SELECT user_pseudo_id FROM users WHERE user_key IN (SELECT user_key FROM audience_events) "
        f"AND {' AND '.join(['true', *kept])} ORDER BY user_pseudo_id"
    ).fetchall()
    return [user for (user,) in rows]


def _filter_clauses(audience: Any) -> list[Any]:
    if audience.filter_clauses or audience.display_name != _PURCHASERS:
        return list(audience.filter_clauses)
    bought = admin_v1alpha.AudienceFilterExpression(event_filter={"event_name": "purchase"})
    scope = _Scope.AUDIENCE_FILTER_SCOPE_ACROSS_ALL_SESSIONS
    return [
        admin_v1alpha.AudienceFilterClause(
            clause_type="INCLUDE", simple_filter={"scope": scope, "filter_expression": bought}
        )
    ]


@dataclass
class _Clauses:
    """Turns clauses into conditions on users; `leaves` are the conditions on one event they rest on."""

    conditions: EventConditions
    leaves: list[str] = field(default_factory=list)

    def users(self, clause: Any) -> str:
        met = self._sequence(clause.sequence_filter) if "sequence_filter" in clause else self._simple(clause)
        return f"user_key {'NOT ' if clause.clause_type == _EXCLUDE else ''}IN ({met})"

    def _simple(self, clause: Any) -> str:
        simple = clause.simple_filter
        condition = self._tree(simple.filter_expression, "bool_or({})")
        return f"SELECT user_key FROM audience_events {_TOGETHER[simple.scope]} HAVING {condition}"

    def _sequence(self, message: Any) -> str:
        """Users who took all steps in order; each step is an event of its own."""
        session = message.scope == _Scope.AUDIENCE_FILTER_SCOPE_WITHIN_SAME_SESSION
        steps = tuple(self._step(step, position) for position, step in enumerate(message.sequence_steps))
        flags = ", ".join(f"({step.sql}) AS s{i}" for i, step in enumerate(steps, 1))
        sequence = EventSequence(
            steps,
            ("user_key", "session_key") if session else ("user_key",),
            _duration(message, "sequence_maximum_duration"),
        )
        events = f"SELECT user_key, session_key, event_id, ts, {flags} FROM audience_events"
        if session:
            events += " WHERE session_key IS NOT NULL"
        return f"SELECT user_key FROM ({in_order(sequence, events)})"

    def _step(self, message: Any, position: int) -> SequenceStep:
        within_event = message.scope == _Scope.AUDIENCE_FILTER_SCOPE_WITHIN_SAME_EVENT
        if not within_event and not _met_by_one_event(message.filter_expression):
            raise errors.not_emulated("A step of a sequence that several events meet together")
        return SequenceStep(
            self._tree(message.filter_expression, "{}"),
            message.immediately_follows and position > 0,
            _duration(message, "constraint_duration"),
        )

    def _tree(self, expression: Any, leaf: str) -> str:
        """`leaf` is what becomes of the condition on one event."""
        kind = _kind(expression)
        if kind in _GROUPS:
            parts = [self._tree(part, leaf) for part in getattr(expression, kind).filter_expressions]
            return f"({_GROUPS[kind].join(parts)})"
        if kind == "not_expression":
            return f"(NOT {self._tree(expression.not_expression, leaf)})"
        if kind != "event_filter":
            raise errors.not_emulated("An audience defined by dimensions or metrics")
        self.leaves.append(self._event(expression.event_filter))
        return leaf.format(f"f{len(self.leaves) - 1}")

    def _event(self, message: Any) -> str:
        named = f"e.event_name = {literal(message.event_name)}"
        if "event_parameter_filter_expression" not in message:
            return named
        return f"{named} AND {self._parameters(message.event_parameter_filter_expression)}"

    def _parameters(self, expression: Any) -> str:
        kind = _kind(expression)
        if kind in _GROUPS:
            parts = [self._parameters(part) for part in getattr(expression, kind).filter_expressions]
            return f"({_GROUPS[kind].join(parts)})"
        if kind == "not_expression":
            return f"(NOT {self._parameters(expression.not_expression)})"
        message = expression.dimension_or_metric_filter
        if message.in_any_n_day_period or message.at_any_point_in_time:
            raise errors.not_emulated("An audience with periods of its own")
        value = f"coalesce({parameter(message.field_name)}, {literal(NOT_SET)})"
        return self.conditions.leaf(message, message.field_name, value)


def _kind(expression: Any) -> str:
    return str(admin_v1alpha.AudienceFilterExpression.pb(expression).WhichOneof("expr"))


def _met_by_one_event(expression: Any) -> bool:
    """Whether some single event meets an expression as soon as several together do."""
    kind = _kind(expression)
    if kind == "not_expression":
        return False
    if kind not in _GROUPS:
        return True
    parts = getattr(expression, kind).filter_expressions
    return all(map(_met_by_one_event, parts)) and (kind == "or_group" or len(parts) == 1)


def _duration(message: Any, name: str) -> int | None:
    return microseconds(getattr(message, name)) if name in message else None
