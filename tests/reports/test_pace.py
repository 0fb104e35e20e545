from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.reports.pace import HISTORY_DAYS, History, with_pace
from milepost.reports.results import Goal, Pace, Period

_MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))  # begins on a Sunday, ends on a Tuesday
_TODAY = date(2026, 3, 16)
_OFFICE = (3, 3, 3, 3, 3, 0, 0)  # per weekday, Monday first
_HOURS = [0, 3, 3, 3, 3, 3, 0] * 4  # the same, day by day, from a Sunday to a Saturday


def _goal(wanted: float, reached: float) -> Goal:
    return Goal("per_month", wanted, wanted, reached)


def test_pace_of_an_even_month_is_its_share_of_days() -> None:
    goal = with_pace(_goal(620, 300), [20] * 15, _MARCH, _TODAY, None)

    assert goal.pace == Pace(so_far=300, expected=300, projected=620, by="day")
    assert (goal.status, goal.met) == ("on_pace", False)


def test_pace_weighs_weekdays() -> None:
    """March 2026 has 22 working days; 10 of them lie before the 16th, 9 before the 13th."""
    daily = [0, 7, 7, 7, 7, 7, 0, 0, 7, 7, 7, 7, 7, 0, 0]
    goal = with_pace(_goal(154, 70), daily, _MARCH, _TODAY, tuple(map(float, _OFFICE)))

    assert goal.pace is not None
    assert (goal.pace.so_far, goal.pace.by) == (70, "weekday")
    assert (goal.pace.expected, goal.pace.projected) == pytest.approx((70, 154))
    assert goal.status == "on_pace"


def test_pace_is_judged_on_the_days_that_are_final() -> None:
    """Of the 14th and 15th, half has not arrived yet: that does not make it look slow."""
    goal = with_pace(_goal(620, 280), [20] * 13 + [10] * 2, _MARCH, _TODAY, None)

    assert goal.pace is not None
    assert (goal.pace.so_far, goal.pace.expected, goal.pace.projected) == (280, 300, 620)
    assert goal.status == "on_pace"


def test_pace_takes_preliminary_days_where_there_are_no_others() -> None:
    goal = with_pace(_goal(620, 30), [20, 10], _MARCH, date(2026, 3, 3), None)

    assert goal.pace == Pace(so_far=30, expected=40, projected=465, by="day")
    assert goal.status == "behind"


def test_pace_does_not_count_today() -> None:
    assert (
        with_pace(_goal(620, 999), [20] * 15 + [999], _MARCH, _TODAY, None).pace
        == with_pace(_goal(620, 300), [20] * 15, _MARCH, _TODAY, None).pace
    )


def test_pace_of_a_late_rush_is_never_below_what_there_is() -> None:
    goal = with_pace(_goal(1000, 900), [0] * 13 + [450] * 2, _MARCH, _TODAY, None)

    assert goal.pace is not None
    assert goal.pace.projected == 900


def test_goal_met_before_the_end_stays_met() -> None:
    assert with_pace(_goal(10, 20), [10, 10] + [0] * 13, _MARCH, _TODAY, None).status == "met"


@pytest.mark.parametrize(("rate", "status"), [(0.06, "on_pace"), (0.05, "on_pace"), (0.04, "behind")])
def test_pace_of_a_share_is_that_share(rate: float, status: str) -> None:
    goal = with_pace(Goal("user_rate", 0.05, 0.05, rate), [1] * 15, _MARCH, _TODAY, None)

    assert goal.pace == Pace(rate, 0.05, rate, "rate")
    assert goal.status == status


def test_goal_without_a_full_day_is_open() -> None:
    goal = with_pace(_goal(10, 3), [3], _MARCH, _MARCH.first, None)

    assert (goal.pace, goal.status) == (None, "open")


def test_history_weighs_a_frequent_event_by_its_own_days_and_a_rare_one_by_visits() -> None:
    weekend = [9, 0, 0, 0, 0, 0, 9] * 4
    history = History(date(2026, 3, 15), {"rare": weekend, "often": [2 * n for n in weekend]}, _HOURS)

    assert history.weights("often") == (0, 0, 0, 0, 0, 72, 72)
    assert history.weights("rare") == history.weights("unheard of") == (12, 12, 12, 12, 12, 0, 0)


@pytest.mark.parametrize("visits", [[], [0] * 7 + [5] * 21], ids=["none", "from the second week on"])
def test_history_of_less_than_four_weeks_tells_no_weekdays(visits: list[int]) -> None:
    assert History(_TODAY, {}, visits).weights("purchase") is None


_LIVELY = st.lists(st.integers(1, 50), min_size=7, max_size=7)


@given(_LIVELY, st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(2, 120), st.data())
def test_who_keeps_to_the_usual_week_is_exactly_on_pace(
    week: list[int], first: date, length: int, data: st.DataObject
) -> None:
    """A site whose every week is alike: what is expected has come, and the projection is what will come."""
    whole = Period(first, first + timedelta(days=length - 1))
    today = first + timedelta(days=data.draw(st.integers(1, length - 1)))
    start = today - timedelta(days=HISTORY_DAYS)
    usual = [week[(start + timedelta(days=n)).weekday()] for n in range(HISTORY_DAYS)]
    daily = [week[day.weekday()] for day in whole]
    done = sum(daily[: (today - first).days])
    goal = with_pace(
        _goal(sum(daily), done), daily, whole, today, History(today, {}, usual).weights("purchase")
    )

    assert goal.pace is not None
    assert goal.pace.by == "weekday"
    assert goal.pace.so_far == done
    assert goal.pace.expected == pytest.approx(done)
    assert goal.pace.projected == pytest.approx(sum(daily))
