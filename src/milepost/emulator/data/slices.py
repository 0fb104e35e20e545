"""The parts a report is made of: date ranges, times comparisons; or cohorts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from milepost.emulator.data.sql import FIRST_SESSION_DATE, literal


@dataclass(frozen=True)
class Slice:
    """Days from `first` to `last` of the users or events that a condition holds for.

    `name` is the date range's or the cohort's. A cohort are the users whose first session was on a day
    from `cohort_first` to `cohort_last`.
    """

    name: str
    first: date
    last: date
    comparison: str = ""
    condition: str = "true"
    cohort_first: date | None = None
    cohort_last: date | None = None


def slices_table(slices: Sequence[Slice], time_zone: str) -> str:
    """The slices as a table `r`; `size` is the number of users of a cohort."""
    rows = ", ".join(
        f"({number}, {literal(s.name)}, {_day(s.first)}, {_day(s.last)}, {literal(s.comparison)}, "
        f"{_day(s.cohort_first)}, {_day(s.cohort_last)}, {literal(time_zone)})"
        for number, s in enumerate(slices)
    )
    columns = "position, name, first, last, comparison, cohort_first, cohort_last, zone"
    if all(s.cohort_first is None for s in slices):
        return f"(VALUES {rows}) r({columns})"
    # The zone is the same in every row; reading it from there would make the count a correlated one.
    first_session = FIRST_SESSION_DATE.replace("r.zone", literal(time_zone))
    return (
        f"(SELECT v.*, (SELECT count(*) FROM users u WHERE {first_session} "
        f"BETWEEN v.cohort_first AND v.cohort_last) AS size FROM (VALUES {rows}) v({columns})) r"
    )


def slices_condition(slices: Sequence[Slice]) -> str:
    """What an event must meet to be in its slice, beside its day."""
    conditions = []
    if any(s.condition != "true" for s in slices):
        cases = " ".join(f"WHEN {number} THEN {s.condition}" for number, s in enumerate(slices))
        conditions.append(f"CASE r.position {cases} END")
    if any(s.cohort_first for s in slices):
        conditions.append(f"{FIRST_SESSION_DATE} BETWEEN r.cohort_first AND r.cohort_last")
    return " AND ".join(conditions) or "true"


def _day(day: date | None) -> str:
    return "NULL::DATE" if day is None else f"DATE '{day.isoformat()}'"
