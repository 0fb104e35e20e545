"""Lift as CSV: a row per micro conversion, and per value of `--by`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any

from milepost.journeys.results import LiftReport, LiftRow, LiftTable
from milepost.render.safe import csv_cell

_FIGURES = tuple(f.name for f in fields(LiftRow) if f.name not in ("event", "label", "verdict", "flags"))

COLUMNS = (
    *("name", "property", "source", "approximate", "from", "to", "within_seconds", "macro", "row"),
    *("event", "label", "verdict", "flags", "currency", *_FIGURES),
    *("dimension", "dimension_value", "macro_users", "leading_users"),
)
"""`row` is `step`, `credit` or `credit_step`. Rates are fractions; unknown is empty; flags part by spaces."""


def render_lift_csv(reports: Sequence[LiftReport]) -> str:
    """A header line and the rows of all tables. Notes have no place in a table: show them elsewhere."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for report in reports:
        for table in report.tables:
            place = _place(report, table)
            writer.writerows({**place, **row} for row in _rows(table))
    return stream.getvalue()


def _place(report: LiftReport, table: LiftTable) -> dict[str, Any]:
    return {
        "name": csv_cell(report.name),
        "property": csv_cell(report.property_id),
        "source": report.source,
        "approximate": str(report.approximate).lower(),
        "from": report.first_day,
        "to": report.last_day,
        "within_seconds": report.within_seconds,
        "macro": csv_cell(table.macro),
        "currency": csv_cell((table.value and table.value.currency) or ""),
    }


def _rows(table: LiftTable) -> Iterator[dict[str, Any]]:
    for row in table.rows:
        named = {"event": csv_cell(row.event), "label": csv_cell(row.label), "flags": " ".join(row.flags)}
        figures = {key: number for key, number in asdict(row).items() if key in _FIGURES}
        yield {"row": "step", **figures, **named, "verdict": row.verdict}
    for credit in table.credits:
        place = {"dimension": table.by, "dimension_value": csv_cell(credit.value or "")}
        yield {
            **place,
            "row": "credit",
            "users": credit.users,
            "macro_users": credit.macro_users,
            "leading_users": credit.leading_users,
            "expected": credit.expected,
        }
        for step in credit.steps:
            named = {"event": csv_cell(step.event), "label": csv_cell(step.label)}
            yield {**place, **named, "row": "credit_step", "users": step.users}
