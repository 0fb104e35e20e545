"""What a dimension and a metric are: one entry answers both reports and GetMetadata.

The SQL of an entry is read in a query over these rows; a table is joined only when a field names it:

- `e` one event (`all_events`), `r` the date range (`position`, `name`, `first`, `last`, `zone`)
- `g` its page, `s` its session, `l` the session's landing page, `u` its user, `c` the channel that first
  brought the user, `a.active` whether the user was active that day
- `k` the key event it is, all NULL when it is none, `p` its parameters, `f` when the user first bought
- `i` one of its items where a request names an item-scoped dimension, else the sums of all its items
- in reports on cohorts `r` is the cohort (`size`, `cohort_first`, `cohort_last`) and the days it is watched

Metrics of the users of the last N days read `wN.users`, which is computed by itself (see rolling.py).
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
    ATTRIBUTION = "attribution"
    COHORT = "cohort"


class Family(Enum):
    """What a metric measures, which decides what it can stand beside (reference: Data API, section 7)."""

    EVENT = "event"
    KEY_EVENT = "key event"
    SESSION = "session"
    USER = "user"
    ITEM = "item"
    COHORT = "cohort"


REFUSES = {
    Scope.ATTRIBUTION: {Family.EVENT, Family.COHORT},
    Scope.ITEM: {Family.EVENT, Family.KEY_EVENT, Family.COHORT},
    Scope.COHORT: {Family.EVENT, Family.KEY_EVENT, Family.SESSION, Family.ITEM},
}
"""The metrics that a dimension of a scope cannot stand beside."""


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

    @property
    def calendar(self) -> bool:
        """Whether it depends on the day alone."""
        return self.category == "Time" and "e.ts" not in self.sql


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
    family: Family = Family.EVENT
    restricted: bool = False
    """Whether the caller may not see it: it is always zero."""


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
    "p": "LEFT JOIN (SELECT event_id, names, texts FROM parameters UNION ALL "
    "SELECT event_id, names, texts FROM derived) p ON p.event_id = e.event_id",
    "f": "LEFT JOIN first_purchases f ON f.user_key = e.user_key",
    "i": "LEFT JOIN item_totals i ON i.event_id = e.event_id",
}
"""How each table beside `e` and `r` is reached, in the order of joining; none of them multiplies events."""

ITEM_ROWS = "LEFT JOIN items i ON i.event_id = e.event_id"
"""Instead of `i` above where a request names an item-scoped dimension: one row per item."""

LEANS_ON = {"l": "s", "c": "u"}
"""A join that reads another joined table."""
