"""What conversions were meant to reach, and whether they did.

A target of events per day, week or month is cut to the period's days: per day counts each of them, per week
every seventh part, and per month each day as its part of its own calendar month, so that a whole February
asks for exactly one month. A share of users asks for the same whatever the period. Met is as much or more.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from fractions import Fraction

from milepost.model.document import Target
from milepost.reports.results import Figures, Goal, Period

WEEK = 7


def read_goals(target: Target | None, period: Period, figures: Figures) -> tuple[Goal, ...]:
    """One goal per key of `target`, in the order of the file format; empty without a target.

    Args:
        target: what the file asks for.
        period: the days it is cut to, all of them, those to come included.
        figures: the period's figures; a share that nobody was there to reach is 0.
    """
    return tuple(_goals(target, period, figures)) if target else ()


def _goals(target: Target, period: Period, figures: Figures) -> Iterator[Goal]:
    if target.per_day is not None:
        yield Goal("per_day", target.per_day, _cut(target.per_day, Fraction(period.days)), figures.events)
    if target.per_week is not None:
        weeks = Fraction(period.days, WEEK)
        yield Goal("per_week", target.per_week, _cut(target.per_week, weeks), figures.events)
    if target.per_month is not None:
        goal = _cut(target.per_month, months(period))
        yield Goal("per_month", target.per_month, goal, figures.events)
    if target.user_rate is not None:
        yield Goal("user_rate", target.user_rate, target.user_rate, figures.user_rate or 0.0)


def _cut(declared: float, factor: Fraction) -> float:
    """Exact, so that 0.1 a day is 3 in thirty days and not a trace more, which nobody could meet with 3."""
    return float(Fraction(repr(declared)) * factor)


def months(period: Period) -> Fraction:
    """How many calendar months it has, each day being its part of its own month."""
    return sum((Fraction(1, monthrange(day.year, day.month)[1]) for day in period), Fraction())
