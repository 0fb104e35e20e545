"""The quotas of all pools in one call, through the official v1alpha client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.analytics import admin_v1alpha
from google.api_core.exceptions import InvalidArgument, PermissionDenied

Make = Callable[..., Any]
NAME = "properties/1/propertyQuotasSnapshot"
POOLS = ("core_property_quota", "realtime_property_quota", "funnel_property_quota")


def tokens_left(snapshot: Any) -> list[int]:
    return [getattr(snapshot, pool).tokens_per_day.remaining for pool in POOLS]


def test_snapshot_takes_one_token_from_the_fullest_pool(analytics: Make) -> None:
    shop = analytics()
    snapshot = shop.alpha.get_property_quotas_snapshot(name=NAME)
    assert snapshot.name == NAME
    assert tokens_left(snapshot) == [199_999, 200_000, 200_000]
    assert tokens_left(shop.alpha.get_property_quotas_snapshot(name=NAME)) == [199_999, 199_999, 200_000]


def test_snapshot_tells_what_each_kind_of_report_used(analytics: Make, event: Any) -> None:
    shop = analytics(event("a"))
    step = {"filter_expression": {"funnel_event_filter": {"event_name": "a"}}}
    ranges = [{"start_date": "2026-03-01", "end_date": "2026-03-14"}]
    used = shop.alpha.run_funnel_report(
        {
            "property": "properties/1",
            "date_ranges": ranges,
            "funnel": {"steps": [step]},
            "return_property_quota": True,
        }
    ).property_quota.tokens_per_hour
    core = shop.ask("", "totalUsers", return_property_quota=True).property_quota.tokens_per_hour
    snapshot = shop.alpha.get_property_quotas_snapshot(name=NAME)
    assert snapshot.funnel_property_quota.tokens_per_hour.remaining == used.remaining < 40_000
    assert snapshot.core_property_quota.tokens_per_hour.remaining == core.remaining < 40_000
    assert snapshot.realtime_property_quota.tokens_per_hour.remaining == 40_000 - 1
    assert snapshot.realtime_property_quota.tokens_per_hour.consumed == 1
    assert snapshot.realtime_property_quota.concurrent_requests.remaining == 10


def test_snapshot_of_a_premium_property_has_its_limits(analytics: Make) -> None:
    shop = analytics()
    shop.put(
        "properties/1",
        admin_v1alpha.Property(service_level=admin_v1alpha.ServiceLevel.GOOGLE_ANALYTICS_360),
    )
    snapshot = shop.alpha.get_property_quotas_snapshot(name=NAME)
    assert tokens_left(snapshot) == [1_999_999, 2_000_000, 2_000_000]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("properties/2/propertyQuotasSnapshot", PermissionDenied),
        ("properties/abc/propertyQuotasSnapshot", PermissionDenied),
        ("properties/1", InvalidArgument),
    ],
)
def test_snapshot_of_something_else_is_refused(analytics: Make, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        analytics().alpha.get_property_quotas_snapshot(name=name)
