from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.errors import InputError
from milepost.reports.period import FixedDays, LastDays, choose_period, read_comparison
from milepost.reports.results import Period

_TODAY = date(2021, 1, 17)


def _bounds(choice: LastDays | FixedDays) -> list[tuple[str, str, str]]:
    return [(days.name, days.start, days.end) for days in choice.ranges()]


def test_period_by_default_is_the_last_28_full_days() -> None:
    assert _bounds(choose_period()) == [
        ("current", "28daysAgo", "yesterday"),
        ("previous", "56daysAgo", "29daysAgo"),
    ]


def test_period_of_one_day_is_yesterday_against_the_day_before() -> None:
    assert _bounds(choose_period(1)) == [
        ("current", "1daysAgo", "yesterday"),
        ("previous", "2daysAgo", "2daysAgo"),
    ]


def test_period_named_is_compared_with_as_many_days_before() -> None:
    assert _bounds(choose_period(first="2021-01-03", last="2021-01-16")) == [
        ("current", "2021-01-03", "2021-01-16"),
        ("previous", "2020-12-20", "2021-01-02"),
    ]


def test_period_of_last_days_begins_where_the_answer_says() -> None:
    period = LastDays(14).resolve(date(2021, 1, 3), _TODAY.replace(year=2026))

    assert period == Period(date(2021, 1, 3), date(2021, 1, 16))
    assert LastDays(14).today(period, _TODAY.replace(year=2026)) == _TODAY


def test_period_of_last_days_without_an_answer_ends_yesterday() -> None:
    assert LastDays(2).resolve(None, _TODAY) == Period(date(2021, 1, 15), date(2021, 1, 16))


@pytest.mark.parametrize(
    ("days", "first", "last", "message"),
    [
        (0, None, None, "--days: 0 is not between 1 and 991"),
        (-3, None, None, "--days: -3 is not between"),
        (992, None, None, "--days: 992 is not between 1 and 991"),
        (10**12, None, None, "--days: 1000000000000 is not between"),
        (7, "2021-01-01", "2021-01-02", "--days: does not go with --from and --to"),
        (None, "2021-01-01", None, "--to: is missing"),
        (None, None, "2021-01-01", "--from: is missing"),
        (None, "2021-01-02", "2021-01-01", "--from: 2021-01-02 is after --to 2021-01-01"),
        (None, "20210101", "2021-01-02", '--from: "20210101" is not a day'),
        (None, "2021-01-01", "2021-02-29", '--to: "2021-02-29" is not a day'),
        (None, "2015-08-01", "2015-08-20", "begins before 2015-08-14"),
        (None, "2015-08-15", "2015-08-16", "begins before 2015-08-14"),
        (None, "0001-01-01", "9999-12-31", "begins before 2015-08-14"),
    ],
)
def test_period_that_cannot_be_is_refused_by_option(
    days: int | None, first: str | None, last: str | None, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        choose_period(days, first, last, today=lambda: _TODAY)

    assert message in str(caught.value)
    assert caught.value.remedy


def test_year_is_the_same_weekdays_52_weeks_before() -> None:
    assert _bounds(choose_period(compare="year"))[1] == ("previous", "392daysAgo", "365daysAgo")
    named = choose_period(first="2021-01-03", last="2021-01-16", compare="year")
    assert _bounds(named)[1] == ("previous", "2020-01-05", "2020-01-18")


def test_named_days_are_compared_with_as_many() -> None:
    compare = read_comparison("2020-11-01..2020-11-28")

    assert compare == Period(date(2020, 11, 1), date(2020, 11, 28))
    assert _bounds(choose_period(compare=compare)) == [
        ("current", "28daysAgo", "yesterday"),
        ("previous", "2020-11-01", "2020-11-28"),
    ]


@pytest.mark.parametrize(
    ("days", "compare", "message"),
    [
        (None, "last", '--compare: "last" is no comparison'),
        (None, "", '--compare: "" is no comparison'),
        (None, "2020-11-01..", '--compare: "" is not a day'),
        (None, "2020-11-31..2020-12-01", '--compare: "2020-11-31" is not a day'),
        (None, "2020-11-02..2020-11-01", "--compare: 2020-11-02 is after 2020-11-01"),
        (None, "2015-08-13..2015-09-09", "--compare: 2015-08-13 is before 2015-08-14"),
        (
            None,
            "2020-11-01..2020-11-27",
            "--compare: 2020-11-01 to 2020-11-27 has 27 days, the period has 28",
        ),
        (7, "2020-11-01..2020-11-28", "has 28 days, the period has 7"),
        (1620, "year", "--days: 1620 is not between 1 and 1619"),
    ],
)
def test_comparison_that_cannot_be_is_refused(days: int | None, compare: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        choose_period(days, compare=read_comparison(compare), today=lambda: _TODAY)

    assert message in str(caught.value)
    assert caught.value.remedy


def test_named_days_without_comparison_may_begin_with_the_first_of_ga4() -> None:
    assert _bounds(choose_period(first="2015-08-14", last="2015-08-15", compare="none")) == [
        ("current", "2015-08-14", "2015-08-15")
    ]


def test_period_may_begin_with_the_first_day_of_ga4_before_it() -> None:
    choice = choose_period(first="2015-08-15", last="2015-08-15")

    assert _bounds(choice)[1] == ("previous", "2015-08-14", "2015-08-14")


@given(st.dates(date(2015, 8, 15), date(2999, 1, 1)), st.integers(0, 400))
def test_period_before_is_as_long_and_ends_the_day_before(first: date, more: int) -> None:
    period = Period(first, date.fromordinal(first.toordinal() + more))
    before = period.before()

    assert before.days == period.days == len(list(period))
    assert (period.first - before.last).days == 1
