"""A verification as JSON, `format_version` 1."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from milepost.reports.results import Period
from milepost.reports.verification.results import (
    ConversionArrival,
    Finding,
    ParameterArrival,
    Verification,
)
from milepost.reports.verification.silence import Silence

FORMAT_VERSION = 1

_INTEGERS = re.compile(r"\[\n +(\d+(?:,\n +\d+)*)\n +\]")


def render_verify_json(verifications: Sequence[Verification]) -> str:
    """One object with a list of properties, indented, ASCII only, ending in a newline."""
    document = {"format_version": FORMAT_VERSION, "properties": [_property(v) for v in verifications]}
    text = json.dumps(document, indent=2, allow_nan=False)
    # A trend on one line, not on one per day; a string never holds a real line end, so none is touched.
    return _INTEGERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def _property(verification: Verification) -> dict[str, Any]:
    return {
        "name": verification.name,
        "property": verification.property_id,
        "time_zone": verification.time_zone,
        "period": _period(verification.period),
        "looked_at": _period(verification.looked_at),
        "realtime": verification.realtime,
        "passed": verification.passed,
        "conversions": [_conversion(c) for c in verification.conversions],
        "findings": [_finding(finding) for finding in verification.findings],
        "notes": list(verification.notes),
    }


def _period(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _conversion(conversion: ConversionArrival) -> dict[str, Any]:
    recent = conversion.recent
    return {
        "event": conversion.event,
        "label": conversion.label,
        "role": conversion.role,
        "state": conversion.state,
        "last_seen": _day(conversion.last_seen),
        "seen_today": conversion.seen_today,
        "events": conversion.events,
        "week_events": conversion.week_events,
        "trend": list(conversion.trend),
        "recent": recent and {"events": recent.events, "minutes_ago": recent.minutes_ago},
        "silence": _silence(conversion.silence),
        "key_event": conversion.key_event,
        "key_event_wanted": conversion.key_event_wanted,
        "key_event_since": _day(conversion.key_event_since),
        "source": conversion.source,
        "rule": conversion.rule,
        "parameters": [_parameter(parameter) for parameter in conversion.parameters],
    }


def _parameter(parameter: ParameterArrival) -> dict[str, Any]:
    return {
        "parameter": parameter.parameter,
        "field": parameter.field,
        "state": parameter.state,
        "events": parameter.events,
        "share": parameter.share,
        "since": _day(parameter.since),
        "silence": _silence(parameter.silence),
    }


def _silence(silence: Silence | None) -> dict[str, Any] | None:
    if silence is None:
        return None
    return {
        "since": silence.since.isoformat(),
        "days": silence.days,
        "probability": silence.probability,
        "preliminary": silence.preliminary,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "events": list(finding.events),
        "failing": finding.failing,
        "problem": finding.problem,
        "next_steps": list(finding.next_steps),
    }
