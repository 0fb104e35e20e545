"""Computes a report: one table of all its rows, from which the page and the aggregates are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from google.analytics import data_v1beta

from milepost.emulator.data.registry import JOINS, LEANS_ON, Kind
from milepost.emulator.data.request import DATE_RANGE, ReportQuery
from milepost.emulator.data.sql import literal
from milepost.emulator.rpc import invalid_argument

_Aggregation = data_v1beta.MetricAggregation
_ALIAS = re.compile(r"\b([" + "".join(JOINS) + r"])\.")
_WHOLE_LIMIT = 1e15

AGGREGATE_MARKS = {
    _Aggregation.TOTAL: "RESERVED_TOTAL",
    _Aggregation.MAXIMUM: "RESERVED_MAX",
    _Aggregation.MINIMUM: "RESERVED_MIN",
}


@dataclass(frozen=True)
class Row:
    """Values as the answer carries them; the name of the date range is last where there are several."""

    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """One page of rows, the number of rows on all pages, and the aggregate rows, one per date range."""

    rows: tuple[Row, ...]
    row_count: int
    aggregates: dict[Any, tuple[Row, ...]]


def compute_report(cursor: duckdb.DuckDBPyConnection, query: ReportQuery, *, totals_filtered: bool) -> Report:
    """Compute a report inside the cursor's transaction.

    Args:
        cursor: from Dataset.reading; the table made here, `report`, vanishes with it.
        query: what to compute.
        totals_filtered: totals cover only the rows that the metric filter left.

    Raises:
        RpcError: a regular expression that cannot be read.
    """
    check_patterns(cursor, query.patterns)
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE report AS {_rows_sql(query)}")
    shown = _shown_columns(query)
    page = cursor.execute(
        f"SELECT {', '.join(shown)} FROM report ORDER BY {', '.join(query.order)} "
        f"LIMIT {query.limit} OFFSET {query.offset}"
    ).fetchall()
    counted = cursor.execute("SELECT count(*) FROM report").fetchone()
    row_count = counted[0] if counted else 0
    aggregates = {
        kind: _aggregate(cursor, query, kind, totals_filtered) if row_count else ()
        for kind in query.aggregations
        if kind in AGGREGATE_MARKS
    }
    return Report(tuple(_row(query, values) for values in page), row_count, aggregates)


def format_number(value: float | int | None, kind: Kind) -> str:
    """A metric's value as the service writes it.

    Whole numbers have no decimal point; others get 15 significant digits, and 17 where 15 do not
    give the same number back.
    """
    if value is None:
        return "0"
    if kind is Kind.INTEGER or isinstance(value, int):
        return str(round(value))
    number = float(value)
    if number.is_integer() and abs(number) < _WHOLE_LIMIT:
        return str(int(number))
    short = f"{number:.15g}"
    return short if float(short) == number else f"{number:.17g}"


def check_patterns(cursor: duckdb.DuckDBPyConnection, patterns: Sequence[str]) -> None:
    """Try regular expressions before a query relies on them.

    Raises:
        RpcError: one cannot be read.
    """
    for pattern in patterns:
        try:
            cursor.execute(f"SELECT regexp_matches('', {literal(pattern)})")
        except duckdb.InvalidInputException as error:
            raise invalid_argument(f"Invalid regular expression: {pattern} ({error})") from None


def _rows_sql(query: ReportQuery) -> str:
    """All rows of the report: columns `d0…`, `range_position`, `range_name`, `m0…`."""
    grouped = _grouped_sql(query, [d.sql for d in query.dimensions])
    if query.keep_empty_rows:
        grouped = _with_empty_rows(query, grouped)
    conditions = [query.having]
    requested = [f"m{i}" for i, metric in enumerate(query.metrics) if metric.requested]
    if requested and not query.keep_empty_rows:
        conditions.append(f"({' OR '.join(f'{column} <> 0' for column in requested)})")
    return f"SELECT * FROM ({grouped}) WHERE {' AND '.join(conditions)}"


def _grouped_sql(query: ReportQuery, dimensions: Sequence[str], condition: str = "true") -> str:
    metrics = [f"coalesce({metric.sql}, 0) AS m{i}" for i, metric in enumerate(query.metrics)]
    keys = [f"{sql} AS d{i}" for i, sql in enumerate(dimensions)]
    select = ", ".join([*keys, "r.position AS range_position", "r.name AS range_name", *metrics])
    where = f"{query.where} AND {condition}"
    positions = ", ".join(str(i + 1) for i in range(len(dimensions) + 2))
    return f"SELECT {select} FROM {_from(query, select + where)} WHERE {where} GROUP BY {positions}"


def _from(query: ReportQuery, used: str) -> str:
    named = set(_ALIAS.findall(used))
    aliases = named | {LEANS_ON[alias] for alias in named if alias in LEANS_ON}
    joins = " ".join(JOINS[alias] for alias in JOINS if alias in aliases)
    return f"all_events e JOIN {_ranges(query)} ON e.date BETWEEN r.first AND r.last {joins}"


def _ranges(query: ReportQuery) -> str:
    rows = ", ".join(
        f"({i}, {literal(r.name)}, DATE '{r.first.isoformat()}', DATE '{r.last.isoformat()}')"
        for i, r in enumerate(query.ranges)
    )
    return f"(VALUES {rows}) r(position, name, first, last)"


def _with_empty_rows(query: ReportQuery, grouped: str) -> str:
    """Every combination that some range has, in every range, zeros where it does not occur."""
    keys = [f"d{i}" for i in range(len(query.dimensions))]
    metrics = [f"coalesce(g.m{i}, 0) AS m{i}" for i in range(len(query.metrics))]
    # A named dateRange dimension already tells the ranges apart.
    if any(d.name == DATE_RANGE for d in query.dimensions):
        return grouped
    combinations = f"(SELECT DISTINCT {', '.join(keys)} FROM g)" if keys else "(SELECT 1)"
    select = ", ".join([*(f"c.{key}" for key in keys), "r.position AS range_position",
                        "r.name AS range_name", *metrics])  # fmt: skip
    match = " AND ".join([*(f"g.{key} = c.{key}" for key in keys), "g.range_position = r.position"])
    return (
        f"WITH g AS ({grouped}) SELECT {select} FROM {combinations} c "
        f"CROSS JOIN {_ranges(query)} LEFT JOIN g ON {match}"
    )


def _shown_columns(query: ReportQuery) -> list[str]:
    keys = [f"d{i}" for i in range(len(query.dimensions))]
    metrics = [f"m{i}" for i, metric in enumerate(query.metrics) if metric.visible]
    return [*keys, *(["range_name"] if query.names_ranges else []), *metrics]


def _row(query: ReportQuery, values: Sequence[Any]) -> Row:
    kinds = [metric.kind for metric in query.metrics if metric.visible]
    split = len(query.dimensions) + query.names_ranges
    numbers = tuple(format_number(v, kind) for v, kind in zip(values[split:], kinds, strict=True))
    return Row(tuple(values[:split]), numbers)


def _aggregate(
    cursor: duckdb.DuckDBPyConnection, query: ReportQuery, kind: Any, totals_filtered: bool
) -> tuple[Row, ...]:
    if kind == _Aggregation.TOTAL:
        source = _grouped_sql(query, [], _kept_condition(query) if totals_filtered else "true")
    else:
        function = "max" if kind == _Aggregation.MAXIMUM else "min"
        columns = ", ".join(f"{function}(m{i}) AS m{i}" for i in range(len(query.metrics)))
        source = (
            f"SELECT range_position{', ' if columns else ''}{columns} FROM report GROUP BY range_position"
        )
    metrics = [f"t.m{i}" for i, metric in enumerate(query.metrics) if metric.visible]
    rows = cursor.execute(
        f"SELECT {', '.join(['r.name', *metrics])} FROM {_ranges(query)} "
        f"LEFT JOIN ({source}) t ON t.range_position = r.position ORDER BY r.position"
    ).fetchall()
    return tuple(_aggregate_row(query, AGGREGATE_MARKS[kind], name, values) for name, *values in rows)


def _kept_condition(query: ReportQuery) -> str:
    keys = [*(d.sql for d in query.dimensions), "r.position"]
    columns = [*(f"d{i}" for i in range(len(query.dimensions))), "range_position"]
    return f"({', '.join(keys)}) IN (SELECT ({', '.join(columns)}) FROM report)"


def _aggregate_row(query: ReportQuery, mark: str, range_name: str, values: Sequence[Any]) -> Row:
    marks = [range_name if d.name == DATE_RANGE else mark for d in query.dimensions]
    return _row(query, [*marks, *([range_name] if query.names_ranges else []), *values])
