from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from google.analytics import data_v1beta

from milepost.emulator.data.registry import Kind
from milepost.emulator.data.report import format_number

TWO_RANGES = [
    {"start_date": "2026-03-01", "end_date": "2026-03-07", "name": "before"},
    {"start_date": "2026-03-08", "end_date": "2026-03-14"},
]
TOTAL = data_v1beta.MetricAggregation.TOTAL


def test_report_has_headers_kind_and_only_currency_and_zone(crowd: Any) -> None:
    response = crowd.ask("eventName country", "eventCount keyEvents keyEvents:purchase purchaseRevenue")
    kinds = data_v1beta.MetricType
    assert [h.name for h in response.dimension_headers] == ["eventName", "country"]
    assert [(h.name, h.type_) for h in response.metric_headers] == [
        ("eventCount", kinds.TYPE_INTEGER),
        ("keyEvents", kinds.TYPE_FLOAT),
        ("keyEvents:purchase", kinds.TYPE_INTEGER),
        ("purchaseRevenue", kinds.TYPE_CURRENCY),
    ]
    assert response.kind == "analyticsData#runReport"
    assert response.row_count == len(response.rows)
    assert response.metadata == data_v1beta.ResponseMetaData(currency_code="EUR", time_zone="Etc/GMT")
    assert "property_quota" not in response


def test_empty_report_keeps_headers_and_has_no_rows(crowd: Any) -> None:
    empty = [{"start_date": "2020-01-01", "end_date": "2020-01-02"}]
    response = crowd.ask("eventName", "eventCount", date_ranges=empty, metric_aggregations=[TOTAL])
    assert (list(response.rows), response.row_count, list(response.totals)) == ([], 0, [])
    assert response.dimension_headers[0].name == "eventName"
    assert response.kind == "analyticsData#runReport"


def test_rows_of_dimensions_alone_rise(crowd: Any) -> None:
    rows = crowd.rows("deviceCategory eventName")
    assert rows == sorted(rows)
    assert len(rows) == len({(e.device, e.name) for e in crowd.events})


def test_several_ranges_add_the_range_last_and_sort_together(crowd: Any) -> None:
    response = crowd.ask("deviceCategory", "eventCount", date_ranges=TWO_RANGES)
    assert [h.name for h in response.dimension_headers] == ["deviceCategory", "dateRange"]
    rows = [
        (*(v.value for v in row.dimension_values), int(row.metric_values[0].value)) for row in response.rows
    ]
    expected = [
        (device, name, sum(e.device == device and (e.day < date(2026, 3, 8)) is early for e in crowd.events))
        for device in ("desktop", "mobile", "tablet")
        for name, early in (("before", True), ("date_range_1", False))
    ]
    assert rows == sorted(expected, key=lambda row: -row[2])


def test_several_ranges_without_dimensions_give_a_row_each(crowd: Any) -> None:
    rows = crowd.rows("", "eventCount", date_ranges=TWO_RANGES)
    assert {row[0] for row in rows} == {"before", "date_range_1"}
    assert sum(int(row[1]) for row in rows) == len(crowd.events)


def test_shared_days_count_in_both_ranges(crowd: Any) -> None:
    same = [{"start_date": "2026-03-01", "end_date": "2026-03-14"}] * 2
    rows = crowd.rows("", "eventCount", date_ranges=same)
    assert rows == [("date_range_0", "900"), ("date_range_1", "900")]


@pytest.mark.parametrize("start,end", [("14daysAgo", "yesterday"), ("2026-03-01", "today")])
def test_relative_days_count_back_from_today(crowd: Any, start: str, end: str) -> None:
    rows = crowd.rows("", "eventCount", date_ranges=[{"start_date": start, "end_date": end}])
    assert rows == [("900",)]


@pytest.mark.parametrize(
    "kind,order",
    [
        ("ALPHANUMERIC", ["(not set)", "", "Pro", "free", "pro", "team 10", "team 9"]),
        ("CASE_INSENSITIVE_ALPHANUMERIC", ["", "(not set)", "free", "Pro", "pro", "team 10", "team 9"]),
    ],
)
def test_dimension_order_follows_its_type(crowd: Any, kind: str, order: list[str]) -> None:
    by = [{"dimension": {"dimension_name": "customEvent:plan", "order_type": kind}}]
    values = [row[0] for row in crowd.rows("customEvent:plan", "", order_bys=by)]
    assert values == sorted(order, key=lambda v: v.lower() if "CASE" in kind else v)
    by[0]["desc"] = True  # type: ignore[assignment]
    falling = [row[0] for row in crowd.rows("customEvent:plan", "", order_bys=by)]
    fold = str.lower if "CASE" in kind else str
    assert [fold(v) for v in falling] == [fold(v) for v in reversed(values)]


def test_numeric_order_puts_words_below_numbers(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(*(event("page_view", country=c) for c in ("10", "9", "x", "-1.5")))
    by = {"dimension": {"dimension_name": "country", "order_type": "NUMERIC"}}
    assert [r[0] for r in shop.rows("country", "", order_bys=[by])] == ["x", "-1.5", "9", "10"]
    falling = shop.rows("country", "", order_bys=[{**by, "desc": True}])
    assert [r[0] for r in falling] == ["10", "9", "-1.5", "x"]


def test_orders_apply_in_turn(crowd: Any) -> None:
    by = [
        {"dimension": {"dimension_name": "deviceCategory"}, "desc": True},
        {"metric": {"metric_name": "eventCount"}},
    ]
    rows = crowd.rows("deviceCategory eventName", "eventCount", order_bys=by)
    grouped = sorted(rows, key=lambda row: (int(row[2]), row[1]))
    assert rows == sorted(grouped, key=lambda row: row[0], reverse=True)


def test_kept_empty_rows_show_zero_in_the_other_range(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("scroll", day=date(2026, 3, 2)), event("click", day=date(2026, 3, 9)))
    rows = shop.rows("eventName", "eventCount", date_ranges=TWO_RANGES, keep_empty_rows=True)
    assert set(rows) == {
        ("scroll", "before", "1"),
        ("scroll", "date_range_1", "0"),
        ("click", "before", "0"),
        ("click", "date_range_1", "1"),
    }


@pytest.mark.parametrize("after,expected", [(False, "3"), (True, "2")])
def test_totals_under_a_metric_filter_follow_the_switch(
    analytics: Callable[..., Any], event: Any, after: bool, expected: str
) -> None:
    events = [event("scroll"), event("click"), event("click")]
    shop = analytics(*events, totals_after_metric_filter=after)
    many = {"field_name": "eventCount", "numeric_filter": {"operation": 4, "value": {"int64_value": 1}}}
    response = shop.ask(
        "eventName", "eventCount", metric_filter={"filter": many}, metric_aggregations=[TOTAL]
    )
    assert [r.dimension_values[0].value for r in response.rows] == ["click"]
    assert response.totals[0].metric_values[0].value == expected


@pytest.mark.parametrize(
    "value,kind,text",
    [
        (147 / 636, Kind.FLOAT, "0.23113207547169812"),
        (0.1, Kind.FLOAT, "0.1"),
        (0.1 + 0.2, Kind.FLOAT, "0.30000000000000004"),
        (0.97348484848484851, Kind.FLOAT, "0.97348484848484851"),
        (4.0, Kind.CURRENCY, "4"),
        (-0.0, Kind.FLOAT, "0"),
        (1e20, Kind.FLOAT, "1e+20"),
        (7, Kind.INTEGER, "7"),
        (None, Kind.FLOAT, "0"),
    ],
)
def test_numbers_are_written_with_15_then_17_digits(value: float | None, kind: Kind, text: str) -> None:
    assert format_number(value, kind) == text


def test_missing_values_read_not_set(crowd: Any) -> None:
    values = {row[0] for row in crowd.rows("country")}
    assert values == {"Germany", "France", "Österreich", "(not set)", ""}


def test_expressions_compute_and_invisible_metrics_only_sort(crowd: Any) -> None:
    response = crowd.client.run_report(
        data_v1beta.RunReportRequest(
            property="properties/1",
            date_ranges=[{"start_date": "2026-03-01", "end_date": "2026-03-14"}],
            dimensions=[
                {"name": "deviceCategory"},
                {
                    "name": "loud",
                    "dimension_expression": {"upper_case": {"dimension_name": "deviceCategory"}},
                },
                {
                    "name": "both",
                    "dimension_expression": {
                        "concatenate": {"dimension_names": ["deviceCategory"] * 2, "delimiter": "-"}
                    },
                },
            ],
            metrics=[
                {"name": "perUser", "expression": "2 * (eventCount - 1) / totalUsers"},
                {"name": "eventCount", "invisible": True},
            ],
            order_bys=[{"metric": {"metric_name": "eventCount"}}],
        )
    )
    assert [h.name for h in response.metric_headers] == ["perUser"]
    counts = sorted(
        (len(of), device, len({e.user for e in of}))
        for device in ("desktop", "mobile", "tablet")
        for of in [[e for e in crowd.events if e.device == device]]
    )
    got = [tuple(v.value for v in r.dimension_values) for r in response.rows]
    assert got == [(d, d.upper(), f"{d}-{d}") for _, d, _ in counts]
    values = [float(r.metric_values[0].value) for r in response.rows]
    assert values == pytest.approx([2 * (n - 1) / users for n, _, users in counts])


def test_batch_answers_in_order_and_each_report_alone(crowd: Any) -> None:
    ranges = [{"start_date": "2026-03-01", "end_date": "2026-03-14"}]
    response = crowd.client.batch_run_reports(
        data_v1beta.BatchRunReportsRequest(
            property="properties/1",
            requests=[
                {"date_ranges": ranges, "metrics": [{"name": "eventCount"}]},
                {"property": "properties/1", "date_ranges": ranges, "dimensions": [{"name": "eventName"}]},
            ],
        )
    )
    assert response.kind == "analyticsData#batchRunReports"
    assert response.reports[0] == crowd.ask("", "eventCount")
    assert response.reports[1] == crowd.ask("eventName")
