"""RunPivotReport and BatchRunPivotReports."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from google.analytics import data_v1beta
from google.api_core import exceptions

RANGE = {"start_date": "2026-03-01", "end_date": "2026-03-14"}


def pivot(analytics: Any, dimensions: str, metrics: str, *pivots: dict[str, Any], **fields: Any) -> Any:
    return analytics.client.run_pivot_report(
        data_v1beta.RunPivotReportRequest(
            property="properties/1",
            dimensions=[{"name": name} for name in dimensions.split()],
            metrics=[{"name": name} for name in metrics.split()],
            pivots=pivots,
            **{"date_ranges": [RANGE], **fields},
        )
    )


def headers(answer: Any) -> list[list[tuple[str, ...]]]:
    return [
        [tuple(v.value for v in header.dimension_values) for header in part.pivot_dimension_headers]
        for part in answer.pivot_headers
    ]


def cells(rows: Any) -> list[tuple[str, ...]]:
    return [(*(v.value for v in r.dimension_values), *(v.value for v in r.metric_values)) for r in rows]


def test_pivot_keeps_the_cells_of_its_headers(crowd: Any) -> None:
    answer = pivot(
        crowd,
        "eventName deviceCategory",
        "eventCount totalUsers",
        {"field_names": ["eventName"], "limit": 2},
        {"field_names": ["deviceCategory"], "limit": 5,
         "order_bys": [{"dimension": {"dimension_name": "deviceCategory"}, "desc": True}]},
    )  # fmt: skip
    flat = crowd.rows("eventName deviceCategory", "eventCount totalUsers")
    by_event: dict[str, int] = defaultdict(int)
    for name, _, count, _ in flat:
        by_event[name] += int(count)
    first = sorted(by_event, key=lambda name: (-by_event[name], name))[:2]
    devices = ["tablet", "mobile", "desktop"]
    assert headers(answer) == [[(name,) for name in first], [(device,) for device in devices]]
    assert [part.row_count for part in answer.pivot_headers] == [len(by_event), 3]
    by_cell = {row[:2]: row for row in flat}
    assert cells(answer.rows) == [by_cell[name, device] for name in first for device in devices]
    assert [h.name for h in answer.dimension_headers] == ["eventName", "deviceCategory"]
    assert (answer.kind, answer.metadata.currency_code) == ("analyticsData#runPivotReport", "EUR")


def test_pivot_totals_are_counted_anew(crowd: Any) -> None:
    answer = pivot(
        crowd,
        "country deviceCategory",
        "totalUsers",
        {"field_names": ["country"], "limit": 2, "offset": 1, "metric_aggregations": ["TOTAL", "MAXIMUM"]},
        {"field_names": ["deviceCategory"], "limit": 5},
    )
    by_country = crowd.rows("country", "totalUsers")
    shown = by_country[1:3]
    assert headers(answer)[0] == [(country,) for country, _ in shown]
    most: dict[str, int] = defaultdict(int)
    for country, _, users in crowd.rows("country deviceCategory", "totalUsers"):
        most[country] = max(most[country], int(users))
    assert cells(answer.aggregates) == [
        *((country, "RESERVED_TOTAL", users) for country, users in shown),
        *((country, "RESERVED_MAX", str(most[country])) for country, _ in shown),
    ]


def test_pivot_by_date_range_compares_periods(crowd: Any) -> None:
    weeks = [
        {**RANGE, "end_date": "2026-03-07", "name": "old"},
        {**RANGE, "start_date": "2026-03-08", "name": "new"},
    ]
    answer = pivot(
        crowd, "eventName", "eventCount",
        {"field_names": ["eventName"], "limit": 10},
        {"field_names": ["dateRange"], "limit": 2},
        date_ranges=weeks,
    )  # fmt: skip
    assert sorted(cells(answer.rows)) == sorted(crowd.rows("eventName", "eventCount", date_ranges=weeks))


def test_pivot_orders_by_the_metric_of_a_chosen_value(crowd: Any) -> None:
    chosen = {"dimension_name": "deviceCategory", "dimension_value": "mobile"}
    order = {"pivot": {"metric_name": "eventCount", "pivot_selections": [chosen]}, "desc": True}
    answer = pivot(
        crowd, "eventName deviceCategory", "eventCount",
        {"field_names": ["eventName"], "limit": 10, "order_bys": [order]},
        {"field_names": ["deviceCategory"], "limit": 5},
    )  # fmt: skip
    mobile = {"filter": {"field_name": "deviceCategory", "string_filter": {"value": "mobile"}}}
    expected = [(name,) for name, _ in crowd.rows("eventName", "eventCount", dimension_filter=mobile)]
    assert headers(answer)[0] == expected


def test_pivot_without_fields_holds_the_whole(crowd: Any) -> None:
    answer = pivot(crowd, "", "eventCount", {"limit": 1})
    assert cells(answer.rows) == [(crowd.figure("eventCount"),)]


def test_batch_answers_pivots_in_order(crowd: Any) -> None:
    requests = [
        {
            "date_ranges": [RANGE],
            "dimensions": [{"name": name}],
            "metrics": [{"name": "eventCount"}],
            "pivots": [{"field_names": [name], "limit": 3}],
        }
        for name in ("deviceCategory", "eventName")
    ]
    answer = crowd.client.batch_run_pivot_reports(
        data_v1beta.BatchRunPivotReportsRequest(property="properties/1", requests=requests)
    )
    assert [r.dimension_headers[0].name for r in answer.pivot_reports] == ["deviceCategory", "eventName"]
    assert answer.kind == "analyticsData#batchRunPivotReports"


ONE = {"field_names": ["eventName"], "limit": 5}


@pytest.mark.parametrize(
    "dimensions,pivots,text",
    [
        ("eventName", [], "at least one pivot"),
        ("eventName", [{"field_names": ["eventName"]}], "limit must be positive"),
        ("eventName", [{**ONE, "limit": 600}, {"limit": 600}], "product of the limits"),
        ("eventName", [ONE, ONE], "more than one pivot"),
        ("eventName country", [ONE], "Dimension country must be used"),
        ("", [ONE], "Field eventName is used"),
        ("eventName", [{**ONE, "metric_aggregations": ["COUNT"]}], "Count is not supported"),
    ],
)
def test_broken_pivot_is_refused(crowd: Any, dimensions: str, pivots: list[Any], text: str) -> None:
    with pytest.raises(exceptions.InvalidArgument, match=text):
        pivot(crowd, dimensions, "eventCount", *pivots)
