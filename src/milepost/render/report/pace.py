"""The targets of a running period in words: so far, expected by now, projected to its end."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.render.report.figures import Signs, percent
from milepost.reports.results import Goal, PropertyReport

HEADINGS = ("Target", "So far", "By now", "Projected", "Wanted", "Standing")
"""What stands over `pace_rows`: `By now` is what would be on the way to the target."""

_KINDS = {
    "per_day": "events a day",
    "per_week": "events a week",
    "per_month": "events a month",
    "user_rate": "share of users",
}

_STANDINGS = {"met": "met", "on_pace": "on pace", "behind": "behind", "open": "open", "missed": "missed"}


def pace_rows(report: PropertyReport, signs: Signs) -> Iterator[tuple[str, ...]]:
    """One row per target of a running period, its conversion's label as it came; none of one that is over."""
    for conversion in report.conversions:
        for goal in conversion.goals:
            if goal.running:
                yield (f"{conversion.label}, {_KINDS[goal.kind]}", *_figures(goal, signs))


def _figures(goal: Goal, signs: Signs) -> tuple[str, ...]:
    pace = goal.pace
    figures = (pace.so_far, pace.expected, pace.projected) if pace else (None, None, None)
    return (*(_amount(goal, figure, signs) for figure in (*figures, goal.wanted)), _STANDINGS[goal.status])


def _amount(goal: Goal, figure: float | None, signs: Signs) -> str:
    if figure is None:
        return signs.none
    return percent(figure, signs) if goal.kind == "user_rate" else f"{figure:,.1f}".removesuffix(".0")
