"""What the metadata of a report says beyond currency and time zone: nothing, unless a switch asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.analytics import data_v1beta
from google.api_core import exceptions


def several(event: Any) -> list[Any]:
    pages = ["a", "a", "a", "b", "b", "c", "d"]
    return [
        event("page_view", user=f"u{n}", session=n, revenue=2.5, parameters={"page_location": f"https://x.example/{p}"})
        for n, p in enumerate(pages)
    ]  # fmt: skip


def test_healthy_report_has_currency_and_time_zone_alone(analytics: Callable[..., Any], event: Any) -> None:
    notices = analytics(*several(event)).ask("pagePath", "eventCount").metadata
    assert notices == data_v1beta.ResponseMetaData(currency_code="EUR", time_zone="Etc/GMT")


def test_rare_values_become_other_beyond_the_cardinality(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(*several(event), cardinality_limit=2)
    answer = shop.ask("pagePath", "eventCount totalUsers", metric_aggregations=["TOTAL"])
    assert shop.rows("pagePath", "eventCount totalUsers") == [
        ("/a", "3", "3"),
        ("(other)", "2", "2"),
        ("/b", "2", "2"),
    ]
    assert answer.metadata.data_loss_from_other_row
    assert [v.value for v in answer.totals[0].metric_values] == ["7", "7"]
    assert not shop.ask("eventName", "eventCount").metadata.data_loss_from_other_row


def test_loss_shows_even_where_the_filter_hides_the_row(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(*several(event), cardinality_limit=2)
    only = {"filter": {"field_name": "pagePath", "string_filter": {"value": "/a"}}}
    answer = shop.ask("pagePath", "eventCount", dimension_filter=only)
    assert [row.dimension_values[0].value for row in answer.rows] == ["/a"]
    assert answer.metadata.data_loss_from_other_row


def test_threshold_leaves_rows_of_few_users_out(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(*several(event), report_threshold_users=2)
    answer = shop.ask("pagePath", "eventCount")
    assert [row.dimension_values[0].value for row in answer.rows] == ["/a", "/b"]
    assert answer.metadata.subject_to_thresholding


def test_sampling_is_told_per_date_range(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(*several(event), report_sampling_percent=50)
    ranges = [
        {"start_date": "2026-03-10", "end_date": "2026-03-10"},
        {"start_date": "2026-03-01", "end_date": "2026-03-02"},
    ]
    told = shop.ask("", "eventCount", date_ranges=ranges).metadata.sampling_metadatas
    assert [(s.samples_read_count, s.sampling_space_size) for s in told] == [(3, 7), (0, 0)]


def test_truncation_and_empty_reason_are_told(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(*several(event), report_truncation="PROPERTY,DATE_RANGE", report_empty_reason="no data")
    full = shop.ask("", "eventCount").metadata
    assert [r.data_truncation_type.name for r in full.data_truncation_reasons] == [
        "DATA_TRUNCATION_TYPE_PROPERTY",
        "DATA_TRUNCATION_TYPE_DATE_RANGE",
    ]
    assert not full.empty_reason
    assert shop.ask("", "transactions").metadata.empty_reason == "no data"


def test_restricted_revenue_is_zero_and_no_filter(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("purchase", revenue=9.5), restricted_revenue=True)
    answer = shop.ask("", "purchaseRevenue eventCount")
    assert [v.value for v in answer.rows[0].metric_values] == ["0", "1"]
    (restriction,) = answer.metadata.schema_restriction_response.active_metric_restrictions
    assert restriction.metric_name == "purchaseRevenue"
    assert [kind.name for kind in restriction.restricted_metric_types] == ["REVENUE_DATA"]
    big = {"field_name": "purchaseRevenue", "numeric_filter": {"operation": 4, "value": {"int64_value": 1}}}
    with pytest.raises(exceptions.InvalidArgument):
        shop.ask("", "eventCount", metric_filter={"filter": big})
