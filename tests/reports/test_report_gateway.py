"""The gateway against a server that answers what the emulator never would of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from google.analytics import data_v1beta as ga

from milepost.emulator.rpc import RpcError, permission_denied
from milepost.errors import RefusedError, RemoteError
from milepost.gateways.data import DataGateway, DateRange, InList, Notices, ReportAnswer, ReportQuery, Row
from tests.reports.answering import answering

_PATH = "/google.analytics.data.v1beta.BetaAnalyticsData/BatchRunReports"
_DAYS = DateRange("2021-01-03", "2021-01-16", "current")
_QUERY = ReportQuery(("totalUsers",), (_DAYS,))


@contextmanager
def _gateway(answer: Callable[[Any], Any]) -> Iterator[tuple[DataGateway, list[Any]]]:
    with answering(_PATH, ga.BatchRunReportsRequest, answer) as (connection, requests):
        yield DataGateway(connection), requests


def _ask(answer: Callable[[Any], Any], *queries: ReportQuery) -> tuple[ReportAnswer, ...]:
    with _gateway(answer) as (gateway, _):
        return gateway.run_reports("123", queries or (_QUERY,))


def _report(values: tuple[str, ...] = (), **metadata: Any) -> Any:
    return ga.BatchRunReportsResponse(
        reports=[
            ga.RunReportResponse(
                dimension_headers=[ga.DimensionHeader(name="eventName")],
                metric_headers=[ga.MetricHeader(name="totalUsers")],
                rows=[
                    ga.Row(
                        dimension_values=[ga.DimensionValue(value="purchase")],
                        metric_values=[ga.MetricValue(value=value)],
                    )
                    for value in values
                ],
                row_count=len(values),
                metadata=ga.ResponseMetaData(**metadata),
            )
        ]
    )


def test_gateway_asks_all_reports_in_one_call() -> None:
    query = ReportQuery(
        ("eventCount",), (_DAYS,), ("date", "eventName"), InList("eventName", ("purchase", "refund")), limit=9
    )
    with _gateway(lambda request: ga.BatchRunReportsResponse(reports=[{}] * len(request.requests))) as (
        gateway,
        requests,
    ):
        gateway.run_reports("123", (query, _QUERY))

    (request,) = requests
    first, second = request.requests
    assert request.property == first.property == "properties/123"
    assert [dimension.name for dimension in first.dimensions] == ["date", "eventName"]
    assert first.dimension_filter.filter.field_name == "eventName"
    assert list(first.dimension_filter.filter.in_list_filter.values) == ["purchase", "refund"]
    assert first.dimension_filter.filter.in_list_filter.case_sensitive
    assert (first.limit, second.limit) == (9, 250_000)
    assert not second.dimension_filter
    assert (second.date_ranges[0].start_date, second.date_ranges[0].end_date) == ("2021-01-03", "2021-01-16")
    assert second.date_ranges[0].name == "current"


def test_gateway_joins_conditions_and_turns_one_round() -> None:
    events, desk = InList("eventName", ("purchase",)), InList("deviceCategory", ("desktop",))
    query = ReportQuery(("totalUsers",), (_DAYS,), only=events, within=desk, outside=desk, quota=True)
    lone = ReportQuery(("totalUsers",), (_DAYS,), outside=desk)
    with _gateway(lambda request: ga.BatchRunReportsResponse(reports=[{}] * len(request.requests))) as (
        gateway,
        requests,
    ):
        gateway.run_reports("123", (query, lone))

    both, single = requests[0].requests
    first, second, third = both.dimension_filter.and_group.expressions
    assert both.return_property_quota
    assert [first.filter.field_name, second.filter.field_name] == ["eventName", "deviceCategory"]
    assert third.not_expression.filter.field_name == "deviceCategory"
    assert list(single.dimension_filter.not_expression.filter.in_list_filter.values) == ["desktop"]


def test_gateway_gives_rows_as_text_and_numbers() -> None:
    (answer,) = _ask(lambda _: _report(("7", "0.25", "1e+21"), currency_code="EUR", time_zone="Etc/GMT"))

    assert answer == ReportAnswer(
        dimensions=("eventName",),
        metrics=("totalUsers",),
        rows=(Row(("purchase",), (7,)), Row(("purchase",), (0.25,)), Row(("purchase",), (1e21,))),
        row_count=3,
        currency_code="EUR",
        time_zone="Etc/GMT",
    )
    assert next(answer.named_rows()) == ({"eventName": "purchase"}, {"totalUsers": 7})


def test_gateway_passes_on_every_notice() -> None:
    metadata = ga.ResponseMetaData
    restriction = metadata.SchemaRestrictionResponse
    (answer,) = _ask(
        lambda _: _report(
            data_loss_from_other_row=True,
            subject_to_thresholding=True,
            empty_reason="nothing there",
            sampling_metadatas=[ga.SamplingMetadata(samples_read_count=5, sampling_space_size=20)],
            data_truncation_reasons=[
                metadata.DataTruncationReason(
                    data_truncation_type="DATA_TRUNCATION_TYPE_PROPERTY", data_truncation_message="Too old."
                )
            ],
            schema_restriction_response=restriction(
                active_metric_restrictions=[
                    restriction.ActiveMetricRestriction(
                        metric_name="eventValue", restricted_metric_types=["REVENUE_DATA"]
                    )
                ]
            ),
        )
    )

    assert answer.notices == Notices(
        sampled=((5, 20),),
        thresholded=True,
        other_row=True,
        truncated=(("PROPERTY", "Too old."),),
        restricted=(("eventValue", "REVENUE_DATA"),),
        empty_reason="nothing there",
    )


def test_gateway_names_the_property_that_was_refused() -> None:
    def refuse(_: Any) -> RpcError:
        raise permission_denied("User does not have sufficient permissions for this property.")

    with pytest.raises(RefusedError, match=r"property 123: User does not have"):
        _ask(refuse)


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (_report(("many",)), 'property 123: the metric totalUsers came as "many"'),
        (ga.BatchRunReportsResponse(), "property 123: 1 reports were asked for, 0 came"),
    ],
)
def test_gateway_refuses_an_answer_that_makes_no_sense(response: Any, message: str) -> None:
    with pytest.raises(RemoteError, match=message):
        _ask(lambda _: response)


@pytest.mark.parametrize("number", [0, 6])
def test_gateway_takes_one_to_five_queries(number: int) -> None:
    with (
        _gateway(lambda _: _report()) as (gateway, requests),
        pytest.raises(ValueError, match=f"1 to 5 queries, not {number}"),
    ):
        gateway.run_reports("123", (_QUERY,) * number)

    assert requests == []
