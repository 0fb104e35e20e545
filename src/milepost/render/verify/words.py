"""What a verification says in short, the same in every format people read."""

from __future__ import annotations

from milepost.render.report.figures import Signs, count, percent
from milepost.reports.verification.results import (
    ConversionArrival,
    ParameterArrival,
    ParameterState,
    Verification,
)

_REMARKS: dict[ParameterState, str] = {
    "arrives": "",
    "stopped": "stopped",
    "never": "never seen",
    "no_events": "no event to carry it",
    "not_registered": "not registered: cannot be seen",
    "item_parameter": "belongs to items: cannot be seen",
    "own_metric": "feeds its own metrics: cannot be seen",
    "default_value": "GA4 fills in a default: cannot be seen",
    "unread": "whether it is registered could not be read",
    "refused": "GA4 refuses to tell",
}

LEGEND = "Key event: flagged in GA4 since that day."
PARAMETERS_LEGEND = "With it: share of the period's events that carry the parameter."


def headings(verification: Verification) -> tuple[str, ...]:
    """What stands over `cells`."""
    days = f"{verification.period.days} day{'' if verification.period.days == 1 else 's'}"
    return ("Last seen", days, *(["7 days"] if _has_week(verification) else []), "30 min", "Key event")


def cells(verification: Verification, conversion: ConversionArrival, signs: Signs) -> tuple[str, ...]:
    """When it was last seen, how often of late, and since when GA4 takes it for a key event."""
    recent = (
        count(conversion.recent.events if conversion.recent else 0) if verification.realtime else signs.none
    )
    return (
        _last_seen(conversion, signs),
        count(conversion.events),
        *([count(conversion.week_events)] if _has_week(verification) else []),
        recent,
        _key_event(conversion, signs),
    )


def _has_week(verification: Verification) -> bool:
    return verification.period.days > 7


def _last_seen(conversion: ConversionArrival, signs: Signs) -> str:
    """The day, `today`, or the sign for never."""
    if conversion.seen_today:
        return "today"
    return str(conversion.last_seen) if conversion.last_seen else signs.none


def _key_event(conversion: ConversionArrival, signs: Signs) -> str:
    if conversion.key_event is None:
        return "?"
    if conversion.key_event:
        return str(conversion.key_event_since)
    return "not yet" if conversion.key_event_wanted else signs.none


def mark(conversion: ConversionArrival, signs: Signs) -> str:
    """Whether all is well with it."""
    return signs.met if conversion.state == "arriving" and not conversion.stopped else signs.missed


def share(parameter: ParameterArrival, signs: Signs) -> str:
    """The part of the events that carry it."""
    return percent(parameter.share, signs)


def remark(parameter: ParameterArrival, verification: Verification) -> str:
    """What the share does not tell; empty where it tells all."""
    text = _REMARKS[parameter.state]
    if parameter.silence:
        return f"{text} {parameter.silence.since}"
    if parameter.state == "arrives" and parameter.since and parameter.since in verification.period:
        return f"first seen {parameter.since}, counted from then on"
    return text or ("arrives" if parameter.share is None else "")


def summary(verification: Verification) -> str:
    """How many arrive, in one sentence."""
    all_ = len(verification.conversions)
    if not all_:
        return "No such conversion is declared here."
    arriving = sum(1 for c in verification.conversions if c.state == "arriving")
    stopped = sum(len(c.stopped) for c in verification.conversions)
    without = f"; {stopped} parameter{'' if stopped == 1 else 's'} stopped" if stopped else ""
    return f"{arriving} of {all_} declared conversions arrive{without}."
