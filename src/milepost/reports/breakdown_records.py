"""A breakdown as a table: a row per value of the dimension, one for all others, one for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from milepost.model.frames import Cell, Kind, Record

if TYPE_CHECKING:
    from milepost.reports.breakdown import Breakdown, BreakdownRow
    from milepost.reports.results import RoleFigures
    from milepost.reports.worth import Worth

BREAKDOWN_COLUMNS: Mapping[str, Kind] = {
    "name": "text",
    "property": "text",
    "from": "day",
    "to": "day",
    "dimension": "text",
    "row": "text",
    "value": "text",
    "users": "count",
    "sessions": "count",
    "macro_events": "count",
    "macro_users": "count",
    "macro_sessions": "count",
    "macro_user_rate": "number",
    "macro_value": "number",
    "macro_value_source": "text",
    "micro_events": "count",
    "micro_users": "count",
    "micro_sessions": "count",
    "micro_user_rate": "number",
    "micro_value": "number",
    "micro_value_source": "text",
    "currency": "text",
}
"""`row` is `value`, `others` or `total`. Rates are of the row's users."""


def breakdown_records(result: Breakdown) -> Iterator[Record]:
    """The rows of one property, in the order of the breakdown."""
    place: Record = {
        "name": result.name,
        "property": result.property_id,
        "from": result.period.first,
        "to": result.period.last,
        "dimension": result.dimension,
    }
    for value, row in result.rows:
        yield {**place, "row": "value", "value": value, **_figures(row)}
    if result.others:
        yield {**place, "row": "others", **_figures(result.others)}
    yield {**place, "row": "total", **_figures(result.total)}


def _figures(row: BreakdownRow) -> Record:
    values = (row.macro_value, row.micro_value)
    return {
        "users": row.users,
        "sessions": row.sessions,
        **_role("macro", row.macro, row.macro_events, row.macro_value),
        **_role("micro", row.micro, row.micro_events, row.micro_value),
        "currency": next((value.currency for value in values if value), None),
    }


def _role(role: str, figures: RoleFigures, events: int, value: Worth | None) -> dict[str, Cell]:
    return {
        f"{role}_events": events,
        f"{role}_users": figures.users,
        f"{role}_sessions": figures.sessions,
        f"{role}_user_rate": figures.user_rate,
        f"{role}_value": value.amount if value else None,
        f"{role}_value_source": value.source if value else None,
    }
