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

from milepost.errors import InputError
from milepost.gateways.data import DateRange
from milepost.reports.results import Period

DEFAULT_DAYS = 28
CURRENT = "current"
PREVIOUS = "previous"

_FIRST_DAY = date(2015, 8, 14)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class LastDays:
    """The last full days, ending yesterday, whenever that is for the property."""

    days: int = DEFAULT_DAYS

    def ranges(self) -> tuple[DateRange, DateRange]:
        """This period and the one before it, in GA4's relative dates."""
        n = self.days
        return (
            DateRange(f"{n}daysAgo", "yesterday", CURRENT),
            DateRange(f"{2 * n}daysAgo", f"{n + 1}daysAgo", PREVIOUS),
        )

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
    """Calendar days someone named."""

    period: Period

    def ranges(self) -> tuple[DateRange, DateRange]:
        """This period and the one before it, in calendar dates."""
        before = self.period.before()
        return _calendar(self.period, CURRENT), _calendar(before, PREVIOUS)

    def resolve(self, first: date | None, local_today: date) -> Period:  # noqa: ARG002 - see LastDays
        """The days named, whatever the answer."""
        return self.period

    def today(self, period: Period, local_today: date) -> date:  # noqa: ARG002 - see LastDays
        """The present day by our own clock: named days do not tell."""
        return local_today


PeriodChoice = LastDays | FixedDays


def choose_period(
    days: int | None = None,
    first: str | None = None,
    last: str | None = None,
    *,
    today: Callable[[], date] = date.today,
) -> PeriodChoice:
    """The period asked for with `--days`, or `--from` and `--to`; without any, the last 28 full days.

    Args:
        days: how many full days, ending yesterday.
        first: `--from`, YYYY-MM-DD, included.
        last: `--to`, YYYY-MM-DD, included.
        today: tells how far back `days` may reach.

    Raises:
        InputError: naming the option at fault.
    """
    if days is not None and (first is not None or last is not None):
        raise InputError("--days", "does not go with --from and --to", "Give one or the other.")
    if first is not None or last is not None:
        return FixedDays(_named_days(first, last))
    if days is None:
        return LastDays()
    farthest = (today() - _FIRST_DAY).days // 2
    if not 1 <= days <= farthest:
        raise InputError(
            "--days",
            f"{days} is not between 1 and {farthest}",
            f"GA4 knows no day before {_FIRST_DAY}, and the period before is read too.",
        )
    return LastDays(days)


def _named_days(first: str | None, last: str | None) -> Period:
    if first is None:
        raise InputError("--from", "is missing beside --to", "Give the first day as YYYY-MM-DD.")
    if last is None:
        raise InputError("--to", "is missing beside --from", "Give the last day as YYYY-MM-DD.")
    start, end = _day("--from", first), _day("--to", last)
    if start > end:
        raise InputError("--from", f"{start} is after --to {end}", "Swap the two days.")
    if (start - _FIRST_DAY).days < (end - start).days + 1:
        raise InputError(
            "--from",
            f"the period from {start} to {end}, or the one before it, begins before {_FIRST_DAY}",
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
