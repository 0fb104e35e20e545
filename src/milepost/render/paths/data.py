"""Roads as JSON (`format_version` 1) and as CSV."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from milepost.journeys.path_results import PathReport, PathTable
from milepost.render.csv_table import render_csv

FORMAT_VERSION = 1


def render_paths_json(reports: Sequence[PathReport]) -> str:
    """One object with a list of properties, indented, ASCII only, ending in a newline."""
    document = {"format_version": FORMAT_VERSION, "properties": [_report(report) for report in reports]}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _report(report: PathReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "property": report.property_id,
        "period": {"from": str(report.first_day), "to": str(report.last_day)},
        "macros": [_table(table) for table in report.tables],
        "notes": list(report.notes),
    }


def _table(table: PathTable) -> dict[str, Any]:
    return {
        "event": table.macro,
        "label": table.label,
        "everybody": table.everybody,
        "users": table.users,
        "macro_users": table.macro_users,
        "direct": table.direct,
        "depth": table.depth,
        "roads": [
            {**asdict(road), "share": table.share(road.users), "rate": road.rate} for road in table.roads
        ],
        "other_roads": table.other_roads,
        "other_users": table.other_users,
        "other_reached": table.other_reached,
        "steps": [
            {
                **asdict(step),
                "share": table.share(step.users),
                "rate": step.rate,
                "left_rate": step.left_rate,
            }
            for step in table.steps
        ],
    }


def render_paths_csv(reports: Sequence[PathReport]) -> str:
    """A header line and the rows of all properties."""
    return render_csv(PathReport.COLUMNS, reports)
