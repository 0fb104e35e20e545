from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from milepost.model.document import Role
from milepost.reports.results import ConversionReport, Figures, Period
from milepost.reports.trend import TrendBy, read_trend

_FIRST = date(2021, 1, 7)


def _conversion(event: str, role: Role, trend: tuple[int, ...]) -> ConversionReport:
    return ConversionReport(
        event=event,
        label=event,
        role=role,
        key_event=True,
        key_event_since=None,
        current=Figures(sum(trend), 1, None, None),
        previous=None,
        value_source=None,
        currency=None,
        trend=trend,
    )


def _period(days: int) -> Period:
    return Period(_FIRST, _FIRST + timedelta(days=days - 1))


def test_weeks_are_counted_back_from_the_last_day() -> None:
    conversions = (
        _conversion("purchase", "macro", (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
        _conversion("add_to_cart", "micro", (10,) * 10),
        _conversion("search", "micro", (0,) * 9 + (5,)),
    )
    first, second = read_trend(conversions, _period(10), "week")

    assert first.days == Period(date(2021, 1, 7), date(2021, 1, 9))
    assert (first.macro_events, first.micro_events) == (6, 30)
    assert second.days == Period(date(2021, 1, 10), date(2021, 1, 16))
    assert (second.macro_events, second.micro_events) == (49, 75)
    assert dict(second.conversions) == {"purchase": 49, "add_to_cart": 70, "search": 5}


def test_days_are_one_step_each_even_without_conversions() -> None:
    steps = read_trend((), _period(3), "day")

    assert [(step.days.first, step.days.days, step.macro_events) for step in steps] == [
        (_FIRST + timedelta(days=n), 1, 0) for n in range(3)
    ]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60), st.sampled_from(["day", "week"]))
def test_steps_cover_the_period_once_and_lose_no_event(counts: list[int], by: TrendBy) -> None:
    period = _period(len(counts))
    steps = read_trend([_conversion("purchase", "macro", tuple(counts))], period, by)

    assert [day for step in steps for day in step.days] == list(period)
    assert sum(step.macro_events for step in steps) == sum(counts)
    assert all(step.days.days == (7 if by == "week" else 1) for step in steps[1:])
