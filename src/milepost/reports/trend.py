"""Conversions day by day or week by week, from the daily counts that a report holds.

Counts of events may be added up, which those of users may not: so a trend shows events.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from milepost.model.document import Role
from milepost.reports.results import ConversionReport, Period, TrendStep

TrendBy = Literal["day", "week"]

_LENGTH = {"day": 1, "week": 7}


def read_trend(conversions: Iterable[ConversionReport], period: Period, by: TrendBy) -> tuple[TrendStep, ...]:
    """One step per day, or per seven days counted back from the last one, oldest first.

    So the newest week is a whole one and comparable; the oldest has what days are left over, as it says.

    Args:
        conversions: each with a count per day of `period`.
        period: the days reported on.
        by: how long a step is.
    """
    known = tuple(conversions)
    return tuple(_step(known, period, days) for days in _steps(period, _LENGTH[by]))


def _steps(period: Period, length: int) -> list[Period]:
    lasts = (period.last - timedelta(days=back) for back in range(0, period.days, length))
    return [Period(max(period.first, last - timedelta(days=length - 1)), last) for last in lasts][::-1]


def _step(conversions: tuple[ConversionReport, ...], period: Period, days: Period) -> TrendStep:
    start = (days.first - period.first).days
    counts = {c.event: sum(c.trend[start : start + days.days]) for c in conversions}

    def of(role: Role) -> int:
        return sum(counts[c.event] for c in conversions if c.role == role)

    return TrendStep(days, of("macro"), of("micro"), tuple(counts.items()))
