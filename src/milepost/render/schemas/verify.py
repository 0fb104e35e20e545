"""`verify --format json`, with and without `--wait`."""

from __future__ import annotations

from pydantic import Field

from milepost.render.schemas.parts import Conversion, Days, Document, Named, OfProperty, Part
from milepost.reports.verification.results import ConversionState, ParameterState, RuleState


class Recent(Part):
    """Events of the last half hour."""

    events: int
    """How many."""
    minutes_ago: int
    """How long ago the latest was."""


class Silence(Part):
    """Since when nothing comes any more."""

    since: str = Field(json_schema_extra={"format": "date"})
    """The first day without any."""
    days: int
    """For how many days."""
    probability: float
    """Of so long a silence, had nothing changed; a fraction."""
    preliminary: bool
    """Whether it rests on days that GA4 has not finished."""


class Parameter(Part):
    """A declared parameter."""

    parameter: str
    """Its name."""
    field: str | None
    """What the Data API calls it; null where nothing carries it."""
    state: ParameterState
    """Whether it arrives, or why nobody can see that."""
    events: int
    """Events that carry it."""
    share: float | None
    """Their share of the period's events from `since` on, a fraction; null where it cannot be told."""
    since: str | None = Field(json_schema_extra={"format": "date"})
    """First day with it, where the event is older."""
    silence: Silence | None
    """Null where it did not stop."""


class Arrival(Conversion):
    """Whether a declared conversion arrives."""

    state: ConversionState
    """`arriving`, `silent` or `not_seen`."""
    last_seen: str | None = Field(json_schema_extra={"format": "date"})
    """The last day with one; null without any."""
    seen_today: bool
    """Whether that is the present day."""
    events: int
    """Events of the period."""
    week_events: int
    """Events of its last seven days."""
    trend: tuple[int, ...]
    """Events per day of the period, in order."""
    recent: Recent | None
    """Null where nothing came in the last half hour, or realtime did not answer."""
    silence: Silence | None
    """Null where it is not silent."""
    key_event: bool | None
    """Whether GA4 has it as a key event; null where that could not be read."""
    key_event_wanted: bool
    """Whether the file wants it to be one."""
    key_event_since: str | None = Field(json_schema_extra={"format": "date"})
    """The day it became one."""
    source: str | None
    """The event GA4 makes it of; null for one of its own."""
    rule: RuleState | None
    """Whether the event create rule is there; null where it needs none."""
    parameters: tuple[Parameter, ...]
    """Those that the file declares."""


class Finding(Part):
    """Something to say about some conversions."""

    events: tuple[str, ...]
    """Which."""
    failing: bool
    """Whether it makes the verification fail; else it is advice."""
    problem: str
    """What was found."""
    next_steps: tuple[str, ...]
    """What to do about it, most likely cause first."""


class VerifiedProperty(OfProperty):
    """The verification of one property."""

    time_zone: str
    """Of its days."""
    period: Days
    """The full days counted."""
    looked_at: Days
    """All days looked at: for what was usual before, and to the present one."""
    realtime: bool
    """Whether the realtime report answered."""
    passed: bool
    """Whether everything declared was seen, and nothing stopped."""
    conversions: tuple[Arrival, ...]
    """Macro first, each role in the file's order."""
    findings: tuple[Finding, ...]
    """What there is to do."""
    notes: tuple[str, ...]
    """What a reader must know about the figures."""


class VerifyDocument(Document):
    """Whether every declared event arrives."""

    properties: tuple[VerifiedProperty, ...]
    """One per property that could be read, in the file's order."""


class Seen(Recent, Named):
    """A conversion that came."""


class AwaitedProperty(OfProperty):
    """What was waited for at one property."""

    seen: tuple[Seen, ...]
    """What came."""
    missing: tuple[Named, ...]
    """What did not."""


class WaitDocument(Document):
    """What came while somebody was clicking through the site."""

    interrupted: bool
    """Whether the waiting was ended by Ctrl-C."""
    properties: tuple[AwaitedProperty, ...]
    """One per property."""
