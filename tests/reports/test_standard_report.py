from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.gateways.data import Number, ReportAnswer, Row
from milepost.reports.period import Comparison, FixedDays, LastDays
from milepost.reports.results import Engagement, Figures, Period, RoleFigures
from milepost.reports.standard import standard_queries
from tests.reports.standard_answers import (
    PERIOD,
    all_flagged,
    answer_of,
    declared_shop,
    people_of,
    read_shop,
    shop_answers,
)


@pytest.mark.parametrize("choice", [LastDays(3, "none"), FixedDays(PERIOD, "none")])
def test_report_compared_with_nothing_asks_for_and_shows_one_period(choice: LastDays | FixedDays) -> None:
    queries = standard_queries(declared_shop(), choice)
    # GA4 adds the dimension dateRange only where several ranges were asked for.
    answers = {name: _of_one_range(answer) for name, answer in shop_answers().items()}
    report = read_shop(answers, choice=choice)

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
    for choice in (LastDays(3, compare), FixedDays(PERIOD, compare)):
        report = read_shop(choice=choice)
        assert (report.previous_period, report.same_weekdays) == (before, same_weekdays)


_ENGAGED = ("totalUsers", "sessions", "engagementRate", "averageSessionDuration", "screenPageViewsPerSession",
            "userEngagementDuration", "activeUsers")  # fmt: skip


def _engaged() -> dict[str, ReportAnswer]:
    rows: dict[tuple[str, ...], tuple[Number, ...]] = {
        ("current",): (200, 300, 0.6, 185.5, 3.25, 9000, 150),
        ("previous",): (100, 150, 0.5, 185.5, 0, 0, 0),
    }
    return {**shop_answers(), "totals": answer_of(("dateRange",), _ENGAGED, rows)}


def test_report_tells_engagement_and_its_relative_change() -> None:
    report = read_shop(_engaged())

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
    facts = {event: fact for event, fact in all_flagged().items() if event in flagged}
    notes = read_shop(_engaged(), key_events=facts).notes

    assert any(note.startswith("1 micro conversion is flagged: GA4 counts") for note in notes) is warned


def test_report_without_anybody_knows_no_engagement() -> None:
    empty = {name: replace(answer, rows=(), row_count=0) for name, answer in _engaged().items()}
    report = read_shop(empty, key_events=all_flagged())

    assert report.current.engagement == Engagement()
    assert report.engagement_change(lambda e: e.rate) is None
    assert not any("engaged" in note for note in report.notes)


def test_queries_ask_for_engagement_beside_the_totals() -> None:
    query = standard_queries(declared_shop(), LastDays())["totals"]

    assert (query.metrics, query.dimensions, query.only) == (_ENGAGED, (), None)


def test_queries_are_five_and_count_everybody_once_per_role() -> None:
    queries = standard_queries(declared_shop(), LastDays())

    assert list(queries) == ["totals", "macro", "micro", "events", "trend"]
    assert [len(query.date_ranges) for query in queries.values()] == [2, 2, 2, 2, 1]
    for role, events in (("macro", ("purchase",)), ("micro", ("add_to_cart", "filter_apply"))):
        query = queries[role]
        assert query.only is not None
        assert (query.dimensions, query.only.dimension, query.only.values) == ((), "eventName", events)


def test_queries_about_no_event_at_all_are_left_out() -> None:
    declared = declared_shop()
    macro_only = standard_queries(replace(declared, conversions=declared.with_role("macro")), LastDays())
    nothing = standard_queries(replace(declared, conversions=()), LastDays())

    assert list(macro_only) == ["totals", "macro", "events", "trend"]
    assert list(nothing) == ["totals", "trend"]
    assert all(query.only is None or query.only.values for query in nothing.values())


def test_report_shows_totals_as_ga4_counted_them() -> None:
    report = read_shop()

    assert (report.current.users, report.current.sessions) == (200, 300)
    assert report.current.macro == RoleFigures(10, 12, 0.05)
    assert report.current.micro == RoleFigures(50, 60, 0.25)
    assert report.previous is not None
    assert report.previous.macro == RoleFigures(8, 9, 0.08)
    assert report.previous.micro == RoleFigures(0, 0, 0.0)
    assert (report.users_change, report.macro_change, report.micro_change) == (1.0, 0.25, "new")


def test_report_lists_macro_first_in_the_order_of_the_file() -> None:
    assert [(c.role, c.event, c.label) for c in read_shop().conversions] == [
        ("macro", "purchase", "Purchase"),
        ("micro", "add_to_cart", "Added to cart"),
        ("micro", "filter_apply", "Used a filter"),
    ]


def test_conversion_carries_ga4s_value_in_the_propertys_currency() -> None:
    report = read_shop()
    purchase = report.conversions[0]

    assert purchase.current == Figures(12, 10, 0.05, 1200.5)
    assert purchase.previous == Figures(8, 8, 0.08, 800.0)
    assert (purchase.value_source, purchase.currency) == ("ga4", "USD")
    assert purchase.trend == (5, 0, 7)
    assert report.events_change(purchase) == 0.5


def test_conversion_without_value_in_ga4_takes_the_files_times_events() -> None:
    cart = read_shop().conversions[1]

    assert cart.current == Figures(3, 50, 0.25, 0.3)
    assert cart.previous == Figures(0, 0, 0.0, 0.0)
    assert (cart.value_source, cart.currency) == ("declared", "EUR")


def test_conversion_takes_one_value_source_for_both_periods() -> None:
    answers = shop_answers()
    rows = (
        Row(("add_to_cart", "current"), (3, 2, 0)),
        Row(("add_to_cart", "previous"), (4, 3, 20.0)),
    )
    cart = read_shop({**answers, "events": replace(answers["events"], rows=rows, row_count=2)}).conversions[1]

    assert cart.previous is not None
    assert (cart.value_source, cart.current.value, cart.previous.value) == ("ga4", 0.0, 20.0)


def test_conversion_that_never_happened_shows_zero() -> None:
    report = read_shop()
    filtered = report.conversions[2]

    assert filtered.current == filtered.previous == Figures(0, 0, 0.0, None)
    assert filtered.trend == (0, 0, 0)
    assert (filtered.value_source, filtered.currency, report.events_change(filtered)) == (None, None, None)


@given(st.data())
def test_report_does_not_depend_on_the_order_of_rows(data: st.DataObject) -> None:
    shuffled = {
        name: replace(answer, rows=tuple(data.draw(st.permutations(answer.rows))))
        for name, answer in shop_answers().items()
    }

    assert read_shop(shuffled) == read_shop()


@given(*[st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)) for _ in range(4)])
def test_shares_are_fractions_even_of_estimates_that_disagree(
    totals: tuple[int, int], macro: tuple[int, int], micro: tuple[int, int], event: tuple[int, int]
) -> None:
    answers = shop_answers()
    rows = (Row(("purchase", "current"), (event[0], event[1], 0)),)
    report = read_shop(
        {
            **answers,
            "totals": people_of(current=totals),
            "macro": people_of(current=macro),
            "micro": people_of(current=micro),
            "events": replace(answers["events"], rows=rows),
        }
    )
    rates = [report.current.macro.user_rate, report.current.micro.user_rate]
    rates += [c.current.user_rate for c in report.conversions]

    assert all((rate is None) if totals[0] == 0 else (rate is not None and 0 <= rate <= 1) for rate in rates)


@given(st.sets(st.sampled_from(["purchase", "add_to_cart"])))
def test_conversion_missing_from_the_answer_is_zero_and_the_others_stay(missing: set[str]) -> None:
    answers = shop_answers()
    for name, position in (("events", 0), ("trend", 2)):
        rows = tuple(row for row in answers[name].rows if row.dimensions[position] not in missing)
        answers[name] = replace(answers[name], rows=rows, row_count=len(rows))
    whole = {c.event: c for c in read_shop().conversions}

    for conversion in read_shop(answers).conversions:
        if conversion.event in missing:
            assert (conversion.current.events, conversion.current.users, sum(conversion.trend)) == (0, 0, 0)
        else:
            assert conversion == whole[conversion.event]
