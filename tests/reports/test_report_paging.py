"""Answers larger than one page, asked of a server that has any number of rows, and of the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from google.analytics import data_v1beta as ga

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.rpc import Call, Method
from milepost.emulator.server import RpcServer
from milepost.gateways.connection import Connection
from milepost.gateways.data import DataGateway, DateRange, ReportQuery
from milepost.reports.notes import answer_notes

_PATH = "/google.analytics.data.v1beta.BetaAnalyticsData/BatchRunReports"
_DAYS = DateRange("2026-02-16", "2026-03-15", "current")
_PAGES = ReportQuery(("eventCount",), (_DAYS,), ("pagePath",), quota=True)
_TOP = ReportQuery(("eventCount",), (_DAYS,), ("country",), limit=3)
_SHOP = "100000001"


@contextmanager
def _served(rows: int, *, shrinking: int = 0) -> Iterator[tuple[DataGateway, list[Any]]]:
    """A gateway with pages of 4 rows to a server whose results have `rows` rows, later `shrinking` fewer."""
    requests: list[Any] = []

    def report(request: Any) -> Any:
        whole = rows - (shrinking if request.offset else 0)
        return ga.RunReportResponse(
            dimension_headers=[ga.DimensionHeader(name=request.dimensions[0].name)],
            metric_headers=[ga.MetricHeader(name="eventCount")],
            rows=[
                ga.Row(
                    dimension_values=[ga.DimensionValue(value=f"/{number}")],
                    metric_values=[ga.MetricValue(value=str(number))],
                )
                for number in range(request.offset, min(request.offset + request.limit, whole))
            ],
            row_count=rows,
            property_quota=ga.PropertyQuota(
                tokens_per_day=ga.QuotaStatus(consumed=2, remaining=90 - len(requests))
            ),
        )

    def handle(request: Any, _: Call) -> Any:
        requests.append(request)
        return ga.BatchRunReportsResponse(reports=[report(part) for part in request.requests])

    server = RpcServer([Method(_PATH, ga.BatchRunReportsRequest, handle)])
    server.start()
    try:
        with Connection("read", server.address) as connection:
            yield DataGateway(connection, page_rows=4), requests
    finally:
        server.stop()


@pytest.mark.parametrize(("rows", "calls"), [(0, [2]), (4, [2]), (5, [2, 1]), (24, [2, 5]), (29, [2, 5, 2])])
def test_missing_pages_are_read_five_per_call(rows: int, calls: list[int]) -> None:
    with _served(rows) as (gateway, requests):
        pages, top = gateway.run_reports("123", (_PAGES, _TOP))

    assert [len(request.requests) for request in requests] == calls
    assert [row.metrics[0] for row in pages.rows] == list(range(rows))
    assert (len(top.rows), top.row_count) == (min(rows, 3), rows)


def test_pages_come_out_of_one_order_and_add_up_what_they_cost() -> None:
    with _served(9) as (gateway, requests):
        (pages,) = gateway.run_reports("123", (_PAGES,))

    asked = [part for request in requests for part in request.requests]
    assert [(part.limit, part.offset) for part in asked] == [(4, 0), (4, 4), (4, 8)]
    assert {part.order_bys[0].dimension.dimension_name for part in asked} == {"pagePath"}
    assert [(use.used, use.left) for use in pages.quotas if use.used] == [(6, 88)]


def test_rows_that_went_meanwhile_are_told() -> None:
    with _served(9, shrinking=2) as (gateway, _):
        answers = gateway.run_reports("123", (_PAGES,))

    assert list(answer_notes(answers)) == ["GA4 sent only 7 of 9 rows by pagePath: the rest is missing."]


def test_pages_hold_what_one_answer_would() -> None:
    query = ReportQuery(("eventCount", "totalUsers"), (_DAYS,), ("pagePath", "eventName"), totals=True)
    with (
        Emulator(clock=Clock.on_day(date(2026, 3, 16))) as emulator,
        Connection("read", emulator.address) as link,
    ):
        (whole,) = DataGateway(link).run_reports(_SHOP, (query,))
        (paged,) = DataGateway(link, page_rows=97).run_reports(_SHOP, (query,))

    assert len(whole.rows) == whole.row_count > 2 * 97
    assert paged == whole
