"""What events say about the steps towards a macro conversion: plain counts, before any estimate.

A source of events (DuckDB or BigQuery) fills these; the estimates are arithmetic on them. Terms are those
of the method: a *point of the visit* is a session number with a number of pages seen, a *band* the seconds
since the page began; together, and with an extra value where one was asked for, they are a stratum.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SESSION_NUMBERS = (1, 2, 3)
"""Sessions told apart; the last one stands for itself and all later ones."""

PAGES_SEEN = (1, 2, 3, 4, 5, 6, 8, 11, 16, 25)
"""Lower edges of the bins of pages seen so far; the last bin is open."""

SECONDS_ON_PAGE = (0, 3, 10, 30, 60, 120)
"""Lower edges of the bands of seconds since the page view; the last band is open."""


@dataclass(frozen=True, order=True)
class Point:
    """A point of a visit: session number (3: third or later) and the lower edges of pages and seconds.

    `progress` is how many steps of a road the user had taken when the page began, 0 where no road was given.
    """

    session_number: int
    pages: int
    seconds: int
    progress: int = 0


@dataclass(frozen=True)
class Stratum:
    """Users who did the step at one point of a visit, beside moments of others at that same point.

    `users` did it there and `reached` of them went on to the macro conversion in time; `moments` are
    comparable ones of users who had not done it yet, `moments_reached` of them were followed by the macro
    conversion in time. `extra` is the user's value of the dimension asked for, None where none was.
    """

    point: Point
    extra: str | None
    users: int
    reached: int
    moments: int
    moments_reached: int


@dataclass(frozen=True)
class StepCounts:
    """One micro conversion. A user counts once, by the first time; `ever` is the sum of the next four.

    Attributes:
        event: its event name.
        ever: users who did it at all in the window.
        after_macro: of those, the first time lies after their first macro conversion.
        same_instant: it lies at the same instant, or less than the gap (one second) before it.
        too_recent: it lies before it, or there is none, but too near the end of the data to be followed.
        users: it lies before it, or there is none, and they can be followed: what the rate is of.
        reached: of `users`, those whose macro conversion came in time.
        occurrences: distinct instants of a user at which it happened, all users of `ever` together.
        before_macro: users with a macro conversion (followed or not) who did it before.
        median_seconds: from step to macro conversion, of those who `reached`; None where nobody did.
        strata: where `users` did it, with comparable moments; ordered by point and extra. Their `users`
            add to `users`; a stratum with no moments has no comparison.
        reached_at_all: of `users`, those with the macro conversion at any time after, in time or not.
    """

    event: str
    ever: int
    after_macro: int
    same_instant: int
    too_recent: int
    users: int
    reached: int
    occurrences: int
    before_macro: int
    median_seconds: float | None
    strata: tuple[Stratum, ...]
    reached_at_all: int = 0

    @property
    def unmatched(self) -> int:
        """Users at points of the visit where nobody is left to compare them with."""
        return sum(stratum.users for stratum in self.strata if not stratum.moments)

    @property
    def events_per_user(self) -> float | None:
        """How often those who did it did it; None where nobody did."""
        return self.occurrences / self.ever if self.ever else None


@dataclass(frozen=True)
class MacroCounts:
    """Users with the macro conversion, by their first one in the window.

    A user's value is that of the first one that carries a value; `mean_value` is their mean over the users
    `with_value`, None where there is none.
    """

    event: str
    users: int
    with_value: int
    mean_value: float | None

    @property
    def without_value(self) -> int:
        """Users of whose macro conversions none carries a value."""
        return self.users - self.with_value


@dataclass(frozen=True)
class StepCredit:
    """A micro conversion among the users of one row: did it, can be followed, went on in time.

    `too_recent` did it before any macro conversion, but too lately to be followed.
    """

    event: str
    ever: int
    users: int
    reached: int
    too_recent: int = 0


@dataclass(frozen=True)
class CreditRow:
    """Users who share one value of a dimension (None: it is not known of them), each in one row only.

    `macro_value` adds up one value per user, as in `MacroCounts`; None where no user has one.
    """

    value: str | None
    users: int
    macro_users: int
    macro_value: float | None
    steps: tuple[StepCredit, ...]


@dataclass(frozen=True)
class EventsRead:
    """What a source read: events used, what was left out of them, and what is missing.

    `rows` counts everything in the days read; `rows_without_user` and `duplicate_rows` of these were left
    out. `bytes_billed` is what BigQuery charged, None elsewhere. `notes` are sentences for people.
    """

    source: str
    rows: int
    rows_without_user: int
    duplicate_rows: int
    users: int
    page_events: int
    missing_days: tuple[date, ...] = ()
    bytes_billed: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LiftCounts:
    """All counts for one macro conversion and the micro conversions that may lead to it.

    `first_day` to `last_day` are the days of the export, both included, whose end is `end_micros`
    (microseconds since 1970, exclusive); only moments up to `cut_micros` = `end_micros` less `within_seconds`
    count, so that everybody is followed for the whole of it. `steps` stand in the order asked for. `by` is
    the dimension of the strata's extra values and of `rows` (most users first), None where none was asked.
    """

    macro: MacroCounts
    steps: tuple[StepCounts, ...]
    first_day: date
    last_day: date
    end_micros: int
    within_seconds: int
    gap_seconds: float
    read: EventsRead
    by: str | None = None
    rows: tuple[CreditRow, ...] = ()

    @property
    def cut_micros(self) -> int:
        """The last instant from which a user can be followed for the whole time allowed."""
        return self.end_micros - self.within_seconds * 1_000_000
