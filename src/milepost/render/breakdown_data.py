"""A breakdown as JSON (`format_version` 1) and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from milepost.render.safe import csv_cell
from milepost.reports.breakdown import Breakdown, BreakdownRow
from milepost.reports.results import RoleFigures
from milepost.reports.worth import Worth

FORMAT_VERSION = 1

COLUMNS = (
    *("name", "property", "from", "to", "dimension", "row", "value", "users", "sessions"),
    *("macro_events", "macro_users", "macro_sessions", "macro_user_rate"),
    *("macro_value", "macro_value_source"),
    *("micro_events", "micro_users", "micro_sessions", "micro_user_rate"),
    *("micro_value", "micro_value_source", "currency"),
)
"""`row` is `value`, `others` or `total`. Rates are fractions of the row's users; unknown is empty."""


def render_breakdown_json(results: Sequence[Breakdown]) -> str:
    """One object with a list of properties, indented, ASCII only, ending in a newline."""
    document = {"format_version": FORMAT_VERSION, "properties": [_property(result) for result in results]}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _property(result: Breakdown) -> dict[str, Any]:
    return {
        "name": result.name,
        "property": result.property_id,
        "time_zone": result.time_zone,
        "period": {"from": result.period.first.isoformat(), "to": result.period.last.isoformat()},
        "by": result.by,
        "dimension": result.dimension,
        "values": result.values,
        "total": _row(result.total),
        "rows": [{"value": value, **_row(row)} for value, row in result.rows],
        "others": _row(result.others) if result.others else None,
        "notes": list(result.notes),
    }


def _row(row: BreakdownRow) -> dict[str, Any]:
    return {
        "users": row.users,
        "sessions": row.sessions,
        "macro": {**_role(row.macro, row.macro_events), "value": _worth(row.macro_value)},
        "micro": {**_role(row.micro, row.micro_events), "value": _worth(row.micro_value)},
    }


def _worth(value: Worth | None) -> dict[str, Any] | None:
    return {"amount": value.amount, "currency": value.currency, "source": value.source} if value else None


def _role(figures: RoleFigures, events: int) -> dict[str, Any]:
    return {
        "events": events,
        "users": figures.users,
        "sessions": figures.sessions,
        "user_rate": figures.user_rate,
    }


def render_breakdown_csv(results: Sequence[Breakdown]) -> str:
    """A header line and the rows of all properties. Notes have no place in a table: show them elsewhere."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for result in results:
        place = {
            "name": csv_cell(result.name),
            "property": csv_cell(result.property_id),
            "from": result.period.first,
            "to": result.period.last,
            "dimension": csv_cell(result.dimension),
        }
        writer.writerows({**place, **row} for row in _csv_rows(result))
    return stream.getvalue()


def _csv_rows(result: Breakdown) -> Iterator[dict[str, Any]]:
    for value, row in result.rows:
        yield {"row": "value", "value": csv_cell(value), **_flat(row)}
    if result.others:
        yield {"row": "others", **_flat(result.others)}
    yield {"row": "total", **_flat(result.total)}


def _flat(row: BreakdownRow) -> dict[str, Any]:
    macro, micro = _role(row.macro, row.macro_events), _role(row.micro, row.micro_events)
    values = {"macro": row.macro_value, "micro": row.micro_value}
    currency = next((value.currency for value in values.values() if value), None)
    return {
        "users": row.users,
        "sessions": row.sessions,
        **{f"macro_{key}": figure for key, figure in macro.items()},
        **{f"micro_{key}": figure for key, figure in micro.items()},
        **{f"{role}_value": value.amount for role, value in values.items() if value},
        **{f"{role}_value_source": value.source for role, value in values.items() if value},
        "currency": csv_cell(currency or ""),
    }
