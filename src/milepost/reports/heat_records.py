"""A heat table as a table of records: one per cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from milepost.model.frames import Kind, Record

if TYPE_CHECKING:
    from milepost.reports.heat import HeatRow, HeatTable

HEAT_COLUMNS: Mapping[str, Kind] = {
    "name": "text",
    "property": "text",
    "from": "day",
    "to": "day",
    "dimension": "text",
    "row": "text",
    "value": "text",
    "users": "count",
    "role": "text",
    "event": "text",
    "label": "text",
    "converted": "count",
    "user_rate": "number",
    "warmth": "number",
}
"""`row` is `value`, `others` or `total`; `users` are the row's, `converted` those of them with the event;
`warmth` is the rate against the highest of its column."""


def heat_records(table: HeatTable) -> Iterator[Record]:
    """The cells row by row, in the order of the table."""
    place: Record = {
        "name": table.name,
        "property": table.property_id,
        "from": table.period.first,
        "to": table.period.last,
        "dimension": table.dimension,
    }
    for value, row in table.rows:
        yield from _cells(table, row, {**place, "row": "value", "value": value})
    if table.others:
        yield from _cells(table, table.others, {**place, "row": "others"})
    yield from _cells(table, table.total, {**place, "row": "total"})


def _cells(table: HeatTable, row: HeatRow, place: Record) -> Iterator[Record]:
    for column, cell in zip(table.columns, row.cells, strict=True):
        yield {
            **place,
            "users": row.users,
            "role": column.role,
            "event": column.event,
            "label": column.label,
            "converted": cell.users,
            "user_rate": cell.rate,
            "warmth": cell.warmth,
        }
