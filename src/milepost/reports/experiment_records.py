"""An experiment as a table: one row per conversion and arm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from milepost.model.frames import Kind, Record

if TYPE_CHECKING:
    from milepost.reports.experiment_results import ArmFigures, Experiment

EXPERIMENT_COLUMNS: Mapping[str, Kind] = {
    "name": "text",
    "property": "text",
    "from": "day",
    "to": "day",
    "experiment": "text",
    "arm": "text",
    "role": "text",
    "event": "text",
    "label": "text",
    "users": "count",
    "converted": "count",
    "rate": "number",
    "rate_low": "number",
    "rate_high": "number",
    "difference": "number",
    "p_value": "number",
    "needed": "count",
    "verdict": "text",
}
"""Rates and differences are of the arm's users; `needed` is how many of them a verdict takes."""


def experiment_records(result: Experiment) -> Iterator[Record]:
    """The rows of one property, conversion by conversion."""
    for conversion in result.conversions:
        for arm, figures in zip(result.arms, conversion.arms, strict=True):
            yield {
                "name": result.name,
                "property": result.property_id,
                "from": result.period.first,
                "to": result.period.last,
                "experiment": result.experiment,
                "arm": arm,
                "role": conversion.role,
                "event": conversion.event,
                "label": conversion.label,
                "needed": conversion.needed,
                **arm_figures(figures),
            }


def arm_figures(figures: ArmFigures) -> Record:
    """What one arm did of one conversion; None where it cannot be told."""
    interval = figures.interval
    return {
        "users": figures.users,
        "converted": figures.converted,
        "rate": interval.rate if interval else None,
        "rate_low": interval.low if interval else None,
        "rate_high": interval.high if interval else None,
        "difference": figures.difference,
        "p_value": figures.p_value,
        "verdict": figures.verdict,
    }
