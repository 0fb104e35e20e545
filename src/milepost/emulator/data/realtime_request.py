"""A RunRealtimeReportRequest, checked and turned into SQL columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.analytics import data_v1beta

from milepost.emulator.data import errors
from milepost.emulator.data.filters import NOT_SET, field_names, filter_sql, regular_expressions
from milepost.emulator.data.registry import Dimension, Kind
from milepost.emulator.data.request import (
    DATE_RANGE,
    DEFAULT_LIMIT,
    MAX_DIMENSIONS,
    MAX_LIMIT,
    MAX_METRICS,
    order_terms,
)
from milepost.emulator.data.schema import Schema
from milepost.emulator.data.sql import literal
from milepost.emulator.rpc import invalid_argument

MAX_RANGES = 2
STANDARD_MINUTES = 30
PREMIUM_MINUTES = 60
_RESERVED_PREFIXES = ("date_range_", "RESERVED_")
_Aggregation = data_v1beta.MetricAggregation

MINUTES_AGO = Dimension(
    "minutesAgo",
    "Realtime minutes ago",
    "Time",
    "lpad(e.minutes_ago::VARCHAR, 2, '0')",
    "Whole minutes since the event, two digits, 00 being the present minute.",
)
SCREEN_NAME = Dimension(
    "unifiedScreenName",
    "Page title and screen name",
    "Page / Screen",
    "e.page_title",
    "The title of the page; the events carry no names of app screens.",
)
_FROM_REPORTS = (
    "appVersion",
    "city",
    "cityId",
    "country",
    "countryId",
    "deviceCategory",
    "eventName",
    "platform",
    "streamId",
)
_METRICS = ("activeUsers", "eventCount", "keyEvents", "screenPageViews")
_NOT_EMULATED = ("audienceId", "audienceName", "audienceResourceName")


@dataclass(frozen=True)
class MinuteRange:
    """Minutes before now, both ends included; `first` is the earlier one, hence the larger number."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class RealtimeQuery:
    """A valid request; columns are `d0…`, `range_name` and `m0…`, of which `shown` were asked for."""

    dimensions: tuple[tuple[str, str], ...]
    metrics: tuple[tuple[str, str, Kind], ...]
    shown: int
    ranges: tuple[MinuteRange, ...]
    where: str
    having: str
    patterns: tuple[str, ...]
    order: tuple[str, ...]
    limit: int
    aggregations: tuple[Any, ...]

    @property
    def names_ranges(self) -> bool:
        """Whether the answer has the column dateRange."""
        return len(self.ranges) > 1


def realtime_schema(schema: Schema, stream_name: str) -> Schema:
    """What realtime reports know of a property: few common fields, and its custom ones of users.

    Args:
        schema: what core reports know.
        stream_name: SQL of the name of an event's data stream.
    """
    named = Dimension(
        "streamName", "Stream name", "Platform / Device", stream_name, "The data stream's name."
    )
    dimensions = [schema.dimensions[name] for name in _FROM_REPORTS if name in schema.dimensions]
    of_users = [d for name, d in schema.dimensions.items() if name.startswith("customUser:")]
    return Schema.of(
        [*dimensions, MINUTES_AGO, SCREEN_NAME, named, *of_users],
        [schema.metrics[name] for name in _METRICS],
    )


def parse_realtime(request: Any, schema: Schema, *, premium: bool) -> RealtimeQuery:
    """Check a request.

    Args:
        request: a v1beta RunRealtimeReportRequest.
        schema: from realtime_schema.
        premium: the property may look back sixty minutes, not thirty.

    Raises:
        RpcError: with the text of the first rule that is broken.
    """
    dimensions = tuple((d.name, _dimension(d, schema)) for d in request.dimensions)
    requested = [m.name for m in request.metrics]
    _check_metrics(request.metrics, schema)
    where = filter_sql(request.dimension_filter, lambda name: _dimension_sql(name, schema))
    filtered = [name for name in field_names(request.metric_filter) if name not in requested]
    names = [*requested, *dict.fromkeys(filtered)]
    metrics = tuple((name, *_metric(name, schema)) for name in names)
    having = filter_sql(request.metric_filter, lambda name: f"m{names.index(name)}")
    if request.limit < 0:
        raise invalid_argument(f"limit must be positive. The API received limit = {request.limit}")
    ranges = _ranges(request.minute_ranges, PREMIUM_MINUTES if premium else STANDARD_MINUTES)
    _check_counts(len(requested), len(dimensions))
    filters = (request.dimension_filter, request.metric_filter)
    return RealtimeQuery(
        dimensions=dimensions,
        metrics=metrics,
        shown=len(requested),
        ranges=ranges,
        where=where,
        having=having,
        patterns=tuple(pattern for each in filters for pattern in regular_expressions(each)),
        order=_order(request.order_bys, [name for name, _ in dimensions], requested, len(ranges) > 1),
        limit=min(request.limit or DEFAULT_LIMIT, MAX_LIMIT),
        aggregations=_aggregations(request.metric_aggregations),
    )


def _dimension(message: Any, schema: Schema) -> str:
    if message.dimension_expression:
        raise errors.not_emulated("A dimension expression in a realtime report")
    return _dimension_sql(message.name, schema)


def _dimension_sql(name: str, schema: Schema) -> str:
    if name in _NOT_EMULATED:
        raise errors.not_emulated(f"The realtime dimension {name}")
    dimension = schema.dimensions.get(name)
    if dimension is None:
        raise errors.unknown_dimension(name, schema.dimensions, errors.REALTIME_PAGE)
    return f"coalesce({dimension.sql}, {literal(NOT_SET)})"


def _check_metrics(messages: Sequence[Any], schema: Schema) -> None:
    for message in messages:
        if message.expression:
            raise errors.not_emulated("A metric expression in a realtime report")
        _metric(message.name, schema)


def _metric(name: str, schema: Schema) -> tuple[str, Kind]:
    metric = schema.metrics.get(name)
    if metric is None:
        raise errors.unknown_metric(name, schema.metrics, errors.REALTIME_PAGE)
    # Who sends an event within the hour is there; whether the visit is an engaged one is not known yet.
    sql = "count(DISTINCT e.user_key)" if metric.name == "activeUsers" else metric.sql
    return sql, metric.kind


def _check_counts(metrics: int, dimensions: int) -> None:
    for count, most, what in ((metrics, MAX_METRICS, "metrics"), (dimensions, MAX_DIMENSIONS, "dimensions")):
        if count > most:
            raise invalid_argument(
                f"Requests are limited to {most} {what} within a nested request.\n"
                f"  This request is for {count} {what}."
            )
    if not metrics and not dimensions:
        raise invalid_argument("Requests require dimensions and/or metrics. Most requests include both.")


def _ranges(messages: Sequence[Any], minutes: int) -> tuple[MinuteRange, ...]:
    if len(messages) > MAX_RANGES:
        raise invalid_argument(
            f"Requests are limited to {MAX_RANGES} minuteRanges.\n"
            f"  This request contains {len(messages)} minuteRanges."
        )
    messages = messages or [data_v1beta.MinuteRange()]
    return tuple(_range(message, position, minutes) for position, message in enumerate(messages))


def _range(message: Any, position: int, minutes: int) -> MinuteRange:
    first = message.start_minutes_ago if "start_minutes_ago" in message else STANDARD_MINUTES - 1
    last = message.end_minutes_ago if "end_minutes_ago" in message else 0
    for field, value in (("startMinutesAgo", first), ("endMinutesAgo", last)):
        if not 0 <= value < minutes:
            raise invalid_argument(f"{field} must be from 0 to {minutes - 1}. {field} = {value}")
    if first < last:
        raise invalid_argument(
            "startMinutesAgo must be greater than or equal to endMinutesAgo. "
            f"startMinutesAgo = {first} and endMinutesAgo = {last}"
        )
    if message.name.startswith(_RESERVED_PREFIXES):
        raise invalid_argument(
            f"Invalid minuteRange name : {message.name}. "
            "minuteRange names cannot begin with date_range_ or RESERVED_."
        )
    return MinuteRange(message.name or f"date_range_{position}", first, last)


def _aggregations(requested: Sequence[Any]) -> tuple[Any, ...]:
    if _Aggregation.COUNT in requested:
        raise invalid_argument("Metric aggregation Count is not supported in ReportRequest.")
    return tuple(dict.fromkeys(requested))


def _order(
    order_bys: Sequence[Any], dimensions: Sequence[str], metrics: Sequence[str], several_ranges: bool
) -> tuple[str, ...]:
    """As in core reports: without any wish the first metric falls; ties go by dimension values."""
    columns = {name: f"d{position}" for position, name in enumerate(dimensions)}
    values = {name: f"m{position}" for position, name in enumerate(metrics)}
    ties = [*columns.values(), "range_position"]
    if several_ranges:
        columns[DATE_RANGE] = "range_name"
    if not order_bys:
        return (*(["m0 DESC"] if metrics else []), *ties)
    return (*(term for message in order_bys for term in order_terms(message, columns, values)), *ties)
