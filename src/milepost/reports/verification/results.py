"""What `verify` finds out, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from milepost.gateways.realtime import Recent
from milepost.model.document import Role
from milepost.model.frames import Kind, Record, Tabular
from milepost.reports.results import Period
from milepost.reports.verification.records import VERIFY_COLUMNS, verify_records
from milepost.reports.verification.silence import Silence

ConversionState = Literal["arriving", "silent", "not_seen"]

RuleState = Literal["live", "missing", "unread"]

ParameterState = Literal[
    "arrives",
    "stopped",
    "never",
    "no_events",
    "not_registered",
    "item_parameter",
    "own_metric",
    "default_value",
    "unread",
    "refused",
]
"""The last six are reasons why nobody can see whether it arrives."""


@dataclass(frozen=True)
class ParameterArrival:
    """Whether one declared parameter comes with its event.

    `field` is what the Data API calls it, None where nothing carries it. `events` had it; `share` is that
    part of the period's events from `since` on, a fraction, None where it cannot be told. `since` is the
    first day with it where the event is older: of a custom dimension, about the day it was registered.
    """

    parameter: str
    state: ParameterState
    field: str | None = None
    events: int = 0
    share: float | None = None
    since: date | None = None
    silence: Silence | None = None


@dataclass(frozen=True)
class ConversionArrival:
    """Whether one declared conversion arrives.

    `events` are those of the period and `trend` their number per day in order, `week_events` those of its
    last seven days. `last_seen` is the last day with one in all days looked at, this one included, None
    without any; `seen_today` tells whether it is this one. `recent` is the last half hour, None where nothing
    arrived or realtime did not answer.
    `source` is the event that GA4 makes it of, None for one of its own, and `rule` whether the event create
    rule is there. `key_event` is None when GA4's key events could not be read.
    """

    event: str
    label: str
    role: Role
    events: int
    week_events: int
    trend: tuple[int, ...]
    last_seen: date | None
    seen_today: bool
    recent: Recent | None
    silence: Silence | None
    key_event: bool | None
    key_event_wanted: bool
    key_event_since: date | None
    source: str | None
    rule: RuleState | None
    parameters: tuple[ParameterArrival, ...] = ()

    @property
    def state(self) -> ConversionState:
        """Arriving also where the first one ever came today."""
        if self.silence is not None:
            return "silent"
        return "arriving" if self.events or self.seen_today or self.recent else "not_seen"

    @property
    def stopped(self) -> tuple[ParameterArrival, ...]:
        """The parameters that used to arrive and do not any more."""
        return tuple(parameter for parameter in self.parameters if parameter.state == "stopped")


@dataclass(frozen=True)
class Finding:
    """One thing to say about some conversions, and what to do about it.

    `failing` findings make the verification fail; the others are advice.
    """

    events: tuple[str, ...]
    problem: str
    next_steps: tuple[str, ...] = ()
    failing: bool = False


@dataclass(frozen=True)
class Verification(Tabular):
    """Whether everything declared for one property arrives.

    `period` are the full days counted; `looked_at` reaches further back, for what was usual before, and to
    the present day. `conversions` stand macro first, each role in the file's order. `realtime` is whether the
    realtime report answered: without it, no conversion has `recent` events.
    """

    COLUMNS: ClassVar[Mapping[str, Kind]] = VERIFY_COLUMNS

    name: str
    property_id: str
    period: Period
    looked_at: Period
    conversions: tuple[ConversionArrival, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    time_zone: str
    realtime: bool = True

    def records(self) -> Iterator[Record]:
        """A row per conversion, and one per declared parameter."""
        return verify_records(self)

    @property
    def passed(self) -> bool:
        """Whether everything declared was seen, and nothing stopped."""
        return all(c.state == "arriving" and not c.stopped for c in self.conversions)

    def with_role(self, role: Role) -> tuple[ConversionArrival, ...]:
        """The conversions of one role, in order."""
        return tuple(c for c in self.conversions if c.role == role)
