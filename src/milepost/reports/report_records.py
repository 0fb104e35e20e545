"""The standard report as a table: three rows of totals, one per conversion, one per step of a trend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from milepost.model.frames import Cell, Kind, Record

if TYPE_CHECKING:
    from milepost.reports.results import ConversionReport, Figures, Goal, PropertyReport, RoleFigures

REPORT_COLUMNS: Mapping[str, Kind] = {
    "name": "text",
    "property": "text",
    "from": "day",
    "to": "day",
    "previous_from": "day",
    "previous_to": "day",
    "row": "text",
    "role": "text",
    "event": "text",
    "label": "text",
    "key_event": "flag",
    "key_event_since": "day",
    "events": "count",
    "users": "count",
    "sessions": "count",
    "user_rate": "number",
    "value": "number",
    "currency": "text",
    "value_source": "text",
    "previous_events": "count",
    "previous_users": "count",
    "previous_sessions": "count",
    "previous_user_rate": "number",
    "previous_value": "number",
    "target": "text",
    "target_wanted": "number",
    "target_reached": "number",
    "target_met": "flag",
    "target_status": "text",
    "target_expected": "number",
    "target_projected": "number",
    "engagement_rate": "number",
    "session_duration": "number",
    "pages_per_session": "number",
    "duration_per_user": "number",
}
"""`row` is `all`, `any_macro`, `any_micro`, `conversion` or `trend`. Of a target with several keys, the one
farthest from being met stands here: when it is, all are."""


def report_records(report: PropertyReport) -> Iterator[Record]:
    """The rows of one property, its days in each."""
    before = report.previous_period
    place: Record = {
        "name": report.name,
        "property": report.property_id,
        "from": report.period.first,
        "to": report.period.last,
        "previous_from": before.first if before else None,
        "previous_to": before.last if before else None,
    }
    for record in _records(report):
        yield {**place, **record}


def _records(report: PropertyReport) -> Iterator[Record]:
    now, before = report.current, report.previous
    yield {
        "row": "all",
        "users": now.users,
        "sessions": now.sessions,
        "previous_users": before.users if before else None,
        "previous_sessions": before.sessions if before else None,
        "engagement_rate": now.engagement.rate,
        "session_duration": now.engagement.session_duration,
        "pages_per_session": now.engagement.pages_per_session,
        "duration_per_user": now.engagement.per_user,
    }
    previous_macro = _role(before.macro, "previous_") if before else {}
    previous_micro = _role(before.micro, "previous_") if before else {}
    yield {"row": "any_macro", "role": "macro", **_role(now.macro), **previous_macro}
    yield {"row": "any_micro", "role": "micro", **_role(now.micro), **previous_micro}
    for conversion in report.conversions:
        yield _conversion(conversion)
    for step in report.trend:
        counts = dict(step.conversions)
        for conversion in report.conversions:
            yield {
                "row": "trend",
                "from": step.days.first,
                "to": step.days.last,
                "previous_from": None,
                "previous_to": None,
                **_named(conversion),
                "events": counts[conversion.event],
            }


def _named(conversion: ConversionReport) -> dict[str, Cell]:
    return {"role": conversion.role, "event": conversion.event, "label": conversion.label}


def _role(figures: RoleFigures, prefix: str = "") -> dict[str, Cell]:
    return {
        f"{prefix}users": figures.users,
        f"{prefix}sessions": figures.sessions,
        f"{prefix}user_rate": figures.user_rate,
    }


def _conversion(conversion: ConversionReport) -> Record:
    return {
        "row": "conversion",
        **_named(conversion),
        "key_event": conversion.key_event,
        "key_event_since": conversion.key_event_since,
        **_figures(conversion.current),
        "currency": conversion.currency,
        "value_source": conversion.value_source,
        **(_figures(conversion.previous, "previous_") if conversion.previous else {}),
        **(_goal(conversion.goal) if conversion.goal else {}),
    }


def _goal(goal: Goal) -> dict[str, Cell]:
    return {
        "target": goal.kind,
        "target_wanted": goal.wanted,
        "target_reached": goal.reached,
        "target_met": goal.met,
        "target_status": goal.status,
        "target_expected": goal.pace.expected if goal.pace else None,
        "target_projected": goal.pace.projected if goal.pace else None,
    }


def _figures(figures: Figures, prefix: str = "") -> dict[str, Cell]:
    return {
        f"{prefix}events": figures.events,
        f"{prefix}users": figures.users,
        f"{prefix}user_rate": figures.user_rate,
        f"{prefix}value": figures.value,
    }
