"""Which days a report covers, and how GA4 is asked for them.

"The last 28 days" is a question for the service: it knows the property's time zone and (an emulator)
its own clock. So relative periods are asked in GA4's relative dates, and which days those were is read
from the answer afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from milepost.errors import InputError
from milepost.gateways.data import DateRange
from milepost.reports.results import Period

DEFAULT_DAYS = 28
CURRENT = "current"
PREVIOUS = "previous"

YEAR_DAYS = 364
"""A year back to the same weekday: 52 whole weeks."""

Comparison = Literal["previous", "year", "none"] | Period
"""The days just before, those of the same weekdays a year ago, nothing, or days someone named."""

_FIRST_DAY = date(2015, 8, 14)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class LastDays:
    """The last full days, ending yesterday, whenever that is for the property."""

    days: int = DEFAULT_DAYS
    compare: Comparison = "previous"

    def ranges(self) -> tuple[DateRange, ...]:
        """This period, in GA4's relative dates, and the one it is compared with, if any."""
        current = DateRange(f"{self.days}daysAgo", "yesterday", CURRENT)
        if isinstance(self.compare, Period):
            return current, _calendar(self.compare, PREVIOUS)
        back = _days_back(self.compare, self.days)
        if back is None:
            return (current,)
        return current, DateRange(f"{self.days + back}daysAgo", f"{back + 1}daysAgo", PREVIOUS)

    def compared(self, period: Period) -> Period | None:
        """The days that `period` is compared with; None for none."""
        return _compared(period, self.compare)

    def resolve(self, first: date | None, local_today: date) -> Period:
        """The days meant.

        Args:
            first: the first day, where an answer tells it.
            local_today: the property's present day by our own clock, good enough where none does.
        """
        start = first if first is not None else local_today - timedelta(days=self.days)
        return Period(start, start + timedelta(days=self.days - 1))

    def today(self, period: Period, local_today: date) -> date:  # noqa: ARG002 - see FixedDays
        """The service's present day: the period ended yesterday."""
        return period.last + timedelta(days=1)


@dataclass(frozen=True)
class FixedDays:
    """Calendar days someone named. `present` is the property's present day, where it is known."""

    period: Period
    compare: Comparison = "previous"
    present: date | None = None

    def ranges(self) -> tuple[DateRange, ...]:
        """This period and the one it is compared with, if any, in calendar dates."""
        current, before = _calendar(self.period, CURRENT), self.compared(self.period)
        return (current, _calendar(before, PREVIOUS)) if before else (current,)

    def compared(self, period: Period) -> Period | None:
        """The days that `period` is compared with; None for none."""
        return _compared(period, self.compare)

    def resolve(self, first: date | None, local_today: date) -> Period:  # noqa: ARG002 - see LastDays
        """The days named, whatever the answer."""
        return self.period

    def today(self, period: Period, local_today: date) -> date:  # noqa: ARG002 - see LastDays
        """The present day, by our own clock where nobody told: named days do not."""
        return self.present or local_today


PeriodChoice = LastDays | FixedDays


def _days_back(compare: Literal["previous", "year", "none"], days: int) -> int | None:
    return {"previous": days, "year": YEAR_DAYS, "none": None}[compare]


def _compared(period: Period, compare: Comparison) -> Period | None:
    if isinstance(compare, Period):
        return compare
    back = _days_back(compare, period.days)
    if back is None:
        return None
    return Period(period.first - timedelta(days=back), period.last - timedelta(days=back))


def read_comparison(text: str) -> Comparison:
    """What `--compare` says: `previous`, `year`, `none`, or two days as `FROM..TO`, both included.

    Raises:
        InputError: it says something else, or days that GA4 does not know.
    """
    match text:
        case "previous" | "year" | "none":
            return text
    first, dots, last = text.partition("..")
    if not dots:
        remedy = "Write previous, year, none, or two days as 2020-12-06..2020-12-19."
        raise InputError("--compare", f'"{text}" is no comparison', remedy)
    start, end = _day("--compare", first), _day("--compare", last)
    if start > end:
        raise InputError("--compare", f"{start} is after {end}", "Swap the two days.")
    if start < _FIRST_DAY:
        raise InputError("--compare", f"{start} is before {_FIRST_DAY}", "GA4 knows no earlier day.")
    return Period(start, end)


def choose_period(
    days: int | None = None,
    first: str | None = None,
    last: str | None = None,
    *,
    compare: Comparison = "previous",
    today: Callable[[], date] = date.today,
) -> PeriodChoice:
    """The period asked for with `--days`, or `--from` and `--to`; without any, the last 28 full days.

    Args:
        days: how many full days, ending yesterday.
        first: `--from`, YYYY-MM-DD, included.
        last: `--to`, YYYY-MM-DD, included.
        compare: what to compare it with; named days must be as many.
        today: tells how far back `days` may reach, and what lies in the future.

    Raises:
        InputError: naming the option at fault.
    """
    present = today()
    if days is not None and (first is not None or last is not None):
        raise InputError("--days", "does not go with --from and --to", "Give one or the other.")
    if first is not None or last is not None:
        period = _named_days(first, last, compare, present)
        _check_length(compare, period.days)
        return FixedDays(period, compare)
    days = DEFAULT_DAYS if days is None else days
    known = (present - _FIRST_DAY).days
    farthest = {"previous": known // 2, "year": known - YEAR_DAYS}.get(str(compare), known)
    if not 1 <= days <= farthest:
        raise InputError(
            "--days",
            f"{days} is not between 1 and {farthest}",
            f"GA4 knows no day before {_FIRST_DAY}, and the period compared with is read too.",
        )
    _check_length(compare, days)
    return LastDays(days, compare)


def _check_length(compare: Comparison, days: int) -> None:
    if isinstance(compare, Period) and compare.days != days:
        cause = f"{compare.first} to {compare.last} has {compare.days} days, the period has {days}"
        raise InputError(
            "--compare", cause, "Give as many days, or figures of different lengths are compared."
        )


def _named_days(first: str | None, last: str | None, compare: Comparison, today: date) -> Period:
    if first is None:
        raise InputError("--from", "is missing beside --to", "Give the first day as YYYY-MM-DD.")
    if last is None:
        raise InputError("--to", "is missing beside --from", "Give the last day as YYYY-MM-DD.")
    start, end = _day("--from", first), _day("--to", last)
    if start > end:
        raise InputError("--from", f"{start} is after --to {end}", "Swap the two days.")
    if start > today + timedelta(days=1):  # tomorrow may have begun elsewhere
        raise InputError("--from", f"{start} lies in the future", "Choose a period that has begun.")
    back = 0 if isinstance(compare, Period) else _days_back(compare, (end - start).days + 1) or 0
    if (start - _FIRST_DAY).days < back:
        raise InputError(
            "--from",
            f"the period from {start} to {end}, or the one compared with, begins before {_FIRST_DAY}",
            "GA4 knows no earlier day. Choose later or fewer days.",
        )
    return Period(start, end)


def _day(option: str, text: str) -> date:
    remedy = "Write it as YYYY-MM-DD, such as 2021-01-16."
    if not _ISO_DAY.fullmatch(text):
        raise InputError(option, f'"{text}" is not a day', remedy)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(option, f'"{text}" is not a day ({error})', remedy) from None


def _calendar(period: Period, name: str) -> DateRange:
    return DateRange(period.first.isoformat(), period.last.isoformat(), name)
