"""An experiment as JSON (`format_version` 1) and as CSV."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from milepost.render.csv_table import render_csv
from milepost.reports.experiment_records import arm_figures
from milepost.reports.experiment_results import Experiment
from milepost.reports.experiment_statistics import CONFIDENCE, POWER

FORMAT_VERSION = 1


def render_experiment_json(results: Sequence[Experiment]) -> str:
    """One object with a list of properties, indented, ASCII only, ending in a newline."""
    document = {"format_version": FORMAT_VERSION, "properties": [_property(result) for result in results]}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _property(result: Experiment) -> dict[str, Any]:
    return {
        "name": result.name,
        "property": result.property_id,
        "time_zone": result.time_zone,
        "period": {"from": result.period.first.isoformat(), "to": result.period.last.isoformat()},
        "dimension": result.dimension,
        "experiment": result.experiment,
        "other_experiments": list(result.others),
        "arms": list(result.arms),
        "effect": result.effect,
        "power": POWER,
        "confidence": CONFIDENCE,
        "users_in_several_arms": result.in_several,
        "sample_ratio_p_value": result.mismatch,
        "conversions": [
            {
                "event": conversion.event,
                "label": conversion.label,
                "role": conversion.role,
                "needed_per_arm": conversion.needed,
                "arms": [
                    {"arm": arm, **arm_figures(figures)}
                    for arm, figures in zip(result.arms, conversion.arms, strict=True)
                ],
            }
            for conversion in result.conversions
        ],
        "notes": list(result.notes),
    }


def render_experiment_csv(results: Sequence[Experiment]) -> str:
    """A header line and the rows of all properties."""
    return render_csv(Experiment.COLUMNS, results)
