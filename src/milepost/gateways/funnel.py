"""Funnels of the Data API (v1alpha) as plain values, whatever shape the service gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from google.analytics import data_v1alpha
from google.protobuf.duration_pb2 import Duration

from milepost.gateways.connection import READ_RETRY, Connection
from milepost.gateways.data import LARGEST_LIMIT, REPORT_TIMEOUT, DateRange, InList, Number, number
from milepost.gateways.translate import translated

MOST_VALUES = 15
"""Values of a breakdown that one funnel can carry."""

MOST_NEXT_ACTIONS = 5

TOTAL = "RESERVED_TOTAL"
"""What GA4 calls everybody, among the values of a breakdown."""

AT_ONCE = 10
"""Requests that GA4 takes of one property side by side (Data API reference, section 11)."""

_STEP = "funnelStepName"


@dataclass(frozen=True)
class FunnelQuery:
    """One funnel over one date range.

    Attributes:
        events: the event of each step, in order; of a step with several, any will do.
        days: the date range, whole: a user's steps may lie anywhere in it.
        is_open: users may enter at any step; else all begin with the first.
        by: a dimension to split the users by.
        next_action: a dimension (`eventName`, or one of pages and screens) to tell what came after each step.
        trended: give the visualization a row per day, with the column `date`.
        within: seconds, at most, from the last step but one to the last.
        first_with: what the event of the first step has to carry.
    """

    events: tuple[str | tuple[str, ...], ...]
    days: DateRange
    is_open: bool = False
    by: str | None = None
    next_action: str | None = None
    trended: bool = False
    within: int | None = None
    first_with: InList | None = None


class FunnelRow(NamedTuple):
    """Dimension values and metric values of one row, by header name. What the row lacks is not there."""

    dimensions: Mapping[str, str]
    metrics: Mapping[str, Number]


@dataclass(frozen=True)
class FunnelAnswer:
    """One funnel as GA4 gave it: a step that nobody reached has no row.

    `sampled` holds (events read, events there were), one per sampled date range.
    """

    table: tuple[FunnelRow, ...]
    visualization: tuple[FunnelRow, ...] = ()
    sampled: tuple[tuple[int, int], ...] = ()

    def users(self, steps: int, by: str | None = None) -> dict[str, tuple[int, ...]]:
        """Users at each of `steps` steps, by value of the breakdown `by`; `TOTAL` stands for everybody.

        A step without a row was reached by nobody. Of values beyond those that a breakdown can carry,
        nothing is known but what they add to the total.
        """
        found: dict[str, list[int]] = {TOTAL: [0] * steps}
        for dimensions, metrics in self.table:
            number = step_number(dimensions)
            if number is not None and number <= steps:
                value = TOTAL if by is None else dimensions.get(by, TOTAL)
                found.setdefault(value, [0] * steps)[number - 1] = int(metrics.get("activeUsers", 0))
        return {value: tuple(users) for value, users in found.items()}


class FunnelGateway:
    """Asks for funnels; reading only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def run_funnel(self, property_id: str, query: FunnelQuery) -> FunnelAnswer:
        """The answer to one query, from one runFunnelReport call.

        Raises:
            RemoteError: one of its kinds, naming the property; or a figure is no number.
        """
        place = f"property {property_id}"
        with translated(place):
            response = self._connection.data_alpha.run_funnel_report(
                request=_request(f"properties/{property_id}", query), retry=READ_RETRY, timeout=REPORT_TIMEOUT
            )
        return FunnelAnswer(
            _rows(response.funnel_table, place),
            _rows(response.funnel_visualization, place),
            tuple(
                (sample.samples_read_count, sample.sampling_space_size)
                for sample in response.funnel_table.metadata.sampling_metadatas
            ),
        )


def step_number(dimensions: Mapping[str, str]) -> int | None:
    """The number of a row's step, from 1: steps are called `1. name`. None for anything else."""
    number, dot, _ = dimensions.get(_STEP, "").partition(".")
    return int(number) if dot and number.isascii() and number.isdigit() else None


def _request(name: str, query: FunnelQuery) -> Any:
    kinds = data_v1alpha.RunFunnelReportRequest.FunnelVisualizationType
    request = data_v1alpha.RunFunnelReportRequest(
        property=name,
        date_ranges=[data_v1alpha.DateRange(start_date=query.days.start, end_date=query.days.end)],
        funnel=data_v1alpha.Funnel(
            is_open_funnel=query.is_open, steps=[_step(event) for event in query.events]
        ),
        funnel_visualization_type=kinds.TRENDED_FUNNEL if query.trended else kinds.STANDARD_FUNNEL,
        limit=LARGEST_LIMIT,
    )
    if query.within is not None:
        request.funnel.steps[-1].within_duration_from_prior_step = Duration(seconds=query.within)
    if query.first_with is not None:
        first = request.funnel.steps[0]
        first.filter_expression = _both(first.filter_expression, _in_list(query.first_with))
    if query.by is not None:
        request.funnel_breakdown = data_v1alpha.FunnelBreakdown(
            breakdown_dimension=data_v1alpha.Dimension(name=query.by), limit=MOST_VALUES
        )
    if query.next_action is not None:
        request.funnel_next_action = data_v1alpha.FunnelNextAction(
            next_action_dimension=data_v1alpha.Dimension(name=query.next_action), limit=MOST_NEXT_ACTIONS
        )
    return request


def _step(events: str | tuple[str, ...]) -> Any:
    names = (events,) if isinstance(events, str) else events
    filters = [
        data_v1alpha.FunnelFilterExpression(
            funnel_event_filter=data_v1alpha.FunnelEventFilter(event_name=name)
        )
        for name in names
    ]
    if len(filters) == 1:
        return data_v1alpha.FunnelStep(name=names[0], filter_expression=filters[0])
    any_of = data_v1alpha.FunnelFilterExpressionList(expressions=filters)
    return data_v1alpha.FunnelStep(
        name=" or ".join(names),
        filter_expression=data_v1alpha.FunnelFilterExpression(or_group=any_of),
    )


def _in_list(wanted: InList) -> Any:
    values = data_v1alpha.InListFilter(values=list(wanted.values), case_sensitive=True)
    return data_v1alpha.FunnelFilterExpression(
        funnel_field_filter=data_v1alpha.FunnelFieldFilter(field_name=wanted.dimension, in_list_filter=values)
    )


def _both(*conditions: Any) -> Any:
    group = data_v1alpha.FunnelFilterExpressionList(expressions=conditions)
    return data_v1alpha.FunnelFilterExpression(and_group=group)


def _rows(report: Any, place: str) -> tuple[FunnelRow, ...]:
    """The service lists its metric headers twice and the values once, so the first header of a name counts.

    Source: Data API reference, section 9.
    """
    dimensions = [header.name for header in report.dimension_headers]
    metrics = list(dict.fromkeys(header.name for header in report.metric_headers))
    return tuple(
        FunnelRow(
            dict(zip(dimensions, (value.value for value in row.dimension_values), strict=False)),
            {
                metric: number(value.value, metric, place)
                for metric, value in zip(metrics, row.metric_values, strict=False)
            },
        )
        for row in report.rows
    )
