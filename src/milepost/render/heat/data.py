"""A heat table as JSON (`format_version` 1) and as CSV."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from milepost.render.csv_table import render_csv
from milepost.reports.heat import HeatRow, HeatTable

FORMAT_VERSION = 1


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
    """A header line and the cells of all properties."""
    return render_csv(HeatTable.COLUMNS, tables)
