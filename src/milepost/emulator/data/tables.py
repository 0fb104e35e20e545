"""Tables made of a property's events and of those collected since, to be read as one."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Protocol

import duckdb

from milepost.emulator.data.kept import kept_tables
from milepost.emulator.data.layers import ENGAGED_SECONDS, EVENTS, Layer
from milepost.emulator.events.source import EventSource


class Tail(Protocol):
    """Events that come while the emulator runs."""

    def revision(self) -> Hashable:
        """Differs whenever the events do; None while there are none."""

    def relation(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """The events, in the export schema."""


class EventTables:
    """The tables of the layers, in three schemas of one database.

    `base` has those of the source, which are long and made once; `tail` those of what was collected since,
    made anew whenever something comes; `main` views of both, where a user or a session that is in both is
    one. Only `main` is for others.

    Args:
        source: the events there are.
        tail: the events that come.
    """

    def __init__(self, source: EventSource, tail: Tail | None) -> None:
        self._source = source
        self._tail = tail
        self._loaded: Hashable = None
        self._revision: Hashable = None
        self._made: set[tuple[str, str]] = set()

    def are_current(self, today: date) -> bool:
        """Whether what is there is what there would be if made now."""
        return self._source.fingerprint(today) == self._loaded and self._newest() == self._revision

    def refresh(self, cursor: duckdb.DuckDBPyConnection, today: date) -> bool:
        """Make anew what all reports read, as far as it has changed.

        Returns:
            Whether it has.

        Raises:
            EventsError: the events cannot be had.
        """
        fingerprint, revision = self._source.fingerprint(today), self._newest()
        if (fingerprint, revision) == (self._loaded, self._revision):
            return False
        if fingerprint != self._loaded:
            self._made.clear()
        self._made = {(schema, layer) for schema, layer in self._made if schema == "base"}
        self._revision = revision
        self.make(cursor, (EVENTS,), today)
        self._loaded = fingerprint
        return True

    def have(self, layers: Sequence[Layer]) -> bool:
        """Whether these can be read."""
        return all(("main", layer.name) in self._made for layer in layers)

    def make(self, cursor: duckdb.DuckDBPyConnection, layers: Sequence[Layer], today: date) -> None:
        """Make those layers that are not there yet."""
        layers = [layer for layer in layers if ("main", layer.name) not in self._made]
        self._make_base(cursor, [layer for layer in layers if ("base", layer.name) not in self._made], today)
        for layer in layers:
            if self._revision is not None and self._tail is not None:
                with _inside(cursor, "tail"):
                    layer.make(cursor, self._tail.relation(cursor))
                for statement in _BRIDGES if layer is EVENTS else ():
                    cursor.execute(statement)
            for table in layer.tables:
                added = "" if self._revision is None else f" UNION ALL BY NAME {_ADDED[table]}"
                kept = (
                    f"FROM base.{table}" if self._revision is None else _KEPT.get(table, f"FROM base.{table}")
                )
                cursor.execute(f"CREATE OR REPLACE VIEW main.{table} AS {kept}{added}")
            self._made.add(("main", layer.name))

    def _make_base(self, cursor: duckdb.DuckDBPyConnection, layers: Sequence[Layer], today: date) -> None:
        if not layers:
            return
        with _inside(cursor, "base"):
            relation = self._source.relation(cursor, today)
            kept = kept_tables(self._source.cache(), relation)
            for layer in layers:
                if kept is None or not kept.attach(cursor, layer):
                    layer.make(cursor, relation)
                    if kept is not None:
                        kept.keep(cursor, layer)
                self._made.add(("base", layer.name))

    def _newest(self) -> Hashable:
        return self._tail.revision() if self._tail is not None else None


@contextmanager
def _inside(cursor: duckdb.DuckDBPyConnection, schema: str) -> Iterator[None]:
    """Names without a schema mean this one."""
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    cursor.execute(f"USE {schema}")
    try:
        yield
    finally:
        cursor.execute("USE main")


# Which user, session and event of the tail is which among all. A session in both goes on: it lasts from its
# first to its last event, and keeps what it was when it began.
_BRIDGES = (
    """CREATE OR REPLACE TABLE tail.user_bridge AS
    SELECT t.user_key AS own, b.user_key IS NULL AS fresh,
           coalesce(b.user_key, t.user_key + (SELECT coalesce(max(user_key), 0) FROM base.users)) AS user_key
    FROM tail.users t LEFT JOIN base.users b USING (user_pseudo_id)""",
    """CREATE OR REPLACE TABLE tail.session_bridge AS
    SELECT t.session_key AS own, b.session_key IS NULL AS fresh, t.engaged,
           coalesce(b.session_key, t.session_key + (
               SELECT coalesce(max(session_key), 0) FROM base.base_sessions)) AS session_key
    FROM tail.base_sessions t LEFT JOIN base.base_sessions b USING (user_pseudo_id, session_id)""",
    """CREATE OR REPLACE TABLE tail.added_events AS
    SELECT t.* REPLACE (t.event_id + (SELECT count(*) FROM base.events) AS event_id,
                        u.user_key AS user_key, s.session_key AS session_key)
    FROM tail.events t LEFT JOIN tail.user_bridge u ON u.own = t.user_key
    LEFT JOIN tail.session_bridge s ON s.own = t.session_key""",
    f"""CREATE OR REPLACE TABLE tail.continued AS
    SELECT session_key, max(ts) - min(ts) AS duration,
           bool_or(s.engaged) OR max(ts) - min(ts) > {ENGAGED_SECONDS} * 1000000
               OR count(*) FILTER (event_name IN ('page_view', 'screen_view')) >= 2 AS engaged
    FROM (FROM base.events UNION ALL BY NAME FROM tail.added_events)
    JOIN tail.session_bridge s USING (session_key) WHERE NOT s.fresh GROUP BY session_key""",
)

_KEPT = {
    "base_sessions": """
        SELECT b.* REPLACE (coalesce(c.duration, b.duration) AS duration,
                            b.engaged OR coalesce(c.engaged, false) AS engaged)
        FROM base.base_sessions b LEFT JOIN tail.continued c USING (session_key)""",
    "user_properties": """
        SELECT b.* FROM base.user_properties b ANTI JOIN (
            SELECT k.user_key, t.name
            FROM tail.user_properties t JOIN tail.user_bridge k ON k.own = t.user_key
        ) USING (user_key, name)""",
}
"""What stays of the base's rows beside those of the tail; of other tables, all."""


def _numbered(table: str) -> str:
    shifted = "event_id + (SELECT count(*) FROM base.events)"
    return f"SELECT * REPLACE ({shifted} AS event_id) FROM tail.{table}"


_ADDED = {
    "users": """
        SELECT t.* REPLACE (k.user_key AS user_key)
        FROM tail.users t JOIN tail.user_bridge k ON k.own = t.user_key AND k.fresh""",
    "base_sessions": """
        SELECT t.* REPLACE (k.session_key AS session_key)
        FROM tail.base_sessions t JOIN tail.session_bridge k ON k.own = t.session_key AND k.fresh""",
    "channels": """
        SELECT t.* FROM tail.channels t WHERE NOT EXISTS (
            FROM base.channels b WHERE (b.source, b.medium, b.campaign)
                IS NOT DISTINCT FROM (t.source, t.medium, t.campaign))""",
    "events": "FROM tail.added_events",
    "pages": "FROM tail.pages ANTI JOIN base.pages USING (location)",
    "session_days": """
        SELECT t.* REPLACE (u.user_key AS user_key, s.session_key AS session_key)
        FROM tail.session_days t LEFT JOIN tail.user_bridge u ON u.own = t.user_key
        LEFT JOIN tail.session_bridge s ON s.own = t.session_key""",
    "parameters": _numbered("parameters"),
    "user_properties": """
        SELECT t.* REPLACE (k.user_key AS user_key)
        FROM tail.user_properties t JOIN tail.user_bridge k ON k.own = t.user_key""",
    "items": _numbered("items"),
    "item_totals": _numbered("item_totals"),
}
"""The tail's rows as they stand among all."""
