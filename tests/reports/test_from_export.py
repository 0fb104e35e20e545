"""The report and the funnel from the event export: the figures that GA4 gives of the same events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import milepost
from milepost.emulator.embedded import Emulator
from milepost.errors import InputError
from milepost.journeys.definitions import EventDefinition
from milepost.journeys.engines import open_events
from milepost.journeys.reporting import FunnelQuestion, ReportQuestion, funnel_answer, report_answers
from milepost.model.part import Comparison
from milepost.reports.results import Engagement, PropertyReport
from tests.journeys.exports import Event, write_export
from tests.journeys.test_export_counts import crowd

FILE = """\
version = 1
[properties.shop]
id = "100000001"
business_types = ["ecommerce"]
currency = "EUR"
[business_types.ecommerce]
journey = ["view_item", "add_to_cart", "begin_checkout", "purchase"]
[business_types.ecommerce.macro.purchase]
[business_types.ecommerce.micro.view_item]
[business_types.ecommerce.micro.select_item]
[business_types.ecommerce.micro.add_to_cart]
[business_types.ecommerce.micro.begin_checkout]
[business_types.ecommerce.micro.never_seen]
value = 3
"""
HALF = milepost.FixedDays(milepost.Period(date(2021, 1, 3), date(2021, 1, 16)))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> milepost.ConversionsFile:
    path = tmp_path_factory.mktemp("site") / "conversions.toml"
    path.write_text(FILE, encoding="utf-8")
    return milepost.load_file(path)


@pytest.fixture(scope="module")
def session(real_emulator: Emulator) -> Iterator[milepost.Session]:
    with milepost.Session("read", {"ANALYTICS_EMULATOR_HOST": real_emulator.address}) as session:
        yield session


def _without_what_only_ga4_tells(report: PropertyReport) -> PropertyReport:
    conversions = tuple(replace(c, key_event=None, key_event_since=None) for c in report.conversions)
    return replace(
        report,
        current=replace(report.current, engagement=Engagement()),
        previous=report.previous and replace(report.previous, engagement=Engagement()),
        conversions=conversions,
        notes=(),
        time_zone="",
    )


def test_report_of_the_real_export_is_that_of_the_data_api(
    file: milepost.ConversionsFile, session: milepost.Session, real_export: str
) -> None:
    (theirs,) = milepost.report_properties(file, [], session, HALF)
    (ours,) = milepost.export_report_properties(file, [], session, HALF, milepost.Exported(real_export))
    assert isinstance(theirs, PropertyReport), theirs
    assert isinstance(ours, PropertyReport), ours
    assert ours.previous is not None
    assert ours.previous.users == 36_766
    assert _without_what_only_ga4_tells(ours) == _without_what_only_ga4_tells(theirs)


@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "open"])
def test_funnel_of_the_real_export_is_that_of_the_data_api_but_for_inactive_users(
    file: milepost.ConversionsFile, session: milepost.Session, real_export: str, is_open: bool
) -> None:
    choice = milepost.FunnelChoice(HALF, is_open)
    (theirs,) = milepost.funnel_properties(file, [], session, choice)
    (ours,) = milepost.export_funnel_properties(file, [], session, choice, milepost.Exported(real_export))
    assert isinstance(theirs, milepost.FunnelReport), theirs
    assert isinstance(ours, milepost.FunnelReport), ours
    for our, their in zip(ours.funnels[0].steps, theirs.funnels[0].steps, strict=True):
        assert our.figures.users is not None
        assert their.figures.users is not None
        assert their.figures.users <= our.figures.users <= 1.01 * their.figures.users
        assert our.figures.completion_rate == pytest.approx(their.figures.completion_rate, abs=0.005)


def _walked(events: Sequence[Event], names: Sequence[str], *, is_open: bool) -> list[tuple[int, int]]:
    """Users in each step, and those who came by the step before: every person's events gone through."""
    reached: list[dict[str, tuple[int, bool]]] = [{} for _ in names]
    for person in {event.user for event in events if event.user}:
        own = [(event.micros, event.name) for event in events if event.user == person]
        since: int | None = None
        for place, name in enumerate(names):
            before = min((ts for ts, earlier in own if earlier in names[:place]), default=None)
            by_step = [ts for ts, own_name in own if own_name == name and since is not None and ts >= since]
            entering = [ts for ts, own_name in own if own_name == name and (before is None or ts < before)]
            ways = by_step + (entering if is_open or not place else [])
            since = min(ways, default=None)
            if since is not None:
                reached[place][person] = (since, bool(by_step) and place > 0)
    return [(len(people), sum(by_step for _, by_step in people.values())) for people in reached]


@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "open"])
def test_funnel_agrees_with_a_plain_walk(tmp_path: Path, is_open: bool) -> None:
    names, events = ("page_view", "video", "signup", "purchase"), crowd(5)
    question = FunnelQuestion(tuple(map(EventDefinition, names)), is_open)
    with open_events(write_export(tmp_path, events)) as engine:
        rows = [row.metrics for row in funnel_answer(engine, question, engine.days()).table]
    walked = _walked(events, names, is_open=is_open)
    assert [row["activeUsers"] for row in rows] == [users for users, _ in walked]
    went_on = [row["activeUsers"] - row["funnelStepAbandonments"] for row in rows[:-1]]
    assert went_on == [continued for _, continued in walked[1:]]


THANKS = EventDefinition("thanks", "page_view", (("page_location", Comparison(contains="/thanks")),))
PAGE = {"page_location": "https://x.test/thanks"}
TOLD = (
    Event("ann", 0, "page_view", 1, params=PAGE),
    Event("ann", 0, "page_view", 1, params=PAGE),
    Event("ann", 90_000, "page_view", 2, params=PAGE),
    Event("ann", 90_000, "thanks", 2, params={"value": 2.5}),
    Event("ann", 90_001, "purchase", 2, params={"value": 40}),
    Event("bob", 5, "purchase", 1, params={"value": 20}),
    Event("bob", 6, "page_view", 1, params=PAGE),
    Event("cat", 7, "page_view", 0),
    Event(None, 8, "page_view", 9, params=PAGE),
)


def test_event_that_a_rule_makes_is_counted_once_whether_the_rule_ran_or_not(tmp_path: Path) -> None:
    question = ReportQuestion((EventDefinition("purchase"),), (THANKS,), "EUR")
    with open_events(write_export(tmp_path, TOLD)) as engine:
        answers, read = report_answers(engine, question, [("current", engine.days())])
    events = {values[0]: metrics for values, metrics in answers["events"].rows}
    assert events["purchase"] == (2, 2, 60.0)
    assert events["thanks"] == (5, 2, 2.5)
    assert answers["totals"].rows[0].metrics == (3, 3)
    assert answers["micro"].rows[0].metrics == (2, 3)
    assert (read.rows, read.rows_without_user) == (9, 1)
    assert (("20260303", "1", "thanks"), (1,)) in answers["trend"].rows


def test_shown_order_at_one_instant_is_that_of_the_journey(tmp_path: Path) -> None:
    steps = (EventDefinition("purchase"), THANKS, EventDefinition("purchase"))
    events = (*TOLD, Event("dan", 1, "purchase"), Event("dan", 1, "thanks"))
    with open_events(write_export(tmp_path, events)) as engine:
        closed = funnel_answer(engine, FunnelQuestion(steps[:2]), engine.days())
        again = funnel_answer(engine, FunnelQuestion(steps), engine.days())
    assert [row.metrics["activeUsers"] for row in closed.table] == [3, 2]
    assert [row.metrics["activeUsers"] for row in again.table] == [3, 2, 0]


def test_days_that_the_export_lacks_are_said(
    file: milepost.ConversionsFile, session: milepost.Session, tmp_path: Path
) -> None:
    export = milepost.Exported(write_export(tmp_path, TOLD))
    (report,) = milepost.export_report_properties(file, [], session, milepost.LastDays(2), export)
    assert isinstance(report, PropertyReport)
    assert (report.period.first, report.previous) == (date(2026, 3, 2), None)
    assert any(note.startswith("Nothing to compare with: the export has no day") for note in report.notes)


@pytest.mark.parametrize(
    "choice", [milepost.FunnelChoice(HALF, by="device"), milepost.FunnelChoice(HALF, next_actions=True)]
)
def test_what_the_export_cannot_answer_is_refused(
    file: milepost.ConversionsFile, session: milepost.Session, choice: milepost.FunnelChoice
) -> None:
    with pytest.raises(InputError, match="does not go with --source export"):
        milepost.export_funnel_properties(file, [], session, choice, milepost.Exported("x.parquet"))
