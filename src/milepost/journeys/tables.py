"""Event-level counts of one macro conversion → its table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time

from milepost.journeys.counts import LiftCounts
from milepost.journeys.results import LEAST_MACRO_USERS, LiftTable, MacroValue, Stop
from milepost.journeys.verdict import judge, step_finding, tested


def event_table(
    counts: LiftCounts, label: str, labels: Mapping[str, str], value: MacroValue | None
) -> LiftTable:
    """The table, without rows where nothing can be said.

    Args:
        counts: of the events.
        label: of the macro conversion.
        labels: of the micro conversions, by event.
        value: what one macro conversion is worth.
    """
    macro = counts.macro
    stop = _stop(counts)
    if stop is not None:
        return LiftTable(macro.event, label, macro.users, value, (), 0, stop)
    rows = judge((step_finding(step, labels[step.event], macro.users) for step in counts.steps), value)
    return LiftTable(macro.event, label, macro.users, value, rows, tested(rows))


def _stop(counts: LiftCounts) -> Stop | None:
    begin = datetime.combine(counts.first_day, time(), UTC)
    if not counts.read.users:
        return "no-users"
    if not counts.macro.users:
        return "no-macro"
    if counts.macro.users < LEAST_MACRO_USERS:
        return "few-macros"
    if not counts.read.page_events:
        return "no-pages"
    return "too-short" if counts.cut_micros < begin.timestamp() * 1_000_000 else None
