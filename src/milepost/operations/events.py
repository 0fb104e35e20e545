"""The events of an export for one property: where they are, which days of them, what reading them costs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from milepost.errors import InputError
from milepost.journeys.engines import Days, EventsEngine, Query, open_events
from milepost.journeys.notes import data_size
from milepost.model.declared import DeclaredProperty
from milepost.operations.demo_events import demo_events
from milepost.operations.lift import BIGQUERY
from milepost.operations.outcome import Watch
from milepost.reports.period import DEFAULT_DAYS, FixedDays, LastDays, PeriodChoice


def opened(declared: DeclaredProperty, events: str | None, max_bytes: int | None) -> EventsEngine:
    """An engine on the events named, or on the demo's.

    Raises:
        InputError: they cannot be had.
    """
    return open_events(events or demo_events(declared), max_bytes=max_bytes)


def days_to_read(engine: EventsEngine, period: PeriodChoice | None) -> tuple[date | None, date | None]:
    """First and last day to read; None for what there is.

    The last days are counted from the last one there is, and BigQuery, which bills, reads no more than usual
    unless it is told to.
    """
    if isinstance(period, FixedDays):
        return period.period.first, period.period.last
    if period is None and not engine.source.startswith(BIGQUERY):
        return None, None
    there = engine.days()
    number = period.days if isinstance(period, LastDays) else DEFAULT_DAYS
    return max(there.first, there.last - timedelta(days=number - 1)), there.last


def tell_size(
    engine: EventsEngine,
    queries: Iterable[tuple[Query, Days]],
    most: int | None,
    watch: Watch,
    name: str,
) -> None:
    """Tells what the queries would bill, before any of them runs; nothing where nobody bills.

    Raises:
        InputError: one of them would bill more than `most`.
    """
    if engine.bytes_billed is None:
        return
    sizes = [engine.estimate(query, days) or 0 for query, days in queries]
    if most is not None and max(sizes) > most:
        cause = (
            f"the query would read {max(sizes):,} bytes, more than the {most:,} allowed; nothing was billed"
        )
        raise InputError("--max-bytes", cause, "Take fewer days, or allow more.")
    watch.told(name, f"BigQuery will read about {data_size(sum(sizes))}.")
