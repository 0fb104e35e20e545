"""Whether a target will be reached by the end of a period that is still running.

The pace is that of the days GA4 has finished (preliminary ones would make it look slow); the days to come
count as their weekdays usually do, where enough is known of them, and all alike where not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from milepost.reports.notes import PRELIMINARY_DAYS
from milepost.reports.results import Goal, Pace, Period

HISTORY_DAYS = 28
"""Full days that tell how weekdays weigh: four of each."""

LEAST_EVENTS = 100
"""Events in those days from which a conversion has weekdays of its own; below, visits tell."""

_WEEK = 7

Weights = tuple[float, ...]
"""One per weekday, Monday first."""


@dataclass(frozen=True)
class History:
    """What the days before today were like.

    `counts` holds events per day, oldest first, for each event name that occurred in the last
    `HISTORY_DAYS` full days; `visits` those of the event that nearly every visit has.
    """

    today: date
    counts: Mapping[str, Sequence[int]]
    visits: Sequence[int] = ()

    def weights(self, event: str) -> Weights | None:
        """How much each weekday weighs for an event; None when too little is known.

        Its own days tell where it is frequent, else those of all visits. A history that does not reach
        back four weeks tells nothing: a weekday would weigh less for having been counted less often.
        """
        if len(self.visits) < HISTORY_DAYS or not any(self.visits[:_WEEK]):
            return None
        own = self.counts.get(event, ())
        days = own if sum(own) >= LEAST_EVENTS else self.visits
        first = self.today - timedelta(days=len(days))
        sums = [0.0] * _WEEK
        for offset, number in enumerate(days):
            sums[(first + timedelta(days=offset)).weekday()] += number
        return tuple(sums)


def with_pace(goal: Goal, daily: Sequence[int], whole: Period, today: date, weights: Weights | None) -> Goal:
    """The goal as one of a running period, with its pace as soon as a day of it is full.

    Args:
        goal: for the whole period.
        daily: events per day from the first day on; those of today and later are not looked at.
        whole: the period, its days to come included.
        today: the property's present day.
        weights: per weekday; None for all alike.
    """
    done = [day for day in whole if day < today]
    goal = replace(goal, running=True)
    if not done:
        return goal
    if goal.kind == "user_rate":
        return replace(goal, pace=Pace(goal.reached, goal.wanted, goal.reached, "rate"))
    by_weekday = weights is not None and _weight(_settled(done, today) or done, weights) > 0
    used = weights if weights is not None and by_weekday else (1.0,) * _WEEK
    all_days = _weight(whole, used)
    base = _settled(done, today) or done
    so_far = sum(daily[: len(done)])
    projected = sum(daily[: len(base)]) / _weight(base, used) * all_days
    return replace(
        goal,
        pace=Pace(
            so_far=so_far,
            expected=goal.wanted * _weight(done, used) / all_days,
            projected=max(projected, float(so_far)),
            by="weekday" if by_weekday else "day",
        ),
    )


def _settled(done: Sequence[date], today: date) -> list[date]:
    """The days that GA4 has finished."""
    return [day for day in done if day < today - timedelta(days=PRELIMINARY_DAYS)]


def _weight(days: Sequence[date] | Period, weights: Weights) -> float:
    return sum(weights[day.weekday()] for day in days)
