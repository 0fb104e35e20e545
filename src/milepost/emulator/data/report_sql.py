"""The SQL of a report's rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from milepost.emulator.data.metrics_rolling import windows
from milepost.emulator.data.registry import ITEM_ROWS, JOINS, LEANS_ON
from milepost.emulator.data.request import DATE_RANGE, DimensionColumn, ReportQuery
from milepost.emulator.data.slices import slices_condition, slices_table

_ALIAS = re.compile(r"\b([" + "".join(JOINS) + r"])\.")


def rows_sql(query: ReportQuery) -> str:
    """All rows of the report: columns `d0…`, `range_position`, `range_name`, `comparison`, `m0…`."""
    grouped = grouped_sql(query, query.dimensions)
    if query.keep_empty_rows:
        grouped = _with_empty_rows(query, grouped)
    conditions = [query.having]
    requested = [f"m{i}" for i, metric in enumerate(query.metrics) if metric.requested]
    if requested and not query.keep_empty_rows:
        conditions.append(f"({' OR '.join(f'{column} <> 0' for column in requested)})")
    return (
        f"SELECT g.*, r.name AS range_name, r.comparison FROM ({grouped}) g "
        f"JOIN {slices_of(query)} ON r.position = g.range_position WHERE {' AND '.join(conditions)}"
    )


def slices_of(query: ReportQuery) -> str:
    """The table `r` of the request's date ranges, comparisons or cohorts."""
    return slices_table(query.slices, query.time_zone)


def grouped_sql(query: ReportQuery, dimensions: Sequence[DimensionColumn], condition: str = "true") -> str:
    """One row per slice and combination of the dimensions: `d0…`, `range_position`, `m0…` without NULLs."""
    keys = [f"d{i}" for i in range(len(dimensions))] + ["range_position"]
    rolling = {days for metric in query.metrics for days in windows(metric.sql)}
    plain = ["NULL" if windows(metric.sql) else f"coalesce({metric.sql}, 0)" for metric in query.metrics]
    columns = [*(f"{sql} AS m{i}" for i, sql in enumerate(plain)), *query.extra]
    grouped = _group(query, dimensions, columns, condition)
    if not rolling:
        return grouped
    joined = f"({grouped}) g"
    for days in sorted(rolling):
        window = _window_sql(query, dimensions, days, condition)
        joined += f" FULL JOIN ({window}) w{days} USING ({', '.join(keys)})"
    metrics = [
        f"coalesce({metric.sql if windows(metric.sql) else f'g.m{i}'}, 0) AS m{i}"
        for i, metric in enumerate(query.metrics)
    ]
    return f"SELECT {', '.join([*keys, *metrics])} FROM {joined}"


def _group(
    query: ReportQuery, dimensions: Sequence[DimensionColumn], columns: Sequence[str], condition: str
) -> str:
    keys = [f"{d.sql} AS d{i}" for i, d in enumerate(dimensions)]
    select = ", ".join([*keys, "r.position AS range_position", *columns])
    where = f"{query.where} AND {slices_condition(query.slices)} AND {condition}"
    having = f" HAVING count(DISTINCT e.user_key) >= {query.least_users}" if query.least_users else ""
    positions = ", ".join(str(i + 1) for i in range(len(dimensions) + 1))
    events = f"all_events e JOIN {slices_of(query)} ON e.date BETWEEN r.first AND r.last"
    source = f"{events} {_joins(query, select + where)}"
    return f"SELECT {select} FROM {source} WHERE {where} GROUP BY {positions}{having}"


def _joins(query: ReportQuery, used: str) -> str:
    named = set(_ALIAS.findall(used))
    aliases = named | {LEANS_ON[alias] for alias in named if alias in LEANS_ON}
    joins = {**JOINS, **({"i": ITEM_ROWS} if query.item_rows else {})}
    return " ".join(joins[alias] for alias in joins if alias in aliases)


def _window_sql(query: ReportQuery, dimensions: Sequence[DimensionColumn], days: int, condition: str) -> str:
    """Users active in the days up to the last day of each row, as `users`.

    Each event of a window stands in for one on the window's last day, so that dimensions of time name
    the row it belongs to, and all others read the event itself.
    """
    calendar = [d.sql for d in dimensions if d.calendar]
    last_days = (
        "SELECT r.position, max(e.date) AS day FROM (SELECT unnest(generate_series("
        f"min(r.first), max(r.last), INTERVAL 1 DAY))::DATE AS date FROM {slices_of(query)}) e "
        f"JOIN {slices_of(query)} ON e.date BETWEEN r.first AND r.last "
        f"GROUP BY {', '.join(['r.position', *calendar])}"
    )
    events = (
        "(SELECT o.* REPLACE (t.day AS date), o.date AS own_date, t.position AS slice FROM all_events o "
        f"JOIN ({last_days}) t ON o.date BETWEEN t.day - {days - 1} AND t.day)"
    )
    keys = [f"{d.sql} AS d{i}" for i, d in enumerate(dimensions)]
    select = ", ".join(
        [*keys, "r.position AS range_position", "count(DISTINCT e.user_key) FILTER (a.active) AS users"]
    )
    where = f"{query.where} AND {slices_condition(query.slices)} AND {condition}"
    joins = _joins(query, select + where).replace("a.date = e.date", "a.date = e.own_date")
    positions = ", ".join(str(i + 1) for i in range(len(dimensions) + 1))
    return (
        f"SELECT {select} FROM {events} e JOIN {slices_of(query)} ON r.position = e.slice "
        f"{joins} WHERE {where} GROUP BY {positions}"
    )


def _with_empty_rows(query: ReportQuery, grouped: str) -> str:
    """Every combination that some slice has, in every slice, zeros where it does not occur."""
    keys = [f"d{i}" for i in range(len(query.dimensions))]
    metrics = [f"coalesce(g.m{i}, 0) AS m{i}" for i in range(len(query.metrics))]
    # A named dateRange dimension already tells the ranges apart.
    if any(d.name in (DATE_RANGE, "cohort", "comparison") for d in query.dimensions):
        return grouped
    combinations = f"(SELECT DISTINCT {', '.join(keys)} FROM g)" if keys else "(SELECT 1)"
    select = ", ".join([*(f"c.{key}" for key in keys), "r.position AS range_position", *metrics])
    match = " AND ".join([*(f"g.{key} = c.{key}" for key in keys), "g.range_position = r.position"])
    return (
        f"WITH g AS ({grouped}) SELECT {select} FROM {combinations} c "
        f"CROSS JOIN {slices_of(query)} LEFT JOIN g ON {match}"
    )
