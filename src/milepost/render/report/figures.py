"""Figures of a report as short text, the same in every format people read."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from milepost.render.spark import ASCII_BARS, BARS
from milepost.reports.results import Change, ConversionReport, Engagement, Goal, Period, PropertyReport


@dataclass(frozen=True)
class Signs:
    """The signs a reader's screen can show."""

    up: str = "▲"
    down: str = "▼"
    none: str = "–"
    bullet: str = "•"
    key: str = "●"
    bars: str = BARS
    met: str = "✓"
    missed: str = "✗"
    on_pace: str = "→"
    too_early: str = "…"


ASCII_SIGNS = Signs(
    up="+",
    down="-",
    none="-",
    bullet="-",
    key="*",
    bars=ASCII_BARS,
    met="+",
    missed="!",
    on_pace=">",
    too_early="?",
)
"""For terminals that know no Unicode."""

DECLARED = "~"
"""Before a value that the conversions file gave, not GA4."""


def count(number: int) -> str:
    """Thousands parted by commas."""
    return f"{number:,}"


def percent(rate: float | None, signs: Signs) -> str:
    """A fraction as a percentage with about three digits; a trace is never shown as nothing."""
    if rate is None:
        return signs.none
    if 0 < rate < 0.0001:
        return "<0.01%"
    return f"{rate:.1%}" if rate >= 0.1 else f"{rate:.2%}" if rate else "0%"


def of_users(rate: float | None, signs: Signs) -> str:
    """A share of users in words."""
    return signs.none if rate is None else f"{percent(rate, signs)} of users"


def change(growth: Change, signs: Signs) -> str:
    """An arrow and a percentage, `new`, `=` for no change, or the sign for nothing to compare."""
    if growth is None:
        return signs.none
    if growth == "new":
        return "new"
    if growth == 0:
        return "="
    size = abs(growth)
    number = f"{size:,.0%}" if size >= 0.1 else f"{size:.1%}" if size >= 0.001 else "<0.1%"
    return f"{signs.up if growth > 0 else signs.down} {number}"


ENGAGEMENT: tuple[tuple[str, Callable[[Engagement], float | None], Callable[[float, Signs], str]], ...] = (
    ("Engagement rate", lambda e: e.rate, lambda rate, signs: percent(rate, signs)),
    ("Pages per session", lambda e: e.pages_per_session, lambda pages, _: f"{pages:,.2f}"),
    ("Session duration", lambda e: e.session_duration, lambda seconds, _: duration(seconds)),
    ("Engaged per user", lambda e: e.per_user, lambda seconds, _: duration(seconds)),
)
"""Title, figure and how it is written, for each figure of engagement."""


def duration(seconds: float) -> str:
    """Minutes and seconds, `3:05`; hours in front where there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def value(conversion: ConversionReport, signs: Signs, *, with_currency: bool = True) -> str:
    """Money with two decimals, its currency and whether the file gave it."""
    amount = conversion.current.value
    if amount is None:
        return signs.none
    mark = DECLARED if conversion.value_source == "declared" else ""
    currency = f" {conversion.currency}" if with_currency and conversion.currency else ""
    return f"{mark}{amount:,.2f}{currency}"


def progress(goal: Goal) -> str:
    """The part reached, or that will be, as a percentage; empty for a goal of 0.

    Rounded down: no missed goal reads 100%.
    """
    return "" if goal.outlook is None else f"{math.floor(goal.outlook * 100 + 1e-9):,}%"


def target(conversion: ConversionReport, signs: Signs) -> str:
    """How the goal stands, and how much of it was or will be reached; the sign for none without a target."""
    goal = conversion.goal
    if goal is None:
        return signs.none
    return f"{_mark(goal, signs)} {progress(goal)}".rstrip()


def _mark(goal: Goal, signs: Signs) -> str:
    return {
        "met": signs.met,
        "missed": signs.missed,
        "on_pace": signs.on_pace,
        "behind": signs.missed,
        "open": signs.too_early,
    }[goal.status]


def wanted(goal: Goal, signs: Signs) -> str:
    """What a goal asks for in the period, in words."""
    if goal.kind == "user_rate":
        return of_users(goal.wanted, signs)
    number = f"{goal.wanted:,.1f}".removesuffix(".0")
    return f"{number} {'event' if number == '1' else 'events'}"


def target_legend(conversions: tuple[ConversionReport, ...], signs: Signs) -> str:
    """How to read targets; empty where there are none."""
    if not any(c.goals for c in conversions):
        return ""
    if any(goal.running for c in conversions for goal in c.goals):
        marks = f"{signs.met} met already, {signs.on_pace} on pace, {signs.missed} behind"
        return f"Target: how much of it the whole period will reach at this pace; {marks}."
    marks = f"{signs.met} met, {signs.missed} missed"
    return f"Target: how much of it was reached, cut to the period's days; {marks}."


def value_legend(conversions: tuple[ConversionReport, ...]) -> str:
    """What GA4's values mean, for a product view carries the product's price; empty where there are none."""
    if any(c.value_source == "ga4" for c in conversions):
        return "Value: what the events themselves carried; money earned only where the event is a sale."
    return ""


def common_currency(conversions: tuple[ConversionReport, ...]) -> str | None:
    """The currency of every value there is; None when there are several, or none."""
    currencies = {c.currency for c in conversions if c.current.value is not None}
    return currencies.pop() if len(currencies) == 1 else None


def days(period: Period) -> str:
    """First and last day."""
    return str(period.first) if period.days == 1 else f"{period.first} to {period.last}"


def compared(report: PropertyReport) -> str:
    """What it is compared with, and whether weekends weigh the same in both; empty for nothing."""
    if report.previous_period is None:
        return ""
    weekdays = "the same weekdays" if report.same_weekdays else "other weekdays"
    return f"compared with {days(report.previous_period)}, {weekdays}"


def covered(report: PropertyReport) -> str:
    """How long the period is; of a running one, how much of it there is so far."""
    whole = report.whole
    if whole is None or whole == report.period:
        return length(report.period)
    return f"{length(report.period)} of {whole.days}"


def length(period: Period) -> str:
    """How long it is."""
    return "1 day" if period.days == 1 else f"{period.days} days"
