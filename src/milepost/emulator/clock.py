"""The emulator's time: the machine's, or a moment that was set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo


class Clock:
    """Tells the time in UTC.

    A fixed clock starts at the moment given and moves one millisecond per reading, so that two
    writes never carry the same time and history keeps its order.
    """

    def __init__(self, fixed: datetime | None = None) -> None:
        self._fixed = fixed.astimezone(UTC) if fixed else None
        self._first = self._fixed
        self._lock = Lock()

    @classmethod
    def on_day(cls, day: date) -> Clock:
        """A clock that stands at noon UTC of one day."""
        return cls(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    def now(self) -> datetime:
        """The present moment, in UTC."""
        if self._fixed is None:
            return datetime.now(UTC)
        with self._lock:
            self._fixed += timedelta(milliseconds=1)
            return self._fixed

    def set(self, moment: datetime) -> None:
        """Fix the clock at a moment; it must carry a time zone."""
        with self._lock:
            self._fixed = moment.astimezone(UTC)

    def reset(self) -> None:
        """Go back to what it was when made: the machine's time, or the moment given then."""
        with self._lock:
            self._fixed = self._first

    def today(self, time_zone: str) -> date:
        """The present day in an IANA time zone, such as a property's."""
        return self.now().astimezone(ZoneInfo(time_zone)).date()
