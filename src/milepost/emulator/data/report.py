"""Computes a report: one table of all its rows, from which the page and the aggregates are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
from google.analytics import data_v1beta

from milepost.emulator.data.cohorts import COHORT
from milepost.emulator.data.dataset import Reading
from milepost.emulator.data.registry import Kind
from milepost.emulator.data.report_sql import grouped_sql, rows_sql, slices_of
from milepost.emulator.data.request import COMPARISON, DATE_RANGE, ReportQuery
from milepost.emulator.data.sql import literal
from milepost.emulator.rpc import invalid_argument

_Aggregation = data_v1beta.MetricAggregation
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


def compute_report(cursor: Reading, query: ReportQuery, *, totals_filtered: bool) -> Report:
    """Compute a report inside the cursor's transaction.

    Args:
        cursor: from Dataset.reading; the table made here, `report`, vanishes with it.
        query: what to compute.
        totals_filtered: totals cover only the rows that the metric filter left.
    """
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE report AS {rows_sql(query)}")
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


def check_patterns(cursor: Reading, patterns: Sequence[str]) -> None:
    """Try regular expressions before a query relies on them.

    Raises:
        RpcError: one cannot be read.
    """
    for pattern in patterns:
        try:
            cursor.execute(f"SELECT regexp_matches('', {literal(pattern)})")
        except duckdb.InvalidInputException as error:
            raise invalid_argument(f"Invalid regular expression: {pattern} ({error})") from None


def _shown_columns(query: ReportQuery) -> list[str]:
    keys = [f"d{i}" for i in range(len(query.dimensions))]
    metrics = [f"m{i}" for i, metric in enumerate(query.metrics) if metric.visible]
    named = [
        *(["comparison"] if query.names_comparisons else []),
        *(["range_name"] if query.names_ranges else []),
    ]
    return [*keys, *named, *metrics]


def _row(query: ReportQuery, values: Sequence[Any]) -> Row:
    kinds = [metric.kind for metric in query.metrics if metric.visible]
    split = len(query.dimensions) + query.names_comparisons + query.names_ranges
    numbers = tuple(format_number(v, kind) for v, kind in zip(values[split:], kinds, strict=True))
    return Row(tuple(values[:split]), numbers)


def _aggregate(cursor: Reading, query: ReportQuery, kind: Any, totals_filtered: bool) -> tuple[Row, ...]:
    if kind == _Aggregation.TOTAL:
        source = grouped_sql(query, [], _kept_condition(query) if totals_filtered else "true")
    else:
        function = "max" if kind == _Aggregation.MAXIMUM else "min"
        columns = ", ".join(f"{function}(m{i}) AS m{i}" for i in range(len(query.metrics)))
        source = (
            f"SELECT range_position{', ' if columns else ''}{columns} FROM report GROUP BY range_position"
        )
    metrics = [f"t.m{i}" for i, metric in enumerate(query.metrics) if metric.visible]
    rows = cursor.execute(
        f"SELECT {', '.join(['r.name', 'r.comparison', *metrics])} FROM {slices_of(query)} "
        f"LEFT JOIN ({source}) t ON t.range_position = r.position ORDER BY r.position"
    ).fetchall()
    return tuple(
        _aggregate_row(query, AGGREGATE_MARKS[kind], name, comparison, values)
        for name, comparison, *values in rows
    )


def _kept_condition(query: ReportQuery) -> str:
    keys = [*(d.sql for d in query.dimensions), "r.position"]
    columns = [*(f"d{i}" for i in range(len(query.dimensions))), "range_position"]
    return f"({', '.join(keys)}) IN (SELECT ({', '.join(columns)}) FROM report)"


def _aggregate_row(query: ReportQuery, mark: str, name: str, comparison: str, values: Sequence[Any]) -> Row:
    """The slice keeps its names; every ordinary dimension reads the mark."""
    kept = {DATE_RANGE: name, COHORT: name, COMPARISON: comparison}
    marks = [kept.get(d.name, mark) for d in query.dimensions]
    named = [*([comparison] if query.names_comparisons else []), *([name] if query.names_ranges else [])]
    return _row(query, [*marks, *named, *values])
