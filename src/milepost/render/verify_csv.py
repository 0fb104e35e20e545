"""A verification as CSV: a row per conversion, and one per declared parameter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from milepost.render.safe import csv_cell
from milepost.reports.verification.results import ConversionArrival, ParameterArrival, Verification

COLUMNS = (
    *("name", "property", "from", "to", "row", "role", "event", "label", "state", "last_seen", "events"),
    *("week_events", "recent_events", "minutes_ago", "silent_since", "preliminary", "key_event"),
    *("key_event_wanted", "key_event_since", "source", "rule", "parameter", "field", "share", "since"),
)
"""`row` is `conversion` or `parameter`; of the latter, `events` are those that carry it. Rates are fractions;
unknown is empty."""


def render_verify_csv(verifications: Sequence[Verification]) -> str:
    """A header line and the rows of all properties. Findings and notes have no place in a table."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for verification in verifications:
        place = {
            "name": csv_cell(verification.name),
            "property": csv_cell(verification.property_id),
            "from": verification.period.first,
            "to": verification.period.last,
        }
        for conversion in verification.conversions:
            writer.writerows({**place, **row} for row in _rows(conversion))
    return stream.getvalue()


def _rows(conversion: ConversionArrival) -> Iterator[dict[str, Any]]:
    named = {
        "role": conversion.role,
        "event": csv_cell(conversion.event),
        "label": csv_cell(conversion.label),
    }
    recent, silence = conversion.recent, conversion.silence
    yield {
        **named,
        "row": "conversion",
        "state": conversion.state,
        "last_seen": conversion.last_seen,
        "events": conversion.events,
        "week_events": conversion.week_events,
        "recent_events": recent and recent.events,
        "minutes_ago": recent and recent.minutes_ago,
        "silent_since": silence and silence.since,
        "preliminary": _flag(silence.preliminary if silence else None),
        "key_event": _flag(conversion.key_event),
        "key_event_wanted": _flag(conversion.key_event_wanted),
        "key_event_since": conversion.key_event_since,
        "source": csv_cell(conversion.source or ""),
        "rule": conversion.rule,
    }
    yield from ({**named, **_parameter(parameter)} for parameter in conversion.parameters)


def _parameter(parameter: ParameterArrival) -> dict[str, Any]:
    silence = parameter.silence
    return {
        "row": "parameter",
        "parameter": csv_cell(parameter.parameter),
        "field": csv_cell(parameter.field or ""),
        "state": parameter.state,
        "events": parameter.events,
        "share": parameter.share,
        "since": parameter.since,
        "silent_since": silence and silence.since,
        "preliminary": _flag(silence.preliminary if silence else None),
    }


def _flag(value: bool | None) -> str:
    return "" if value is None else str(value).lower()
