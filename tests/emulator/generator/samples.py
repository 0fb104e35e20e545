"""28 days of every business type, generated once per test run."""

from __future__ import annotations

from datetime import date
from functools import cache

import duckdb

from milepost.emulator.events.generator import generate

FIRST_DAY, LAST_DAY = date(2026, 10, 25), date(2026, 11, 21)  # four weeks, Sunday to Saturday

_FLAT = """
create table flat as
select event_name, event_date, event_timestamp ts, user_pseudo_id u, user_first_touch_timestamp touched,
       map_from_entries(list_transform(event_params, lambda x: (x.key,
           coalesce(x.value.string_value, x.value.int_value::text, x.value.double_value::text)))) p,
       ecommerce, items, device, user_properties, traffic_source
from events
"""


@cache
def events(business_type: str) -> duckdb.DuckDBPyConnection:
    """A connection with `events` as exported, and `flat` with the parameters `p` as a map of texts."""
    connection = duckdb.connect()
    table = generate(business_type, first_day=FIRST_DAY, last_day=LAST_DAY)
    connection.register("events", table)
    connection.execute(_FLAT)
    return connection
