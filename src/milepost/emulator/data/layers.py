"""The tables made of a property's events, in layers: what every report needs, and what only some ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from milepost.emulator.data.channels import channel_group
from milepost.emulator.data.flatten import (
    EVENT_COLUMNS,
    TRAFFIC,
    flat_select,
    parameters_select,
    user_properties_select,
)
from milepost.emulator.data.items import ITEM_TOTALS, items_select
from milepost.emulator.data.sql import literal

ENGAGED_SECONDS = 10
_STAGED = "staged"


@dataclass(frozen=True)
class Layer:
    """Tables that are made together, of a view `source` in the export schema and of layers before them.

    `statements` gives the SQL that makes them; tables beside `tables` that it needs for the time being
    begin with `staged`.
    """

    name: str
    tables: tuple[str, ...]
    statements: Callable[[duckdb.DuckDBPyRelation], tuple[str, ...]]

    def make(self, cursor: duckdb.DuckDBPyConnection, relation: duckdb.DuckDBPyRelation) -> None:
        """Make the tables; `relation` are the events."""
        relation.create_view("source", replace=True)
        for statement in self.statements(relation):
            cursor.execute(statement)
        cursor.execute("DROP VIEW source")
        cursor.execute(f"DROP TABLE IF EXISTS {_STAGED}")

    def named_in(self, sql: str) -> bool:
        """Whether a statement may read one of the tables."""
        return any(re.search(rf"\b{table}\b", sql) for table in self.tables)


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
               OR max(ts) - min(ts) > {ENGAGED_SECONDS} * 1000000 AS engaged
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
    FROM (SELECT e.user_key, e.ts, unnest(s.names) AS name, unnest(s.texts) AS text
          FROM staged s JOIN events e ON e.event_id = s.event_id)
    WHERE text IS NOT NULL GROUP BY user_key, name"""


def _table(name: str, select: str) -> str:
    return f"CREATE OR REPLACE TABLE {name} AS {select}"


EVENTS = Layer(
    "events",
    ("users", "base_sessions", "channels", "events", "pages", "session_days"),
    lambda relation: (
        _table(_STAGED, flat_select(relation)),
        _USERS, _SESSIONS, _CHANNELS, _events(), _PAGES, _SESSION_DAYS,
    ),
)  # fmt: skip
"""What every report reads."""

PARAMETERS = Layer(
    "parameters", ("parameters",), lambda relation: (_table("parameters", parameters_select(relation)),)
)
"""Event parameters side by side."""

USER_PROPERTIES = Layer(
    "user_properties",
    ("user_properties",),
    lambda relation: (_table(_STAGED, user_properties_select(relation)), _USER_PROPERTIES),
)

ITEMS = Layer(
    "items",
    ("items", "item_totals"),
    lambda relation: (_table("items", items_select(relation)), _table("item_totals", ITEM_TOTALS)),
)

LATER = (PARAMETERS, USER_PROPERTIES, ITEMS)
"""Layers that wait until a statement names one of their tables."""
