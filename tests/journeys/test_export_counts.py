"""Counts out of events: the worked check, pandas going another way, the figures known of the real export."""

from __future__ import annotations

from datetime import UTC, date, datetime
from glob import glob
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from milepost.journeys.counts import LiftCounts, Point, StepCounts, Stratum
from milepost.journeys.definitions import EventDefinition
from milepost.journeys.engines import open_events
from milepost.journeys.estimate import estimate
from milepost.journeys.export import LiftQuestion, lift_counts
from milepost.journeys.verdict import step_finding
from milepost.model.part import Comparison
from tests.journeys import pandas_counts
from tests.journeys.exports import SIX_USERS, Event, table, write_export

DAY = 86_400
WEEK = 7 * DAY
LATER = Event("nobody else", 9 * DAY, "session_start")
"""Nine days on, so that everything on the first day can be followed for a week."""


def counted(
    files: str, *micros: str | EventDefinition, macro: str = "purchase", by: str | None = None
) -> LiftCounts:
    definitions = tuple(EventDefinition(m) if isinstance(m, str) else m for m in micros)
    with open_events(files) as events:
        (counts,) = lift_counts(events, LiftQuestion((EventDefinition(macro),), definitions, WEEK, by))
    return counts


def step(counts: LiftCounts, event: str) -> StepCounts:
    return next(step for step in counts.steps if step.event == event)


def cells(step: StepCounts) -> pandas_counts.Cells:
    return {
        (s.point.session_number, s.point.pages, s.point.seconds): (
            s.users,
            s.reached,
            s.moments,
            s.moments_reached,
        )
        for s in step.strata
    }


def test_worked_check_gives_the_printed_counts(tmp_path: Path) -> None:
    counts = counted(write_export(tmp_path, [*SIX_USERS, LATER]), "signup")
    signup = step(counts, "signup")
    assert signup.strata == (Stratum(Point(1, 1, 3), None, users=2, reached=1, moments=4, moments_reached=3),)
    assert (signup.ever, signup.users, signup.reached) == (4, 2, 1)
    assert (signup.after_macro, signup.same_instant, signup.too_recent) == (1, 1, 0)
    assert signup.median_seconds == 35
    found = estimate(signup.strata)
    assert found is not None
    assert (found.rate, found.base, round(found.ratio, 2)) == (0.5, 0.75, 0.67)


def test_counts_end_at_midnight_after_the_last_day(tmp_path: Path) -> None:
    counts = counted(write_export(tmp_path, [*SIX_USERS, LATER]), "signup")
    assert (counts.first_day, counts.last_day) == (date(2026, 3, 2), date(2026, 3, 11))
    assert counts.end_micros == round(datetime(2026, 3, 12, tzinfo=UTC).timestamp()) * 1_000_000
    assert counts.read.missing_days == tuple(date(2026, 3, day) for day in range(3, 11))


def test_moments_after_the_cut_are_too_recent(tmp_path: Path) -> None:
    late = [Event("late", 8 * DAY, "page_view"), Event("late", 8 * DAY + 5, "signup")]
    signup = step(counted(write_export(tmp_path, [*SIX_USERS, LATER, *late]), "signup"), "signup")
    assert (signup.ever, signup.users, signup.too_recent) == (5, 2, 1)
    assert cells(signup) == {(1, 1, 3): (2, 1, 4, 3)}


def test_value_is_that_of_the_first_macro_conversion_with_one(tmp_path: Path) -> None:
    events = [
        Event("a", 0, "purchase"),
        Event("a", 9, "purchase", params={"value": 30}),
        Event("a", 20, "purchase", params={"value": 500.0}),
        Event("b", 0, "purchase", params={"value": 10.5}),
        Event("c", 0, "purchase"),
    ]
    macro = counted(write_export(tmp_path, events), "signup").macro
    assert (macro.users, macro.with_value, macro.without_value, macro.mean_value) == (3, 2, 1, 20.25)


@pytest.mark.parametrize(
    ("comparison", "matching"),
    [
        (Comparison(equals="/Thanks"), {"exact"}),
        (Comparison(equals="/thanks", ignore_case=True), {"exact"}),
        (Comparison(contains="ank"), {"exact", "longer"}),
        (Comparison(starts_with="/Thanks"), {"exact", "longer"}),
        (Comparison(ends_with="'q\"\\"), {"odd"}),
        (Comparison(matches=r"^/Thanks(\?|$)"), {"exact", "longer"}),
        (Comparison(matches=r"\\$"), {"odd"}),
        (Comparison(greater_than=49), {"number", "fraction"}),
        (Comparison(equals=50), {"number"}),
        (Comparison(equals="/Thanks", negated=True), {"longer", "odd", "number", "fraction", "none"}),
    ],
)
def test_events_made_by_a_rule_are_found_at_their_source(
    comparison: Comparison, matching: set[str], tmp_path: Path
) -> None:
    places: dict[str, str | float] = {
        "exact": "/Thanks",
        "longer": "/Thanks?a=1",
        "odd": "it's 'q\"\\",
        "number": 50.0,
        "fraction": 50.5,
    }
    events = [Event(user, 0, "page_view", params={"place": place}) for user, place in places.items()]
    events += [Event("none", 0, "page_view"), Event("other", 0, "click", params={"place": "/Thanks"})]
    rule = EventDefinition("thanks", "page_view", (("place", comparison),))
    assert step(counted(write_export(tmp_path, events), rule), "thanks").ever == len(matching)


def test_event_that_ga4_made_and_its_source_are_one(tmp_path: Path) -> None:
    events = [Event("a", 0, "page_view", params={"page_location": "/x"}), Event("a", 0, "seen")]
    rule = EventDefinition("seen", "page_view", (("page_location", Comparison(contains="x")),))
    seen = step(counted(write_export(tmp_path, [*events, Event("b", 3, "seen")]), rule), "seen")
    assert (seen.ever, seen.occurrences) == (2, 2)


def test_credits_hold_everybody_once(tmp_path: Path) -> None:
    events = [
        Event("a", 0, "page_view", device="desktop"),
        Event("a", 4, "signup", device="mobile"),
        Event("a", 9, "purchase", device="mobile", params={"value": 5.0}),
        Event("b", 0, "page_view"),
        Event("b", 7, "page_view", device="desktop"),
        Event("c", 0, "page_view"),
        LATER,
    ]
    counts = counted(write_export(tmp_path, events), "signup", by="device")
    assert [(row.value, row.users, row.macro_users, row.macro_value) for row in counts.rows] == [
        (None, 2, 0, None),
        ("desktop", 2, 1, 5.0),
    ]
    assert [(of.ever, of.users, of.reached) for row in counts.rows for of in row.steps] == [
        (0, 0, 0),
        (1, 1, 1),
    ]
    assert [(stratum.extra, stratum.users) for stratum in counts.steps[0].strata] == [("desktop", 1)]


NAMES = ("view", "view", "view", "signup", "video", "purchase", "user_engagement")


def crowd(seed: int, people: int = 250) -> list[Event]:
    """People with everything that can go wrong: ties, sessions side by side, no pages, days in between."""
    draw = np.random.default_rng(seed)
    events = {}
    for person in range(people):
        count = int(draw.integers(1, 40))
        seconds = draw.integers(0, draw.choice([20, 120, 600]), count) * draw.choice([0.25, 0.5, 1.0])
        days = draw.choice([0, 0, 0, 1, 2, 5], count)
        view = "screen_view" if person % 3 == 0 else "page_view"
        for second, day, drawn in zip(seconds, days, draw.choice(NAMES, count), strict=True):
            name = view if drawn == "view" else str(drawn)
            session = int(draw.integers(0, draw.choice([1, 2, 4])))
            event = Event(f"p{person}", float(second + day * DAY), name, session, 1 + session)
            events[event.user, event.seconds, event.name] = event
    return [*events.values(), LATER]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_agree_with_pandas_going_another_way(seed: int, tmp_path: Path) -> None:
    events = crowd(seed)
    counts = counted(write_export(tmp_path, events), "signup", "video")
    frame = pandas_counts.flat_frame(table(events))
    theirs = pandas_counts.count(frame, "purchase", ("signup", "video"), WEEK * 1_000_000, counts.cut_micros)
    assert {step.event: cells(step) for step in counts.steps} == theirs
    assert sum(step.users for step in counts.steps) > 50


REAL = {
    "scroll": (26_144, 512, "1.96", "1.94", "1.01", "0.92", "1.11"),
    "view_promotion": (20_336, 483, "2.38", "1.35", "1.76", "1.58", "1.95"),
    "select_item": (2_922, 277, "9.48", "7.32", "1.30", "1.16", "1.45"),
    "view_search_results": (2_793, 75, "2.69", "5.01", "0.54", "0.43", "0.67"),
    "select_promotion": (1_500, 48, "3.20", "4.16", "0.77", "0.59", "1.03"),
    "add_to_cart": (2_338, 395, "16.89", "5.44", "3.11", "2.84", "3.41"),
}
"""As the method's reference prints them: did it, reached, rate, base, ratio and its interval."""

REQUIRED = ("view_item", "begin_checkout", "add_shipping_info", "add_payment_info")


@pytest.fixture(scope="module")
def real_counts(real_export: str) -> LiftCounts:
    return counted(real_export, *REAL, *REQUIRED)


@pytest.mark.parametrize("event", REAL)
def test_real_export_gives_the_printed_figures(event: str, real_counts: LiftCounts) -> None:
    did = step(real_counts, event)
    found = estimate(did.strata)
    assert found is not None
    figures = (f"{found.rate:.2%}", f"{found.base:.2%}")
    assert (did.users, did.reached, *(text.rstrip("%") for text in figures)) == REAL[event][:4]
    assert tuple(f"{figure:.2f}" for figure in (found.ratio, *found.interval)) == REAL[event][4:]


def test_real_export_has_its_macro_conversions_and_its_end(real_counts: LiftCounts) -> None:
    assert (real_counts.macro.users, f"{real_counts.macro.mean_value:.2f}") == (743, "61.44")
    assert real_counts.cut_micros == 1_610_236_800_000_000
    assert (real_counts.read.rows, real_counts.read.users, real_counts.read.page_events) == (
        964_517,
        82_402,
        317_619,
    )
    assert (real_counts.read.duplicate_rows, real_counts.read.rows_without_user) == (0, 0)


@pytest.mark.parametrize("event", REQUIRED)
def test_real_export_knows_its_required_steps(event: str, real_counts: LiftCounts) -> None:
    assert "required-step" in step_finding(step(real_counts, event), event, real_counts.macro.users).flags


def test_real_export_agrees_with_pandas_in_every_cell(real_export: str, real_counts: LiftCounts) -> None:
    columns = ["user_pseudo_id", "event_timestamp", "event_name", "event_params"]
    days = [pq.read_table(path, columns=columns) for path in sorted(glob(real_export))]  # noqa: PTH207
    frame = pandas_counts.flat_frame(pa.concat_tables(days))
    assert len(frame) == 964_517
    micros = ("select_item", "scroll")
    theirs = pandas_counts.count(frame, "purchase", micros, WEEK * 1_000_000, real_counts.cut_micros)
    assert {name: cells(step(real_counts, name)) for name in micros} == theirs
    assert np.sum([sum(cell[0] for cell in theirs[name].values()) for name in micros]) == 26_144 + 2_922
