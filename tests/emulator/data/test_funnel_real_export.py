"""A funnel over a month of real events against SQL written on the export's nested columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import grpc
import pytest
from google.analytics import admin_v1alpha, data_v1alpha
from google.analytics.data_v1alpha.services.alpha_analytics_data.transports import (
    AlphaAnalyticsDataGrpcTransport,
)

from milepost.emulator.clock import Clock
from milepost.emulator.data import methods
from milepost.emulator.events.source import ExportFiles
from milepost.emulator.server import RpcServer
from milepost.emulator.store import Record, Store
from milepost.emulator.switches import Switches

STEPS = ("view_item", "add_to_cart", "purchase")
_ACTIVE_EVENTS = """
    CREATE TABLE happened AS
    WITH p AS (
        SELECT event_date AS day, event_timestamp AS ts, event_name AS name, user_pseudo_id AS u,
               device.category AS device, of(event_params, 'ga_session_id').int_value AS sid,
               of(event_params, 'session_engaged').string_value = '1' AS flagged,
               of(event_params, 'engagement_time_msec').int_value > 0 AS touched
        FROM export),
    s AS (
        SELECT u, sid, coalesce(bool_or(flagged), false) OR count(*) FILTER (name = 'page_view') > 1
               OR max(ts) - min(ts) > 10e6 AS engaged
        FROM p WHERE sid IS NOT NULL GROUP BY u, sid),
    active AS (
        SELECT DISTINCT p.u, p.day FROM p LEFT JOIN s USING (u, sid)
        WHERE s.engaged OR p.touched OR p.name = 'first_visit')
    SELECT p.* FROM p JOIN active USING (u, day)"""


@pytest.fixture(scope="module")
def client(real_export: str) -> Iterator[Any]:
    store, long_ago = Store(), datetime(2019, 12, 1, tzinfo=UTC)
    with store.transaction():
        store.put(
            "properties/1",
            Record(admin_v1alpha.Property(time_zone="Etc/GMT", currency_code="USD"), long_ago, long_ago),
        )
    clock = Clock.on_day(date(2021, 1, 17))
    server = RpcServer(methods(store, clock, Switches(), lambda _: ExportFiles(real_export)))
    server.start()
    with ExitStack() as stack:
        stack.callback(server.stop)
        channel = stack.enter_context(grpc.insecure_channel(server.address))
        yield data_v1alpha.AlphaAnalyticsDataClient(
            transport=AlphaAnalyticsDataGrpcTransport(channel=channel)
        )


@pytest.fixture(scope="module")
def happened(real_export: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW export AS SELECT * FROM read_parquet('{real_export}')")
    connection.execute("CREATE MACRO of(params, k) AS list_filter(params, lambda x: x.key = k)[1].value")
    connection.execute(_ACTIVE_EVENTS)
    return connection


def ask(client: Any, **fields: Any) -> list[tuple[str, ...]]:
    steps = [{"name": n, "filter_expression": {"funnel_event_filter": {"event_name": n}}} for n in STEPS]
    table = client.run_funnel_report(
        data_v1alpha.RunFunnelReportRequest(
            property="properties/1",
            date_ranges=[{"start_date": "28daysAgo", "end_date": "yesterday"}],
            funnel={"steps": steps},
            **fields,
        ),
        timeout=300,
    ).funnel_table
    return [(*(v.value for v in r.dimension_values), r.metric_values[0].value) for r in table.rows]


# Steps in order; the first moment of each not before that of the one before.
_FIRST_MOMENTS = """
    WITH one AS (
        SELECT u, min(ts) AS ts, arg_min(device, ts) AS device FROM happened
        WHERE name = 'view_item' GROUP BY u),
    two AS (
        SELECT h.u, min(h.ts) AS ts FROM happened h JOIN one ON one.u = h.u AND h.ts >= one.ts
        WHERE name = 'add_to_cart' GROUP BY h.u),
    three AS (
        SELECT h.u, min(h.ts) AS ts FROM happened h JOIN two ON two.u = h.u AND h.ts >= two.ts
        WHERE name = 'purchase' GROUP BY h.u)"""


def test_shopping_funnel_equals_the_export(client: Any, happened: duckdb.DuckDBPyConnection) -> None:
    counts = happened.execute(
        f"{_FIRST_MOMENTS} SELECT (SELECT count(*) FROM one), (SELECT count(*) FROM two), "
        "(SELECT count(*) FROM three)"
    ).fetchone()
    assert counts is not None
    expected = [(f"{i}. {name}", str(n)) for i, (name, n) in enumerate(zip(STEPS, counts, strict=True), 1)]
    assert ask(client) == expected


def test_shopping_funnel_by_device_equals_the_export(
    client: Any, happened: duckdb.DuckDBPyConnection
) -> None:
    rows = happened.execute(
        f"{_FIRST_MOMENTS} SELECT device, count(one.u), count(two.u), count(three.u) FROM one "
        "LEFT JOIN two USING (u) LEFT JOIN three USING (u) GROUP BY device"
    ).fetchall()
    expected = {(f"{i + 1}. {STEPS[i]}", device, str(n[i])) for device, *n in rows for i in range(3)}
    shown = ask(client, funnel_breakdown={"breakdown_dimension": {"name": "deviceCategory"}})
    assert {row for row in shown if row[1] != "RESERVED_TOTAL"} == expected
