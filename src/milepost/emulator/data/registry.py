"""What a dimension and a metric are: one entry answers both reports and GetMetadata.

The SQL of an entry is read in a query over these rows; a table is joined only when a field names it:

- `e` one event (`all_events`), `r` the date range (`position`, `name`, `first`, `last`)
- `g` its page, `s` its session, `l` the session's landing page, `u` its user, `c` the channel that first
  brought the user, `a.active` whether the user was active that day
- `k` the key event it is, all NULL when it is none, `p` its parameters
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Scope(Enum):
    """What carries one value of a dimension."""

    EVENT = "event"
    SESSION = "session"
    USER = "user"
    ITEM = "item"


class Kind(Enum):
    """Type of a metric, by the number of Google's enum MetricType."""

    INTEGER = 1
    FLOAT = 2
    SECONDS = 4
    MILLISECONDS = 5
    MINUTES = 6
    HOURS = 7
    STANDARD = 8
    CURRENCY = 9
    FEET = 10
    MILES = 11
    METERS = 12
    KILOMETERS = 13


@dataclass(frozen=True)
class Dimension:
    """A dimension; `sql` gives text or NULL, which reports as `(not set)`."""

    name: str
    ui_name: str
    category: str
    sql: str
    description: str
    scope: Scope = Scope.EVENT
    aliases: tuple[str, ...] = ()
    custom: bool = False
    listed: bool = True
    """Whether GetMetadata names it."""


@dataclass(frozen=True)
class Metric:
    """A metric; `sql` is an aggregate over the events of a row, NULL or 0 where there is nothing."""

    name: str
    ui_name: str
    category: str
    kind: Kind
    sql: str
    description: str
    aliases: tuple[str, ...] = ()
    custom: bool = False
    event_scoped: bool = True
    """Refused beside item-scoped dimensions."""


JOINS = {
    "s": "LEFT JOIN sessions s ON s.session_key = e.session_key",
    "g": "LEFT JOIN pages g ON g.location = e.page_location",
    "l": "LEFT JOIN pages l ON l.location = s.landing_location",
    "u": "LEFT JOIN users u ON u.user_key = e.user_key",
    "c": "LEFT JOIN channels c ON (c.source, c.medium, c.campaign) "
    "IS NOT DISTINCT FROM (u.source, u.medium, u.campaign)",
    "a": "LEFT JOIN (SELECT *, true AS active FROM active_days) a "
    "ON a.user_key = e.user_key AND a.date = e.date",
    "k": "LEFT JOIN key_events k ON k.event_name = e.event_name AND e.ts >= k.since",
    "p": "LEFT JOIN all_parameters p ON p.event_id = e.event_id",
}
"""How each table beside `e` and `r` is reached, in the order of joining; none of them multiplies events."""

LEANS_ON = {"l": "s", "c": "u"}
"""A join that reads another joined table."""
