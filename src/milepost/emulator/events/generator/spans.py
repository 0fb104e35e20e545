"""Events of a business type for a span of days: as one table, or as one Parquet file per day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from milepost.emulator.events.generator.events import Events, joined, simulate
from milepost.emulator.events.generator.journey import Journey, load_journey
from milepost.emulator.events.generator.people import EPOCH, cohorts, day_number
from milepost.emulator.events.generator.table import build_table

HORIZON_DAYS = 24  # nothing of a user happens later than this after the first visit
_MOST_USERS = 40_000  # walked at once
_ROWS_AT_ONCE = 200_000  # turned into a table at once


def generate(
    business_type: str,
    *,
    first_day: date,
    last_day: date,
    seed: int = 7,
    users_per_day: int | None = None,
    without_effect_of: str = "",
) -> pa.Table:
    """The events of some days, in the order of their timestamps.

    The same arguments give the same table; a day's events do not depend on which other days are asked for.

    Args:
        business_type: one of BUSINESS_TYPES.
        first_day: the first day (UTC), included.
        last_day: the last day, included.
        seed: another seed, other people.
        users_per_day: new users on an average day; None: what suits a demonstration.
        without_effect_of: a step whose effect is taken away, for the same people, to see what it did.

    Returns:
        One row per event in the export schema.

    Raises:
        ValueError: there is no such business type or step.
    """
    journey = _journey(business_type, without_effect_of)
    low, high = day_number(first_day), day_number(last_day)
    parts = [
        events.by_time(low, high)
        for _, events in _parts(journey, first_day, last_day, seed, users_per_day, without_effect_of)
    ]
    events = joined(parts) if parts else _no_events(journey)
    return build_table(journey, events.by_time(low, high) if len(parts) > 1 else events)


def write_parquet(
    folder: Path,
    business_type: str,
    *,
    first_day: date,
    last_day: date,
    seed: int = 7,
    users_per_day: int | None = None,
) -> list[Path]:
    """Write the same events as `generate` to `events_YYYYMMDD.parquet`, a file per day.

    A day is written as soon as no later user can add to it, so that memory holds few days at any length.
    Days without an event get a file without rows.

    Returns:
        The files, in the order of their days.
    """
    journey = _journey(business_type, "")
    folder.mkdir(parents=True, exist_ok=True)
    low, high = day_number(first_day), day_number(last_day)
    waiting: dict[int, list[Events]] = defaultdict(list)
    files: list[Path] = []
    following = low
    for settled, events in _parts(journey, first_day, last_day, seed, users_per_day, ""):
        for day, rows in events.split_by_day().items():
            if low <= day <= high:
                waiting[day].append(rows)
        for day in range(following, min(settled, high + 1)):
            files.append(_write_day(journey, folder, day, waiting.pop(day, [])))
        following = max(following, min(settled, high + 1))
    return files


def _journey(business_type: str, without_effect_of: str) -> Journey:
    journey = load_journey(business_type)
    steps = [step.event for step in journey.steps]
    if without_effect_of and without_effect_of not in steps:
        raise ValueError(f"{business_type} has no step {without_effect_of!r}: there are {', '.join(steps)}")
    return journey


def _parts(
    journey: Journey,
    first_day: date,
    last_day: date,
    seed: int,
    users_per_day: int | None,
    without_effect_of: str,
) -> Iterator[tuple[int, Events]]:
    """What users of the span and of the horizon before it do, and the first day that is not yet settled."""
    days = range(day_number(first_day) - HORIZON_DAYS, day_number(last_day) + 1)
    for settled, people in cohorts(journey, seed, days, users_per_day or journey.users_per_day, _MOST_USERS):
        yield settled, simulate(journey, people, without_effect_of)


def _no_events(journey: Journey) -> Events:
    people = next(iter(cohorts(journey, 0, range(1), 1, 1)))[1]
    return simulate(journey, people).only(np.zeros(0, dtype=np.int64))


def _write_day(journey: Journey, folder: Path, day: int, parts: list[Events]) -> Path:
    """Write one day's events, in the order of their timestamps, some row groups at a time."""
    events = joined(parts).by_time(day, day) if parts else _no_events(journey)
    path = folder / f"events_{EPOCH + timedelta(days=day):%Y%m%d}.parquet"
    with pq.ParquetWriter(
        path, build_table(journey, _no_events(journey)).schema, compression="zstd"
    ) as writer:
        for first in range(0, len(events), _ROWS_AT_ONCE):
            rows = np.arange(first, min(first + _ROWS_AT_ONCE, len(events)))
            writer.write_table(build_table(journey, events.only(rows)))
    return path
