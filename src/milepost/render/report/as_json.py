"""The standard report as JSON, `format_version` 1."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from milepost.reports.results import (
    ConversionReport,
    Figures,
    Goal,
    Pace,
    Period,
    PropertyReport,
    RoleFigures,
    Totals,
    TrendStep,
)

FORMAT_VERSION = 1

_INTEGERS = re.compile(r"\[\n +(\d+(?:,\n +\d+)*)\n +\]")


def render_report_json(reports: Sequence[PropertyReport]) -> str:
    """One object with a list of properties, indented, ending in a newline.

    Characters beyond ASCII are escaped, so that no terminal or pipe can spoil or obey them.
    """
    document = {"format_version": FORMAT_VERSION, "properties": [_property(report) for report in reports]}
    text = json.dumps(document, indent=2, allow_nan=False)
    # A trend on one line, not on one per day; a string never holds a real line end, so none is touched.
    return _INTEGERS.sub(lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def _property(report: PropertyReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "property": report.property_id,
        "time_zone": report.time_zone,
        "currency": report.currency,
        "period": _period(report.period),
        "previous_period": _period(report.previous_period) if report.previous_period else None,
        "whole_period": _period(report.whole) if report.whole else None,
        "same_weekdays": report.same_weekdays if report.previous_period else None,
        **_totals(report.current),
        "previous": _totals(report.previous) if report.previous else None,
        "conversions": [_conversion(conversion) for conversion in report.conversions],
        **({"trend": [_step(step) for step in report.trend]} if report.trend else {}),
        **({"quota": _quota(report)} if report.quotas else {}),
        "notes": list(report.notes),
    }


def _step(step: TrendStep) -> dict[str, Any]:
    return {
        **_period(step.days),
        "macro_events": step.macro_events,
        "micro_events": step.micro_events,
        "conversions": dict(step.conversions),
    }


def _quota(report: PropertyReport) -> dict[str, Any]:
    return {quota.name: {"used": quota.used, "left": quota.left} for quota in report.quotas}


def _period(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "users": totals.users,
        "sessions": totals.sessions,
        "micro": _role(totals.micro),
        "macro": _role(totals.macro),
        "engagement": {
            "rate": totals.engagement.rate,
            "session_duration": totals.engagement.session_duration,
            "pages_per_session": totals.engagement.pages_per_session,
            "duration_per_user": totals.engagement.per_user,
        },
    }


def _role(figures: RoleFigures) -> dict[str, Any]:
    return {"users": figures.users, "sessions": figures.sessions, "user_rate": figures.user_rate}


def _conversion(conversion: ConversionReport) -> dict[str, Any]:
    since = conversion.key_event_since
    return {
        "event": conversion.event,
        "label": conversion.label,
        "role": conversion.role,
        "key_event": conversion.key_event,
        "key_event_since": since.isoformat() if since else None,
        **_figures(conversion.current),
        "value_source": conversion.value_source,
        "currency": conversion.currency,
        "trend": list(conversion.trend),
        "targets": [_goal(goal) for goal in conversion.goals],
        "previous": _figures(conversion.previous) if conversion.previous else None,
    }


def _goal(goal: Goal) -> dict[str, Any]:
    return {
        "kind": goal.kind,
        "declared": goal.declared,
        "wanted": goal.wanted,
        "reached": goal.reached,
        "met": goal.met,
        "status": goal.status,
        "pace": _pace(goal.pace) if goal.pace else None,
    }


def _pace(pace: Pace) -> dict[str, Any]:
    return {
        "so_far": pace.so_far,
        "expected": pace.expected,
        "projected": pace.projected,
        "by": pace.by,
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "events": figures.events,
        "users": figures.users,
        "user_rate": figures.user_rate,
        "value": figures.value,
    }
