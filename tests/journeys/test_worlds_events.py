"""The SQL counts in a world's events what is counted in its people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from milepost.journeys.counts import LiftCounts
from milepost.journeys.definitions import EventDefinition
from milepost.journeys.engines import open_events
from milepost.journeys.export import LiftQuestion, lift_counts
from tests.journeys.exports import SCHEMA, START
from tests.journeys.worlds import DAY, DAYS, STEPS, WITHIN, World, count, simulate

PEOPLE = 2_000


@pytest.fixture(scope="module")
def world() -> World:
    """Whole microseconds, as events have them."""
    world = simulate(77, PEOPLE)
    world.page_ts, world.end_ts, world.macro_ts = (
        np.round(times, 6) for times in (world.page_ts, world.end_ts, world.macro_ts)
    )
    world.first = {name: np.round(times, 6) for name, times in world.first.items()}
    return world


@pytest.fixture(scope="module")
def files(world: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The world's events as an export, in one file for each day."""
    folder = tmp_path_factory.mktemp("world")
    people, columns = np.nonzero(np.isfinite(world.page_ts))
    rows = [
        ("page_view", people, world.page_ts[people, columns], world.session[columns]),
        ("user_engagement", people, world.end_ts[people, columns], world.session[columns]),
    ]
    for name, times in (*world.first.items(), ("purchase", world.macro_ts)):
        who = np.flatnonzero(np.isfinite(times))
        seen = np.where(world.page_ts[who] <= times[who, None], world.page_ts[who], -1.0)
        rows.append((name, who, times[who], world.session[np.argmax(seen, axis=1)]))
    made = [_events(world, *row) for row in rows]
    events = pa.concat_tables([*made, _closing_day()])
    for day in events["event_date"].unique().to_pylist():
        pq.write_table(
            events.filter(pa.compute.equal(events["event_date"], day)), folder / f"events_{day}.parquet"
        )
    return str(folder / "events_*.parquet")


def _events(world: World, name: str, who: Any, seconds: Any, session: Any) -> pa.Table:
    micros = (START.timestamp() * 1e6 + np.round(seconds * 1e6)).astype(np.int64)
    days = [str(day).replace("-", "") for day in (micros // 86_400_000_000).astype("datetime64[D]")]
    params = [
        [
            {"key": "ga_session_id", "value": {"int_value": n}},
            {"key": "ga_session_number", "value": {"int_value": n + 1}},
        ]
        for n in range(int(world.session.max()) + 1)
    ]
    return pa.Table.from_pydict(
        {
            "event_date": days,
            "event_timestamp": micros,
            "event_name": [name] * len(who),
            "event_params": [params[s] for s in session],
            "user_pseudo_id": [f"user {n}" for n in who],
            "device": [{"category": "desktop" if world.desktop[n] else "mobile"} for n in who],
            "traffic_source": [None] * len(who),
        },
        SCHEMA,
    )


def _closing_day() -> pa.Table:
    """Somebody without an id on the last day, so that the export reaches that far."""
    last = START.timestamp() + DAYS * DAY - 1
    row = {"event_timestamp": round(last * 1e6), "event_name": "ping", "event_params": []}
    day = str(np.datetime64(int(last // DAY), "D")).replace("-", "")
    return pa.Table.from_pylist([{"event_date": day, **row}], SCHEMA)


def _counted(files: str, by: str | None) -> LiftCounts:
    micros = tuple(EventDefinition(step.name) for step in STEPS)
    question = LiftQuestion((EventDefinition("purchase"),), micros, round(WITHIN), by)
    with open_events(files) as engine:
        (counts,) = lift_counts(engine, question)
    return counts


@pytest.mark.parametrize("by", [None, "device"])
def test_events_say_what_happened_to_people(files: str, world: World, by: str | None) -> None:
    counts = _counted(files, by)
    assert counts.macro.users == int(np.isfinite(world.macro_ts).sum())
    assert counts.read.rows_without_user == 1
    for found in counts.steps:
        known = count(world, found.event, by_device=by is not None)
        assert {(s.point, s.extra): s for s in found.strata} == {(s.point, s.extra): s for s in known.strata}
        for figure in (
            "ever",
            "after_macro",
            "same_instant",
            "too_recent",
            "users",
            "reached",
            "before_macro",
        ):
            assert getattr(found, figure) == getattr(known, figure), (found.event, figure)
        if known.reached:
            assert found.median_seconds == pytest.approx(known.median_seconds, rel=0.02, abs=1)
