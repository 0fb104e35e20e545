"""Pivot reports: the rows of a report, kept to the headers that its pivots show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from google.analytics import data_v1beta

from milepost.emulator.data.cohorts import COHORT
from milepost.emulator.data.dataset import Reading
from milepost.emulator.data.report import AGGREGATE_MARKS, Row, format_number
from milepost.emulator.data.report_sql import grouped_sql, rows_sql, slices_of
from milepost.emulator.data.request import COMPARISON, DATE_RANGE, ReportQuery, order_terms
from milepost.emulator.data.sql import exact_sum, literal
from milepost.emulator.rpc import invalid_argument

_Aggregation = data_v1beta.MetricAggregation
_SLICE_COLUMNS = {DATE_RANGE: "range_name", COMPARISON: "comparison"}


@dataclass(frozen=True)
class Header:
    """The combinations of a pivot's values that are shown, and how many there are in all."""

    values: tuple[tuple[str, ...], ...]
    row_count: int


@dataclass(frozen=True)
class PivotReport:
    """`names` are the columns of dimensions: those of the first pivot, then the second's, and so on."""

    names: tuple[str, ...]
    headers: tuple[Header, ...]
    rows: tuple[Row, ...]
    aggregates: tuple[Row, ...]


def compute_pivots(cursor: Reading, query: ReportQuery, pivots: Sequence[Any]) -> PivotReport:
    """Compute a pivot report inside the cursor's transaction.

    Only dimensions that stand in a pivot divide the rows. A pivot without order falls by the first metric.

    Raises:
        RpcError: an order by a field that is not there.
    """
    names = [name for pivot in pivots for name in pivot.field_names]
    by_name = {d.name: d for d in query.dimensions}
    shown = tuple(by_name[name] for name in names if name in by_name)
    columns = {d.name: f"d{i}" for i, d in enumerate(shown)} | {
        name: column for name, column in _SLICE_COLUMNS.items() if name not in by_name
    }
    sheet = _Sheet(cursor, replace(query, dimensions=shown), columns, tuple(names))
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE report AS {rows_sql(sheet.query)}")
    headers = tuple(sheet.header(number, pivot) for number, pivot in enumerate(pivots))
    aggregates = [
        row
        for number, pivot in enumerate(pivots)
        for kind in dict.fromkeys(pivot.metric_aggregations)
        for row in sheet.aggregates(number, pivot, kind)
    ]
    return PivotReport(sheet.names, headers, sheet.rows(pivots), tuple(aggregates))


@dataclass(frozen=True)
class _Sheet:
    """The table `report` with the column of each dimension; headers become tables `pivot0` and so on."""

    cursor: Reading
    query: ReportQuery
    columns: dict[str, str]
    names: tuple[str, ...]

    def header(self, number: int, pivot: Any) -> Header:
        keys = self._keys(pivot)
        metrics = {m.name: f"m{i}" for i, m in enumerate(self.query.metrics) if m.requested}
        dimensions = {name: self.columns[name] for name in pivot.field_names}
        terms = [term for order in pivot.order_bys for term in self._order(order, dimensions, metrics)]
        if not pivot.order_bys and metrics:
            terms = ["m0 DESC"]
        self.cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE pivot{number} AS SELECT *, row_number() OVER (ORDER BY "
            f"{', '.join([*terms, *keys, '1'])}) AS place FROM ({self._summed(pivot)}) p"
        )
        counted = self.cursor.execute(f"SELECT count(*) FROM pivot{number}").fetchone()
        last = pivot.offset + pivot.limit
        self.cursor.execute(f"DELETE FROM pivot{number} WHERE place <= {pivot.offset} OR place > {last}")
        select = ", ".join(keys) or "1"
        values = self.cursor.execute(f"SELECT {select} FROM pivot{number} ORDER BY place").fetchall()
        return Header(tuple(row if keys else () for row in values), counted[0] if counted else 0)

    def rows(self, pivots: Sequence[Any]) -> tuple[Row, ...]:
        """The cells whose values every pivot shows, by the first pivot's order, then the next one's."""
        joins = " ".join(self._joined(number, pivot) for number, pivot in enumerate(pivots))
        order = ", ".join(f"pivot{number}.place" for number in range(len(pivots)))
        keys = [f"report.{self.columns[name]}" for name in self.names]
        found = self.cursor.execute(
            f"SELECT {', '.join([*keys, *self._metrics('report')])} FROM report {joins} ORDER BY {order}"
        ).fetchall()
        return tuple(self._row(values) for values in found)

    def aggregates(self, number: int, pivot: Any, kind: Any) -> tuple[Row, ...]:
        """One row per header of a pivot and date range: its own values stay, others read the mark."""
        own = [self.columns[name] for name in pivot.field_names]
        dimensions = [d for d in self.query.dimensions if d.name in pivot.field_names]
        if kind == _Aggregation.TOTAL:
            renamed = ", ".join(
                [f"t.d{i} AS {self.columns[d.name]}" for i, d in enumerate(dimensions)]
                + [f"t.m{i}" for i in range(len(self.query.metrics))]
                + ["r.name AS range_name", "r.comparison"]
            )
            source = (
                f"SELECT {renamed} FROM ({grouped_sql(self.query, dimensions)}) t "
                f"JOIN {slices_of(self.query)} ON r.position = t.range_position"
            )
        else:
            function = "max" if kind == _Aggregation.MAXIMUM else "min"
            metrics = [f"{function}(m{i}) AS m{i}" for i in range(len(self.query.metrics))]
            columns = list(dict.fromkeys([*own, "range_name", "comparison"]))
            source = f"SELECT {', '.join([*columns, *metrics])} FROM report GROUP BY {', '.join(columns)}"
        mark = literal(AGGREGATE_MARKS[kind])
        kept = {DATE_RANGE: "report.range_name", COHORT: "report.range_name", COMPARISON: "report.comparison"}
        keys = [
            f"report.{self.columns[name]}" if name in pivot.field_names else kept.get(name, mark)
            for name in self.names
        ]
        order = [f"pivot{number}.place", *(key for key in keys if key != mark)]
        found = self.cursor.execute(
            f"SELECT {', '.join([*keys, *self._metrics('report')])} FROM ({source}) report "
            f"{self._joined(number, pivot)} ORDER BY {', '.join(order)}"
        ).fetchall()
        return tuple(self._row(values) for values in found)

    def _keys(self, pivot: Any) -> list[str]:
        return [self.columns[name] for name in pivot.field_names]

    def _summed(self, pivot: Any) -> str:
        """One row per combination of a pivot's values that is in the report, with its own metrics.

        Where the pivot does not divide date ranges, they are added up: the figure serves the order alone.
        """
        dimensions = [d for d in self.query.dimensions if d.name in pivot.field_names]
        own = self._keys(pivot)
        keys = [f"t.d{i} AS {self.columns[d.name]}" for i, d in enumerate(dimensions)]
        keys += [f"{part} AS {column}" for column, part in
                 (("range_name", "r.name"), ("comparison", "r.comparison")) if column in own]  # fmt: skip
        metrics = [f"{exact_sum(f't.m{i}')} AS m{i}" for i in range(len(self.query.metrics))]
        positions = ", ".join(str(i + 1) for i in range(len(keys)))
        grouped = (
            f"SELECT {', '.join([*keys, *metrics]) or '1 AS one'} FROM "
            f"({grouped_sql(self.query, dimensions)}) t JOIN {slices_of(self.query)} "
            f"ON r.position = t.range_position {f'GROUP BY {positions}' if keys and metrics else ''}"
        )
        if not own:
            return grouped
        # The extra column keeps a row a row: a single column in brackets is no tuple.
        wanted = ", ".join([*own, "0"])
        return f"SELECT DISTINCT * FROM ({grouped}) WHERE ({wanted}) IN (SELECT ({wanted}) FROM report)"

    def _order(self, order: Any, dimensions: dict[str, str], metrics: dict[str, str]) -> list[str]:
        if data_v1beta.OrderBy.pb(order).WhichOneof("one_order_by") != "pivot":
            return order_terms(order, dimensions, metrics)
        selections = {s.dimension_name: s.dimension_value for s in order.pivot.pivot_selections}
        missing = [name for name in selections if name not in self.columns]
        if missing or order.pivot.metric_name not in metrics:
            raise invalid_argument(
                f"Field {(missing or [order.pivot.metric_name])[0]} exists in OrderBy but is not defined in "
                "input Dimensions/Metrics list"
            )
        chosen = [f"o.{self.columns[name]} = {literal(value)}" for name, value in selections.items()]
        same = [f"o.{column} = p.{column}" for column in dimensions.values()]
        total = exact_sum(f"o.{metrics[order.pivot.metric_name]}")
        value = f"(SELECT coalesce({total}, 0) FROM report o WHERE {' AND '.join([*chosen, *same])})"
        return [f"{value} {'DESC' if order.desc else 'ASC'}"]

    def _joined(self, number: int, pivot: Any) -> str:
        same = [f"pivot{number}.{column} = report.{column}" for column in self._keys(pivot)]
        return f"JOIN pivot{number} ON {' AND '.join(same) or 'true'}"

    def _metrics(self, table: str) -> list[str]:
        return [f"{table}.m{i}" for i, metric in enumerate(self.query.metrics) if metric.visible]

    def _row(self, values: Sequence[Any]) -> Row:
        kinds = [metric.kind for metric in self.query.metrics if metric.visible]
        split = len(self.names)
        numbers = tuple(format_number(v, kind) for v, kind in zip(values[split:], kinds, strict=True))
        return Row(tuple(values[:split]), numbers)
