"""Journeys, and funnel answers in the shapes that the service has been seen to give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from milepost.gateways.funnel import FunnelAnswer, FunnelRow
from milepost.reports.funnel import FunnelChoice, Journey, JourneyStep
from milepost.reports.period import FixedDays
from milepost.reports.results import Period

METRICS = (
    "activeUsers",
    "funnelStepCompletionRate",
    "funnelStepAbandonments",
    "funnelStepAbandonmentRate",
)


def journey(*events: str) -> Journey:
    """A shop's journey; the last step is the macro conversion, the first none at all."""
    roles: list[Any] = [None, *["micro"] * (len(events) - 2), "macro"]
    steps = [JourneyStep(event, event.capitalize(), role) for event, role in zip(events, roles, strict=True)]
    return Journey("shop", "Shop", tuple(steps))


def choice(period: Period, **options: Any) -> FunnelChoice:
    """Named days, and what else is told."""
    return FunnelChoice(FixedDays(period), **options)


def row(number: int, *values: float, **dimensions: str) -> FunnelRow:
    """One row of the table; fewer than four values make a row that is cut short."""
    return FunnelRow(
        {"funnelStepName": f"{number}. step", **dimensions}, dict(zip(METRICS, values, strict=False))
    )


def closed(users: Sequence[int], **dimensions: str) -> list[FunnelRow]:
    """The rows GA4 sends of a closed funnel: none for steps that nobody reached."""
    rows = []
    for n, count in enumerate(users):
        if count and n == len(users) - 1:
            rows.append(row(n + 1, count, 1, 0, 0, **dimensions))
        elif count:
            lost = count - users[n + 1]
            rows.append(row(n + 1, count, users[n + 1] / count, lost, lost / count, **dimensions))
    return rows


def split(by: str, users: Mapping[str, Sequence[int]]) -> FunnelAnswer:
    """A closed funnel with a breakdown, its totals first."""
    totals = [sum(column) for column in zip(*users.values(), strict=True)]
    rows = closed(totals, **{by: "RESERVED_TOTAL"})
    for value, counts in users.items():
        rows += closed(counts, **{by: value})
    return FunnelAnswer(tuple(rows))
