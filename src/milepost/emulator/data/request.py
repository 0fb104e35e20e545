"""A RunReportRequest, checked in the service's order and turned into SQL columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from google.analytics import data_v1beta

from milepost.emulator.data import errors
from milepost.emulator.data.cohorts import resolve_cohorts
from milepost.emulator.data.comparisons import STOCK_COMPARISONS, StockComparison
from milepost.emulator.data.dates import resolve_ranges
from milepost.emulator.data.expressions import CUSTOM_NAME, dimension_expression, metric_expression
from milepost.emulator.data.filters import NOT_SET, field_names, filter_sql, regular_expressions
from milepost.emulator.data.registry import REFUSES, Dimension, Family, Kind, Metric, Scope
from milepost.emulator.data.schema import Schema
from milepost.emulator.data.slices import Slice
from milepost.emulator.data.sql import literal
from milepost.emulator.rpc import invalid_argument

MAX_DIMENSIONS = 9
MAX_METRICS = 10
DEFAULT_LIMIT = 10_000
MAX_LIMIT = 250_000
DATE_RANGE = "dateRange"
COMPARISON = "comparison"
_Aggregation = data_v1beta.MetricAggregation
_OrderType = data_v1beta.OrderBy.DimensionOrderBy.OrderType


@dataclass(frozen=True)
class DimensionColumn:
    """A requested dimension; `sql` is never NULL; `calendar` where it depends on the day alone."""

    name: str
    sql: str
    calendar: bool = False
    gathered: bool = True
    """Whether rare values may be gathered in `(other)`."""


@dataclass(frozen=True)
class MetricColumn:
    """A metric to compute: requested and shown, requested but invisible, or only filtered by."""

    name: str
    sql: str
    kind: Kind
    requested: bool = True
    visible: bool = True
    restricted: bool = False


@dataclass(frozen=True)
class ReportQuery:
    """A valid request. Result columns: `d0…` (dimensions), `comparison`, `range_name`, `m0…` (metrics)."""

    dimensions: tuple[DimensionColumn, ...]
    metrics: tuple[MetricColumn, ...]
    slices: tuple[Slice, ...]
    several_ranges: bool
    time_zone: str
    item_rows: bool
    where: str
    having: str
    patterns: tuple[str, ...]
    order: tuple[str, ...]
    limit: int
    offset: int
    aggregations: tuple[Any, ...]
    keep_empty_rows: bool
    least_users: int = 0
    """Rows of fewer users are left out."""
    extra: tuple[str, ...] = ()
    """Aggregates to compute beside the metrics."""

    @property
    def days(self) -> int:
        """Days of all date ranges together."""
        return sum((s.last - s.first).days + 1 for s in self.slices)

    @property
    def names_ranges(self) -> bool:
        """Whether the answer has the column dateRange that nobody asked for."""
        return self.several_ranges and all(d.name != DATE_RANGE for d in self.dimensions)

    @property
    def names_comparisons(self) -> bool:
        """Whether the answer has the column comparison that nobody asked for."""
        compared = any(s.comparison for s in self.slices)
        return compared and all(d.name != COMPARISON for d in self.dimensions)


def parse_request(
    request: Any,
    schema: Schema,
    today: Callable[[], date],
    time_zone: str,
    paging: Callable[[], tuple[int, int]] | None = None,
) -> ReportQuery:
    """Check a request.

    Args:
        request: a v1beta RunReportRequest; or, with `paging`, a RunPivotReportRequest, whose query then
            has neither order nor aggregations.
        schema: what the property has.
        today: the present day in the property's time zone.
        time_zone: the property's.
        paging: checks the request's own limits, and gives limit and offset.

    Raises:
        RpcError: with the text of the first rule that is broken, in the service's order: names, paging,
            date ranges, numbers of fields, what is left.
    """
    parser = _Parser(request, schema)
    metrics, dimensions = parser.metrics(), parser.dimensions()
    where = parser.where(request.dimension_filter, dimensions)
    having, hidden = parser.having(metrics)
    comparisons = parser.comparisons(dimensions)
    limit, offset = paging() if paging else _paging(request)
    parts = _parts(request, dimensions, today)
    _check_counts(metrics, dimensions)
    parser.check_compatible()
    several = len(parts) > 1
    return ReportQuery(
        dimensions=dimensions,
        metrics=(*metrics, *hidden),
        slices=tuple(replace(p, comparison=c, condition=sql) for p in parts for c, sql in comparisons),
        several_ranges=several and "cohort_spec" not in request,
        time_zone=time_zone,
        item_rows=parser.item_rows,
        where=where,
        having=having,
        patterns=_patterns(request),
        order=() if paging else _order(request.order_bys, dimensions, metrics, several),
        limit=limit,
        offset=offset,
        aggregations=() if paging else check_aggregations(request.metric_aggregations),
        keep_empty_rows=request.keep_empty_rows,
    )


def _patterns(request: Any) -> tuple[str, ...]:
    filters = [request.dimension_filter, request.metric_filter]
    filters += [comparison.dimension_filter for comparison in request.comparisons]
    return tuple(pattern for expression in filters for pattern in regular_expressions(expression))


def _parts(
    request: Any, dimensions: Sequence[DimensionColumn], today: Callable[[], date]
) -> tuple[Slice, ...]:
    if "cohort_spec" in request:
        return resolve_cohorts(request, {column.name for column in dimensions}, today())
    ranges = resolve_ranges(request.date_ranges, today())
    return tuple(Slice(r.name, r.first, r.last) for r in ranges)


class _Parser:
    """Resolves names, and remembers which registry entries a request uses."""

    def __init__(self, request: Any, schema: Schema) -> None:
        self._request = request
        self._schema = schema
        self._used_dimensions: dict[str, Dimension] = {}
        self._used_metrics: dict[str, Metric] = {}

    def metrics(self) -> tuple[MetricColumn, ...]:
        columns = tuple(self._metric(message) for message in self._request.metrics)
        duplicates = _duplicates([column.name for column in columns])
        if duplicates:
            raise invalid_argument(
                f"Duplicate metrics are not allowed. Found duplicate metrics: {', '.join(duplicates)}"
            )
        return columns

    def _metric(self, message: Any) -> MetricColumn:
        if message.expression:
            _check_custom_name(message.name)
            sql = metric_expression(message.expression, lambda name: self._known_metric(name).sql)
            return MetricColumn(message.name, sql, Kind.FLOAT, visible=not message.invisible)
        metric = self._known_metric(message.name)
        return MetricColumn(
            message.name,
            metric.sql,
            metric.kind,
            visible=not message.invisible,
            restricted=metric.restricted,
        )

    def _known_metric(self, name: str) -> Metric:
        metric = self._schema.metrics.get(name)
        if metric is None:
            raise errors.unknown_metric(name, self._schema.metrics)
        self._used_metrics[name] = metric
        return metric

    def dimensions(self) -> tuple[DimensionColumn, ...]:
        requested = self._request.dimensions
        columns = tuple(self._dimension(message) for message in requested)
        duplicates = _duplicates([column.name for column in columns])
        if duplicates:
            raise invalid_argument(f"Found duplicate dimensions: {', '.join(duplicates)}")
        return columns

    def _dimension(self, message: Any) -> DimensionColumn:
        if not message.dimension_expression:
            sql = self._dimension_sql(message.name)
            dimension = self._schema.dimensions[message.name]
            gathered = dimension.category not in ("Time", "Cohort") and message.name != COMPARISON
            return DimensionColumn(message.name, sql, dimension.calendar, gathered)
        _check_custom_name(message.name)
        plain = {d.name for d in self._request.dimensions if not d.dimension_expression}

        def resolve(name: str) -> str:
            if name not in plain:
                raise invalid_argument(
                    f"Dimension {name} in the expression of {message.name} is not among the dimensions."
                )
            return self._dimension_sql(name)

        return DimensionColumn(message.name, dimension_expression(message.dimension_expression, resolve))

    def _dimension_sql(self, name: str) -> str:
        dimension = self._schema.dimensions.get(name)
        if dimension is None:
            raise errors.unknown_dimension(name, self._schema.dimensions)
        self._used_dimensions[name] = dimension
        return f"coalesce({dimension.sql}, {literal(NOT_SET)})"

    def where(self, expression: Any, dimensions: Sequence[DimensionColumn]) -> str:
        requested = {column.name: column.sql for column in dimensions}

        def resolve(name: str) -> str:
            if name not in self._schema.dimensions and name in self._schema.metrics:
                raise invalid_argument("Found duplicate dimensions/metrics.")
            return requested.get(name) or self._dimension_sql(name)

        return filter_sql(expression, resolve)

    def comparisons(self, dimensions: Sequence[DimensionColumn]) -> tuple[tuple[str, str], ...]:
        """Name and condition of each comparison; one without a name that holds for all when there is none."""
        named = []
        for message in self._request.comparisons:
            kind = data_v1beta.Comparison.pb(message).WhichOneof("one_comparison")
            if kind == "comparison":
                stock = STOCK_COMPARISONS.get(message.comparison)
                if stock is None:
                    raise invalid_argument(f"There is no comparison {message.comparison}.")
                named.append((message.name or stock.label, self._stock(stock)))
            elif kind == "dimension_filter" and message.name:
                named.append((message.name, self.where(message.dimension_filter, dimensions)))
            else:
                raise invalid_argument(
                    "A comparison must have a name and a dimensionFilter, or a comparison."
                )
        return tuple(named) or (("", "true"),)

    def _stock(self, stock: StockComparison) -> str:
        if not stock.dimension:
            return "true"
        values = ", ".join(literal(value) for value in stock.values)
        return f"{self._dimension_sql(stock.dimension)} IN ({values})"

    def having(self, metrics: Sequence[MetricColumn]) -> tuple[str, tuple[MetricColumn, ...]]:
        """The metric filter over `m0…`, and the columns it needs beside those requested."""
        columns = list(metrics)
        positions = {column.name: position for position, column in enumerate(columns)}
        for name in field_names(self._request.metric_filter):
            if name not in positions:
                metric = self._known_metric(name)
                positions[name] = len(columns)
                columns.append(
                    MetricColumn(name, metric.sql, metric.kind, False, False, restricted=metric.restricted)
                )
            if columns[positions[name]].restricted:
                raise invalid_argument(f"The metric {name} is restricted and cannot be filtered by.")
        having = filter_sql(self._request.metric_filter, lambda name: f"m{positions[name]}")
        return having, tuple(columns[len(metrics) :])

    @property
    def item_rows(self) -> bool:
        """Whether the request names an item-scoped dimension, so that its rows are of items."""
        return any(d.scope is Scope.ITEM for d in self._used_dimensions.values())

    def check_compatible(self) -> None:
        """Refuse dimensions beside metrics that their scope forbids (reference: Data API, section 7)."""
        families = {metric.family for metric in self._used_metrics.values()}
        refused = [
            name for name, d in self._used_dimensions.items() if families & REFUSES.get(d.scope, set())
        ]
        if refused:
            raise errors.incompatible(refused)
        cohorts = [name for name, d in self._used_dimensions.items() if d.scope is Scope.COHORT]
        cohorts += [name for name, m in self._used_metrics.items() if m.family is Family.COHORT]
        if cohorts and "cohort_spec" not in self._request:
            raise invalid_argument(f"Field {cohorts[0]} requires a cohortSpec in the request.")


def _check_custom_name(name: str) -> None:
    if not CUSTOM_NAME.fullmatch(name):
        raise invalid_argument(
            f"Invalid name of an expression : {name}. Allowed characters are letters, digits and underscore."
        )


def _duplicates(names: Sequence[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _paging(request: Any) -> tuple[int, int]:
    if request.limit < 0:
        raise invalid_argument(f"limit must be positive. The API received limit = {request.limit}")
    if request.offset < 0:
        raise invalid_argument(f"offset must be positive. The API received offset = {request.offset}")
    return min(request.limit or DEFAULT_LIMIT, MAX_LIMIT), request.offset


def _check_counts(metrics: Sequence[MetricColumn], dimensions: Sequence[DimensionColumn]) -> None:
    for fields, most, what in ((metrics, MAX_METRICS, "metrics"), (dimensions, MAX_DIMENSIONS, "dimensions")):
        if len(fields) > most:
            raise invalid_argument(
                f"Requests are limited to {most} {what} within a nested request.\n"
                f"  This request is for {len(fields)} {what}."
            )
    if not metrics and not dimensions:
        raise invalid_argument("Requests require dimensions and/or metrics. Most requests include both.")


def check_aggregations(requested: Sequence[Any]) -> tuple[Any, ...]:
    """The aggregations asked for, each once; COUNT is refused."""
    if _Aggregation.COUNT in requested:
        raise invalid_argument("Metric aggregation Count is not supported in ReportRequest.")
    return tuple(dict.fromkeys(requested))


def _order(
    order_bys: Sequence[Any],
    dimensions: Sequence[DimensionColumn],
    metrics: Sequence[MetricColumn],
    several_ranges: bool,
) -> tuple[str, ...]:
    """Order terms over `d0…`, `m0…` and `range_name`.

    Without any, the first metric falls; whatever is asked for, ties go by dimension values, left to right.
    """
    columns = {column.name: f"d{position}" for position, column in enumerate(dimensions)}
    values = {column.name: f"m{position}" for position, column in enumerate(metrics)}
    ties = [*columns.values(), "range_position"]
    if several_ranges:
        columns.setdefault(DATE_RANGE, "range_name")
    columns.setdefault(COMPARISON, "comparison")
    if not order_bys:
        first = ["m0 DESC"] if metrics else []
        return (*first, *ties)
    terms = [term for message in order_bys for term in order_terms(message, columns, values)]
    return (*terms, *ties)


def order_terms(message: Any, columns: dict[str, str], values: dict[str, str]) -> list[str]:
    """SQL of one OrderBy, given the columns of dimensions and of metrics by their names.

    Raises:
        RpcError: it names none of them.
    """
    kind = data_v1beta.OrderBy.pb(message).WhichOneof("one_order_by")
    name = {
        "metric": message.metric.metric_name,
        "dimension": message.dimension.dimension_name,
    }.get(kind, "")
    column = (values if kind == "metric" else columns).get(name)
    if column is None:
        raise invalid_argument(
            f"Field {name} exists in OrderBy but is not defined in input Dimensions/Metrics list"
        )
    direction = "DESC" if message.desc else "ASC"
    if kind == "metric":
        return [f"{column} {direction}"]
    if message.dimension.order_type == _OrderType.NUMERIC:
        # What is no number stands below all numbers.
        return [f"try_cast({column} AS DOUBLE) {direction} NULLS {'LAST' if message.desc else 'FIRST'}"]
    if message.dimension.order_type == _OrderType.CASE_INSENSITIVE_ALPHANUMERIC:
        return [f"lower({column}) {direction}"]
    return [f"{column} {direction}"]
