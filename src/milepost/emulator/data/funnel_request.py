"""A RunFunnelReportRequest, checked and turned into SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from google.analytics import data_v1alpha

from milepost.emulator.data import errors
from milepost.emulator.data.dates import DateRange, resolve_ranges
from milepost.emulator.data.funnel_filters import EventConditions
from milepost.emulator.data.funnel_segments import Segment, parse_segments
from milepost.emulator.data.registry import Dimension, Scope
from milepost.emulator.data.request import DEFAULT_LIMIT, MAX_LIMIT
from milepost.emulator.data.schema import Schema
from milepost.emulator.data.sequences import microseconds
from milepost.emulator.rpc import invalid_argument

DEFAULT_VALUES = 5
MOST_BREAKDOWN_VALUES = 15
MOST_NEXT_ACTIONS = 5
_NEW_OR_CONTINUING = "funnelStepNewVsContinuing"
_TRENDED = data_v1alpha.RunFunnelReportRequest.FunnelVisualizationType.TRENDED_FUNNEL


@dataclass(frozen=True)
class Step:
    """One step: what its event must be like, and how it must follow the step before.

    `within` is in microseconds, inclusive; None sets no limit.
    """

    label: str
    sql: str
    directly: bool
    within: int | None

    @property
    def constrained(self) -> bool:
        """Whether more than the order of events matters."""
        return self.directly or self.within is not None


@dataclass(frozen=True)
class Column:
    """A dimension that splits a sub-report, and how many of its values are shown."""

    name: str
    sql: str
    limit: int


@dataclass(frozen=True)
class FunnelQuery:
    """A valid request; `metrics` is the SQL of the metrics that conditions read as `x.v0…`.

    `time_zone` is the property's, for dimensions that tell hours and days of a moment.
    """

    steps: tuple[Step, ...]
    is_open: bool
    ranges: tuple[DateRange, ...]
    segments: tuple[Segment, ...]
    where: str
    metrics: tuple[str, ...]
    patterns: tuple[str, ...]
    breakdown: Column | None
    next_action: Column | None
    trended: bool
    limit: int
    time_zone: str

    @property
    def names_ranges(self) -> bool:
        """Whether the sub-reports have the column dateRange."""
        return len(self.ranges) > 1


def parse_funnel(request: Any, schema: Schema, today: Callable[[], date], time_zone: str) -> FunnelQuery:
    """Check a request.

    Args:
        request: a v1alpha RunFunnelReportRequest.
        schema: what the property has.
        today: the present day in the property's time zone.
        time_zone: the property's, by its IANA name.

    Raises:
        RpcError: with the text of the first rule that is broken: names, limits, dates, what is left.
    """
    conditions = EventConditions(schema)
    steps = tuple(_step(position, step, conditions) for position, step in enumerate(request.funnel.steps, 1))
    if not steps:
        raise invalid_argument("A funnel requires at least one step.")
    segments = parse_segments(request.segments, conditions)
    where = conditions.report_filter(request.dimension_filter)
    breakdown = _breakdown(request, conditions)
    next_action = _next_action(request, conditions)
    if request.limit < 0:
        raise invalid_argument(f"limit must be positive. The API received limit = {request.limit}")
    return FunnelQuery(
        steps=steps,
        is_open=request.funnel.is_open_funnel,
        ranges=resolve_ranges(request.date_ranges, today()),
        segments=segments,
        where=where,
        metrics=tuple(schema.metrics[name].sql for name in conditions.metrics),
        patterns=tuple(conditions.patterns),
        breakdown=breakdown,
        next_action=next_action,
        trended=request.funnel_visualization_type == _TRENDED,
        limit=min(request.limit or DEFAULT_LIMIT, MAX_LIMIT),
        time_zone=time_zone,
    )


def _step(position: int, message: Any, conditions: EventConditions) -> Step:
    if "filter_expression" not in message:
        raise invalid_argument(f"The filter_expression of funnel step {position} is required.")
    within = None
    if "within_duration_from_prior_step" in message:
        within = microseconds(message.within_duration_from_prior_step)
        if within < 0:
            raise invalid_argument(
                f"The within_duration_from_prior_step of funnel step {position} must not be negative."
            )
    return Step(
        label=f"{position}. {message.name}",
        sql=conditions.step(message.filter_expression),
        directly=message.is_directly_followed_by,
        within=within,
    )


def _breakdown(request: Any, conditions: EventConditions) -> Column | None:
    if "funnel_breakdown" not in request:
        return None
    message = request.funnel_breakdown
    name = _dimension_name("funnel_breakdown.breakdown_dimension", message.breakdown_dimension)
    if name == _NEW_OR_CONTINUING:
        # A user new in one step goes on in the next: what the rates by its values mean is not on record.
        raise errors.not_emulated(f"A breakdown by {name}")
    sql = conditions.dimension(name)
    return Column(name, sql, _values("funnel_breakdown", message, MOST_BREAKDOWN_VALUES))


def _next_action(request: Any, conditions: EventConditions) -> Column | None:
    if "funnel_next_action" not in request:
        return None
    message = request.funnel_next_action
    name = _dimension_name("funnel_next_action.next_action_dimension", message.next_action_dimension)
    sql = conditions.dimension(name)
    if not _tells_actions(conditions.schema.dimensions[name]):
        raise invalid_argument(
            f"The next_action_dimension must be eventName or a dimension of pages and screens; it is {name}."
        )
    return Column(name, sql, _values("funnel_next_action", message, MOST_NEXT_ACTIONS))


def _tells_actions(dimension: Dimension) -> bool:
    return dimension.name == "eventName" or (
        dimension.category == "Page / Screen" and dimension.scope is Scope.EVENT
    )


def _dimension_name(where: str, message: Any) -> str:
    if message.dimension_expression:
        raise invalid_argument(f"The {where} cannot be a dimension expression.")
    if not message.name:
        raise invalid_argument(f"The {where} is required.")
    name: str = message.name
    return name


def _values(where: str, message: Any, most: int) -> int:
    limit = message.limit if "limit" in message else DEFAULT_VALUES
    if not 1 <= limit <= most:
        raise invalid_argument(f"The limit of {where} must be from 1 to {most}; it is {limit}.")
    return int(limit)
