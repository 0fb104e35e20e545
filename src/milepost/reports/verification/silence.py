"""When has something that used to happen stopped? A rule that asks how unlikely its silence is.

The rule knows no more than on which days a thing happened, so that it holds for rare things, for bursts and
for quiet weekends alike. A day's chance of nothing is estimated from the days between the first and the last
time it happened: the share of such days that were empty, on the same weekday, drawn toward that of all days
as if `_PRIOR_DAYS` more had been seen; and never below what the rule of succession allows, (empty + 1) /
(days + 2) of all days. The chances of the silent days are multiplied, each one after the silent days before
it have been counted as empty too: a long silence of a thing little is known about proves little.

Measured on Poisson counts of a tenth to five a day, with and without quiet weekends, over 28 and 86 days: at
a bar of 0.001 it calls 0 to 4 in a thousand steady events silent, and one of fifty a day after two days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

BAR = 0.001
"""A silence this unlikely is named."""

RUN_BAR = 0.01
"""Of all looks at a property, about so many may name a silence that is chance."""

LEAST_DAYS = 5
"""Days on which a thing has to have happened before its silence is judged."""

LEAST_SILENT = 2
"""One empty day may be an outage."""

_PRIOR_DAYS = 4
_WEEK = 7


@dataclass(frozen=True)
class Silence:
    """Something that happened regularly and then did not.

    `since` is the first day without it, in the property's time zone; `days` is how many days were looked at
    after that, and `probability` the chance of so many empty ones if nothing had changed. `preliminary`:
    without the last two days, which GA4 still processes, it would not be named.
    """

    since: date
    days: int
    probability: float
    preliminary: bool = False


def bar_of(tests: int) -> float:
    """The bar for each of several tests: with many of them, one alone has to be less likely."""
    return min(BAR, RUN_BAR / max(tests, 1))


def find_silence(days: Sequence[tuple[date, bool]], bar: float = BAR) -> Silence | None:
    """The silence that days end in; None when it may well be chance, or when there is none.

    Args:
        days: in order; whether it happened. Days that say nothing about it are left out by the caller.
        bar: how unlikely a silence has to be.
    """
    happened = [number for number, (_, did) in enumerate(days) if did]
    if len(happened) < LEAST_DAYS:
        return None
    last = happened[-1]
    silent = [day for day, _ in days[last + 1 :]]
    if len(silent) < LEAST_SILENT:
        return None
    probability = _chance(days[happened[0] : last + 1], silent)
    if probability >= bar:
        return None
    return Silence(days[last][0] + timedelta(days=1), len(silent), probability)


def _chance(before: Sequence[tuple[date, bool]], silent: Sequence[date]) -> float:
    """The chance that nothing happens on any of the silent days, going by those before."""
    seen, empty = [0] * _WEEK, [0] * _WEEK
    for day, did in before:
        seen[day.weekday()] += 1
        empty[day.weekday()] += not did
    chance = 1.0
    for day in silent:
        weekday = day.weekday()
        overall = (sum(empty) + 1) / (sum(seen) + 2)
        chance *= (empty[weekday] + _PRIOR_DAYS * overall) / (seen[weekday] + _PRIOR_DAYS)
        seen[weekday] += 1
        empty[weekday] += 1
    return chance
