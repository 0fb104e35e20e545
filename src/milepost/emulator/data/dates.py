"""Date ranges of a request, resolved to days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from milepost.emulator.rpc import invalid_argument

MAX_RANGES = 4
_AFTER = date(2015, 8, 13)
_BEFORE = date(3000, 1, 1)
_DAYS_AGO = re.compile(r"(\d{1,6})daysAgo", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_RESERVED_PREFIXES = ("date_range_", "RESERVED_")


@dataclass(frozen=True)
class DateRange:
    """Days from `first` to `last`, both included, in the property's time zone."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.last - self.first).days + 1


def resolve_ranges(ranges: Sequence[Any], today: date) -> tuple[DateRange, ...]:
    """The days of each range; one without a name is called `date_range_0` and so on.

    Raises:
        RpcError: none, more than four, or one that is malformed, out of bounds, reversed or badly named.
    """
    if not ranges:
        raise invalid_argument("A dateRange is required.")
    if len(ranges) > MAX_RANGES:
        raise invalid_argument(
            f"Requests are limited to {MAX_RANGES} dateRanges.\n"
            f"  This request contains {len(ranges)} dateRanges."
        )
    return tuple(_resolve(message, position, today) for position, message in enumerate(ranges))


def _resolve(message: Any, position: int, today: date) -> DateRange:
    first = _day("startDate", message.start_date, today)
    last = _day("endDate", message.end_date, today)
    _check_bounds("start_date", first)
    _check_bounds("end_date", last)
    if first > last:
        raise invalid_argument(
            "start_date must be less than or equal to end_date. "
            f"start_date = {first.isoformat()} and end_date = {last.isoformat()}"
        )
    if message.name.startswith(_RESERVED_PREFIXES):
        raise invalid_argument(
            f"Invalid dateRange name : {message.name}. "
            "dateRange names cannot begin with date_range_ or RESERVED_."
        )
    return DateRange(message.name or f"date_range_{position}", first, last)


def _day(field: str, text: str, today: date) -> date:
    try:
        if text in ("today", "yesterday"):
            return today - timedelta(days=text == "yesterday")
        ago = _DAYS_AGO.fullmatch(text)
        if ago:
            return today - timedelta(days=int(ago.group(1)))
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except (ValueError, OverflowError):
        pass
    raise invalid_argument(
        f"Invalid {field} : {text}. {field} must be YYYY-MM-DD, NdaysAgo, yesterday, or today."
    )


def _check_bounds(field: str, day: date) -> None:
    if not _AFTER < day < _BEFORE:
        raise invalid_argument(
            f"{field} = {day.isoformat()} must be greater than {_AFTER.isoformat()} "
            f"and less than {_BEFORE.isoformat()}."
        )
