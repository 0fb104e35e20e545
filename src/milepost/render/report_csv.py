"""The standard report as CSV: one row per conversion, after three rows of totals per property."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from milepost.render.safe import csv_cell
from milepost.reports.results import ConversionReport, Figures, Goal, PropertyReport, RoleFigures

COLUMNS = (
    "name",
    "property",
    "from",
    "to",
    "previous_from",
    "previous_to",
    "row",
    "role",
    "event",
    "label",
    "key_event",
    "key_event_since",
    "events",
    "users",
    "sessions",
    "user_rate",
    "value",
    "currency",
    "value_source",
    "previous_events",
    "previous_users",
    "previous_sessions",
    "previous_user_rate",
    "previous_value",
    "target",
    "target_wanted",
    "target_reached",
    "target_met",
    "target_status",
    "target_expected",
    "target_projected",
    "engagement_rate",
    "session_duration",
    "pages_per_session",
    "duration_per_user",
)
"""`row` is `all`, `any_macro`, `any_micro`, `conversion` or `trend`. Rates are fractions, durations seconds;
unknown is empty. Of a target with several keys, the one farthest from being met stands here: when it is,
all are."""


def render_report_csv(reports: Sequence[PropertyReport]) -> str:
    """A header line and the rows of all properties. Notes have no place in a table: show them elsewhere."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for report in reports:
        place = _place(report)
        writer.writerows({**place, **row} for row in _rows(report))
    return stream.getvalue()


def _place(report: PropertyReport) -> dict[str, Any]:
    return {
        "name": csv_cell(report.name),
        "property": csv_cell(report.property_id),
        "from": report.period.first,
        "to": report.period.last,
        "previous_from": report.previous_period and report.previous_period.first,
        "previous_to": report.previous_period and report.previous_period.last,
    }


def _rows(report: PropertyReport) -> Iterator[dict[str, Any]]:
    now, before = report.current, report.previous
    yield {
        "row": "all",
        "users": now.users,
        "sessions": now.sessions,
        "previous_users": before and before.users,
        "previous_sessions": before and before.sessions,
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
        for conversion in report.conversions:
            yield {
                "row": "trend",
                "from": step.days.first,
                "to": step.days.last,
                "previous_from": "",
                "previous_to": "",
                "role": conversion.role,
                "event": csv_cell(conversion.event),
                "label": csv_cell(conversion.label),
                "events": dict(step.conversions)[conversion.event],
            }


def _role(figures: RoleFigures, prefix: str = "") -> dict[str, Any]:
    return {
        f"{prefix}users": figures.users,
        f"{prefix}sessions": figures.sessions,
        f"{prefix}user_rate": figures.user_rate,
    }


def _conversion(conversion: ConversionReport) -> dict[str, Any]:
    flagged = conversion.key_event
    return {
        "row": "conversion",
        "role": conversion.role,
        "event": csv_cell(conversion.event),
        "label": csv_cell(conversion.label),
        "key_event": "" if flagged is None else str(flagged).lower(),
        "key_event_since": conversion.key_event_since,
        **_figures(conversion.current),
        "currency": csv_cell(conversion.currency or ""),
        "value_source": conversion.value_source,
        **(_figures(conversion.previous, "previous_") if conversion.previous else {}),
        **_goal(conversion.goal),
    }


def _goal(goal: Goal | None) -> dict[str, Any]:
    if goal is None:
        return {}
    return {
        "target": goal.kind,
        "target_wanted": goal.wanted,
        "target_reached": goal.reached,
        "target_met": str(goal.met).lower(),
        "target_status": goal.status,
        "target_expected": goal.pace and goal.pace.expected,
        "target_projected": goal.pace and goal.pace.projected,
    }


def _figures(figures: Figures, prefix: str = "") -> dict[str, Any]:
    return {
        f"{prefix}events": figures.events,
        f"{prefix}users": figures.users,
        f"{prefix}user_rate": figures.user_rate,
        f"{prefix}value": figures.value,
    }
