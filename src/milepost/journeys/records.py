"""Lift as a table: a row per micro conversion, and per value of `--by`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from milepost.model.frames import Cell, Kind, Record

if TYPE_CHECKING:
    from milepost.journeys.results import CreditRow, LiftReport, LiftRow, LiftTable

_FIGURES: Mapping[str, Kind] = {
    "users": "count",
    "reached": "count",
    "rate": "number",
    "rate_low": "number",
    "rate_high": "number",
    "base": "number",
    "ratio": "number",
    "ratio_low": "number",
    "ratio_high": "number",
    "p_value": "number",
    "q_value": "number",
    "value": "number",
    "value_above_base": "number",
    "value_above_base_low": "number",
    "value_above_base_high": "number",
    "median_seconds": "number",
    "ever": "count",
    "after_macro": "count",
    "same_instant": "count",
    "too_recent": "count",
    "share_of_macros": "number",
    "events_per_user": "number",
    "expected": "number",
    "unmatched": "count",
    "compared": "count",
    "compared_reached": "count",
}

LIFT_COLUMNS: Mapping[str, Kind] = {
    "name": "text",
    "property": "text",
    "source": "text",
    "approximate": "flag",
    "from": "day",
    "to": "day",
    "within_seconds": "count",
    "macro": "text",
    "row": "text",
    "event": "text",
    "label": "text",
    "verdict": "text",
    "flags": "text",
    "currency": "text",
    **_FIGURES,
    "dimension": "text",
    "dimension_value": "text",
    "macro_users": "count",
    "leading_users": "count",
}
"""`row` is `step`, `credit` or `credit_step`; flags are parted by spaces."""


def lift_records(report: LiftReport) -> Iterator[Record]:
    """The rows of one property, macro conversion by macro conversion."""
    for table in report.tables:
        place: Record = {
            "name": report.name,
            "property": report.property_id,
            "source": report.source,
            "approximate": report.approximate,
            "from": report.first_day,
            "to": report.last_day,
            "within_seconds": report.within_seconds,
            "macro": table.macro,
            "currency": table.value.currency if table.value else None,
        }
        for record in _records(table):
            yield {**place, **record}


def _records(table: LiftTable) -> Iterator[Record]:
    for row in table.rows:
        yield {"row": "step", **_step(row)}
    for credit in table.credits:
        place: Record = {"dimension": table.by, "dimension_value": credit.value}
        yield {**place, "row": "credit", **_credit(credit)}
        for step in credit.steps:
            yield {
                **place,
                "row": "credit_step",
                "event": step.event,
                "label": step.label,
                "users": step.users,
            }


def _step(row: LiftRow) -> Record:
    figures: dict[str, Cell] = {name: getattr(row, name) for name in _FIGURES}
    named = {"event": row.event, "label": row.label, "verdict": row.verdict, "flags": " ".join(row.flags)}
    return {**figures, **named}


def _credit(credit: CreditRow) -> Record:
    return {
        "users": credit.users,
        "macro_users": credit.macro_users,
        "leading_users": credit.leading_users,
        "expected": credit.expected,
    }
