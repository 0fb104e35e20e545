"""RunRealtimeReport: the events of the last half hour, or hour, before the emulator's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from google.analytics import data_v1beta

from milepost.emulator.data.access import Access, OpenProperty, property_id_of
from milepost.emulator.data.dataset import Reading
from milepost.emulator.data.joins import joined
from milepost.emulator.data.quota import report_tokens
from milepost.emulator.data.realtime_request import RealtimeQuery, parse_realtime, realtime_schema
from milepost.emulator.data.report import AGGREGATE_MARKS, check_patterns, format_number
from milepost.emulator.data.request import DATE_RANGE
from milepost.emulator.data.sql import literal
from milepost.emulator.rpc import Call, Method
from milepost.emulator.store import Store

PATH = "/google.analytics.data.v1beta.BetaAnalyticsData/RunRealtimeReport"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = 60_000_000
# Of the Measurement Protocol's events, those alone that say which session they belong to and how long the
# person was engaged (reference: tracking, section c).
_PRESENT = "(from_server IS NOT TRUE OR (session_key IS NOT NULL AND engagement_msec IS NOT NULL))"
_Aggregation = data_v1beta.MetricAggregation


def realtime_methods(access: Access) -> list[Method]:
    """RunRealtimeReport, which draws on the Realtime pool."""

    def run(request: Any, call: Call) -> Any:  # noqa: ARG001
        with access.open(property_id_of(request.property), access.pools.realtime, live=True) as opened:
            return _answer(request, opened, access)

    return [Method(PATH, data_v1beta.RunRealtimeReportRequest, run)]


def _answer(request: Any, opened: OpenProperty, access: Access) -> Any:
    schema = realtime_schema(opened.config.schema, _stream_name(access.store, opened.id))
    query = parse_realtime(request, schema, premium=opened.config.premium)
    check_patterns(opened.cursor, query.patterns)
    tokens = report_tokens(len(query.dimensions), query.shown, days=1)
    quota = access.pools.realtime.charge(opened.id, opened.limits, tokens)
    _fill_table(opened.cursor, query, access.clock.now())
    response = _response(opened.cursor, query)
    if request.return_property_quota:
        response.property_quota = quota
    return response


def _stream_name(store: Store, property_id: str) -> str:
    """SQL of the name of an event's stream; the only stream takes all events, whatever their number."""
    with store.reading():
        streams = [
            (name.rpartition("/")[2], record.message.display_name)
            for name, record in store.children(f"properties/{property_id}", "dataStreams")
        ]
    if len(streams) == 1:
        return literal(streams[0][1])
    cases = " ".join(f"WHEN {literal(number)} THEN {literal(name)}" for number, name in streams)
    return f"CASE e.stream_id {cases} END" if cases else "NULL"


def _fill_table(cursor: Reading, query: RealtimeQuery, now: datetime) -> None:
    """Make the tables `realtime_ranges`, `realtime_events` and, with all rows, `realtime`."""
    ranges = ", ".join(f"({i}, {literal(r.name)}, {r.first}, {r.last})" for i, r in enumerate(query.ranges))
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE realtime_ranges AS "
        f"SELECT * FROM (VALUES {ranges}) r(position, name, first, last)"
    )
    moment = (now - _EPOCH) // timedelta(microseconds=1)
    earliest = moment - (max(r.first for r in query.ranges) + 1) * _MINUTE
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE realtime_events AS "
        f"SELECT *, ({moment} - ts) // {_MINUTE} AS minutes_ago FROM all_events "
        f"WHERE ts > {earliest} AND ts <= {moment} AND {_PRESENT}"
    )
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE realtime AS {_grouped(query, [sql for _, sql in query.dimensions])}"
    )
    conditions = [f"NOT ({query.having})"]
    if query.shown:
        conditions.append(" AND ".join(f"m{i} = 0" for i in range(query.shown)))
    cursor.execute(f"DELETE FROM realtime WHERE {' OR '.join(f'({c})' for c in conditions)}")


def _grouped(query: RealtimeQuery, dimensions: Sequence[str]) -> str:
    columns = [
        *(f"{sql} AS d{i}" for i, sql in enumerate(dimensions)),
        "r.position AS range_position",
        "r.name AS range_name",
        *(f"coalesce({sql}, 0) AS m{i}" for i, (_, sql, _) in enumerate(query.metrics)),
    ]
    select = ", ".join(columns)
    keys = ", ".join(str(i + 1) for i in range(len(dimensions) + 2))
    return (
        f"SELECT {select} FROM realtime_events e JOIN realtime_ranges r "
        f"ON e.minutes_ago BETWEEN r.last AND r.first {joined(select + query.where)} "
        f"WHERE {query.where} GROUP BY {keys}"
    )


def _response(cursor: Reading, query: RealtimeQuery) -> Any:
    keys = [f"d{i}" for i in range(len(query.dimensions))] + (["range_name"] if query.names_ranges else [])
    shown = ", ".join([*keys, *(f"m{i}" for i in range(query.shown))])
    rows = cursor.execute(f"SELECT {shown} FROM realtime ORDER BY {', '.join(query.order)}").fetchall()
    names = [name for name, _ in query.dimensions] + ([DATE_RANGE] if query.names_ranges else [])
    aggregates = {
        kind: _aggregate(cursor, query, kind) if rows else []
        for kind in query.aggregations
        if kind in AGGREGATE_MARKS
    }
    return data_v1beta.RunRealtimeReportResponse(
        dimension_headers=[data_v1beta.DimensionHeader(name=name) for name in names],
        metric_headers=[
            data_v1beta.MetricHeader(name=name, type_=data_v1beta.MetricType(kind.value))
            for name, _, kind in query.metrics[: query.shown]
        ],
        rows=[_row(query, row) for row in rows[: query.limit]],
        row_count=len(rows),
        totals=aggregates.get(_Aggregation.TOTAL, []),
        maximums=aggregates.get(_Aggregation.MAXIMUM, []),
        minimums=aggregates.get(_Aggregation.MINIMUM, []),
        kind="analyticsData#runRealtimeReport",
    )


def _aggregate(cursor: Reading, query: RealtimeQuery, kind: Any) -> list[Any]:
    """One row per range; totals from the events themselves, so that nobody counts twice."""
    if kind == _Aggregation.TOTAL:
        source = _grouped(query, [])
    else:
        function = "max" if kind == _Aggregation.MAXIMUM else "min"
        columns = "".join(f", {function}(m{i}) AS m{i}" for i in range(query.shown))
        source = f"SELECT range_position{columns} FROM realtime GROUP BY range_position"
    figures = "".join(f", t.m{i}" for i in range(query.shown))
    rows = cursor.execute(
        f"SELECT r.name{figures} FROM realtime_ranges r LEFT JOIN ({source}) t "
        "ON t.range_position = r.position ORDER BY r.position"
    ).fetchall()
    marks = [AGGREGATE_MARKS[kind]] * len(query.dimensions)
    return [_row(query, [*marks, *([name] if query.names_ranges else []), *values]) for name, *values in rows]


def _row(query: RealtimeQuery, values: Sequence[Any]) -> Any:
    split = len(query.dimensions) + query.names_ranges
    kinds = [kind for _, _, kind in query.metrics[: query.shown]]
    return data_v1beta.Row(
        dimension_values=[data_v1beta.DimensionValue(value=value) for value in values[:split]],
        metric_values=[
            data_v1beta.MetricValue(value=format_number(value, kind))
            for value, kind in zip(values[split:], kinds, strict=True)
        ],
    )
