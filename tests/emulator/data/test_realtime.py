"""Realtime reports through the official client; the clock stands at noon of 2026-03-15."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1alpha, data_v1beta
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataGrpcTransport,
)
from google.api_core.exceptions import InvalidArgument, MethodNotImplemented

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator

Make = Callable[..., Any]


def realtime(property_: Any, dimensions: str = "", metrics: str = "", **fields: Any) -> Any:
    return property_.client.run_realtime_report(
        data_v1beta.RunRealtimeReportRequest(
            property="properties/1",
            dimensions=[{"name": name} for name in dimensions.split()],
            metrics=[{"name": name} for name in metrics.split()],
            **fields,
        )
    )


def texts(rows: Any) -> list[tuple[str, ...]]:
    return [(*(v.value for v in row.dimension_values), *(v.value for v in row.metric_values)) for row in rows]


def rows(property_: Any, dimensions: str = "", metrics: str = "", **fields: Any) -> list[tuple[str, ...]]:
    return texts(realtime(property_, dimensions, metrics, **fields).rows)


@pytest.fixture
def now(event: Make) -> Make:
    """An event so many minutes before noon; half a minute more, so that the clock's ticks do not matter."""
    return lambda name, ago, **fields: event(name, day=date(2026, 3, 15), at=720 - ago - 0.5, **fields)


@pytest.fixture
def shop(analytics: Make, now: Make) -> Any:
    return analytics(
        now("page_view", 0, parameters={"page_title": "Home"}),
        now("purchase", 2, country="France"),
        now("page_view", 29, user="u2"),
        now("page_view", 30, user="u3"),
        now("page_view", -2, user="u4"),
    )


def test_last_thirty_minutes_are_the_default(shop: Any) -> None:
    assert rows(shop, "", "activeUsers eventCount screenPageViews") == [("2", "3", "2")]
    assert rows(shop, "eventName", "eventCount") == [("page_view", "2"), ("purchase", "1")]


def test_minutes_ago_are_two_digits(shop: Any) -> None:
    assert sorted(rows(shop, "minutesAgo", "eventCount")) == [("00", "1"), ("02", "1"), ("29", "1")]


def test_named_minute_ranges_stand_in_date_range(shop: Any) -> None:
    ranges = [
        {"name": "recent", "start_minutes_ago": 4},
        {"start_minutes_ago": 29, "end_minutes_ago": 2},
    ]
    answer = realtime(shop, "", "eventCount", minute_ranges=ranges, metric_aggregations=["TOTAL"])
    assert [h.name for h in answer.dimension_headers] == ["dateRange"]
    assert texts(answer.rows) == [("recent", "2"), ("date_range_1", "2")]
    assert texts(answer.totals) == [("recent", "2"), ("date_range_1", "2")]


def test_key_events_count_from_when_they_were_marked(shop: Any) -> None:
    assert rows(shop, "", "keyEvents") == []
    shop.key_event("purchase")
    assert rows(shop, "eventName", "keyEvents") == [("purchase", "1")]
    shop.key_event("purchase", created=datetime(2026, 3, 15, 11, 59, tzinfo=UTC))
    assert rows(shop, "eventName", "keyEvents") == []


def test_filters_order_limit_and_totals_apply(shop: Any) -> None:
    only = {"filter": {"field_name": "eventName", "string_filter": {"value": "page_view"}}}
    assert rows(shop, "", "eventCount", dimension_filter=only) == [("2",)]
    many = {
        "filter": {
            "field_name": "eventCount",
            "numeric_filter": {"operation": "GREATER_THAN", "value": {"int64_value": 1}},
        }
    }
    assert rows(shop, "eventName", "activeUsers", metric_filter=many) == [("page_view", "2")]
    by_name = [{"dimension": {"dimension_name": "eventName"}, "desc": True}]
    answer = realtime(
        shop, "eventName", "activeUsers", order_bys=by_name, limit=1, metric_aggregations=["TOTAL", "MAXIMUM"]
    )
    assert texts(answer.rows) == [("purchase", "1")]
    assert answer.row_count == 2
    assert texts(answer.totals) == [("RESERVED_TOTAL", "2")]
    assert texts(answer.maximums) == [("RESERVED_MAX", "2")]


def test_dimensions_name_screens_streams_and_users(analytics: Make, now: Make) -> None:
    shop = analytics(
        now(
            "page_view",
            1,
            parameters={"page_title": "Home"},
            user_properties={"tier": "gold"},
            device="mobile",
        )
    )
    shop.put(
        "properties/1/dataStreams/5",
        admin_v1alpha.DataStream(
            type_=admin_v1alpha.DataStream.DataStreamType.WEB_DATA_STREAM, display_name="The shop"
        ),
    )
    shop.put(
        "properties/1/customDimensions/9",
        admin_v1alpha.CustomDimension(parameter_name="tier", display_name="Tier", scope=2),
    )
    names = "unifiedScreenName streamName deviceCategory country customUser:tier appVersion"
    expected = ("Home", "The shop", "mobile", "Germany", "gold", "(not set)", "1")
    assert rows(shop, names, "eventCount") == [expected]


def test_audiences_are_unimplemented(shop: Any) -> None:
    with pytest.raises(MethodNotImplemented, match="audienceName"):
        rows(shop, "audienceName", "activeUsers")


def test_answer_has_its_kind_and_types_and_no_metadata(shop: Any) -> None:
    answer = realtime(shop, "eventName", "eventCount keyEvents")
    assert answer.kind == "analyticsData#runRealtimeReport"
    assert [h.type_.name for h in answer.metric_headers] == ["TYPE_INTEGER", "TYPE_FLOAT"]
    assert not hasattr(answer, "metadata")


def test_nothing_of_late_is_no_row(analytics: Make, event: Make) -> None:
    answer = realtime(analytics(event("page_view")), "eventName", "eventCount", metric_aggregations=["TOTAL"])
    assert (list(answer.rows), answer.row_count, list(answer.totals)) == ([], 0, [])
    assert [h.name for h in answer.dimension_headers] == ["eventName"]


def test_premium_properties_see_sixty_minutes(shop: Any) -> None:
    hour = [{"start_minutes_ago": 59}]
    with pytest.raises(InvalidArgument, match="startMinutesAgo must be from 0 to 29"):
        rows(shop, "", "eventCount", minute_ranges=hour)
    shop.put(
        "properties/1",
        admin_v1alpha.Property(service_level=admin_v1alpha.ServiceLevel.GOOGLE_ANALYTICS_360),
    )
    assert rows(shop, "", "eventCount", minute_ranges=hour) == [("4",)]


def test_realtime_has_a_quota_of_its_own(shop: Any) -> None:
    shop.ask("", "totalUsers")
    quota = realtime(shop, "", "eventCount", return_property_quota=True).property_quota
    assert quota.tokens_per_day.remaining == 200_000 - quota.tokens_per_day.consumed


@pytest.mark.parametrize(
    ("dimensions", "metrics", "fields", "text"),
    [
        ("contry", "eventCount", {}, "Did you mean country? Field contry is not a valid dimension."),
        ("sessionSource", "eventCount", {}, "/v1/realtime-api-schema $"),
        ("", "sessions", {}, "Field sessions is not a valid metric.  For a list"),
        ("", "keyEvents:purchase", {}, "Field keyEvents:purchase is not a valid metric."),
        ("", "", {}, "Requests require dimensions and/or metrics."),
        ("", "eventCount", {"limit": -1}, "limit must be positive. The API received limit = -1"),
        ("", "eventCount", {"minute_ranges": [{}, {}, {}]}, "limited to 2 minuteRanges"),
        (
            "",
            "eventCount",
            {"minute_ranges": [{"start_minutes_ago": 1, "end_minutes_ago": 2}]},
            "startMinutesAgo must be greater than or equal to endMinutesAgo",
        ),
        (
            "",
            "eventCount",
            {"minute_ranges": [{"name": "RESERVED_X"}]},
            "Invalid minuteRange name : RESERVED_X.",
        ),
        ("", "eventCount", {"metric_aggregations": ["COUNT"]}, "Metric aggregation Count is not supported"),
    ],
)
def test_broken_requests_say_what_is_wrong(
    shop: Any, dimensions: str, metrics: str, fields: Any, text: str
) -> None:
    shop.key_event("purchase")
    with pytest.raises(InvalidArgument, match=text.replace("?", r"\?")):
        rows(shop, dimensions, metrics, **fields)


@pytest.fixture
def demo() -> Iterator[Any]:
    """The emulator with generated events, on a day in the middle of its afternoon."""
    with Emulator(clock=Clock(datetime(2026, 3, 15, 15, tzinfo=UTC)), properties={"9": "brand"}) as emulator:
        yield emulator


def test_generated_visitors_are_there_right_now_and_not_in_reports_yet(demo: Any) -> None:
    with grpc.insecure_channel(demo.address) as channel:
        client = data_v1beta.BetaAnalyticsDataClient(
            transport=BetaAnalyticsDataGrpcTransport(channel=channel)
        )
        live = client.run_realtime_report(
            {
                "property": "properties/9",
                "metrics": [{"name": "eventCount"}],
                "dimensions": [{"name": "minutesAgo"}],
            }
        )
        today = [{"start_date": "today", "end_date": "today"}]
        report = client.run_report(
            {"property": "properties/9", "metrics": [{"name": "eventCount"}], "date_ranges": today}
        )
    assert all(0 <= int(row.dimension_values[0].value) <= 29 for row in live.rows)
    assert len(live.rows) > 0
    assert len(report.rows) == 0
