from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.gateways.data import Notices, Number, ReportAnswer, Row
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import check_text
from milepost.reports.period import Comparison, FixedDays, LastDays
from milepost.reports.results import Engagement, Figures, Period, PropertyReport, RoleFigures
from milepost.reports.standard import KeyEventFact, read_report, standard_queries

_FILE = """
version = 1

[properties.shop]
id = "1"
business_types = ["shop"]
currency = "EUR"

[business_types.shop.micro.add_to_cart]
label = "Added to cart"
value = 0.1

[business_types.shop.micro.filter_apply]
label = "Used a filter"
key_event = false

[business_types.shop.macro.purchase]
label = "Purchase"
"""
_PERIOD = Period(date(2021, 1, 15), date(2021, 1, 17))
_NOW = datetime(2021, 3, 1, 12, tzinfo=UTC)
_PEOPLE = ("totalUsers", "sessions")


def _declared(text: str = _FILE) -> DeclaredProperty:
    document, problems = check_text(text)
    assert document is not None, problems
    return declared_property(document, "shop", {})


def _answer(
    dimensions: tuple[str, ...], metrics: tuple[str, ...], rows: Mapping[tuple[str, ...], tuple[Number, ...]]
) -> ReportAnswer:
    return ReportAnswer(
        dimensions,
        metrics,
        tuple(Row(key, values) for key, values in rows.items()),
        len(rows),
        currency_code="USD",
        time_zone="America/Los_Angeles",
    )


def _people(**rows: tuple[int, int]) -> ReportAnswer:
    return _answer(("dateRange",), _PEOPLE, {(name,): figures for name, figures in rows.items()})


def _answers() -> dict[str, ReportAnswer]:
    return {
        "totals": _people(current=(200, 300), previous=(100, 150)),
        "macro": _people(current=(10, 12), previous=(8, 9)),
        "micro": _people(current=(50, 60)),
        "events": _answer(
            ("eventName", "dateRange"),
            ("eventCount", "totalUsers", "eventValue"),
            {
                ("add_to_cart", "current"): (3, 50, 0),
                ("purchase", "current"): (12, 10, 1200.5),
                ("purchase", "previous"): (8, 8, 800),
            },
        ),
        "trend": _answer(
            ("date", "nthDay", "eventName"),
            ("eventCount",),
            {
                ("20210117", "0002", "purchase"): (7,),
                ("20210115", "0000", "purchase"): (5,),
                ("20210116", "0001", "add_to_cart"): (3,),
                ("20210116", "0001", "session_start"): (250,),
            },
        ),
    }


def _read(
    answers: Mapping[str, ReportAnswer] | None = None,
    *,
    choice: LastDays | FixedDays = LastDays(3),  # noqa: B008 - frozen
    key_events: Mapping[str, KeyEventFact] | None = None,
    now: datetime = _NOW,
    declared: DeclaredProperty | None = None,
) -> PropertyReport:
    return read_report(declared or _declared(), "1", choice, answers or _answers(), key_events, now)


@pytest.mark.parametrize("choice", [LastDays(3, "none"), FixedDays(_PERIOD, "none")])
def test_report_compared_with_nothing_asks_for_and_shows_one_period(choice: LastDays | FixedDays) -> None:
    queries = standard_queries(_declared(), choice)
    # GA4 adds the dimension dateRange only where several ranges were asked for.
    answers = {name: _of_one_range(answer) for name, answer in _answers().items()}
    report = _read(answers, choice=choice)

    assert {len(query.date_ranges) for query in queries.values()} == {1}
    assert (report.previous_period, report.previous, report.comparable) == (None, None, False)
    assert (report.current.users, report.current.macro.users, report.users_change) == (200, 10, None)
    assert [(c.current.events, c.previous) for c in report.conversions] == [(12, None), (3, None), (0, None)]
    assert not [note for note in report.notes if "compare" in note]


def _of_one_range(answer: ReportAnswer) -> ReportAnswer:
    if "dateRange" not in answer.dimensions:
        return answer
    rows = tuple(Row(r.dimensions[:-1], r.metrics) for r in answer.rows if r.dimensions[-1] == "current")
    return replace(answer, dimensions=answer.dimensions[:-1], rows=rows, row_count=len(rows))


@pytest.mark.parametrize(
    ("compare", "before", "same_weekdays"),
    [
        ("previous", Period(date(2021, 1, 12), date(2021, 1, 14)), False),
        ("year", Period(date(2020, 1, 17), date(2020, 1, 19)), True),
        (
            Period(date(2020, 12, 25), date(2020, 12, 27)),
            Period(date(2020, 12, 25), date(2020, 12, 27)),
            True,
        ),
    ],
)
def test_report_says_what_it_is_compared_with(
    compare: Comparison, before: Period, same_weekdays: bool
) -> None:
    for choice in (LastDays(3, compare), FixedDays(_PERIOD, compare)):
        report = _read(choice=choice)
        assert (report.previous_period, report.same_weekdays) == (before, same_weekdays)


_ENGAGED = ("totalUsers", "sessions", "engagementRate", "averageSessionDuration", "screenPageViewsPerSession",
            "userEngagementDuration", "activeUsers")  # fmt: skip


def _engaged() -> dict[str, ReportAnswer]:
    rows: dict[tuple[str, ...], tuple[Number, ...]] = {
        ("current",): (200, 300, 0.6, 185.5, 3.25, 9000, 150),
        ("previous",): (100, 150, 0.5, 185.5, 0, 0, 0),
    }
    return {**_answers(), "totals": _answer(("dateRange",), _ENGAGED, rows)}


def test_report_tells_engagement_and_its_relative_change() -> None:
    report = _read(_engaged())

    assert report.current.engagement == Engagement(0.6, 185.5, 3.25, 60.0)
    assert report.previous is not None
    assert report.previous.engagement == Engagement(0.5, 185.5, 0, None)
    assert report.engagement_change(lambda e: e.rate) == pytest.approx(0.2)
    assert report.engagement_change(lambda e: e.session_duration) == 0
    assert report.engagement_change(lambda e: e.pages_per_session) == "new"


@pytest.mark.parametrize(("flagged", "warned"), [(("purchase",), False), (("purchase", "add_to_cart"), True)])
def test_report_warns_that_flagged_micro_conversions_raise_engagement(
    flagged: tuple[str, ...], warned: bool
) -> None:
    facts = {event: fact for event, fact in _all_flagged().items() if event in flagged}
    notes = _read(_engaged(), key_events=facts).notes

    assert any(note.startswith("1 micro conversion is flagged: GA4 counts") for note in notes) is warned


def test_report_without_anybody_knows_no_engagement() -> None:
    empty = {name: replace(answer, rows=(), row_count=0) for name, answer in _engaged().items()}
    report = _read(empty, key_events=_all_flagged())

    assert report.current.engagement == Engagement()
    assert report.engagement_change(lambda e: e.rate) is None
    assert not any("engaged" in note for note in report.notes)


def test_queries_ask_for_engagement_beside_the_totals() -> None:
    query = standard_queries(_declared(), LastDays())["totals"]

    assert (query.metrics, query.dimensions, query.only) == (_ENGAGED, (), None)


def test_queries_are_five_and_count_everybody_once_per_role() -> None:
    queries = standard_queries(_declared(), LastDays())

    assert list(queries) == ["totals", "macro", "micro", "events", "trend"]
    assert [len(query.date_ranges) for query in queries.values()] == [2, 2, 2, 2, 1]
    for role, events in (("macro", ("purchase",)), ("micro", ("add_to_cart", "filter_apply"))):
        query = queries[role]
        assert query.only is not None
        assert (query.dimensions, query.only.dimension, query.only.values) == ((), "eventName", events)


def test_queries_about_no_event_at_all_are_left_out() -> None:
    declared = _declared()
    macro_only = standard_queries(replace(declared, conversions=declared.with_role("macro")), LastDays())
    nothing = standard_queries(replace(declared, conversions=()), LastDays())

    assert list(macro_only) == ["totals", "macro", "events", "trend"]
    assert list(nothing) == ["totals", "trend"]
    assert all(query.only is None or query.only.values for query in nothing.values())


def test_report_shows_totals_as_ga4_counted_them() -> None:
    report = _read()

    assert (report.current.users, report.current.sessions) == (200, 300)
    assert report.current.macro == RoleFigures(10, 12, 0.05)
    assert report.current.micro == RoleFigures(50, 60, 0.25)
    assert report.previous is not None
    assert report.previous.macro == RoleFigures(8, 9, 0.08)
    assert report.previous.micro == RoleFigures(0, 0, 0.0)
    assert (report.users_change, report.macro_change, report.micro_change) == (1.0, 0.25, "new")


def test_report_lists_macro_first_in_the_order_of_the_file() -> None:
    assert [(c.role, c.event, c.label) for c in _read().conversions] == [
        ("macro", "purchase", "Purchase"),
        ("micro", "add_to_cart", "Added to cart"),
        ("micro", "filter_apply", "Used a filter"),
    ]


def test_conversion_carries_ga4s_value_in_the_propertys_currency() -> None:
    report = _read()
    purchase = report.conversions[0]

    assert purchase.current == Figures(12, 10, 0.05, 1200.5)
    assert purchase.previous == Figures(8, 8, 0.08, 800.0)
    assert (purchase.value_source, purchase.currency) == ("ga4", "USD")
    assert purchase.trend == (5, 0, 7)
    assert report.events_change(purchase) == 0.5


def test_conversion_without_value_in_ga4_takes_the_files_times_events() -> None:
    cart = _read().conversions[1]

    assert cart.current == Figures(3, 50, 0.25, 0.3)
    assert cart.previous == Figures(0, 0, 0.0, 0.0)
    assert (cart.value_source, cart.currency) == ("declared", "EUR")


def test_conversion_takes_one_value_source_for_both_periods() -> None:
    answers = _answers()
    rows = (
        Row(("add_to_cart", "current"), (3, 2, 0)),
        Row(("add_to_cart", "previous"), (4, 3, 20.0)),
    )
    cart = _read({**answers, "events": replace(answers["events"], rows=rows, row_count=2)}).conversions[1]

    assert cart.previous is not None
    assert (cart.value_source, cart.current.value, cart.previous.value) == ("ga4", 0.0, 20.0)


def test_conversion_that_never_happened_shows_zero() -> None:
    report = _read()
    filtered = report.conversions[2]

    assert filtered.current == filtered.previous == Figures(0, 0, 0.0, None)
    assert filtered.trend == (0, 0, 0)
    assert (filtered.value_source, filtered.currency, report.events_change(filtered)) == (None, None, None)


def test_report_reads_its_days_from_the_answer_not_from_the_machine() -> None:
    report = _read(now=datetime(2031, 7, 1, tzinfo=UTC))

    assert report.period == _PERIOD
    assert report.previous_period == Period(date(2021, 1, 12), date(2021, 1, 14))


def test_report_reads_its_days_from_visits_where_no_conversion_happened() -> None:
    answers = _answers()
    rows = (Row(("20200310", "0001", "session_start"), (4,)), Row(("(other)", "(other)", "purchase"), (9,)))
    report = _read({**answers, "trend": replace(answers["trend"], rows=rows, row_count=2)})

    assert report.period == Period(date(2020, 3, 9), date(2020, 3, 11))
    assert all(c.trend == (0, 0, 0) for c in report.conversions)


def test_report_without_rows_ends_yesterday_in_the_propertys_time_zone() -> None:
    empty = {name: replace(answer, rows=(), row_count=0) for name, answer in _answers().items()}
    # 02:00 in London is still the evening before in Los Angeles.
    report = _read(empty, now=datetime(2021, 1, 18, 2, tzinfo=UTC))

    assert report.period == Period(date(2021, 1, 14), date(2021, 1, 16))
    assert (report.current.users, report.current.micro.user_rate) == (0, None)
    assert all(c.current == Figures(0, 0, None, c.current.value) for c in report.conversions)
    assert "Nothing to compare with: GA4 counted no users from 2021-01-11 to 2021-01-13." in report.notes


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (18, ["2021-01-16 to 2021-01-17 are preliminary: GA4 goes on processing a day for up to 48 hours."]),
        (19, ["2021-01-17 is preliminary: GA4 goes on processing a day for up to 48 hours."]),
        (20, []),
    ],
)
def test_report_of_named_days_says_which_are_preliminary(day: int, expected: list[str]) -> None:
    report = _read(
        choice=FixedDays(_PERIOD), now=datetime(2021, 1, day, 12, tzinfo=UTC), key_events=_all_flagged()
    )

    assert list(report.notes) == expected


def _all_flagged() -> dict[str, KeyEventFact]:
    long_ago = KeyEventFact(datetime(2020, 1, 1, tzinfo=UTC))
    return {"purchase": long_ago, "add_to_cart": long_ago}


def test_report_names_the_day_a_key_event_began_inside_the_period() -> None:
    facts = {**_all_flagged(), "purchase": KeyEventFact(datetime(2021, 1, 17, 3, tzinfo=UTC))}
    report = _read(choice=FixedDays(_PERIOD), key_events=facts)

    assert [c.key_event_since for c in report.conversions] == [date(2021, 1, 16), None, None]
    assert [c.key_event for c in report.conversions] == [True, True, False]
    assert len(report.notes) == 1
    assert report.notes[0].startswith("Key event since 2021-01-16: purchase.")


def test_report_names_what_the_file_flags_and_ga4_does_not() -> None:
    report = _read(choice=FixedDays(_PERIOD), key_events={})

    assert report.notes == (
        "Not flagged as key events in GA4 yet: purchase, add_to_cart. Run 'milepost sync'.",
    )


def test_report_says_when_key_events_could_not_be_read() -> None:
    report = _read(choice=FixedDays(_PERIOD), key_events=None)

    assert {c.key_event for c in report.conversions} == {None}
    assert report.notes == ("Which events are key events in GA4 could not be read.",)


@pytest.mark.parametrize(
    ("notices", "note"),
    [
        (
            Notices(sampled=((250, 1000),)),
            "GA4 sampled: these figures are estimated from 25.0% of the events",
        ),
        (Notices(thresholded=True), "GA4 may have held back rows with few users"),
        (Notices(other_row=True), 'GA4 folded rare values into "(other)"'),
        (
            Notices(truncated=(("PROPERTY", "Only 2 months."),)),
            "GA4 cut off part of the data: Only 2 months.",
        ),
        (Notices(truncated=(("PROPERTY", ""),)), "days before the property's retention limit are missing."),
        (
            Notices(restricted=(("eventValue", "REVENUE_DATA"),)),
            "may not see revenue data: GA4 sends eventValue",
        ),
        (Notices(empty_reason="no access"), "GA4 sent no rows: no access."),
    ],
)
def test_report_passes_on_what_ga4_says_against_its_figures_once(notices: Notices, note: str) -> None:
    answers = {name: replace(answer, notices=notices) for name, answer in _answers().items()}
    report = _read(answers, choice=FixedDays(_PERIOD), key_events=_all_flagged())

    assert len(report.notes) == 1
    assert note in report.notes[0]


def test_report_says_when_rows_are_missing() -> None:
    answers = _answers()
    answers["trend"] = replace(answers["trend"], row_count=300_000)
    report = _read(answers, choice=FixedDays(_PERIOD), key_events=_all_flagged())

    assert report.notes == (
        "GA4 sent only 4 of 300,000 rows by date, nthDay, eventName: the rest is missing.",
    )


def test_report_with_a_time_zone_nobody_knows_falls_back_to_utc() -> None:
    answers = {name: replace(answer, time_zone="Mars/Olympus") for name, answer in _answers().items()}

    assert _read(answers).period == _PERIOD


@given(st.data())
def test_report_does_not_depend_on_the_order_of_rows(data: st.DataObject) -> None:
    shuffled = {
        name: replace(answer, rows=tuple(data.draw(st.permutations(answer.rows))))
        for name, answer in _answers().items()
    }

    assert _read(shuffled) == _read()


@given(*[st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)) for _ in range(4)])
def test_shares_are_fractions_even_of_estimates_that_disagree(
    totals: tuple[int, int], macro: tuple[int, int], micro: tuple[int, int], event: tuple[int, int]
) -> None:
    answers = _answers()
    rows = (Row(("purchase", "current"), (event[0], event[1], 0)),)
    report = _read(
        {
            **answers,
            "totals": _people(current=totals),
            "macro": _people(current=macro),
            "micro": _people(current=micro),
            "events": replace(answers["events"], rows=rows),
        }
    )
    rates = [report.current.macro.user_rate, report.current.micro.user_rate]
    rates += [c.current.user_rate for c in report.conversions]

    assert all((rate is None) if totals[0] == 0 else (rate is not None and 0 <= rate <= 1) for rate in rates)


@given(st.sets(st.sampled_from(["purchase", "add_to_cart"])))
def test_conversion_missing_from_the_answer_is_zero_and_the_others_stay(missing: set[str]) -> None:
    answers = _answers()
    for name, position in (("events", 0), ("trend", 2)):
        rows = tuple(row for row in answers[name].rows if row.dimensions[position] not in missing)
        answers[name] = replace(answers[name], rows=rows, row_count=len(rows))
    whole = {c.event: c for c in _read().conversions}

    for conversion in _read(answers).conversions:
        if conversion.event in missing:
            assert (conversion.current.events, conversion.current.users, sum(conversion.trend)) == (0, 0, 0)
        else:
            assert conversion == whole[conversion.event]
