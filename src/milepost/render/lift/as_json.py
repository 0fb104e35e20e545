"""Lift as JSON, `format_version` 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from milepost.journeys.results import LiftReport, LiftTable
from milepost.render.lift.words import FOOTER

FORMAT_VERSION = 1


def render_lift_json(reports: Sequence[LiftReport]) -> str:
    """One object with a list of properties, indented, ending in a newline.

    What is not known, or not carried by the data, is null: there is no infinity and no NaN. Characters
    beyond ASCII are escaped, so that no terminal or pipe can spoil or obey them.
    """
    document = {"format_version": FORMAT_VERSION, "properties": [_report(report) for report in reports]}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _report(report: LiftReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "property": report.property_id,
        "source": report.source,
        "approximate": report.approximate,
        "period": {"from": str(report.first_day), "to": str(report.last_day)},
        "within_seconds": report.within_seconds,
        "macros": [_table(table) for table in report.tables],
        "notes": [*report.notes, FOOTER],
    }


def _table(table: LiftTable) -> dict[str, Any]:
    return {
        "event": table.macro,
        "label": table.label,
        "users": table.macro_users,
        "value": table.value and asdict(table.value),
        "stopped": table.stopped,
        "tested": table.tested,
        "micros": [asdict(row) for row in table.rows],
        "same_progress": list(table.road),
        "by": table.by,
        "rows": [asdict(row) for row in table.credits],
    }
