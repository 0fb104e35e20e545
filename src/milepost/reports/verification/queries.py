"""What GA4 is asked for a verification: events per day, and per parameter those that carry it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from milepost.errors import InputError
from milepost.gateways.data import DateRange, InList, ReportQuery
from milepost.gateways.realtime import Recent
from milepost.model.declared import DeclaredConversion
from milepost.model.rules import BUILT_IN_PARAMETERS, BUILT_IN_VALUES
from milepost.reports.verification.results import ParameterState

VISIT = "session_start"
"""Nearly every visit has one: it tells whether a property receives anything at all."""

HISTORY_DAYS = 90
"""How far back to look for what was usual, and for when something was last seen."""

BEFORE_DAYS = 28
"""At least so many of those days lie before the period."""

MOST_DAYS = 366

CURRENCY_FIELD = "currencyCode"


@dataclass(frozen=True)
class Window:
    """The full days to count, ending yesterday, and how many days back to look in all.

    Raises:
        InputError: `days` is not between 1 and `MOST_DAYS`.
    """

    days: int = 28

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MOST_DAYS:
            raise InputError("--days", f"{self.days} is not between 1 and {MOST_DAYS}", "Give another.")

    @property
    def history(self) -> int:
        """Full days looked at, the period's among them."""
        return max(HISTORY_DAYS, self.days + BEFORE_DAYS)

    def ranges(self) -> tuple[DateRange, ...]:
        """All days looked at, this one included, in GA4's relative dates."""
        return (DateRange(f"{self.history}daysAgo", "today", "looked_at"),)


@dataclass(frozen=True)
class FlaggedEvent:
    """A key event of GA4: since when, with a time zone, and whether a default value fills a missing one."""

    created: datetime
    has_default: bool = False


@dataclass(frozen=True)
class LiveFacts:
    """What the Admin API and realtime tell; None for what could not be read.

    `key_events` and `recent` are by event name, `dimensions` and `metrics` are the parameters registered for
    events, `rules` the events that event create rules make.
    """

    key_events: Mapping[str, FlaggedEvent] | None = None
    dimensions: frozenset[str] | None = None
    metrics: frozenset[str] | None = None
    rules: frozenset[str] | None = None
    recent: Mapping[str, Recent] | None = None


@dataclass(frozen=True)
class Field:
    """How the Data API tells the events that carry a parameter: by a dimension, or by a metric of them."""

    name: str
    metric: str = "eventCount"


def field_of(parameter: str, facts: LiveFacts) -> Field | ParameterState:
    """What tells whether a parameter arrives, or why nothing does.

    What somebody registered comes first: it is about events, where GA4's own field may be about items.

    Source: Data API reference, sections 5 and 7 (item dimensions refuse event metrics); `countCustomEvent`
    is the number of events with a custom metric's parameter.
    """
    if parameter in (facts.dimensions or ()):
        return Field(f"customEvent:{parameter}")
    if parameter in (facts.metrics or ()):
        return Field(f"customEvent:{parameter}", f"countCustomEvent:{parameter}")
    if parameter == "currency":
        return Field(CURRENCY_FIELD)
    if built_in := BUILT_IN_PARAMETERS.get(parameter):
        return "item_parameter" if built_in.startswith("item") else Field(built_in)
    if parameter in BUILT_IN_VALUES:
        return "own_metric"
    return "unread" if facts.dimensions is None or facts.metrics is None else "not_registered"


def day_query(conversions: Sequence[DeclaredConversion], window: Window) -> ReportQuery:
    """Events and their values per day: the declared ones, those they are made of, and visits."""
    events = [c.event for c in conversions] + [c.definition.source for c in conversions]
    names = tuple(dict.fromkeys(event for event in (*events, VISIT) if event))
    return ReportQuery(
        ("eventCount", "eventValue"),
        window.ranges(),
        ("date", "nthDay", "eventName"),
        InList("eventName", names),
    )


def field_queries(
    conversions: Sequence[DeclaredConversion], facts: LiveFacts, window: Window
) -> dict[Field, ReportQuery]:
    """One query per field, for the events that declare its parameter: those of them that carry it, per day.

    The field is filtered by and not asked for, so that a day has one row whatever the values are.
    """
    events: dict[Field, list[str]] = {}
    for conversion in conversions:
        for parameter in conversion.definition.parameters:
            field = field_of(parameter, facts)
            if isinstance(field, Field):
                events.setdefault(field, []).append(conversion.event)
    return {
        field: ReportQuery(
            (field.metric,),
            window.ranges(),
            ("date", "eventName"),
            InList("eventName", tuple(dict.fromkeys(names))),
            filled=field.name if field.metric == "eventCount" else "",
        )
        for field, names in events.items()
    }
