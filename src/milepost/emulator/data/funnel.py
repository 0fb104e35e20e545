"""RunFunnelReport: how many users took each step of a journey, and how many went on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from google.analytics import data_v1alpha

from milepost.emulator.data.access import Access, OpenProperty, property_id_of
from milepost.emulator.data.dataset import Reading
from milepost.emulator.data.funnel_request import FunnelQuery, parse_funnel
from milepost.emulator.data.funnel_sql import fill_tables
from milepost.emulator.data.quota import report_tokens
from milepost.emulator.data.registry import Kind
from milepost.emulator.data.report import check_patterns, format_number
from milepost.emulator.data.request import DATE_RANGE
from milepost.emulator.rpc import Call, Method

PATH = "/google.analytics.data.v1alpha.AlphaAnalyticsData/RunFunnelReport"
TOTAL = "RESERVED_TOTAL"
_STEP_NAME = "funnelStepName"
_TABLE_METRICS = (
    "activeUsers",
    "funnelStepCompletionRate",
    "funnelStepAbandonments",
    "funnelStepAbandonmentRate",
)
_VISUALIZATION_METRICS = _TABLE_METRICS[:1]


def funnel_methods(access: Access) -> list[Method]:
    """RunFunnelReport, which draws on the Funnel pool."""

    def run(request: Any, call: Call) -> Any:  # noqa: ARG001
        with access.open(property_id_of(request.property), access.pools.funnel) as opened:
            return _answer(request, opened, access)

    return [Method(PATH, data_v1alpha.RunFunnelReportRequest, run)]


def _answer(request: Any, opened: OpenProperty, access: Access) -> Any:
    query = parse_funnel(request, opened.config.schema, lambda: opened.today, opened.config.time_zone)
    check_patterns(opened.cursor, query.patterns)
    columns = 1 + (query.breakdown is not None) + (query.next_action is not None)
    tokens = report_tokens(columns, len(_TABLE_METRICS), sum(r.days for r in query.ranges))
    quota = access.pools.funnel.charge(opened.id, opened.limits, tokens)
    switches = access.switches
    fill_tables(
        opened.cursor,
        query,
        first_attempt_only=switches.funnel_first_attempt_only,
        shared_events=switches.funnel_event_meets_several_steps,
    )
    repeats = 2 if switches.funnel_headers_repeated else 1
    response = data_v1alpha.RunFunnelReportResponse(
        funnel_table=_sub_report(
            query, [query.breakdown], _TABLE_METRICS * repeats, _table_rows(opened.cursor, query)
        ),
        funnel_visualization=_sub_report(
            query,
            ["date" if query.trended else None, query.next_action and "funnelStepNextAction"],
            _VISUALIZATION_METRICS * repeats,
            _visualization_rows(opened.cursor, query),
        ),
        kind="analyticsData#runFunnelReport",
    )
    if request.return_property_quota:
        response.property_quota = data_v1alpha.PropertyQuota.deserialize(type(quota).serialize(quota))
    return response


def _sub_report(
    query: FunnelQuery, splits: Iterable[Any], metrics: Sequence[str], rows: Sequence[Any]
) -> Any:
    """One of the two answers. A funnel that nobody entered has no headers, as has been seen."""
    metadata = data_v1alpha.FunnelResponseMetadata()
    if not rows:
        return data_v1alpha.FunnelSubReport(metadata=metadata)
    names = [
        _STEP_NAME,
        *(["segment"] if query.segments else []),
        *(getattr(split, "name", split) for split in splits if split),
    ]
    if query.names_ranges:
        names.append(DATE_RANGE)
    return data_v1alpha.FunnelSubReport(
        dimension_headers=[data_v1alpha.DimensionHeader(name=name) for name in names],
        # The service calls fractions integers, too (reference: Data API, section 9).
        metric_headers=[
            data_v1alpha.MetricHeader(name=name, type_=data_v1alpha.MetricType.TYPE_INTEGER)
            for name in metrics
        ],
        rows=rows[: query.limit],
        metadata=metadata,
    )


def _table_rows(cursor: Reading, query: FunnelQuery) -> list[Any]:
    """By step, segment, breakdown value (the total first, then the commonest), and date range."""
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE split AS {_split(query)}")
    values = ["NULL::VARCHAR"] + (["s.value"] if query.breakdown else [])
    counts = " UNION ALL ".join(
        f"SELECT a.step, {value} AS value, a.range_position, count(*) AS users, "
        "count(*) FILTER (a.continued) AS continued FROM attained a "
        f"JOIN split s USING (range_position, user_key) {'WHERE s.rank IS NOT NULL' if position else ''} "
        "GROUP BY ALL"
        for position, value in enumerate(values)
    )
    ranks = "(SELECT DISTINCT value, rank FROM split WHERE rank IS NOT NULL)"
    rows = cursor.execute(
        f"WITH counts AS ({counts}) "
        "SELECT c.step, r.segment, c.value, r.name, c.users, n.continued FROM counts c "
        "JOIN funnel_ranges r ON r.position = c.range_position LEFT JOIN counts n "
        "ON n.step = c.step + 1 AND n.range_position = c.range_position "
        f"AND n.value IS NOT DISTINCT FROM c.value LEFT JOIN {ranks} k ON k.value = c.value "
        "ORDER BY c.step, r.segment, k.rank NULLS FIRST, c.range_position"
    ).fetchall()
    return [
        _row(
            _names(
                query,
                step,
                segment,
                [TOTAL if value is None else value] if query.breakdown else [],
                range_name,
            ),
            _table_figures(users, continued or 0, is_last=step == len(query.steps)),
        )
        for step, segment, value, range_name, users, continued in rows
    ]


def _split(query: FunnelQuery) -> str:
    """Each user's breakdown value, that of the event which brought him in; `rank` of the values shown."""
    limit = query.breakdown.limit if query.breakdown else 0
    return f"""
        WITH entered AS (
            SELECT range_position, user_key, min(seq) AS seq FROM attained GROUP BY ALL),
        valued AS (
            SELECT range_position, user_key, e.breakdown AS value
            FROM entered JOIN funnel_events e USING (range_position, user_key, seq)),
        ranked AS (
            SELECT value, row_number() OVER (ORDER BY count(*) DESC, value) AS rank
            FROM valued GROUP BY value)
        SELECT v.range_position, v.user_key, v.value, k.rank
        FROM valued v LEFT JOIN ranked k ON k.value = v.value AND k.rank <= {limit}"""


def _table_figures(users: int, continued: int, *, is_last: bool) -> list[str]:
    """Users, completion rate, abandonments and abandonment rate; nobody abandons the last step."""
    if is_last:
        return [str(users), "1", "0", "0"]
    left = users - continued
    rates = [format_number(count / users, Kind.FLOAT) for count in (continued, left)]
    return [str(users), rates[0], str(left), rates[1]]


def _visualization_rows(cursor: Reading, query: FunnelQuery) -> list[Any]:
    """By step, segment, the day on which the step was reached, next action, and date range."""
    day = "strftime(a.date, '%Y%m%d')" if query.trended else "NULL::VARCHAR"
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE moves AS SELECT a.step, {day} AS day, a.range_position, "
        f"{_NEXT_ACTION if query.next_action else 'NULL::VARCHAR AS action FROM attained a'}"
    )
    limit = query.next_action.limit if query.next_action else 0
    rows = cursor.execute(f"""
        WITH ranked AS (
            SELECT action, row_number() OVER (ORDER BY count(*) DESC, action) AS rank
            FROM moves WHERE action IS NOT NULL GROUP BY action),
        counts AS (
            SELECT step, day, NULL AS action, 0 AS rank, range_position, count(*) AS users
            FROM moves GROUP BY ALL
            UNION ALL SELECT m.step, m.day, m.action, k.rank, m.range_position, count(*)
            FROM moves m JOIN ranked k ON k.action = m.action AND k.rank <= {limit} GROUP BY ALL)
        SELECT c.step, r.segment, c.day, c.action, r.name, c.users
        FROM counts c JOIN funnel_ranges r ON r.position = c.range_position
        ORDER BY c.step, r.segment, c.day, c.rank, c.range_position""").fetchall()
    return [
        _row(_names(query, step, segment, _moves(query, day, action), range_name), [str(users)])
        for step, segment, day, action, range_name, users in rows
    ]


def _moves(query: FunnelQuery, day: str, action: str | None) -> list[str]:
    days = [day] if query.trended else []
    actions = [TOTAL if action is None else action] if query.next_action else []
    return [*days, *actions]


# The event right after the one that met the step, unless that is the next step's.
_NEXT_ACTION = """CASE WHEN b.seq IS NULL THEN n.action END AS action
    FROM attained a
    LEFT JOIN funnel_events n ON (n.range_position, n.user_key, n.seq)
        = (a.range_position, a.user_key, a.seq + 1)
    LEFT JOIN reached b ON (b.step, b.range_position, b.user_key, b.seq)
        = (a.step + 1, a.range_position, a.user_key, a.seq + 1)"""


def _names(query: FunnelQuery, step: int, segment: int, values: Sequence[str], range_name: str) -> list[str]:
    segments = [query.segments[segment].label] if query.segments else []
    ranges = [range_name] if query.names_ranges else []
    return [query.steps[step - 1].label, *segments, *values, *ranges]


def _row(dimensions: Sequence[str], metrics: Sequence[str]) -> Any:
    return data_v1alpha.Row(
        dimension_values=[data_v1alpha.DimensionValue(value=value) for value in dimensions],
        metric_values=[data_v1alpha.MetricValue(value=value) for value in metrics],
    )
