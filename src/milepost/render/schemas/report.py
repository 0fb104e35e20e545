"""`report --format json`."""

from __future__ import annotations

from pydantic import Field

from milepost.render.schemas.parts import Conversion, Days, Document, OfProperty, Part
from milepost.reports.results import GoalKind, GoalStatus, ValueSource


class People(Part):
    """Users and sessions with any conversion of a role, each counted once by GA4 itself."""

    users: int
    """How many users."""
    sessions: int
    """How many sessions."""
    user_rate: float | None
    """Share of all users, a fraction; null where nobody was there."""


class Engagement(Part):
    """How people used the site, as GA4 measures it; null where nobody was there."""

    rate: float | None
    """Share of sessions that were engaged, a fraction."""
    session_duration: float | None
    """Seconds per session."""
    pages_per_session: float | None
    """Pages and screens per session."""
    duration_per_user: float | None
    """Seconds in the foreground per active user."""


class Totals(Part):
    """A period as a whole."""

    users: int
    """Everybody."""
    sessions: int
    """All sessions."""
    micro: People
    """Those with any micro conversion."""
    macro: People
    """Those with any macro conversion."""
    engagement: Engagement
    """How people used the site."""


class Figures(Part):
    """A conversion in a period."""

    events: int
    """How many events."""
    users: int
    """How many users, each once."""
    user_rate: float | None
    """Share of all users, a fraction; null where nobody was there."""
    value: float | None
    """What they were worth; null where nobody knows."""


class Pace(Part):
    """How a target stands in a period that is still running."""

    so_far: float
    """Events of the full days, or the share of users."""
    expected: float
    """What there would be by now on the way to the target."""
    projected: float
    """What the whole period will have at the pace of the days that GA4 has finished."""
    by: str = Field(json_schema_extra={"enum": ["weekday", "day", "rate"]})
    """How days to come were counted: as their weekdays weigh, all alike, or not at all (a rate stays)."""


class Target(Part):
    """One key of a conversion's target."""

    kind: GoalKind
    """Which key."""
    declared: float
    """What the file says."""
    wanted: float
    """That for the whole period."""
    reached: float
    """What there was: events, or a share of users."""
    met: bool
    """Whether as much or more was reached."""
    status: GoalStatus
    """Of a period that is over `met` or `missed`; of a running one `met`, `on_pace`, `behind` or `open`."""
    pace: Pace | None
    """Null where the period is over, or has no full day yet."""


class ReportedConversion(Figures, Conversion):
    """A conversion of the report."""

    key_event: bool | None
    """Whether GA4 has it as a key event; null where that could not be read."""
    key_event_since: str | None = Field(json_schema_extra={"format": "date"})
    """The day it became one, where that lies inside the period."""
    value_source: ValueSource | None
    """`ga4`: what the events carried; `declared`: the file's value times events; null without a value."""
    currency: str | None
    """Of the value, ISO 4217."""
    trend: tuple[int, ...]
    """Events per day of the period, in order."""
    targets: tuple[Target, ...]
    """One per key of its target."""
    previous: Figures | None
    """The same in the period compared with; null without one."""


class Step(Days):
    """A step of `--trend`."""

    macro_events: int
    """Events of all macro conversions."""
    micro_events: int
    """Events of all micro conversions."""
    conversions: dict[str, int]
    """Events by event name."""


class Quota(Part):
    """One of GA4's quotas."""

    used: int
    """Tokens that the report cost."""
    left: int
    """Tokens that are left."""


class ReportedProperty(Totals, OfProperty):
    """The standard report of one property."""

    time_zone: str
    """Of its days."""
    currency: str
    """Of GA4's values."""
    period: Days
    """The days reported on."""
    previous_period: Days | None
    """Those compared with; null when nothing is."""
    whole_period: Days | None
    """The running period that targets are for, its days to come included; null when it is over."""
    same_weekdays: bool | None
    """Whether each day is compared with one of the same weekday; null when nothing is compared."""
    previous: Totals | None
    """Totals of the period compared with; null without one."""
    conversions: tuple[ReportedConversion, ...]
    """Macro first, each role in the file's order."""
    trend: tuple[Step, ...] = ()
    """Only with `--trend`: oldest first."""
    quota: dict[str, Quota] = Field(default_factory=dict)
    """Only with `--quota`: by GA4's names of the quotas."""
    notes: tuple[str, ...]
    """What a reader must know about the figures."""


class ReportDocument(Document):
    """Micro against macro for a period and one to compare it with."""

    properties: tuple[ReportedProperty, ...]
    """One per property that could be read, in the file's order."""
