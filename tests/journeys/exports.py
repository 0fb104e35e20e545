"""Small exports in GA4's schema, written down as a few lines of who did what when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

START = datetime(2026, 3, 2, tzinfo=UTC)
"""When second 0 is: a Monday's midnight."""

VALUE = pa.struct(
    [
        ("string_value", pa.string()),
        ("int_value", pa.int64()),
        ("float_value", pa.float64()),
        ("double_value", pa.float64()),
    ]
)
PARAMS = pa.list_(pa.struct([("key", pa.string()), ("value", VALUE)]))
SCHEMA = pa.schema(
    [
        ("event_date", pa.string()),
        ("event_timestamp", pa.int64()),
        ("event_name", pa.string()),
        ("event_params", PARAMS),
        ("user_pseudo_id", pa.string()),
        ("device", pa.struct([("category", pa.string())])),
        (
            "traffic_source",
            pa.struct([("name", pa.string()), ("medium", pa.string()), ("source", pa.string())]),
        ),
    ]
)


@dataclass(frozen=True)
class Event:
    """One event; `seconds` after START; parameters go into the slot of their type."""

    user: str | None
    seconds: float
    name: str
    session: int = 1
    number: int = 1
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    device: str | None = None
    source: tuple[str | None, str | None, str | None] = (None, None, None)

    @property
    def micros(self) -> int:
        """Its timestamp."""
        return round((START.timestamp() + self.seconds) * 1_000_000)

    def row(self) -> dict[str, object]:
        """As a row of the export."""
        params = {"ga_session_id": self.session, "ga_session_number": self.number, **self.params}
        name, medium, source = self.source
        return {
            "event_date": f"{datetime.fromtimestamp(self.micros // 1_000_000, UTC):%Y%m%d}",
            "event_timestamp": self.micros,
            "event_name": self.name,
            "event_params": [{"key": key, "value": {_slot(value): value}} for key, value in params.items()],
            "user_pseudo_id": self.user,
            "device": {"category": self.device},
            "traffic_source": {"name": name, "medium": medium, "source": source},
        }


def _slot(value: str | int | float) -> str:
    return {str: "string_value", int: "int_value", float: "double_value"}[type(value)]


def table(events: Iterable[Event]) -> pa.Table:
    """All of them as one table, in no particular order."""
    return pa.Table.from_pylist([event.row() for event in events], SCHEMA)


def write_export(folder: Path, events: Iterable[Event]) -> str:
    """A file per day, as GA4's export has tables; returns the glob."""
    days: dict[str, list[Event]] = {}
    for event in events:
        days.setdefault(str(event.row()["event_date"]), []).append(event)
    for day, rows in days.items():
        pq.write_table(table(rows), folder / f"events_{day}.parquet")
    return str(folder / "events_*.parquet")


SIX_USERS = tuple(
    Event(user, seconds, name)
    for user, seconds, name in (
        ("u1", 0, "page_view"),
        ("u1", 5, "signup"),
        ("u1", 20, "page_view"),
        ("u1", 40, "purchase"),
        ("u2", 0, "page_view"),
        ("u2", 15, "page_view"),
        ("u2", 50, "purchase"),
        ("u3", 0, "page_view"),
        ("u3", 12, "user_engagement"),
        ("u4", 0, "page_view"),
        ("u4", 6, "signup"),
        ("u4", 30, "user_engagement"),
        ("u5", 0, "page_view"),
        ("u5", 8, "purchase"),
        ("u5", 9, "signup"),
        ("u6", 0, "page_view"),
        ("u6", 30, "purchase"),
        ("u6", 30, "signup"),
    )
)
"""The worked check of the method: two sign-ups on page one, four comparable moments, three of them reach."""
