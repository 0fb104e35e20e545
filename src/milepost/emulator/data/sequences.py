"""Sequences of events: who did one thing after another, in segments of funnels and in audiences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

_NO_STEP = 1_000_000


@dataclass(frozen=True)
class SequenceStep:
    """A condition on one event, as SQL, and how near to the event of the step before it must be.

    `directly`: as the very next event; `within`: after at most so many microseconds.
    """

    sql: str
    directly: bool = False
    within: int | None = None


@dataclass(frozen=True)
class EventSequence:
    """Steps in their order; `within` is the most microseconds from the first to the last.

    `together` names the columns that all their events share: a user's, or a user's session's.
    """

    steps: tuple[SequenceStep, ...]
    together: tuple[str, ...]
    within: int | None = None


def microseconds(duration: timedelta) -> int:
    """A duration as whole microseconds."""
    return (duration.days * 86_400 + duration.seconds) * 1_000_000 + duration.microseconds


def in_order(sequence: EventSequence, events: str) -> str:
    """SQL that gives the values of `together` for which the steps were taken in order.

    Any attempt counts, and an event meets one step only. Of events in the same microsecond, whose order
    is not known, that of the earlier step comes first.

    Args:
        sequence: what is sought.
        events: SQL of all events in question, with the columns of `together`, `ts`, `event_id`, and one
            `s1…` per step that tells whether the event meets it.
    """
    keys = ", ".join(sequence.together)
    tables = [f"WITH numbered AS ({_numbered(len(sequence.steps), keys, events)})"]
    tables.append(f"taken1 AS (SELECT {keys}, seq, ts, moment, ts AS start FROM numbered WHERE s1)")
    tables += [
        f"taken{position} AS ({_taken(position, step, keys)})"
        for position, step in enumerate(sequence.steps[1:], 2)
    ]
    duration = "" if sequence.within is None else f" WHERE ts - start <= {sequence.within}"
    return f"{', '.join(tables)} SELECT DISTINCT {keys} FROM taken{len(sequence.steps)}{duration}"


def _numbered(steps: int, keys: str, events: str) -> str:
    def place(order: Sequence[int]) -> str:
        return f"CASE {' '.join(f'WHEN s{i} THEN {i}' for i in order)} ELSE {_NO_STEP} END"

    positions = range(1, steps + 1)
    return (
        f"SELECT *, dense_rank() OVER (PARTITION BY {keys} ORDER BY ts) AS moment, row_number() OVER "
        f"(PARTITION BY {keys} ORDER BY ts, {place(positions)}, {place(positions[::-1])}, event_id) AS seq "
        f"FROM ({events})"
    )


def _taken(position: int, step: SequenceStep, keys: str) -> str:
    """The events of a step that follow one of the step before, with the latest start that leads there."""
    conditions = [f"b.s{position}", "b.seq > a.seq"]
    if step.within is not None:
        conditions.append(f"b.ts - a.ts <= {step.within}")
    if step.directly:
        conditions.append("b.moment - a.moment <= 1")
    return (
        f"SELECT {keys}, b.seq, b.ts, b.moment, max(a.start) AS start FROM numbered b "
        f"JOIN taken{position - 1} a USING ({keys}) WHERE {' AND '.join(conditions)} GROUP BY ALL"
    )
