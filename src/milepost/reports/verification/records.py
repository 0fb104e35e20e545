"""A verification as a table: a row per conversion, and one per declared parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from milepost.model.frames import Cell, Kind, Record

if TYPE_CHECKING:
    from milepost.reports.verification.results import ConversionArrival, ParameterArrival, Verification
    from milepost.reports.verification.silence import Silence

VERIFY_COLUMNS: Mapping[str, Kind] = {
    "name": "text",
    "property": "text",
    "from": "day",
    "to": "day",
    "row": "text",
    "role": "text",
    "event": "text",
    "label": "text",
    "state": "text",
    "last_seen": "day",
    "events": "count",
    "week_events": "count",
    "recent_events": "count",
    "minutes_ago": "count",
    "silent_since": "day",
    "preliminary": "flag",
    "key_event": "flag",
    "key_event_wanted": "flag",
    "key_event_since": "day",
    "source": "text",
    "rule": "text",
    "parameter": "text",
    "field": "text",
    "share": "number",
    "since": "day",
}
"""`row` is `conversion` or `parameter`; of the latter, `events` are those that carry it."""


def verify_records(verification: Verification) -> Iterator[Record]:
    """The rows of one property: each conversion, and after it its parameters."""
    place: Record = {
        "name": verification.name,
        "property": verification.property_id,
        "from": verification.period.first,
        "to": verification.period.last,
    }
    for conversion in verification.conversions:
        named: Record = {
            **place,
            "role": conversion.role,
            "event": conversion.event,
            "label": conversion.label,
        }
        yield {**named, **_conversion(conversion)}
        yield from ({**named, **_parameter(parameter)} for parameter in conversion.parameters)


def _conversion(conversion: ConversionArrival) -> Record:
    recent = conversion.recent
    return {
        "row": "conversion",
        "state": conversion.state,
        "last_seen": conversion.last_seen,
        "events": conversion.events,
        "week_events": conversion.week_events,
        "recent_events": recent.events if recent else None,
        "minutes_ago": recent.minutes_ago if recent else None,
        **_silence(conversion.silence),
        "key_event": conversion.key_event,
        "key_event_wanted": conversion.key_event_wanted,
        "key_event_since": conversion.key_event_since,
        "source": conversion.source,
        "rule": conversion.rule,
    }


def _parameter(parameter: ParameterArrival) -> Record:
    return {
        "row": "parameter",
        "parameter": parameter.parameter,
        "field": parameter.field,
        "state": parameter.state,
        "events": parameter.events,
        "share": parameter.share,
        "since": parameter.since,
        **_silence(parameter.silence),
    }


def _silence(silence: Silence | None) -> dict[str, Cell]:
    if silence is None:
        return {}
    return {"silent_since": silence.since, "preliminary": silence.preliminary}
