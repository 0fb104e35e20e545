"""Roads to a macro conversion: held to a plain walk through each person's events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from statistics import median

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from milepost.journeys.definitions import EventDefinition
from milepost.journeys.engines import open_events
from milepost.journeys.path_results import PathTable, Road
from milepost.journeys.paths import PathQuestion, path_table
from milepost.model.part import Comparison
from tests.journeys.exports import Event, write_export
from tests.journeys.test_export_counts import crowd

SECOND = 1_000_000
Happened = tuple[str, int, str]
"""Person, microseconds and event name."""


@dataclass
class Walked:
    """What a plain walk through the events counts."""

    people: int = 0
    arrived: int = 0
    roads: dict[tuple[tuple[str, ...], ...], list[int | None]] = field(default_factory=dict)
    legs: dict[tuple[tuple[tuple[str, ...], ...], int], list[int]] = field(default_factory=dict)
    took: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    together: dict[str, int] = field(default_factory=dict)


def walk(events: Iterable[Happened], macro: str, micros: tuple[str, ...]) -> Walked:
    """Every person's first times in order, those less than a second apart as one stop."""
    first: dict[str, dict[str, int]] = {}
    found = Walked()
    for person, ts, name in events:
        times = first.setdefault(person, {})
        if name == macro or name in micros:
            times[name] = min(ts, times.get(name, ts))
    found.people = len(first)
    for times in first.values():
        goal = times.pop(macro, None)
        found.arrived += goal is not None
        before: list[tuple[int, str]] = []
        for name, ts in times.items():
            if goal is None or goal - ts >= SECOND:
                before.append((ts, name))
            elif ts <= goal:
                found.together[name] = found.together.get(name, 0) + 1
        _follow(found, sorted(before), goal)
    return found


def _follow(found: Walked, before: list[tuple[int, str]], goal: int | None) -> None:
    stops: list[list[tuple[int, str]]] = []
    for mark in before:
        if stops and mark[0] - stops[-1][-1][0] < SECOND:
            stops[-1].append(mark)
        else:
            stops.append([mark])
    if not stops:
        return
    road = tuple(tuple(sorted(name for _, name in stop)) for stop in stops)
    found.roads.setdefault(road, []).append(None if goal is None else goal - stops[0][0][0])
    begins = [stop[0][0] for stop in stops] + ([] if goal is None else [goal])
    for place, (begin, end) in enumerate(pairwise(begins), 1):
        found.legs.setdefault((road, place), []).append(end - begin)
    for _, name in before:
        found.took[name] = found.took.get(name, 0) + 1
    if goal is None:
        for _, name in stops[-1]:
            found.left[name] = found.left.get(name, 0) + 1


def asked(events: str, macro: str, micros: tuple[str, ...], depth: int = 50, top: int = 10_000) -> PathTable:
    question = PathQuestion(
        EventDefinition(macro), tuple(EventDefinition(name) for name in micros), depth, top
    )
    with open_events(events) as engine:
        found, _ = path_table(engine, question, engine.days(), {name: name for name in (macro, *micros)})
    return found


def assert_same(found: PathTable, walked: Walked) -> None:
    assert (found.everybody, found.macro_users) == (walked.people, walked.arrived)
    times = {road: [took for took in all_took if took is not None] for road, all_took in walked.roads.items()}
    assert {road.events: (road.users, road.reached) for road in found.roads} == {
        road: (len(all_took), len(times[road])) for road, all_took in walked.roads.items()
    }
    for road in found.roads:
        _assert_time(road.median_seconds, times[road.events])
        for place, stop in enumerate(road.stops, 1):
            _assert_time(stop.median_seconds, walked.legs.get((road.events, place), []))
    assert {step.event: step.users for step in found.steps if step.users} == walked.took
    assert {step.event: step.left for step in found.steps if step.left} == walked.left
    assert {step.event: step.with_macro for step in found.steps if step.with_macro} == walked.together


def _assert_time(seconds: float | None, took: list[int]) -> None:
    """Medians come from cells of a second, and of a minute beyond an hour."""
    if not took:
        assert seconds is None
        return
    exact = median(took) / SECOND
    assert seconds == pytest.approx(exact, abs=1 if exact < 3600 else 60)


@pytest.mark.parametrize("seed", [1, 2])
def test_roads_agree_with_a_plain_walk(seed: int, tmp_path: Path) -> None:
    events = crowd(seed)
    names = ("signup", "video", "page_view")
    happened = [(event.user or "", event.micros, event.name) for event in events]
    found = asked(write_export(tmp_path, events), "purchase", names)
    assert_same(found, walk(happened, "purchase", names))
    assert any(len(stop.events) > 1 for road in found.roads for stop in road.stops)
    assert sum(step.with_macro for step in found.steps) > 0


def test_roads_of_the_real_export_agree_with_a_plain_walk(real_export: str) -> None:
    names = (
        "view_item",
        "select_item",
        "add_to_cart",
        "begin_checkout",
        "view_promotion",
        "add_payment_info",
    )
    happened: list[Happened] = []
    export = Path(real_export)
    for path in export.parent.glob(export.name):
        rows = pq.read_table(path, columns=["user_pseudo_id", "event_timestamp", "event_name"])
        rows = rows.filter(pc.is_valid(rows["user_pseudo_id"]))
        happened += zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True)
    found = asked(real_export, "purchase", names)
    assert_same(found, walk(happened, "purchase", names))
    assert found.macro_users == 743


DAY = 86_400
TOLD = [
    Event("ann", 0, "video"),
    Event("ann", 60, "signup"),
    Event("ann", 90, "video"),
    Event("ann", 120, "purchase"),
    Event("ann", 180, "signup"),
    Event("bob", 0, "video"),
    Event("bob", 30, "signup"),
    Event("cat", 0, "signup"),
    Event("cat", 0.4, "video"),
    Event("dan", DAY, "purchase"),
    Event("eve", 5, "purchase"),
    Event("eve", 9, "video"),
    Event("fay", 0, "page_view"),
    Event(None, 0, "video"),
]


def _roads(roads: Iterable[Road]) -> list[tuple[str, int, int]]:
    return [(" > ".join("+".join(stop) for stop in road.events), road.users, road.reached) for road in roads]


def test_story_of_six_people_comes_out(tmp_path: Path) -> None:
    found = asked(write_export(tmp_path, TOLD), "purchase", ("signup", "video"))
    assert _roads(found.roads) == [("video > signup", 2, 1), ("signup+video", 1, 0)]
    assert (found.everybody, found.users, found.macro_users, found.direct) == (6, 5, 3, 2)
    assert found.roads[0].median_seconds == pytest.approx(120)
    assert [stop.median_seconds for stop in found.roads[0].stops] == [pytest.approx(45), pytest.approx(60)]
    assert found.share(2) == pytest.approx(0.4)


def test_depth_cuts_roads_and_top_keeps_count_of_the_rest(tmp_path: Path) -> None:
    cut = asked(write_export(tmp_path, TOLD), "purchase", ("signup", "video"), depth=1, top=1)
    assert _roads(cut.roads) == [("video", 2, 1)]
    assert cut.roads[0].cut
    assert (cut.other_roads, cut.other_users, cut.other_reached) == (1, 1, 0)


def test_event_that_a_rule_makes_of_another_is_a_step(tmp_path: Path) -> None:
    events = [
        replace(TOLD[0], name="page_view", params={"page_location": "https://x.test/thanks"}),
        *TOLD[1:],
    ]
    thanks = EventDefinition("thanks", "page_view", (("page_location", Comparison(contains="/thanks")),))
    question = PathQuestion(EventDefinition("purchase"), (thanks, EventDefinition("signup")), 5, 5)
    with open_events(write_export(tmp_path, events)) as engine:
        labels = dict.fromkeys(("purchase", "thanks", "signup"), "label")
        found, read = path_table(engine, question, engine.days(), labels)
    assert _roads(found.roads)[0] == ("thanks > signup", 1, 1)
    assert read.rows_without_user == 1
