from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.model.document import Target
from milepost.reports.results import Figures, Goal, Period
from milepost.reports.targets import months, read_goals

_FOUR_WEEKS = Period(date(2020, 12, 20), date(2021, 1, 16))


def _figures(events: int, rate: float | None = 0.05) -> Figures:
    return Figures(events, events, rate, None)


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        (Target(per_day=2), 56),
        (Target(per_week=120), 480),
        # 12 of December's 31 days and 16 of January's.
        (Target(per_month=31), 28),
        (Target(per_day=0.1), 2.8),
        (Target(per_week=0), 0),
    ],
)
def test_goal_is_cut_to_the_days_of_the_period(target: Target, wanted: float) -> None:
    (goal,) = read_goals(target, _FOUR_WEEKS, _figures(10))

    assert (goal.wanted, goal.reached) == (wanted, 10)


def test_goal_of_a_whole_month_is_what_was_declared() -> None:
    february = Period(date(2021, 2, 1), date(2021, 2, 28))
    (goal,) = read_goals(Target(per_month=100), february, _figures(100))

    assert (goal.wanted, goal.met, goal.progress) == (100, True, 1.0)


def test_goal_of_thirty_days_is_met_by_exactly_that_many() -> None:
    period = Period(date(2021, 4, 1), date(2021, 4, 30))

    assert [g.met for g in read_goals(Target(per_day=0.7), period, _figures(21))] == [True]
    assert [g.met for g in read_goals(Target(per_day=0.7), period, _figures(20))] == [False]


def test_goal_of_a_share_is_the_same_for_any_period() -> None:
    (goal,) = read_goals(Target(user_rate=0.05), _FOUR_WEEKS, _figures(7, 0.0499))

    assert goal == Goal("user_rate", 0.05, 0.05, 0.0499)
    assert not goal.met


def test_goal_of_a_share_nobody_was_there_to_reach_is_missed() -> None:
    assert [g.met for g in read_goals(Target(user_rate=0.05), _FOUR_WEEKS, _figures(0, None))] == [False]


def test_target_with_several_keys_gives_a_goal_for_each() -> None:
    goals = read_goals(Target(per_day=1, per_week=2, per_month=3, user_rate=0.1), _FOUR_WEEKS, _figures(10))

    assert [goal.kind for goal in goals] == ["per_day", "per_week", "per_month", "user_rate"]
    assert [goal.met for goal in goals] == [False, True, True, False]


def test_conversion_without_target_has_no_goal() -> None:
    assert (
        read_goals(None, _FOUR_WEEKS, _figures(10)) == read_goals(Target(), _FOUR_WEEKS, _figures(10)) == ()
    )


@given(st.dates(date(2016, 1, 1), date(2099, 1, 1)), st.integers(1, 800), st.integers(1, 800))
def test_months_of_two_periods_in_a_row_add_up(first: date, days: int, more: int) -> None:
    middle, last = first.toordinal() + days, first.toordinal() + days + more
    left = Period(first, date.fromordinal(middle - 1))
    right = Period(date.fromordinal(middle), date.fromordinal(last - 1))
    whole = Period(first, date.fromordinal(last - 1))

    assert months(left) + months(right) == months(whole)
    assert Fraction(days + more, 31) <= months(whole) <= Fraction(days + more, 28)
