"""A breakdown as JSON (`format_version` 1) and as CSV."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from milepost.render.csv_table import render_csv
from milepost.reports.breakdown import Breakdown, BreakdownRow
from milepost.reports.results import RoleFigures
from milepost.reports.worth import Worth

FORMAT_VERSION = 1


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
    """A header line and the rows of all properties."""
    return render_csv(Breakdown.COLUMNS, results)
