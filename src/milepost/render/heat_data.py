"""A heat table as JSON (`format_version` 1) and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from milepost.render.safe import csv_cell
from milepost.reports.heat import HeatRow, HeatTable

FORMAT_VERSION = 1

COLUMNS = (
    *("name", "property", "from", "to", "dimension", "row", "value", "users"),
    *("role", "event", "label", "converted", "user_rate", "warmth"),
)
"""One line per cell. `row` is `value`, `others` or `total`; `users` are the row's, `converted` those of them
with the event; rates are fractions, `warmth` the rate against the highest of its column. Unknown is empty."""


def render_heat_json(tables: Sequence[HeatTable]) -> str:
    """One object with a list of properties, indented, ASCII only, ending in a newline."""
    document = {"format_version": FORMAT_VERSION, "properties": [_property(table) for table in tables]}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _property(table: HeatTable) -> dict[str, Any]:
    return {
        "name": table.name,
        "property": table.property_id,
        "time_zone": table.time_zone,
        "period": {"from": table.period.first.isoformat(), "to": table.period.last.isoformat()},
        "by": table.by,
        "dimension": table.dimension,
        "values": table.values,
        "conversions": [{"event": c.event, "label": c.label, "role": c.role} for c in table.columns],
        "total": _row(table, table.total),
        "rows": [{"value": value, **_row(table, row)} for value, row in table.rows],
        "others": _row(table, table.others) if table.others else None,
        "notes": list(table.notes),
    }


def _row(table: HeatTable, row: HeatRow) -> dict[str, Any]:
    cells = {
        column.event: {"users": cell.users, "user_rate": cell.rate, "warmth": cell.warmth}
        for column, cell in zip(table.columns, row.cells, strict=True)
    }
    return {"users": row.users, "conversions": cells}


def render_heat_csv(tables: Sequence[HeatTable]) -> str:
    """A header line and the cells of all properties. Notes have no place in a table: show them elsewhere."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for table in tables:
        place = {
            "name": csv_cell(table.name),
            "property": csv_cell(table.property_id),
            "from": table.period.first,
            "to": table.period.last,
            "dimension": csv_cell(table.dimension),
        }
        for row in _csv_rows(table):
            writer.writerow({**place, **row})
    return stream.getvalue()


def _csv_rows(table: HeatTable) -> Iterator[dict[str, Any]]:
    for value, row in table.rows:
        yield from _csv_cells(table, row, {"row": "value", "value": csv_cell(value)})
    if table.others:
        yield from _csv_cells(table, table.others, {"row": "others"})
    yield from _csv_cells(table, table.total, {"row": "total"})


def _csv_cells(table: HeatTable, row: HeatRow, place: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for column, cell in zip(table.columns, row.cells, strict=True):
        yield {
            **place,
            "users": row.users,
            "role": column.role,
            "event": csv_cell(column.event),
            "label": csv_cell(column.label),
            "converted": cell.users,
            "user_rate": cell.rate,
            "warmth": cell.warmth,
        }
