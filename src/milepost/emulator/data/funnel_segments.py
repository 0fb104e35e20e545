"""Segments of a funnel report: the users, sessions or events in which the funnel is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from google.analytics import data_v1alpha

from milepost.emulator.data import errors
from milepost.emulator.data.dataset import Reading
from milepost.emulator.data.funnel_filters import EventConditions
from milepost.emulator.data.joins import joined
from milepost.emulator.data.sequences import EventSequence, SequenceStep, in_order, microseconds
from milepost.emulator.rpc import invalid_argument

MOST_SEGMENTS = 4


class Within(Enum):
    """What must meet a whole condition: one event, one session, or all that a user did in the range."""

    EVENT = "e.user_key, e.session_key, e.event_id"
    SESSION = "e.user_key, e.session_key"
    USER = "e.user_key"


@dataclass(frozen=True)
class Criteria:
    """Conditions on all that a scope holds, and sequences; who meets the criteria meets all of them."""

    groups: tuple[tuple[Within, str], ...] = ()
    sequences: tuple[EventSequence, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.groups and not self.sequences


@dataclass(frozen=True)
class Segment:
    """A segment; `chosen` is the column by which events belong to it."""

    label: str
    chosen: str
    included: Criteria
    excluded: Criteria


_CHOSEN = {"user_segment": "user_key", "session_segment": "session_key", "event_segment": "event_id"}
_DEFAULT_SCOPE = {
    "user_segment": Within.USER,
    "session_segment": Within.SESSION,
    "event_segment": Within.EVENT,
}
_SCOPES = {"EVENT": Within.EVENT, "SESSION": Within.SESSION, "SESSIONS": Within.USER}


_USER_SEQUENCE = ("range_position", "user_key")
_SESSION_SEQUENCE = (*_USER_SEQUENCE, "session_key")
_SEQUENCE_SCOPES = {"": _USER_SEQUENCE, "SESSIONS": _USER_SEQUENCE, "SESSION": _SESSION_SEQUENCE}


def parse_segments(messages: Sequence[Any], conditions: EventConditions) -> tuple[Segment, ...]:
    """Check a request's segments.

    Raises:
        RpcError: too many, one that is empty or names what does not exist, or one that excludes for a
            time only.
    """
    if len(messages) > MOST_SEGMENTS:
        raise invalid_argument(
            f"Requests are limited to {MOST_SEGMENTS} segments.\n"
            f"  This request contains {len(messages)} segments."
        )
    return tuple(_segment(position, message, conditions) for position, message in enumerate(messages, 1))


def _segment(position: int, message: Any, conditions: EventConditions) -> Segment:
    kind = data_v1alpha.Segment.pb(message).WhichOneof("one_segment_scope")
    if kind is None:
        raise invalid_argument(f"Segment {position} chooses neither users, sessions nor events.")
    one = getattr(message, kind)
    included = _criteria(kind, getattr(one, kind.replace("segment", "inclusion_criteria")), conditions)
    excluded = Criteria()
    if "exclusion" in one:
        excluded = _excluded(kind, one.exclusion, conditions)
    if included.is_empty and excluded.is_empty:
        raise invalid_argument(f"Segment {position} requires at least one condition group.")
    return Segment(f"{position}. {message.name}", _CHOSEN[kind], included, excluded)


def _excluded(kind: str, message: Any, conditions: EventConditions) -> Criteria:
    """What is excluded for good; of exclusions for a time it is not known what they leave."""
    duration = getattr(message, kind.replace("segment", "exclusion_duration"))
    if not (duration.name.endswith("PERMANENT") or (kind == "event_segment" and not duration)):
        raise errors.not_emulated("A segment with a temporary exclusion")
    return _criteria(kind, getattr(message, kind.replace("segment", "exclusion_criteria")), conditions)


def _criteria(kind: str, message: Any, conditions: EventConditions) -> Criteria:
    groups = tuple(_group(kind, group, conditions) for group in message.and_condition_groups)
    if kind != "user_segment":
        return Criteria(groups)
    return Criteria(groups, tuple(_sequence(group, conditions) for group in message.and_sequence_groups))


def _group(kind: str, message: Any, conditions: EventConditions) -> tuple[Within, str]:
    scope = _SCOPES.get(_word(message.condition_scoping), _DEFAULT_SCOPE[kind])
    return scope, conditions.segment(message.segment_filter_expression)


def _word(scoping: Any) -> str:
    """What a scoping ends with: EVENT, SESSION or SESSIONS; empty where none is given."""
    return str(scoping.name).rpartition("_")[2] if scoping else ""


def _sequence(message: Any, conditions: EventConditions) -> EventSequence:
    scope = _word(message.sequence_scoping)
    if scope not in _SEQUENCE_SCOPES:
        raise invalid_argument("The sequence_scoping of a segment cannot be USER_CRITERIA_WITHIN_SAME_EVENT.")
    steps = tuple(
        _sequence_step(step, position, scope or "SESSIONS", conditions)
        for position, step in enumerate(message.user_sequence_steps)
    )
    if not steps:
        raise invalid_argument("A sequence of a segment requires at least one step.")
    within = None
    if "sequence_maximum_duration" in message:
        within = microseconds(message.sequence_maximum_duration)
    return EventSequence(steps, _SEQUENCE_SCOPES[scope], within)


def _sequence_step(message: Any, position: int, scope: str, conditions: EventConditions) -> SequenceStep:
    own = _word(message.step_scoping) or scope
    if own == "SESSIONS" and scope == "SESSION":
        raise invalid_argument("A step within one session cannot have a step_scoping across all sessions.")
    if message.is_directly_followed_by and not position:
        raise invalid_argument("The first step of a sequence cannot have is_directly_followed_by.")
    expression = message.segment_filter_expression
    if own != "EVENT" and not _met_by_one_event(expression):
        raise errors.not_emulated("A step of a sequence that several events meet together")
    return SequenceStep(conditions.sequence_step(expression), message.is_directly_followed_by)


def _met_by_one_event(expression: Any) -> bool:
    """Whether some single event meets an expression as soon as several together do."""
    kind = type(expression).pb(expression).WhichOneof("expr")
    if kind == "not_expression":
        return False
    if kind not in ("and_group", "or_group"):
        return True
    parts = getattr(expression, kind).expressions
    return all(map(_met_by_one_event, parts)) and (kind == "or_group" or len(parts) == 1)


def fill_segments(cursor: Reading, segments: Sequence[Segment], where: str) -> None:
    """Make the tables `segment_0…`: `range_position` and the keys that belong to each segment.

    Args:
        cursor: where `funnel_ranges` is filled, one row per date range and segment.
        segments: from parse_segments.
        where: the report's dimension filter; what it leaves out is not looked at.
    """
    for position, segment in enumerate(segments):
        met = _meeting(position, segment.chosen, segment.included, where)
        if not segment.excluded.is_empty:
            met = f"({met}) EXCEPT ({_meeting(position, segment.chosen, segment.excluded, where)})"
        cursor.execute(f"CREATE OR REPLACE TEMP TABLE segment_{position} AS {met}")


def _meeting(position: int, chosen: str, criteria: Criteria, where: str) -> str:
    """The keys that meet all criteria; all keys where there are none."""
    met = [_met(position, scope, condition, where) for scope, condition in criteria.groups]
    met += [in_order(sequence, _flagged(position, sequence, where)) for sequence in criteria.sequences]
    met = met or [f"SELECT r.position AS range_position, e.{chosen} {_looked_at(position, '', where)}"]
    return " INTERSECT ".join(f"SELECT range_position, {chosen} FROM ({sql})" for sql in met)


def _met(position: int, scope: Within, condition: str, where: str) -> str:
    """What meets a condition; events without a session belong to none."""
    session = " AND e.session_key IS NOT NULL" if scope is Within.SESSION else ""
    return (
        f"SELECT r.position AS range_position, {scope.value} {_looked_at(position, condition, where)}"
        f"{session} GROUP BY r.position, {scope.value} HAVING {condition}"
    )


def _flagged(position: int, sequence: EventSequence, where: str) -> str:
    """All events of those for whom a sequence is sought, and which of its steps each meets."""
    flags = ", ".join(f"({step.sql}) AS s{i}" for i, step in enumerate(sequence.steps, 1))
    session = " AND e.session_key IS NOT NULL" if "session_key" in sequence.together else ""
    return (
        f"SELECT r.position AS range_position, e.user_key, e.session_key, e.event_id, e.ts, {flags} "
        f"{_looked_at(position, flags, where)}{session}"
    )


def _looked_at(position: int, used: str, where: str) -> str:
    return (
        f"FROM all_events e JOIN funnel_ranges r ON r.segment = {position} "
        f"AND e.date BETWEEN r.first AND r.last {joined(used + where)} "
        f"WHERE e.user_key IS NOT NULL AND {where}"
    )


def segment_condition(segments: Sequence[Segment]) -> str:
    """The condition that an event belongs to the segment of its row of `funnel_ranges`."""
    cases = " OR ".join(
        f"(r.segment = {position} AND (r.position, e.{segment.chosen}) IN "
        f"(SELECT (range_position, {segment.chosen}) FROM segment_{position}))"
        for position, segment in enumerate(segments)
    )
    return f"({cases})" if cases else "true"
