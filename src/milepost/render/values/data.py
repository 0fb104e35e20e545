"""Proposed values as JSON (`format_version` 1) and as CSV."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from milepost.journeys.proposals import Proposal, ValueReport
from milepost.model.findings import dotted
from milepost.render.csv_table import render_csv
from milepost.render.values.words import OVERLAP

FORMAT_VERSION = 1


def render_values_json(reports: Sequence[ValueReport]) -> str:
    """One object with a list of properties, indented, ASCII only, ending in a newline."""
    document = {"format_version": FORMAT_VERSION, "properties": [_report(report) for report in reports]}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _report(report: ValueReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "property": report.property_id,
        "source": report.source,
        "period": {"from": str(report.first_day), "to": str(report.last_day)},
        "within_seconds": report.within_seconds,
        "basis": report.basis,
        "macro": {
            "event": report.macro,
            "label": report.macro_label,
            "users": report.macro_users,
            "value": report.macro_value and asdict(report.macro_value),
        },
        "stopped": report.stopped,
        "micros": [_proposal(proposal) for proposal in report.proposals],
        "notes": [*report.notes, OVERLAP],
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {**asdict(proposal), "action": proposal.action, "path": dotted((*proposal.path, "value"))}


def render_values_csv(reports: Sequence[ValueReport]) -> str:
    """A header line and the rows of all properties."""
    return render_csv(ValueReport.COLUMNS, reports)
