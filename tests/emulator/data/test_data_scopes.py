"""Items, credit, rolling windows and hours: fields that do not simply describe an event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from google.analytics import admin_v1alpha
from google.api_core import exceptions

_ITEM = pa.struct(
    [
        ("item_id", pa.string()),
        ("item_name", pa.string()),
        ("quantity", pa.int64()),
        ("item_revenue", pa.float64()),
        ("item_refund", pa.float64()),
        (
            "item_params",
            pa.list_(
                pa.struct([("key", pa.string()), ("value", pa.struct([("string_value", pa.string())]))])
            ),
        ),
    ]
)


def _item(name: str, quantity: int | None = None, revenue: float | None = None, **own: str) -> dict[str, Any]:
    parameters = [{"key": key, "value": {"string_value": value}} for key, value in own.items()]
    return {"item_name": name, "quantity": quantity, "item_revenue": revenue, "item_params": parameters}


def _with_items(analytics: Any, items: list[list[dict[str, Any]]]) -> None:
    analytics.table = analytics.table.append_column("items", pa.array(items, pa.list_(_ITEM)))


@pytest.fixture
def shop(analytics: Callable[..., Any], event: Any) -> Any:
    shop = analytics(
        event("view_item", user="u1"),
        event("view_item", user="u2", session=2),
        event("add_to_cart", user="u1"),
        event("purchase", user="u1", revenue=30.0),
        event("page_view", user="u3", session=3),
    )
    _with_items(
        shop,
        [
            [_item("Cup"), _item("Hat", size="L")],
            [_item("Cup"), _item("")],
            [_item("Cup", 2)],
            [_item("Cup", 2, 20.0), _item("Hat", 1, 5.5, size="L")],
            [],
        ],
    )
    shop.key_event("purchase")
    return shop


def test_item_metrics_are_sums_over_items(shop: Any) -> None:
    metrics = "itemViewEvents itemsViewed itemsAddedToCart itemsPurchased itemRevenue eventCount"
    assert shop.rows("", metrics) == [("2", "4", "2", "3", "25.5", "5")]


def test_item_dimensions_split_an_event_by_its_items(shop: Any) -> None:
    metrics = "itemRevenue itemsViewed itemViewEvents cartToViewRate purchaseToViewRate totalUsers"
    assert shop.rows("itemName", metrics) == [
        ("Cup", "20", "2", "2", "0.5", "0.5", "2"),
        ("Hat", "5.5", "1", "1", "0", "1", "1"),
        ("(not set)", "0", "1", "1", "0", "0", "2"),
    ]


def test_item_filter_keeps_the_items_that_match(shop: Any) -> None:
    only = {"filter": {"field_name": "itemName", "string_filter": {"value": "hat"}}}
    assert shop.rows("", "itemRevenue sessions", dimension_filter=only) == [("5.5", "1")]


def test_item_totals_count_a_session_once(shop: Any) -> None:
    answer = shop.ask("itemName", "sessions itemRevenue", metric_aggregations=["TOTAL"])
    assert [v.value for v in answer.totals[0].metric_values] == ["3", "25.5"]


def test_custom_item_dimension_reads_the_items_parameters(shop: Any) -> None:
    size = admin_v1alpha.CustomDimension(parameter_name="size", display_name="Size", scope=3)
    shop.put("properties/1/customDimensions/1", size)
    assert shop.rows("customItem:size", "itemsPurchased") == [("(not set)", "2"), ("L", "1")]


@pytest.mark.parametrize(
    "metric", ["eventCount", "eventValue", "newUsers", "keyEvents", "keyEvents:purchase"]
)
def test_item_dimension_refuses_metrics_of_events(shop: Any, metric: str) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="Please remove itemName to make the request"):
        shop.ask("itemName", metric)


@pytest.mark.parametrize(
    "metric", ["eventCount", "eventValue", "eventCountPerUser", "addToCarts", "checkouts", "newUsers"]
)
def test_attribution_dimension_refuses_metrics_of_events(shop: Any, metric: str) -> None:
    with pytest.raises(exceptions.InvalidArgument) as caught:
        shop.ask("source medium", metric)
    assert caught.value.message == (
        "Please remove source and medium to make the request compatible for example. "
        "The request's dimensions & metrics are incompatible. To learn more, see "
        "https://ga-dev-tools.web.app/ga4/dimensions-metrics-explorer/"
    )


def test_attribution_dimension_credits_the_source_of_the_session(
    analytics: Callable[..., Any], event: Any
) -> None:
    tagged = {"source": "news.example", "medium": "email", "campaign": "may", "term": "shoes"}
    shop = analytics(
        event("page_view", parameters=tagged),
        event("lead", at=610),
        event("page_view", user="u2", session=2, parameters={"source": "google", "medium": "cpc"}),
    )
    shop.key_event("lead")
    wanted = "sourceMedium campaignName defaultChannelGroup manualTerm"
    assert shop.rows(wanted, "keyEvents") == [("news.example / email", "may", "Email", "shoes", "1")]
    assert shop.rows("sessionSource sessionManualTerm", "sessions") == [
        ("google", "(not set)", "1"),
        ("news.example", "shoes", "1"),
    ]


def test_active_users_of_the_last_days_reach_back_before_the_range(
    analytics: Callable[..., Any], event: Any
) -> None:
    days = {"u1": date(2026, 3, 1), "u2": date(2026, 3, 4), "u3": date(2026, 3, 5), "u4": date(2026, 2, 8)}
    shop = analytics(*(event("first_visit", user=user, day=day) for user, day in days.items()))
    two = [{"start_date": "2026-03-04", "end_date": "2026-03-08"}]
    metrics = "active1DayUsers active7DayUsers active28DayUsers"
    assert shop.rows("date", metrics, date_ranges=two) == [
        ("20260304", "1", "2", "3"),
        ("20260305", "1", "3", "4"),
        ("20260306", "0", "3", "4"),
        ("20260307", "0", "3", "4"),
        ("20260308", "0", "2", "3"),
    ]
    assert shop.rows("", "active7DayUsers dauPerWau wauPerMau", date_ranges=two) == [("2", "0", "0.5")]


def test_hours_are_those_of_the_propertys_time_zone(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("page_view", at=605), event("page_view", user="u2", at=1435))
    shop.put("properties/1", admin_v1alpha.Property(time_zone="America/New_York", currency_code="EUR"))
    rows = shop.rows(
        "hour dateHour minute nthHour", date_ranges=[{"start_date": "2026-03-10", "end_date": "2026-03-10"}]
    )
    assert rows == [("06", "2026031006", "05", "0006"), ("19", "2026031019", "55", "0019")]


def test_first_time_purchasers_bought_for_the_first_time(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(
        event("purchase", day=date(2026, 3, 1), revenue=5.0),
        event("purchase", day=date(2026, 3, 10), revenue=5.0),
        event("purchase", user="u2", day=date(2026, 3, 10), revenue=7.0),
    )
    last = [{"start_date": "2026-03-10", "end_date": "2026-03-10"}]
    metrics = "totalPurchasers firstTimePurchasers averagePurchaseRevenuePerPayingUser"
    assert shop.rows("", metrics, date_ranges=last) == [("2", "1", "6")]


def test_first_session_date_is_the_day_of_the_first_visit(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("first_visit", day=date(2026, 3, 2)), event("page_view", day=date(2026, 3, 9)))
    assert shop.rows("date firstSessionDate", "eventCount") == [
        ("20260302", "20260302", "1"),
        ("20260309", "20260302", "1"),
    ]
