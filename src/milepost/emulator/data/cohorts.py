"""Reports on cohorts: users by the day of their first session, watched over the periods that follow."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from google.analytics import data_v1beta

from milepost.emulator.data.dates import resolve_ranges
from milepost.emulator.data.registry import Dimension, Family, Kind, Metric, Scope
from milepost.emulator.data.slices import Slice
from milepost.emulator.rpc import invalid_argument

COHORT = "cohort"
_Granularity = data_v1beta.CohortsRange.Granularity
_DAYS = {_Granularity.DAILY: 1, _Granularity.WEEKLY: 7, _Granularity.MONTHLY: 30}

COHORT_DIMENSIONS = (
    Dimension(COHORT, "Cohort", "Cohort", "r.name", "The name of the cohort.", Scope.COHORT),
    *(
        Dimension(
            f"cohortNth{period}",
            f"{label} cohort",
            "Cohort",
            f"lpad(((e.date - r.cohort_first) // {days})::VARCHAR, 4, '0')",
            f"{period}s since the cohort's first day, four digits, the first being 0000.",
            Scope.COHORT,
        )
        for period, label, days in (("Day", "Daily", 1), ("Week", "Weekly", 7), ("Month", "Monthly", 30))
    ),
)

COHORT_METRICS = (
    Metric("cohortActiveUsers", "Cohort active users", "Cohort", Kind.INTEGER,
           "count(DISTINCT e.user_key) FILTER (a.active)",
           "Users of the cohort who were active in the period.", family=Family.COHORT),
    Metric("cohortTotalUsers", "Cohort total users", "Cohort", Kind.INTEGER, "max(r.size)",
           "All users of the cohort, the same in each of its rows.", family=Family.COHORT),
)  # fmt: skip


def resolve_cohorts(request: Any, dimensions: Collection[str], today: date) -> tuple[Slice, ...]:
    """The cohorts of a request, and the days each is watched.

    The watched days begin `start_offset` periods after the cohort's first day, and end `end_offset`
    periods after its last; a period is 1, 7 or 30 days.

    Args:
        request: a report's request with a cohort_spec.
        dimensions: names of the dimensions it shows.
        today: the present day in the property's time zone.

    Raises:
        RpcError: date ranges beside cohorts, or a specification that is incomplete or contradictory.
    """
    spec = request.cohort_spec
    if request.date_ranges:
        raise invalid_argument("A cohort request must not specify dateRanges.")
    if not spec.cohorts:
        raise invalid_argument("A cohortSpec must contain at least one cohort.")
    if COHORT not in dimensions:
        raise invalid_argument("A cohort request must include the dimension cohort.")
    if spec.cohort_report_settings.accumulate:
        raise invalid_argument("accumulate is not supported in RunReport.")
    days = _DAYS.get(spec.cohorts_range.granularity)
    first, last = spec.cohorts_range.start_offset, spec.cohorts_range.end_offset
    if days is None:
        raise invalid_argument("The cohortsRange must have a granularity.")
    if not 0 <= first <= last:
        raise invalid_argument("The cohortsRange must have 0 <= startOffset <= endOffset.")
    return tuple(
        _cohort(message, position, today, first * days, last * days)
        for position, message in enumerate(spec.cohorts)
    )


def _cohort(message: Any, position: int, today: date, before: int, after: int) -> Slice:
    if message.dimension != "firstSessionDate":
        raise invalid_argument("The dimension of a cohort must be firstSessionDate.")
    if message.name.startswith(("cohort_", "RESERVED_")):
        raise invalid_argument(
            f"Invalid cohort name : {message.name}. cohort names cannot begin with cohort_ or RESERVED_."
        )
    (days,) = resolve_ranges([message.date_range], today)
    return Slice(
        message.name or f"cohort_{position}",
        days.first + timedelta(days=before),
        days.last + timedelta(days=after),
        cohort_first=days.first,
        cohort_last=days.last,
    )
