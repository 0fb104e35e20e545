from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1alpha, data_v1alpha, data_v1beta
from google.analytics.data_v1alpha.services.alpha_analytics_data.transports import (
    AlphaAnalyticsDataGrpcTransport,
)
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataGrpcAsyncIOTransport,
)
from google.api_core import exceptions

EXPECTED_METRICS = set(
    "totalUsers activeUsers newUsers sessions engagedSessions engagementRate bounceRate "  # noqa: SIM905
    "averageSessionDuration screenPageViews eventCount eventCountPerUser eventValue keyEvents "
    "keyEvents:purchase sessionKeyEventRate sessionKeyEventRate:purchase userKeyEventRate "
    "userKeyEventRate:purchase userEngagementDuration purchaseRevenue totalRevenue ecommercePurchases "
    "transactions totalPurchasers addToCarts checkouts".split()
)
EXPECTED_DIMENSIONS = set(
    "eventName isKeyEvent date nthDay deviceCategory country pagePath landingPage newVsReturning "  # noqa: SIM905
    "sessionSource sessionMedium sessionDefaultChannelGroup customEvent:plan".split()
)


def test_metadata_lists_what_reports_answer(crowd: Any) -> None:
    listed = crowd.client.get_metadata(name="properties/1/metadata")
    assert listed.name == "properties/1/metadata"
    dimensions = {d.api_name: d for d in listed.dimensions}
    metrics = {m.api_name: m for m in listed.metrics}
    assert len(dimensions) == len(listed.dimensions) and len(metrics) == len(listed.metrics)
    assert dimensions.keys() >= EXPECTED_DIMENSIONS and metrics.keys() >= EXPECTED_METRICS
    assert all(f.ui_name and f.description and f.category for f in (*listed.dimensions, *listed.metrics))
    for name, dimension in dimensions.items():
        for asked in (name, *dimension.deprecated_api_names):
            if dimension.category != "Cohort":
                assert crowd.ask(asked, "totalUsers").dimension_headers[0].name == asked
    for name, metric in metrics.items():
        for asked in (name, *metric.deprecated_api_names):
            if metric.category == "Cohort":
                continue
            assert crowd.ask("", asked).metric_headers[0].type_ == metric.type_


def test_metadata_knows_old_names_and_custom_fields(crowd: Any) -> None:
    listed = crowd.client.get_metadata(name="properties/1/metadata")
    old = {f.api_name: list(f.deprecated_api_names) for f in (*listed.dimensions, *listed.metrics)}
    assert old["keyEvents"] == ["conversions"]
    assert old["sessionKeyEventRate"] == ["sessionConversionRate"]
    assert old["sessionDefaultChannelGroup"] == ["sessionDefaultChannelGrouping"]
    assert old["dayOfWeek"] == ["dayOfWeekZero"]
    plan = next(d for d in listed.dimensions if d.api_name == "customEvent:plan")
    assert (plan.ui_name, plan.custom_definition, plan.category) == ("Plan", True, "Custom")


def test_metadata_of_property_zero_has_no_custom_fields(crowd: Any) -> None:
    listed = crowd.client.get_metadata(name="properties/0/metadata")
    assert listed.name == "properties/0/metadata"
    names = {f.api_name for f in (*listed.dimensions, *listed.metrics)}
    assert "keyEvents" in names and not any(":" in name for name in names)


def test_both_versions_list_the_same_fields(crowd: Any) -> None:
    with grpc.insecure_channel(crowd.address) as channel:
        client = data_v1alpha.AlphaAnalyticsDataClient(
            transport=AlphaAnalyticsDataGrpcTransport(channel=channel)
        )
        alpha = client.get_metadata(name="properties/1/metadata")
    beta = crowd.client.get_metadata(name="properties/1/metadata")
    assert [(m.api_name, m.category, m.type_.value) for m in alpha.metrics] == [
        (m.api_name, m.category, m.type_.value) for m in beta.metrics
    ]


def test_async_client_gets_the_same_report(crowd: Any) -> None:
    request = data_v1beta.RunReportRequest(
        property="properties/1",
        date_ranges=[{"start_date": "2026-03-01", "end_date": "2026-03-14"}],
        dimensions=[{"name": "eventName"}],
        metrics=[{"name": "eventCount"}],
    )

    async def ask() -> Any:
        async with grpc.aio.insecure_channel(crowd.address) as channel:
            transport = BetaAnalyticsDataGrpcAsyncIOTransport(channel=channel)
            return await data_v1beta.BetaAnalyticsDataAsyncClient(transport=transport).run_report(request)

    assert asyncio.run(ask()) == crowd.ask("eventName", "eventCount")


def test_calendar_dimensions_follow_sunday_weeks(analytics: Callable[..., Any], event: Any) -> None:
    days = [date(2025, 12, 27), date(2025, 12, 28), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 4)]
    shop = analytics(*(event("page_view", day=day) for day in days))
    rows = shop.rows(
        "date week yearWeek isoYearIsoWeek dayOfWeek nthDay nthWeek nthMonth",
        date_ranges=[{"start_date": "2025-12-27", "end_date": "2026-01-31"}],
    )
    assert rows == [
        ("20251227", "52", "202552", "202552", "6", "0000", "0000", "0000"),
        ("20251228", "53", "202553", "202552", "0", "0001", "0001", "0000"),
        ("20251231", "53", "202553", "202601", "3", "0004", "0001", "0000"),
        ("20260101", "01", "202601", "202601", "4", "0005", "0001", "0001"),
        ("20260104", "02", "202602", "202601", "0", "0008", "0002", "0001"),
    ]


def test_session_dimensions_carry_one_value_per_session(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(
        event("session_start", at=1, parameters={"ga_session_number": 1}),
        event("page_view", at=1, parameters={
            "page_location": "https://x.example/first?utm=1#top", "ga_session_number": 1,
            "source": "news.example", "medium": "referral", "entrances": 1}),
        event("page_view", at=2, parameters={
            "page_location": "https://x.example/second", "source": "google", "medium": "cpc"}),
        event("scroll", user="u2", session=9, parameters={"ga_session_number": 3}),
        event("lead", user="u3", session=None),
    )  # fmt: skip
    assert shop.rows(
        "landingPage newVsReturning sessionSourceMedium sessionDefaultChannelGroup", "eventCount"
    ) == [
        ("/first", "new", "news.example / referral", "Referral", "3"),
        ("(not set)", "(not set)", "(not set)", "(not set)", "1"),
        ("(not set)", "returning", "(direct) / (none)", "Direct", "1"),
    ]
    assert shop.rows("landingPagePlusQueryString", "sessions") == [("(not set)", "1"), ("/first?utm=1", "1")]
    assert dict(shop.rows("pagePath", "screenPageViews")) == {"/first": "1", "/second": "1"}


def test_session_key_is_user_and_session_id_together(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("a", user="u1"), event("b", user="u2"), event("c", user="u2"))
    assert shop.rows("", "sessions totalUsers") == [("2", "2")]


@pytest.mark.parametrize(
    "second,engaged",
    [
        ({"at": 600 + 10 / 60}, "0"),
        ({"at": 600 + 10.001 / 60}, "1"),
        ({"name": "page_view"}, "1"),
        ({"parameters": {"session_engaged": "1"}}, "1"),
        ({"parameters": {"session_engaged": 1}}, "0"),
    ],
)
def test_session_is_engaged_by_time_views_or_its_own_flag(
    analytics: Callable[..., Any], event: Any, second: dict[str, Any], engaged: str
) -> None:
    shop = analytics(event("page_view"), event(**{"name": "scroll", **second}))
    assert shop.figure("engagedSessions") == engaged


def test_session_duration_is_the_mean_over_sessions_not_events(
    analytics: Callable[..., Any], event: Any
) -> None:
    long = [event("scroll", at=600 + minute) for minute in range(4)]
    shop = analytics(*long, event("scroll", session=2))
    assert shop.figure("averageSessionDuration") == "90"


def test_money_comes_from_purchases_alone(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(
        event("purchase", revenue=10.25),
        event("purchase", user="u2", revenue=None),
        event("view", revenue=99.0),
    )
    metrics = "ecommercePurchases transactions totalPurchasers purchaseRevenue totalRevenue"
    assert shop.rows("", metrics) == [("2", "1", "2", "10.25", "10.25")]


def test_custom_fields_exist_once_registered(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(
        event("a", at=1, parameters={"seconds": 2.5}, user_properties={"tier": "silver"}),
        event("a", at=2, parameters={"seconds": 4}, user_properties={"tier": "gold"}),
        event("a", user="u2"),
    )
    with pytest.raises(exceptions.InvalidArgument, match="Field customUser:tier is not a valid dimension"):
        shop.ask("customUser:tier")
    shop.put(
        "properties/1/customDimensions/1",
        admin_v1alpha.CustomDimension(parameter_name="tier", display_name="Tier", scope=2),
    )
    shop.put(
        "properties/1/customMetrics/1",
        admin_v1alpha.CustomMetric(
            parameter_name="seconds", display_name="Seconds", scope=1, measurement_unit=8
        ),
    )
    metrics = "customEvent:seconds averageCustomEvent:seconds countCustomEvent:seconds"
    assert shop.rows("customUser:tier", metrics, keep_empty_rows=True) == [
        ("gold", "6.5", "3.25", "2"),
        ("(not set)", "0", "0", "0"),
    ]
    kinds = [header.type_ for header in shop.ask("", metrics).metric_headers]
    assert [kind.name for kind in kinds] == ["TYPE_SECONDS", "TYPE_SECONDS", "TYPE_INTEGER"]


def test_item_dimensions_refuse_event_metrics(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("purchase"))
    shop.put(
        "properties/1/customDimensions/1",
        admin_v1alpha.CustomDimension(parameter_name="size", display_name="Size", scope=3),
    )
    with pytest.raises(exceptions.InvalidArgument, match="Please remove customItem:size to make the request"):
        shop.ask("customItem:size", "eventCount")


def test_parallel_reports_agree_while_the_configuration_changes(
    analytics: Callable[..., Any], event: Any
) -> None:
    shop = analytics(*(event("page_view", user=f"u{i}") for i in range(50)))
    condition = admin_v1alpha.MatchingCondition(field="event_name", comparison_type=1, value="page_view")

    def ask(turn: int) -> tuple[int, int]:
        if turn % 5 == 0:
            shop.rule(f"rule_{turn}", condition)
            shop.key_event(f"rule_{turn}")
        response = shop.ask("eventName", "eventCount keyEvents", metric_aggregations=["TOTAL"])
        (total,) = response.totals
        assert sum(int(r.metric_values[0].value) for r in response.rows) == int(total.metric_values[0].value)
        return int(total.metric_values[0].value) % 50, int(total.metric_values[1].value) % 50

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(40))) == {(0, 0)}
    assert shop.figure("eventCount") == str(50 * 9)
