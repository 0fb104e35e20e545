"""What answers amount to, where building a whole site would hide the one thing that matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from milepost.gateways.data import ReportAnswer, Row
from milepost.gateways.realtime import Recent
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import check_text
from milepost.reports.verification.queries import VISIT, Field, FlaggedEvent, LiveFacts, Window
from milepost.reports.verification.read import read_verification
from milepost.reports.verification.results import ConversionArrival, Verification

_TODAY = date(2026, 3, 16)
_FIRST = _TODAY - timedelta(days=90)
_NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
_PLAN = Field("customEvent:plan")
_FILE = """
version = 1
[properties.shop]
id = "1"
business_types = ["shop"]
[business_types.shop.macro.purchase]
parameters = ["plan"]
"""
_ALL = LiveFacts({}, frozenset({"plan"}), frozenset(), frozenset(), {})

Count = Callable[[date], int]


def _declared() -> DeclaredProperty:
    document, problems = check_text(_FILE)
    assert document is not None, problems
    return declared_property(document, "shop", {})


def _answer(counts: Mapping[str, Count], zone: str = "Etc/GMT") -> ReportAnswer:
    days = [_FIRST + timedelta(days=n) for n in range(91)]
    rows = tuple(
        Row((f"{day:%Y%m%d}", f"{number:04}", event), (count(day), 0))
        for event, count in counts.items()
        for number, day in enumerate(days)
        if count(day)
    )
    return ReportAnswer(
        ("date", "nthDay", "eventName"), ("eventCount", "eventValue"), rows, len(rows), "EUR", zone
    )


def _read(
    events: Mapping[str, Count],
    carried: Count | None = None,
    facts: LiveFacts = _ALL,
    *,
    zone: str = "Etc/GMT",
) -> Verification:
    answers = {_PLAN: _answer({"purchase": carried})} if carried else {_PLAN: _answer({})}
    if facts.dimensions is None:
        answers = {}
    return read_verification(_declared(), "1", Window(28), (_answer(events, zone), answers), facts, _NOW)


def _purchase(verification: Verification) -> ConversionArrival:
    (conversion,) = verification.conversions
    return conversion


def _until(day: date) -> Count:
    return lambda today: 5 if today < day else 0


def _busy(_: date) -> int:
    return 40


def test_a_silence_of_preliminary_days_is_marked_so() -> None:
    young = _purchase(_read({"purchase": _until(date(2026, 3, 14)), VISIT: _busy}))
    assert young.silence is not None
    assert (young.silence.since, young.silence.preliminary) == (date(2026, 3, 14), True)
    older = _purchase(_read({"purchase": _until(date(2026, 3, 10)), VISIT: _busy}))
    assert older.silence is not None
    assert older.silence.preliminary is False


def test_preliminary_days_without_the_usual_visits_prove_nothing() -> None:
    """GA4 has not got to them yet: their silence is not the event's."""
    hardly = {"purchase": _until(date(2026, 3, 14)), VISIT: lambda d: 40 if d < date(2026, 3, 14) else 19}
    assert _purchase(_read(hardly)).silence is None
    half = {"purchase": _until(date(2026, 3, 14)), VISIT: lambda d: 40 if d < date(2026, 3, 14) else 20}
    assert _purchase(_read(half)).silence is not None


def test_days_before_a_young_property_began_are_not_usual_ones() -> None:
    born, young = date(2026, 2, 14), date(2026, 3, 14)

    def visits(day: date) -> int:
        return 0 if day < born else 40 if day < young else 2

    events: dict[str, Count] = {"purchase": lambda day: 5 if born <= day < young else 0, VISIT: visits}
    assert _purchase(_read(events)).silence is None


def test_what_realtime_shows_is_not_silent() -> None:
    events = {"purchase": _until(date(2026, 3, 4)), VISIT: _busy}
    facts = LiveFacts({}, frozenset(), frozenset(), frozenset(), {"purchase": Recent(1, 3)})
    back = _purchase(_read(events, facts=facts))
    assert (back.state, back.silence, back.last_seen) == ("arriving", None, _TODAY)


def test_a_site_that_stopped_is_named_before_its_events() -> None:
    stopped = _until(date(2026, 3, 4))
    found = _read({"purchase": stopped, VISIT: stopped})
    assert found.findings[0].problem == "GA4 received no visit at all since 2026-03-04."
    assert found.findings[1].problem.startswith("Not seen since 2026-03-04: purchase")


def test_a_property_without_data_is_dated_by_the_clock() -> None:
    found = _read({})
    assert found.period.last == date(2026, 3, 15)
    assert found.findings[0].problem.startswith("GA4 received no visit and none of these events")
    assert _purchase(found).state == "not_seen"
    assert not found.passed


def test_what_was_registered_inside_the_period_is_counted_from_then_on() -> None:
    registered = date(2026, 3, 10)
    found = _purchase(_read({"purchase": lambda _: 4, VISIT: _busy}, lambda d: 3 if d >= registered else 0))
    (plan,) = found.parameters
    assert (plan.state, plan.since, plan.share) == ("arrives", registered, 0.75)


def test_a_few_events_less_are_no_stop_of_a_parameter() -> None:
    """One event a day instead of forty: that none of the few had it may well be chance."""
    drop = date(2026, 3, 9)
    events: dict[str, Count] = {"purchase": lambda d: 40 if d < drop else 1, VISIT: _busy}
    (plan,) = _purchase(_read(events, lambda d: 10 if d < drop else 0)).parameters
    assert plan.state == "arrives"
    steady: dict[str, Count] = {"purchase": lambda _: 40, VISIT: _busy}
    (plan,) = _purchase(_read(steady, lambda d: 10 if d < drop else 0)).parameters
    assert plan.state == "stopped"


def test_what_could_not_be_read_is_said() -> None:
    found = _read({"purchase": lambda _: 4, VISIT: _busy}, facts=LiveFacts())
    assert _purchase(found).parameters[0].state == "unread"
    assert (found.realtime, _purchase(found).key_event) == (False, None)
    assert found.notes[1:] == (
        "Which events are key events in GA4 could not be read.",
        "Which parameters are registered in GA4 could not be read.",
        "Realtime did not answer: the last 30 minutes are missing.",
    )
    assert found.passed


def test_flags_are_dated_in_the_propertys_time_zone() -> None:
    late = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    facts = LiveFacts({"purchase": FlaggedEvent(late)}, frozenset({"plan"}), frozenset(), frozenset(), {})
    found = _read({"purchase": lambda _: 4, VISIT: _busy}, facts=facts, zone="Europe/Berlin")
    assert _purchase(found).key_event_since == date(2026, 3, 10)


def test_rows_that_are_no_day_are_passed_over() -> None:
    days = _answer({"purchase": lambda _: 4, VISIT: _busy})
    other = Row(("(other)", "(other)", "purchase"), (500, 0))
    spoiled = ReportAnswer(days.dimensions, days.metrics, (*days.rows, other), len(days.rows) + 1)
    fields = {_PLAN: _answer({})}
    found = read_verification(_declared(), "1", Window(28), (spoiled, fields), _ALL, _NOW)
    assert _purchase(found).events == 4 * 28
