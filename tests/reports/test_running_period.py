from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.errors import InputError
from milepost.reports.period import choose_period
from milepost.reports.results import Period
from milepost.reports.running import ThisPeriod, Unit, calendar_period, choose_this


def _period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("unit", "day", "first", "last"),
    [
        ("week", "2026-03-16", "2026-03-16", "2026-03-22"),  # a Monday
        ("week", "2026-03-15", "2026-03-09", "2026-03-15"),
        ("month", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("month", "2026-12-01", "2026-12-01", "2026-12-31"),
        ("quarter", "2026-02-28", "2026-01-01", "2026-03-31"),
        ("quarter", "2026-11-22", "2026-10-01", "2026-12-31"),
    ],
)
def test_calendar_period_of_a_day(unit: Unit, day: str, first: str, last: str) -> None:
    assert calendar_period(unit, date.fromisoformat(day)) == _period(first, last)


@given(st.sampled_from(["week", "month", "quarter"]), st.dates(date(2016, 1, 1), date(2099, 1, 1)))
def test_calendar_periods_follow_each_other_without_a_gap(unit: Unit, day: date) -> None:
    whole = calendar_period(unit, day)

    assert day in whole
    assert calendar_period(unit, whole.last + timedelta(days=1)).first == whole.last + timedelta(days=1)
    assert calendar_period(unit, whole.first - timedelta(days=1)).last == whole.first - timedelta(days=1)


@pytest.mark.parametrize(
    ("unit", "today", "days", "compared"),
    [
        ("month", "2026-03-16", ("2026-03-01", "2026-03-15"), ("2026-02-01", "2026-02-15")),
        ("week", "2026-03-19", ("2026-03-16", "2026-03-18"), ("2026-03-09", "2026-03-11")),
        # February has no 29th: the days before it make up for that.
        ("month", "2026-03-31", ("2026-03-01", "2026-03-30"), ("2026-01-30", "2026-02-28")),
        ("quarter", "2026-05-02", ("2026-04-01", "2026-05-01"), ("2026-01-01", "2026-01-31")),
    ],
)
def test_this_period_is_its_full_days_against_as_many_of_the_former(
    unit: Unit, today: str, days: tuple[str, str], compared: tuple[str, str]
) -> None:
    choice = ThisPeriod(unit).on(date.fromisoformat(today))

    assert choice.period == _period(*days)
    assert choice.compared(choice.period) == _period(*compared)


def test_this_period_compares_with_the_same_weekdays_a_year_ago_or_nothing() -> None:
    today = date(2026, 3, 16)
    year, none = ThisPeriod("month", "year").on(today), ThisPeriod("month", "none").on(today)

    assert year.compared(year.period) == _period("2025-03-02", "2025-03-16")
    assert none.compared(none.period) is None


def test_this_period_on_its_first_day_says_what_to_ask_instead() -> None:
    with pytest.raises(InputError) as refused:
        ThisPeriod("month").on(date(2026, 3, 1))

    assert "began today, 2026-03-01" in str(refused.value)
    assert "--from 2026-02-01 --to 2026-02-28" in refused.value.remedy


@pytest.mark.parametrize("other", [{"days": 7}, {"first": "2026-03-01"}, {"last": "2026-03-02"}])
def test_this_refuses_other_days_beside_it(other: dict[str, object]) -> None:
    named = {"days": None, "first": None, "last": None, **other}
    with pytest.raises(InputError, match="--this"):
        choose_this("week", "previous", **named)  # type: ignore[arg-type]


def test_this_refuses_a_comparison_with_dates() -> None:
    with pytest.raises(InputError, match="--compare"):
        choose_this("week", _period("2026-03-01", "2026-03-07"), days=None, first=None, last=None)


def test_period_that_begins_in_the_future_is_refused_but_not_one_that_ends_there() -> None:
    today = date(2026, 3, 16)
    with pytest.raises(InputError, match="lies in the future"):
        choose_period(first="2026-03-18", last="2026-03-20", today=lambda: today)

    assert choose_period(first="2026-03-01", last="2026-03-31", today=lambda: today)
