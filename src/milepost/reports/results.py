"""What a report says, as frozen values. Rates are fractions from 0 to 1, None where nobody was there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Literal

from milepost.gateways.data import QuotaUse
from milepost.model.document import Role
from milepost.model.frames import Kind, Record, Tabular
from milepost.reports.report_records import REPORT_COLUMNS, report_records

ValueSource = Literal["ga4", "declared"]

GoalKind = Literal["per_day", "per_week", "per_month", "user_rate"]

GoalStatus = Literal["met", "missed", "on_pace", "behind", "open"]
"""Of a period that is over: met or missed. Of a running one: met already, on pace to be, behind, or open as
long as no day of it is full."""

Change = float | Literal["new"] | None
"""Growth as a fraction (0.1: a tenth more); "new": nothing before; None: nothing to compare."""


@dataclass(frozen=True)
class Period:
    """Whole days in the property's time zone, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """As many days, ending where this one begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(self.days))

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class RoleFigures:
    """Users and sessions with any conversion of one role, each counted once by GA4 itself."""

    users: int
    sessions: int
    user_rate: float | None


@dataclass(frozen=True)
class Engagement:
    """How people used the site, as GA4 measures it; None where nobody was there.

    `rate` is the share of sessions that were engaged: longer than 10 seconds, with two pages or more, or
    with a key event. Durations are seconds: `session_duration` per session, with time in other tabs;
    `per_user` per active user, in the foreground only.

    Source: Data API metrics engagementRate, averageSessionDuration, screenPageViewsPerSession and
    userEngagementDuration / activeUsers (GA4 has no metric of the last).
    """

    rate: float | None = None
    session_duration: float | None = None
    pages_per_session: float | None = None
    per_user: float | None = None


@dataclass(frozen=True)
class TrendStep:
    """Events of some days of a period: of each role, and of each conversion by event name."""

    days: Period
    macro_events: int
    micro_events: int
    conversions: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Totals:
    """One period of one property as a whole."""

    users: int
    sessions: int
    micro: RoleFigures
    macro: RoleFigures
    engagement: Engagement = Engagement()


@dataclass(frozen=True)
class Figures:
    """One conversion in one period. `user_rate` is of all users; `value` None: none known."""

    events: int
    users: int
    user_rate: float | None
    value: float | None


@dataclass(frozen=True)
class Pace:
    """How a goal stands in a period that is still running; events, or for `user_rate` fractions of users.

    `so_far` is what its full days had, `expected` what they would have on the way to the goal, and
    `projected` what the whole period will have at the pace of the days that GA4 has finished. `by` tells
    how days to come were counted: as their weekdays weigh, all alike, or not at all (a rate stays).
    """

    so_far: float
    expected: float
    projected: float
    by: Literal["weekday", "day", "rate"]


@dataclass(frozen=True)
class Goal:
    """One key of a conversion's target, and how far it was reached.

    `declared` is what the file says, `wanted` that for the whole period, and `reached` what there was:
    events, or for `user_rate` a fraction of users. `running` tells that the period is not over; `pace`
    is then set as soon as it has a full day.
    """

    kind: GoalKind
    declared: float
    wanted: float
    reached: float
    running: bool = False
    pace: Pace | None = None

    @property
    def met(self) -> bool:
        """Whether it was reached."""
        return self.reached >= self.wanted

    @property
    def progress(self) -> float | None:
        """The part reached as a fraction, above 1 where it was passed; None where nothing was wanted."""
        return self.reached / self.wanted if self.wanted else None

    @property
    def outlook(self) -> float | None:
        """The part that will have been reached, as `progress`: the projected one of a running period."""
        if self.pace is None or not self.wanted:
            return self.progress
        return self.pace.projected / self.wanted

    @property
    def status(self) -> GoalStatus:
        """How it stands. A share of users can fall again, so that before the end it is on pace at best."""
        if not self.running:
            return "met" if self.met else "missed"
        if self.met and self.kind != "user_rate":
            return "met"
        if self.pace is None:
            return "open"
        return "on_pace" if self.pace.projected >= self.wanted else "behind"


@dataclass(frozen=True)
class ConversionReport:
    """One declared conversion: now, before, and day by day.

    `previous` is None when nothing is compared, `key_event` when GA4's key events could not be read.
    `key_event_since` is set only when that day lies inside the period. `value_source` tells GA4's own sum
    from the file's `value` times events, and holds for both periods; `currency` is that of the value.
    `trend` counts events, one per day of the period in order.
    """

    event: str
    label: str
    role: Role
    key_event: bool | None
    key_event_since: date | None
    current: Figures
    previous: Figures | None
    value_source: ValueSource | None
    currency: str | None
    trend: tuple[int, ...]
    goals: tuple[Goal, ...] = ()

    @property
    def goal(self) -> Goal | None:
        """The goal farthest from being met: when it is, all are. None without a target."""
        return min(
            self.goals, key=lambda goal: math.inf if goal.outlook is None else goal.outlook, default=None
        )


@dataclass(frozen=True)
class PropertyReport(Tabular):
    """The standard report of one property. `conversions` stand macro first, each role in the file's order.

    `previous_period` and `previous` are those compared with, as many days; both None when nothing is.
    `trend` and `quotas` are empty unless asked for. `whole` is the running period that goals are for, its
    days to come included; None of days that are over, whose goals are for `period`.
    """

    COLUMNS: ClassVar[Mapping[str, Kind]] = REPORT_COLUMNS

    name: str
    property_id: str
    period: Period
    previous_period: Period | None
    current: Totals
    previous: Totals | None
    conversions: tuple[ConversionReport, ...]
    notes: tuple[str, ...]
    currency: str
    time_zone: str
    trend: tuple[TrendStep, ...] = ()
    quotas: tuple[QuotaUse, ...] = ()
    whole: Period | None = None

    def records(self) -> Iterator[Record]:
        """Three rows of totals, one per conversion, and one per conversion and step of the trend."""
        return report_records(self)

    @property
    def comparable(self) -> bool:
        """Whether anyone at all was there in the period compared with."""
        return self.previous is not None and self.previous.users > 0

    @property
    def same_weekdays(self) -> bool:
        """Whether each day is compared with one of the same weekday, so that weekends weigh the same."""
        before = self.previous_period
        return before is not None and (self.period.first - before.first).days % 7 == 0

    @property
    def users_change(self) -> Change:
        """Change of the number of users."""
        return self._change(self.current.users, self.previous.users if self.previous else None)

    @property
    def sessions_change(self) -> Change:
        """Change of the number of sessions."""
        return self._change(self.current.sessions, self.previous.sessions if self.previous else None)

    @property
    def macro_change(self) -> Change:
        """Change of the number of users with any macro conversion."""
        return self._change(self.current.macro.users, self.previous.macro.users if self.previous else None)

    @property
    def micro_change(self) -> Change:
        """Change of the number of users with any micro conversion."""
        return self._change(self.current.micro.users, self.previous.micro.users if self.previous else None)

    def engagement_change(self, figure: Callable[[Engagement], float | None]) -> Change:
        """Change of one figure of engagement, itself relative: from 50 % to 60 % is a fifth more."""
        now = figure(self.current.engagement)
        before = figure(self.previous.engagement) if self.previous else None
        return None if now is None else self._change(now, before)

    def events_change(self, conversion: ConversionReport) -> Change:
        """Change of the number of events of one of this report's conversions."""
        return self._change(
            conversion.current.events, conversion.previous.events if conversion.previous else None
        )

    def _change(self, now: float, before: float | None) -> Change:
        if not self.comparable:
            return None
        if before:
            return (now - before) / before
        return "new" if now else None

    @property
    def targets_met(self) -> bool:
        """Whether no conversion missed its target, or is behind it; true as well where none has one."""
        goals = (goal for conversion in self.conversions for goal in conversion.goals)
        return all(goal.status not in ("missed", "behind") for goal in goals)

    def with_role(self, role: Role) -> tuple[ConversionReport, ...]:
        """The conversions of one role, in order."""
        return tuple(c for c in self.conversions if c.role == role)


def share(part: int, whole: int) -> float | None:
    """`part` of `whole` as a fraction; None of nothing.

    GA4 estimates distinct counts (about 1 % off), so that a part can come out above its whole: that is 1.

    Source: Data API reference, section 13 (HyperLogLog++).
    """
    return min(part / whole, 1.0) if whole else None
