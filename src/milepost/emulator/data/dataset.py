"""One property's events in a DuckDB database: loaded once, widened whenever rules or key events change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from threading import Lock

import duckdb

from milepost.emulator.data.channels import channel_group
from milepost.emulator.data.flatten import (
    EVENT_COLUMNS,
    EXPORT_COLUMNS,
    PARAMETER_COLUMNS,
    TRAFFIC,
    flat_select,
)
from milepost.emulator.data.items import ITEM_TOTALS, ITEMS
from milepost.emulator.data.rules import ActiveRule, derived_select
from milepost.emulator.data.sql import PURCHASE_EVENTS, literal
from milepost.emulator.events.source import EventSource

_ENGAGED_SECONDS = 10


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


class Dataset:
    """The tables that reports read, for one property.

    - `all_events`: one row per event, those of create rules included; keys `event_id`, `user_key`,
      `session_key` (NULL without an id), `date`.
    - `all_parameters`: `event_id`, `names`, `texts`; of a name that occurs twice the first counts.
    - `sessions`, one row per (user, ga_session_id): start, duration (µs), landing page, source, `engaged`.
    - `pages`: path, path and query, and host of each address. `channels`: by source, medium, campaign.
    - `users`: first touch. `user_properties`: latest text of each.
    - `items`: one row per item of an event; `item_totals`: their sums per event.
    - `first_purchases`: when each user first bought. `key_events`: as configured.
    - `active_days`: (user, date) on which the user was active.
    """

    def __init__(self, source: EventSource) -> None:
        self._source = source
        self._database = duckdb.connect(":memory:")
        self._lock = Lock()
        self._loaded: Hashable = None
        self._marked: Markings | None = None

    @contextmanager
    def reading(self, today: date, markings: Callable[[], Markings]) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor inside a transaction: tables made by it vanish, and nobody changes what it reads.

        Args:
            today: the present day in the property's time zone.
            markings: reads the configuration; called while nobody else changes the tables.

        Raises:
            EventsError: the events cannot be had.
        """
        cursor = self._database.cursor()
        try:
            with self._lock:
                self._refresh(cursor, today, markings())
                cursor.execute("BEGIN TRANSACTION")
                # The snapshot is taken by the first statement, not by BEGIN.
                cursor.execute("SELECT count(*) FROM key_events").fetchone()
            yield cursor
        finally:
            # Closing a cursor takes back its open transaction.
            cursor.close()

    def _refresh(self, cursor: duckdb.DuckDBPyConnection, today: date, markings: Markings) -> None:
        fingerprint = self._source.fingerprint(today)
        if fingerprint != self._loaded:
            _load(cursor, self._source, today)
            self._loaded, self._marked = fingerprint, None
        if markings != self._marked:
            previous = self._marked
            if previous is None or previous.rules != markings.rules:
                _derive(cursor, markings.rules)
            _mark(cursor, markings.key_events)
            self._marked = markings


def _load(cursor: duckdb.DuckDBPyConnection, source: EventSource, today: date) -> None:
    relation = source.relation(cursor, today)
    cursor.execute("DROP VIEW IF EXISTS all_events")
    cursor.execute("DROP VIEW IF EXISTS all_parameters")
    cursor.execute("DROP TABLE IF EXISTS staged")
    relation.create_view("source", replace=True)
    cursor.execute(f"CREATE TABLE staged AS {flat_select(relation)}")
    cursor.execute("DROP VIEW source")
    for statement in (_USERS, _SESSIONS, _CHANNELS, _events(), _PAGES, _SESSION_DAYS, _USER_PROPERTIES,
                      ITEMS, ITEM_TOTALS):  # fmt: skip
        cursor.execute(statement)
    for column in (*(c.name for c in EXPORT_COLUMNS), *(name for name, _, _ in PARAMETER_COLUMNS), "items"):
        cursor.execute(f"ALTER TABLE staged DROP COLUMN {column}")


def _part(pattern: str) -> str:
    after_host = f"regexp_extract(location, '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*{pattern}', 1)"
    return f"coalesce(nullif({after_host}, ''), '/')"


_DIRECT = {"source": "(direct)", "medium": "(none)", "campaign": "(direct)"}


def _struct(template: str, fixed: dict[str, str] | None = None) -> str:
    fields = {name: template.format(name) for name in TRAFFIC}
    fields |= {name: literal(text) for name, text in (fixed or {}).items()}
    return f"{{{', '.join(f'{literal(name)}: {sql}' for name, sql in fields.items())}}}"


def _first(column: str) -> str:
    """The earliest value; of those in the same microsecond the least, so that it is always the same."""
    return f"arg_min({column}, (ts, {column}))"


# Of a user's first visit the export tells no more than source, medium and campaign.
_UNKNOWN = ", ".join(f"NULL::VARCHAR AS {name}" for name in TRAFFIC[3:])
_USERS = f"""
    CREATE OR REPLACE TABLE users AS
    SELECT user_pseudo_id, (row_number() OVER ())::INTEGER AS user_key,
           {_first("user_source")} AS source, {_first("user_medium")} AS medium,
           {_first("user_campaign")} AS campaign, {_UNKNOWN},
           min(user_first_touch) AS first_touch,
           coalesce(min(date) FILTER (event_name IN ('first_visit', 'first_open')),
                    CASE WHEN min(user_first_touch) IS NULL THEN min(date) END) AS first_date
    FROM staged WHERE user_pseudo_id IS NOT NULL GROUP BY user_pseudo_id"""

# Of page views in the same microsecond the one marked as entrance comes first. The export's own last
# click decides a session's source where it has one; else the first source that an event other than
# session_start and first_visit carries; else the session is direct, with no look back at earlier ones.
_SESSIONS = f"""
    CREATE OR REPLACE TABLE base_sessions AS
    WITH sent AS (
        SELECT *, event_name IN ('page_view', 'screen_view') AS viewed,
               {_struct("coalesce(sent_{0}, {0})")} AS sent
        FROM staged WHERE user_pseudo_id IS NOT NULL AND session_id IS NOT NULL)
    SELECT user_pseudo_id, session_id, (row_number() OVER ())::INTEGER AS session_key,
           min(session_number) AS number, max(ts) - min(ts) AS duration,
           arg_min(page_location, (ts, entrances IS NULL, page_location))
               FILTER (viewed AND page_location IS NOT NULL) AS landing_location,
           coalesce(
               {_first(_struct("last_click_{0}"))} FILTER (last_click_source IS NOT NULL),
               {_first("sent")}
                   FILTER (sent.source IS NOT NULL AND event_name NOT IN ('session_start', 'first_visit')),
               {_struct("NULL::VARCHAR", _DIRECT)}) AS traffic,
           coalesce(max(session_engaged) FILTER (session_engaged = '1'), '0') = '1'
               OR count(*) FILTER (viewed) >= 2
               OR max(ts) - min(ts) > {_ENGAGED_SECONDS} * 1000000 AS engaged
    FROM sent GROUP BY user_pseudo_id, session_id"""

# Rules over text are slow: they run once per distinct value, not once per event.
_CHANNELS = f"""
    CREATE OR REPLACE TABLE channels AS
    SELECT source, medium, campaign, {channel_group("source", "medium", "campaign")} AS channel
    FROM (SELECT traffic.source, traffic.medium, traffic.campaign FROM base_sessions
          UNION SELECT source, medium, campaign FROM users)"""

_PAGES = f"""
    CREATE OR REPLACE TABLE pages AS
    SELECT location, {_part("([^?#]*)")} AS path, {_part("([^#]*)")} AS path_and_query,
           nullif(regexp_extract(location, '^[a-zA-Z][a-zA-Z0-9+.-]*://([^/?#:]+)', 1), '') AS host
    FROM (SELECT DISTINCT page_location AS location FROM events WHERE page_location IS NOT NULL)"""


def _events() -> str:
    columns = ", ".join(f"s.{name}" for name in EVENT_COLUMNS)
    return f"""
        CREATE OR REPLACE TABLE events AS
        SELECT s.rowid AS event_id, s.date, u.user_key, n.session_key, {columns}
        FROM staged s
        LEFT JOIN users u ON u.user_pseudo_id = s.user_pseudo_id
        LEFT JOIN base_sessions n ON n.user_pseudo_id = s.user_pseudo_id AND n.session_id = s.session_id"""


_SESSION_DAYS = """
    CREATE OR REPLACE TABLE session_days AS
    SELECT user_key, date, session_key,
           bool_or(event_name IN ('first_visit', 'first_open') OR engagement_msec > 0) AS touched,
           bool_or(is_active_user) AS exported
    FROM events WHERE user_key IS NOT NULL GROUP BY ALL"""

_USER_PROPERTIES = """
    CREATE OR REPLACE TABLE user_properties AS
    SELECT user_key, name, arg_max(text, (ts, text)) AS text
    FROM (SELECT e.user_key, e.ts, unnest(s.user_names) AS name, unnest(s.user_texts) AS text
          FROM staged s JOIN events e ON e.event_id = s.rowid WHERE len(s.user_names) > 0)
    WHERE text IS NOT NULL GROUP BY user_key, name"""


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
    cursor.execute("CREATE OR REPLACE VIEW all_parameters AS SELECT rowid AS event_id, names, texts "
                   "FROM staged UNION ALL SELECT event_id, names, texts FROM derived")  # fmt: skip
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
