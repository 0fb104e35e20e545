"""Funnels as CSV: a row per step, per step and segment, and per next action."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from milepost.render.funnel_words import bounds
from milepost.render.safe import csv_cell
from milepost.reports.funnel_results import Funnel, FunnelReport, FunnelStep, StepFigures

COLUMNS = (
    "name",
    "property",
    "business_type",
    "open",
    "from",
    "to",
    "row",
    "step",
    "event",
    "label",
    "dimension",
    "value",
    "users",
    "share_of_first",
    "completion_rate",
    "abandonments",
    "abandonment_rate",
)
"""`row` is `step`, `segment` or `next_action`. Rates are fractions; unknown is empty."""


def render_funnel_csv(reports: Sequence[FunnelReport]) -> str:
    """A header line and the rows of all funnels. Notes have no place in a table: show them elsewhere."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for report in reports:
        for funnel in report.funnels:
            place = _place(report, funnel)
            writer.writerows({**place, **row} for row in _rows(funnel))
    return stream.getvalue()


def _place(report: FunnelReport, funnel: Funnel) -> dict[str, Any]:
    first, last = bounds(funnel)
    return {
        "name": csv_cell(report.name),
        "property": csv_cell(report.property_id),
        "business_type": csv_cell(funnel.business_type),
        "open": str(funnel.is_open).lower(),
        "from": first,
        "to": last,
    }


def _rows(funnel: Funnel) -> Iterator[dict[str, Any]]:
    named = [_named(number, step) for number, step in enumerate(funnel.steps, 1)]
    for step, name in zip(funnel.steps, named, strict=True):
        share = funnel.share_of_first(step.figures)
        yield {**name, "row": "step", **_figures(step.figures), "share_of_first": share}
    for segment in funnel.segments:
        value = {"row": "segment", "dimension": csv_cell(funnel.by or ""), "value": csv_cell(segment.value)}
        for figures, name in zip(segment.steps, named, strict=True):
            yield {**name, **value, **_figures(figures)}
    for step, name in zip(funnel.steps, named, strict=True):
        for action in step.next_actions:
            value = {"row": "next_action", "dimension": "eventName", "value": csv_cell(action.event)}
            yield {**name, **value, "users": action.users}


def _named(number: int, step: FunnelStep) -> dict[str, Any]:
    return {"step": number, "event": csv_cell(step.event), "label": csv_cell(step.label)}


def _figures(figures: StepFigures) -> dict[str, Any]:
    return {
        "users": figures.users,
        "completion_rate": figures.completion_rate,
        "abandonments": figures.abandonments,
        "abandonment_rate": figures.abandonment_rate,
    }
