"""What an analysis may ask of the engine under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import TracebackType
from typing import Protocol, Self

from milepost.journeys.engines.query import Query, Row


@dataclass(frozen=True)
class Days:
    """Days of an export, by `event_date`: first and last, both included, and those between that it lacks."""

    first: date
    last: date
    missing: tuple[date, ...] = ()

    @classmethod
    def of(cls, present: Sequence[date], first: date | None = None, last: date | None = None) -> Days | None:
        """The days from `first` to `last`, by default the first and last present; None where none is.

        Days asked for before the first or after the last that is present are missing too.
        """
        first, last = first or min(present, default=None), last or max(present, default=None)
        if first is None or last is None or not any(first <= day <= last for day in present):
            return None
        every = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return cls(first, last, tuple(sorted(set(every) - set(present))))


class EventsEngine(Protocol):
    """Events of one export, and the means to count them. A context manager; what it staged goes with it."""

    source: str
    """What was given for `--events`."""

    bytes_billed: int | None
    """What the queries so far cost; None where nobody bills bytes."""

    def days(self, first: date | None = None, last: date | None = None) -> Days:
        """The days that are there within those asked for.

        Raises:
            InputError: there is none, or the export cannot be read.
        """

    def estimate(self, query: Query, days: Days) -> int | None:
        """Bytes that a query would read and bill, without running it; None where nobody bills bytes."""

    def google_sql(self, query: Query, days: Days) -> str:
        """The query as BigQuery takes it."""

    def rows(self, query: Query, days: Days) -> Sequence[Row]:
        """The answer; of a staged query, once per share of the people.

        Raises:
            MilepostError: the events cannot be read, or the engine refuses.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
