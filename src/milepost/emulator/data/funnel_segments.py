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
from milepost.emulator.rpc import invalid_argument

MOST_SEGMENTS = 4


class Within(Enum):
    """What must meet a whole condition: one event, one session, or all that a user did in the range."""

    EVENT = "e.user_key, e.session_key, e.event_id"
    SESSION = "e.user_key, e.session_key"
    USER = "e.user_key"


@dataclass(frozen=True)
class Segment:
    """A segment; `chosen` is the column by which events belong to it, `groups` what all must hold."""

    label: str
    chosen: str
    groups: tuple[tuple[Within, str], ...]


_CHOSEN = {"user_segment": "user_key", "session_segment": "session_key", "event_segment": "event_id"}
_DEFAULT_SCOPE = {
    "user_segment": Within.USER,
    "session_segment": Within.SESSION,
    "event_segment": Within.EVENT,
}
_SCOPES = {"EVENT": Within.EVENT, "SESSION": Within.SESSION, "SESSIONS": Within.USER}


def parse_segments(messages: Sequence[Any], conditions: EventConditions) -> tuple[Segment, ...]:
    """Check a request's segments.

    Raises:
        RpcError: too many, one that is empty or names what does not exist, or one that uses sequences
            or exclusions.
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
    if "exclusion" in one:
        raise errors.not_emulated("A segment with an exclusion")
    criteria = getattr(one, kind.replace("segment", "inclusion_criteria"))
    if kind == "user_segment" and criteria.and_sequence_groups:
        raise errors.not_emulated("A segment defined by a sequence")
    groups = tuple(_group(kind, group, conditions) for group in criteria.and_condition_groups)
    if not groups:
        raise invalid_argument(f"Segment {position} requires at least one condition group.")
    return Segment(f"{position}. {message.name}", _CHOSEN[kind], groups)


def _group(kind: str, message: Any, conditions: EventConditions) -> tuple[Within, str]:
    word = message.condition_scoping.name.rpartition("_")[2]
    scope = _SCOPES.get(word, _DEFAULT_SCOPE[kind])
    return scope, conditions.segment(message.segment_filter_expression)


def fill_segments(cursor: Reading, segments: Sequence[Segment], where: str) -> None:
    """Make the tables `segment_0…`: `range_position` and the keys that meet all groups of each segment.

    Args:
        cursor: where `funnel_ranges` is filled, one row per date range and segment.
        segments: from parse_segments.
        where: the report's dimension filter; what it leaves out is not looked at.
    """
    for position, segment in enumerate(segments):
        met = " INTERSECT ".join(
            f"SELECT range_position, {segment.chosen} FROM ({_met(position, scope, condition, where)})"
            for scope, condition in segment.groups
        )
        cursor.execute(f"CREATE OR REPLACE TEMP TABLE segment_{position} AS {met}")


def _met(position: int, scope: Within, condition: str, where: str) -> str:
    """What meets a condition; events without a session belong to none."""
    session = " AND e.session_key IS NOT NULL" if scope is Within.SESSION else ""
    return (
        f"SELECT r.position AS range_position, {scope.value} FROM all_events e "
        f"JOIN funnel_ranges r ON r.segment = {position} AND e.date BETWEEN r.first AND r.last "
        f"{joined(condition + where)} WHERE e.user_key IS NOT NULL AND {where}{session} "
        f"GROUP BY r.position, {scope.value} HAVING {condition}"
    )


def segment_condition(segments: Sequence[Segment]) -> str:
    """The condition that an event belongs to the segment of its row of `funnel_ranges`."""
    cases = " OR ".join(
        f"(r.segment = {position} AND (r.position, e.{segment.chosen}) IN "
        f"(SELECT (range_position, {segment.chosen}) FROM segment_{position}))"
        for position, segment in enumerate(segments)
    )
    return f"({cases})" if cases else "true"
