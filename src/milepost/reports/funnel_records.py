"""Funnels as a table: a row per step, per step and segment, and per next action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from milepost.model.frames import Cell, Kind, Record

if TYPE_CHECKING:
    from milepost.reports.funnel_results import Funnel, FunnelStep, StepFigures

OF_PROPERTY: Mapping[str, Kind] = {"name": "text", "property": "text"}

FUNNEL_COLUMNS: Mapping[str, Kind] = {
    "business_type": "text",
    "open": "flag",
    "from": "day",
    "to": "day",
    "days": "count",
    "row": "text",
    "step": "count",
    "event": "text",
    "label": "text",
    "dimension": "text",
    "value": "text",
    "users": "count",
    "share_of_first": "number",
    "completion_rate": "number",
    "abandonments": "count",
    "abandonment_rate": "number",
}
"""`row` is `step`, `segment` or `next_action`. `from` and `to` are unknown where GA4 did not tell which the
last `days` were."""


def funnel_records(funnel: Funnel) -> Iterator[Record]:
    """The rows of one funnel, its days in each."""
    place: Record = {
        "business_type": funnel.business_type,
        "open": funnel.is_open,
        "from": funnel.period.first if funnel.period else None,
        "to": funnel.period.last if funnel.period else None,
        "days": funnel.days,
    }
    for record in _records(funnel):
        yield {**place, **record}


def _records(funnel: Funnel) -> Iterator[Record]:
    named = [_named(number, step) for number, step in enumerate(funnel.steps, 1)]
    for step, name in zip(funnel.steps, named, strict=True):
        share = funnel.share_of_first(step.figures)
        yield {**name, "row": "step", **_figures(step.figures), "share_of_first": share}
    for segment in funnel.segments:
        value: Record = {"row": "segment", "dimension": funnel.by, "value": segment.value}
        for figures, name in zip(segment.steps, named, strict=True):
            yield {**name, **value, **_figures(figures)}
    for step, name in zip(funnel.steps, named, strict=True):
        for action in step.next_actions:
            value = {"row": "next_action", "dimension": "eventName", "value": action.event}
            yield {**name, **value, "users": action.users}


def _named(number: int, step: FunnelStep) -> dict[str, Cell]:
    return {"step": number, "event": step.event, "label": step.label}


def _figures(figures: StepFigures) -> dict[str, Cell]:
    return {
        "users": figures.users,
        "completion_rate": figures.completion_rate,
        "abandonments": figures.abandonments,
        "abandonment_rate": figures.abandonment_rate,
    }
