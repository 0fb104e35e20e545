"""The gateway for funnels against a server that answers in the service's recorded shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from google.analytics import data_v1alpha as ga

from milepost.emulator.rpc import RpcError, permission_denied
from milepost.errors import RefusedError, RemoteError
from milepost.gateways.data import DateRange
from milepost.gateways.funnel import FunnelAnswer, FunnelGateway, FunnelQuery, FunnelRow
from tests.reports.answering import answering
from tests.reports.funnel_answers import METRICS

_PATH = "/google.analytics.data.v1alpha.AlphaAnalyticsData/RunFunnelReport"
_QUERY = FunnelQuery(("session_start", "purchase"), DateRange("28daysAgo", "yesterday", "current"))


@contextmanager
def _gateway(answer: Callable[[Any], Any]) -> Iterator[tuple[FunnelGateway, list[Any]]]:
    with answering(_PATH, ga.RunFunnelReportRequest, answer) as (connection, requests):
        yield FunnelGateway(connection), requests


def _ask(answer: Callable[[Any], Any], query: FunnelQuery = _QUERY) -> FunnelAnswer:
    with _gateway(answer) as (gateway, _):
        return gateway.run_funnel("123", query)


def _sub_report(
    dimensions: Sequence[str], metrics: Sequence[str], *rows: tuple[str, ...], **metadata: Any
) -> Any:
    return ga.FunnelSubReport(
        dimension_headers=[{"name": name} for name in dimensions],
        metric_headers=[{"name": name, "type_": "TYPE_INTEGER"} for name in metrics],
        rows=[
            ga.Row(
                dimension_values=[{"value": value} for value in row[: len(dimensions)]],
                metric_values=[{"value": value} for value in row[len(dimensions) :]],
            )
            for row in rows
        ],
        metadata=metadata,
    )


def test_gateway_asks_for_a_closed_funnel_of_events() -> None:
    with _gateway(lambda _: ga.RunFunnelReportResponse()) as (gateway, requests):
        gateway.run_funnel("123", _QUERY)
    (request,) = requests
    assert request.property == "properties/123"
    assert [(days.start_date, days.end_date, days.name) for days in request.date_ranges] == [
        ("28daysAgo", "yesterday", "")
    ]
    assert not request.funnel.is_open_funnel
    events = [step.filter_expression.funnel_event_filter.event_name for step in request.funnel.steps]
    assert events == [step.name for step in request.funnel.steps] == ["session_start", "purchase"]
    assert request.funnel_visualization_type.name == "STANDARD_FUNNEL"
    assert "funnel_breakdown" not in request
    assert "funnel_next_action" not in request


def test_gateway_asks_for_everything_else_a_query_can_hold() -> None:
    query = FunnelQuery(_QUERY.events, _QUERY.days, True, "deviceCategory", "eventName", True)
    with _gateway(lambda _: ga.RunFunnelReportResponse()) as (gateway, requests):
        gateway.run_funnel("123", query)
    (request,) = requests
    assert request.funnel.is_open_funnel
    assert request.funnel_visualization_type.name == "TRENDED_FUNNEL"
    breakdown, action = request.funnel_breakdown, request.funnel_next_action
    assert (breakdown.breakdown_dimension.name, breakdown.limit) == ("deviceCategory", 15)
    assert (action.next_action_dimension.name, action.limit) == ("eventName", 5)


def test_gateway_reads_past_the_repeated_headers() -> None:
    """Eight headers and four values a row, fractions called integers: as four people recorded it."""
    table = _sub_report(
        ("funnelStepName",),
        METRICS * 2,
        ("1. session_start", "215", "0.85581395348837208", "31", "0.14418604651162792"),
        ("2. purchase", "184", "1", "0", "0"),
    )
    answer = _ask(lambda _: ga.RunFunnelReportResponse(funnel_table=table))
    assert answer.table[0] == FunnelRow(
        {"funnelStepName": "1. session_start"},
        dict(zip(METRICS, (215, 0.85581395348837208, 31, 0.14418604651162792), strict=True)),
    )
    assert answer.table[1].metrics["activeUsers"] == 184


def test_gateway_takes_an_empty_funnel_without_headers() -> None:
    assert _ask(lambda _: ga.RunFunnelReportResponse()) == FunnelAnswer(())


def test_gateway_takes_rows_that_are_cut_short() -> None:
    table = _sub_report(("funnelStepName", "country"), METRICS, ("1. a", "A", "7"))
    (row,) = _ask(lambda _: ga.RunFunnelReportResponse(funnel_table=table)).table
    assert row == FunnelRow({"funnelStepName": "1. a", "country": "A"}, {"activeUsers": 7})


def test_gateway_passes_on_sampling_and_the_visualization() -> None:
    shown = _sub_report(("funnelStepName", "date"), ("activeUsers",) * 2, ("1. a", "20260301", "7"))
    table = _sub_report((), (), sampling_metadatas=[{"samples_read_count": 5, "sampling_space_size": 20}])
    answer = _ask(lambda _: ga.RunFunnelReportResponse(funnel_table=table, funnel_visualization=shown))
    assert answer.sampled == ((5, 20),)
    assert answer.visualization == (
        FunnelRow({"funnelStepName": "1. a", "date": "20260301"}, {"activeUsers": 7}),
    )


def test_gateway_names_the_property_that_was_refused() -> None:
    def refuse(_: Any) -> RpcError:
        raise permission_denied("User does not have sufficient permissions for this property.")

    with pytest.raises(RefusedError, match=r"property 123: User does not have"):
        _ask(refuse)


def test_gateway_refuses_a_figure_that_is_no_number() -> None:
    table = _sub_report(("funnelStepName",), METRICS, ("1. a", "many"))
    with pytest.raises(RemoteError, match='property 123: the metric activeUsers came as "many"'):
        _ask(lambda _: ga.RunFunnelReportResponse(funnel_table=table))
