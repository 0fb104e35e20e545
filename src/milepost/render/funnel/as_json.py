"""Funnels as JSON, `format_version` 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from milepost.render.funnel.words import bounds
from milepost.reports.funnel_results import Funnel, FunnelReport, FunnelStep, StepFigures

FORMAT_VERSION = 1


def render_funnel_json(reports: Sequence[FunnelReport]) -> str:
    """One object with a list of properties, indented, ending in a newline.

    Steps are named by their number, from 1. `period` holds dates, or GA4's relative ones (`28daysAgo`,
    `yesterday`) where the answer did not tell which days those were. Characters beyond ASCII are escaped,
    so that no terminal or pipe can spoil or obey them.
    """
    properties = [
        {
            "name": report.name,
            "property": report.property_id,
            "funnels": [_funnel(funnel) for funnel in report.funnels],
        }
        for report in reports
    ]
    document = {"format_version": FORMAT_VERSION, "properties": properties}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _funnel(funnel: Funnel) -> dict[str, Any]:
    first, last = bounds(funnel)
    loss = funnel.worst_segment
    return {
        "business_type": funnel.business_type,
        "label": funnel.label,
        "open": funnel.is_open,
        "period": {"from": first, "to": last},
        "days": funnel.days,
        "steps": [_step(funnel, number, step) for number, step in enumerate(funnel.steps, 1)],
        "worst_step": _numbered(funnel.worst_step),
        "steepest_step": _numbered(funnel.steepest_step),
        "by": funnel.by,
        "segments": [
            {
                "value": segment.value,
                "steps": [
                    {"number": number, **_figures(figures)} for number, figures in enumerate(segment.steps, 1)
                ],
            }
            for segment in funnel.segments
        ],
        "worst_segment": loss
        and {
            "value": loss.segment.value,
            "step": _numbered(funnel.worst_step),
            "excess": loss.excess,
            "may_be_chance": loss.may_be_chance,
        },
        "notes": list(funnel.notes),
    }


def _step(funnel: Funnel, number: int, step: FunnelStep) -> dict[str, Any]:
    return {
        "number": number,
        "event": step.event,
        "label": step.label,
        "role": step.role,
        **_figures(step.figures),
        "share_of_first": funnel.share_of_first(step.figures),
        "next_actions": [{"event": action.event, "users": action.users} for action in step.next_actions],
    }


def _figures(figures: StepFigures) -> dict[str, Any]:
    return {
        "users": figures.users,
        "completion_rate": figures.completion_rate,
        "abandonments": figures.abandonments,
        "abandonment_rate": figures.abandonment_rate,
    }


def _numbered(position: int | None) -> int | None:
    return None if position is None else position + 1
