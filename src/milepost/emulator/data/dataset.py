"""One property's events in a DuckDB database: loaded once, widened whenever rules or key events change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from threading import Condition

import duckdb

from milepost.emulator.data.layers import LATER, PARAMETERS
from milepost.emulator.data.rules import ActiveRule, derived_select
from milepost.emulator.data.sql import PURCHASE_EVENTS, literal
from milepost.emulator.data.tables import EventTables, Tail
from milepost.emulator.events.source import EventSource


@dataclass(frozen=True)
class ActiveKeyEvent:
    """A key event: from which moment (µs since 1970, UTC) it counts, how, and the value it gives."""

    event_name: str
    since: int
    once_per_session: bool
    default_value: float | None


@dataclass(frozen=True)
class Markings:
    """What the property's configuration does to its events."""

    rules: tuple[ActiveRule, ...] = ()
    key_events: tuple[ActiveKeyEvent, ...] = ()


class Reading:
    """A cursor on a dataset's tables: tables it makes are its own and vanish with it.

    What few reports need is not there until a statement names it.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, need: Callable[[str], None]) -> None:
        self._cursor = cursor
        self._need = need

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run a statement; the result is read from what is returned."""
        self._need(sql)
        return self._cursor.execute(sql)


class Dataset:
    """The tables that reports read, for one property.

    - `all_events`: one row per event, those of create rules included; keys `event_id`, `user_key`,
      `session_key` (NULL without an id), `date`.
    - `parameters`, and `derived` for the events of create rules: `event_id`, `names`, `texts`; of a name
      that occurs twice the first counts.
    - `sessions`, one row per (user, ga_session_id): start, duration (µs), landing page, source, `engaged`.
    - `pages`: path, path and query, and host of each address. `channels`: by source, medium, campaign.
    - `users`: first touch. `user_properties`: latest text of each.
    - `items`: one row per item of an event; `item_totals`: their sums per event.
    - `first_purchases`: when each user first bought. `key_events`: as configured.
    - `active_days`: (user, date) on which the user was active.

    Args:
        source: the events there are.
        tail: the events that come while the emulator runs.
    """

    def __init__(self, source: EventSource, tail: Tail | None = None) -> None:
        self._tables = EventTables(source, tail)
        self._database = duckdb.connect(":memory:")
        self._changing = Condition()
        self._readers = 0
        self._marked: Markings | None = None

    @contextmanager
    def reading(self, today: date, markings: Callable[[], Markings]) -> Iterator[Reading]:
        """Read the tables while nobody changes what is in them.

        Args:
            today: the present day in the property's time zone.
            markings: reads the configuration; called while nobody else changes the tables.

        Raises:
            EventsError: the events cannot be had.
        """
        cursor = self._database.cursor()
        try:
            with self._changing:
                while self._readers and not self._is_current(today, markings()):
                    self._changing.wait()
                self._refresh(cursor, today, markings())
                self._readers += 1
            try:
                yield Reading(cursor, lambda sql: self._need(cursor, sql, today))
            finally:
                with self._changing:
                    self._readers -= 1
                    self._changing.notify_all()
        finally:
            cursor.close()

    def _is_current(self, today: date, markings: Markings) -> bool:
        return self._tables.are_current(today) and markings == self._marked

    def _refresh(self, cursor: duckdb.DuckDBPyConnection, today: date, markings: Markings) -> None:
        if self._tables.refresh(cursor, today):
            self._marked = None
        if markings != self._marked:
            previous = self._marked
            if previous is None or previous.rules != markings.rules:
                if markings.rules:
                    self._tables.make(cursor, (PARAMETERS,), today)
                _derive(cursor, markings.rules)
            _mark(cursor, markings.key_events)
            self._marked = markings

    def _need(self, cursor: duckdb.DuckDBPyConnection, sql: str, today: date) -> None:
        named = [layer for layer in LATER if layer.named_in(sql)]
        if self._tables.have(named):
            return
        with self._changing:
            self._tables.make(cursor, named, today)


def _derive(cursor: duckdb.DuckDBPyConnection, rules: tuple[ActiveRule, ...]) -> None:
    cursor.execute("CREATE OR REPLACE TABLE derived AS SELECT *, NULL::VARCHAR[] AS names, "
                   "NULL::VARCHAR[] AS texts FROM events LIMIT 0")  # fmt: skip
    for rule in rules:
        # A pattern that does not compile matches nothing.
        with suppress(duckdb.InvalidInputException):
            cursor.execute(
                "INSERT INTO derived BY NAME SELECT row_number() OVER () + (SELECT count(*) FROM events) "
                f"+ (SELECT count(*) FROM derived) AS event_id, * FROM ({derived_select(rule)})"
            )
    cursor.execute("CREATE OR REPLACE VIEW all_events AS SELECT * FROM events UNION ALL "
                   "SELECT * EXCLUDE (names, texts) FROM derived")  # fmt: skip
    cursor.execute(_FIRST_PURCHASES)


_FIRST_PURCHASES = f"""
    CREATE OR REPLACE TABLE first_purchases AS
    SELECT user_key, min(ts) AS ts FROM all_events
    WHERE user_key IS NOT NULL AND event_name IN {PURCHASE_EVENTS} GROUP BY user_key"""


def _mark(cursor: duckdb.DuckDBPyConnection, key_events: tuple[ActiveKeyEvent, ...]) -> None:
    cursor.execute(
        "CREATE OR REPLACE TABLE key_events "
        "(event_name VARCHAR, since BIGINT, once BOOLEAN, default_value DOUBLE)"
    )
    for key_event in key_events:
        value = "NULL" if key_event.default_value is None else repr(key_event.default_value)
        cursor.execute(
            f"INSERT INTO key_events VALUES ({literal(key_event.event_name)}, {key_event.since}, "
            f"{key_event.once_per_session}, {value}::DOUBLE)"
        )
    cursor.execute(_ENGAGED)
    cursor.execute(_ACTIVE_DAYS)


_ENGAGED = """
    CREATE OR REPLACE TABLE sessions AS
    WITH keyed AS (
        SELECT DISTINCT e.session_key FROM all_events e
        JOIN key_events k ON k.event_name = e.event_name AND e.ts >= k.since)
    SELECT b.* EXCLUDE (engaged), b.engaged OR k.session_key IS NOT NULL AS engaged, c.channel
    FROM base_sessions b LEFT JOIN keyed k ON k.session_key = b.session_key
    LEFT JOIN channels c ON (c.source, c.medium, c.campaign)
        IS NOT DISTINCT FROM (b.traffic.source, b.traffic.medium, b.traffic.campaign)"""

# The export's own flag decides where there is one; else engagement, a first visit or an engaged session.
_ACTIVE_DAYS = """
    CREATE OR REPLACE TABLE active_days AS
    SELECT d.user_key, d.date
    FROM session_days d LEFT JOIN sessions s ON s.session_key = d.session_key
    GROUP BY d.user_key, d.date
    HAVING coalesce(bool_or(d.exported), bool_or(d.touched OR coalesce(s.engaged, false)), false)"""
