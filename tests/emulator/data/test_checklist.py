"""Twenty things an emulator must get right (reference: Data API, last section): one test each, in its order.

Each goes through Google's own client. What a point leaves out stands in the file of its subject.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1alpha, data_v1alpha, data_v1beta
from google.api_core import exceptions

Make = Callable[..., Any]

_TYPES = data_v1beta.MetricType
_WEEKS = [
    {"start_date": "2026-03-01", "end_date": "2026-03-07", "name": "before"},
    {"start_date": "2026-03-08", "end_date": "2026-03-14"},
]
_METRICS = (
    "eventCount sessions totalUsers newUsers activeUsers keyEvents eventValue checkouts addToCarts bounceRate"
)
_MANY_DIMENSIONS = "eventName date week month day year country deviceCategory pagePath city"


def _only(name: str, **condition: Any) -> dict[str, Any]:
    return {"filter": {"field_name": name, **condition}}


def _is(name: str, value: str) -> dict[str, Any]:
    return _only(name, string_filter={"value": value})


def _above(name: str, limit: int) -> dict[str, Any]:
    return _only(name, numeric_filter={"operation": "GREATER_THAN", "value": {"int64_value": limit}})


def _page(path: str, **more: Any) -> dict[str, Any]:
    return {"page_location": f"https://shop.example{path}", **more}


def _refusal(call: Callable[[], Any]) -> str:
    with pytest.raises(exceptions.InvalidArgument) as caught:
        call()
    return str(caught.value.message)


def _types(answer: Any) -> list[str]:
    return [header.type_.name for header in answer.metric_headers]


def test_01_both_services_answer_by_path_and_refuse_unknown_properties(crowd: Any) -> None:
    ask = {"beta": crowd.client.get_metadata, "alpha": crowd.alpha.get_metadata}
    assert {str(call(name="properties/1/metadata").name) for call in ask.values()} == {
        "properties/1/metadata"
    }
    request = data_v1beta.RunReportRequest(
        property="properties/1", metrics=[{"name": "eventCount"}], date_ranges=_WEEKS[:1]
    )
    with grpc.insecure_channel(crowd.address) as channel:
        raw = channel.unary_unary("/google.analytics.data.v1beta.BetaAnalyticsData/RunReport", None, None)
        assert raw(type(request).serialize(request))
    for call in ask.values():
        with pytest.raises(exceptions.PermissionDenied) as caught:
            call(name="properties/2/metadata")
        assert str(caught.value.message).startswith("User does not have sufficient permissions")


def test_02_values_are_texts_with_15_then_17_digits(analytics: Make, event: Any) -> None:
    visits = [event("page_view", user=f"u{n}", session=n, parameters={"value": 0.1}) for n in range(13)]
    shop = analytics(*visits, *(event("buy", user=f"u{n}", session=n) for n in range(3)))
    shop.key_event("buy")
    assert shop.figure("sessionKeyEventRate") == "0.23076923076923078"
    assert shop.figure("eventValue") == "1.3"
    assert shop.figure("screenPageViewsPerSession") == "1"


def test_03_key_events_are_float_and_one_key_event_integer(crowd: Any) -> None:
    assert _types(crowd.ask("", "keyEvents keyEvents:purchase")) == ["TYPE_FLOAT", "TYPE_INTEGER"]
    unknown = _refusal(lambda: crowd.ask("", "keyEvents:scroll"))
    assert unknown.startswith("Field keyEvents:scroll is not a valid metric.  For a list")


@pytest.mark.parametrize(
    ("fields", "start"),
    [
        ({"metrics": "nope", "limit": -1}, "Field nope is not a valid metric."),
        ({"limit": -1, "date_ranges": []}, "limit must be positive."),
        ({"dimensions": _MANY_DIMENSIONS, "date_ranges": []}, "A dateRange is required."),
        ({"metrics": "", "date_ranges": []}, "A dateRange is required."),
        ({"dimensions": _MANY_DIMENSIONS}, "Requests are limited to 9 dimensions"),
        (
            {"date_ranges": [{"start_date": "2000-01-02", "end_date": "2000-01-01"}]},
            "start_date = 2000-01-02 must be greater",
        ),
    ],
)
def test_04_names_are_checked_before_limits_before_dates_before_counts(
    crowd: Any, fields: dict[str, Any], start: str
) -> None:
    assert _refusal(lambda: crowd.ask(**{"metrics": "eventCount", **fields})).startswith(start)


def test_05_date_range_is_the_last_column_of_several_ranges(crowd: Any) -> None:
    answer = crowd.ask("deviceCategory", "eventCount", date_ranges=_WEEKS, metric_aggregations=["TOTAL"])
    assert [h.name for h in answer.dimension_headers] == ["deviceCategory", "dateRange"]
    totals = [[v.value for v in row.dimension_values] for row in answer.totals]
    assert totals == [["RESERVED_TOTAL", "before"], ["RESERVED_TOTAL", "date_range_1"]]
    alone = crowd.ask("deviceCategory", "eventCount", date_ranges=_WEEKS[1:])
    assert [h.name for h in alone.dimension_headers] == ["deviceCategory"]


def test_06_rows_fall_by_first_metric_and_pages_follow_that_order(crowd: Any) -> None:
    rows = crowd.rows("country deviceCategory date", "eventCount")
    assert rows == sorted(rows, key=lambda row: (-int(row[3]), row[:3]))
    assert len({row[3] for row in rows}) < len(rows)
    pages = [
        crowd.rows("country deviceCategory date", "eventCount", limit=17, offset=start)
        for start in range(0, len(rows), 17)
    ]
    assert [row for page in pages for row in page] == rows


@pytest.mark.parametrize(
    ("limit", "offset", "expected"),
    [
        (5, 0, slice(0, 5)),
        (5, 7, slice(7, 12)),
        (0, 0, slice(None)),
        (10**7, 0, slice(None)),
        (9, 99999, None),
    ],
)
def test_07_page_is_a_slice_and_row_count_the_whole(
    crowd: Any, limit: int, offset: int, expected: slice | None
) -> None:
    everything = crowd.rows("date eventName", "eventCount")
    page = crowd.ask("date eventName", "eventCount", limit=limit, offset=offset)
    assert page.row_count == len(everything)
    got = [tuple(v.value for v in (*r.dimension_values, *r.metric_values)) for r in page.rows]
    assert got == (everything[expected] if expected else [])


def test_08_zero_rows_drop_unless_kept_and_none_is_invented(crowd: Any) -> None:
    dropped = crowd.rows("eventName", "purchaseRevenue ecommercePurchases")
    kept = crowd.rows("eventName", "purchaseRevenue ecommercePurchases", keep_empty_rows=True)
    assert [row[0] for row in dropped] == ["purchase"]
    assert {row[0] for row in kept} == {e.name for e in crowd.events}


def test_09_aggregates_are_counted_anew_one_per_range(crowd: Any) -> None:
    answer = crowd.ask(
        "date", "totalUsers", date_ranges=_WEEKS, metric_aggregations=["TOTAL", "MINIMUM", "MAXIMUM"]
    )
    pairs = [
        [tuple(v.value for v in row.dimension_values) for row in rows]
        for rows in (answer.totals, answer.maximums, answer.minimums)
    ]
    marks = ("RESERVED_TOTAL", "RESERVED_MAX", "RESERVED_MIN")
    assert pairs == [[(mark, "before"), (mark, "date_range_1")] for mark in marks]
    early = [r for r in answer.rows if r.dimension_values[1].value == "before"]
    daily = [int(row.metric_values[0].value) for row in early]
    distinct = len({e.user for e in crowd.events if e.day < date(2026, 3, 8)})
    assert int(answer.totals[0].metric_values[0].value) == distinct < sum(daily)
    assert int(answer.maximums[0].metric_values[0].value) == max(daily)
    assert int(answer.minimums[0].metric_values[0].value) == min(daily)
    refused = _refusal(lambda: crowd.ask("date", "totalUsers", metric_aggregations=["COUNT"]))
    assert refused == "Metric aggregation Count is not supported in ReportRequest."


def test_10_filters_ignore_case_and_need_no_requested_field(crowd: Any) -> None:
    german = [e for e in crowd.events if e.country == "Germany"]
    assert crowd.rows("", "eventCount", dimension_filter=_is("country", "GERMANY")) == [(str(len(german)),)]
    often = {
        device for device in ("desktop", "mobile", "tablet") if sum(e.device == device for e in german) > 60
    }
    filters = {"dimension_filter": _is("country", "germany"), "metric_filter": _above("eventCount", 60)}
    rows = crowd.rows("deviceCategory", "totalUsers", **filters)
    assert {row[0] for row in rows} == often
    assert crowd.rows("deviceCategory", "totalUsers", metric_filter=_above("eventCount", 60)) != rows


def test_11_scopes_carry_one_value_per_session_user_or_event(analytics: Make, event: Any) -> None:
    mail = _page("/in", source="news", medium="email", ga_session_number=1)
    shop = analytics(
        event("first_visit", at=1, session=1),
        event("page_view", at=2, session=1, parameters=mail),
        event("page_view", at=3, session=1, parameters=_page("/next", source="other", medium="referral")),
        event("page_view", at=90, session=2, parameters=_page("/in")),
    )
    assert shop.rows("landingPage sessionMedium", "sessions eventCount") == [
        ("/in", "(none)", "1", "1"),
        ("/in", "email", "1", "3"),
    ]
    assert shop.rows("firstUserMedium", "eventCount") == [("organic", "4")]
    assert shop.rows("pagePath", "sessions", dimension_filter=_is("eventName", "page_view")) == [
        ("/in", "2"),
        ("/next", "1"),
    ]
    assert shop.figure("sessions") == "2"


@pytest.mark.parametrize(
    ("dimension", "metric", "compatible"),
    [
        ("defaultChannelGroup", "eventCount", False),
        ("defaultChannelGroup", "keyEvents", True),
        ("defaultChannelGroup", "sessions", True),
        ("itemName", "eventCount", False),
        ("itemName", "keyEvents", False),
        ("itemName", "newUsers", False),
        ("itemName", "itemRevenue", True),
        ("itemName", "totalUsers", True),
    ],
)
def test_12_attribution_and_item_dimensions_refuse_what_they_cannot_split(
    crowd: Any, dimension: str, metric: str, compatible: bool
) -> None:
    if compatible:
        crowd.ask(dimension, metric)
        return
    refused = _refusal(lambda: crowd.ask(dimension, metric))
    assert refused.startswith(f"Please remove {dimension} to make the request compatible for example.")


def test_13_key_events_count_by_method_from_their_first_moment(analytics: Make, event: Any) -> None:
    shop = analytics(
        *(event("sign_up", at=at, day=date(2026, 3, day)) for day in (9, 11) for at in (1, 2, 3))
    )
    marked = datetime(2026, 3, 10, tzinfo=UTC)
    shop.key_event("sign_up", marked, counting_method=2, default_value={"numeric_value": 5.5})
    assert shop.figure("keyEvents") == "1"
    assert shop.figure("keyEvents:sign_up") == "1"
    assert shop.figure("eventValue") == "16.5"
    assert shop.rows("isKeyEvent", "eventCount") == [("false", "3"), ("true", "3")]


def test_14_session_is_engaged_by_time_views_key_event_or_its_text_flag(analytics: Make, event: Any) -> None:
    shop = analytics(
        event("first_visit", user="number", parameters={"session_engaged": 1}),
        event("page_view", user="text", parameters={"session_engaged": "1"}),
        *(event("page_view", user="views") for _ in range(2)),
        *(event("scroll", user="eleven", at=at) for at in (1, 1 + 11 / 60)),
        *(event("scroll", user="ten", at=at) for at in (1, 1 + 10 / 60)),
        event("buy", user="buyer"),
    )
    shop.key_event("buy")
    assert (shop.figure("engagedSessions"), shop.figure("sessions")) == ("4", "6")
    assert shop.figure("bounceRate") == "0.33333333333333331"


def test_15_missing_values_read_not_set_and_rare_ones_other(analytics: Make, event: Any) -> None:
    first = event("page_view", at=1, parameters=_page("/first?x=1"))
    shop = analytics(first, event("page_view", at=2, country=None), event("scroll", at=3, country="Chile"))
    assert shop.rows("landingPage", "sessions") == [("/first", "1")]
    assert ("(not set)", "1") in shop.rows("country", "eventCount")
    few = analytics(*shop.events, cardinality_limit=1).ask("country", "eventCount")
    assert [row.dimension_values[0].value for row in few.rows] == ["(other)", "(not set)"]
    assert few.metadata.data_loss_from_other_row


def test_16_days_are_those_of_the_propertys_zone_and_clock(analytics: Make, event: Any) -> None:
    shop = analytics(event("page_view", day=date(2026, 3, 15)), event("page_view", day=date(2026, 3, 16)))
    today = [{"start_date": "today", "end_date": "today"}]
    assert shop.rows("date", "eventCount", date_ranges=today) == [("20260315", "1")]
    shop.put("properties/1", admin_v1alpha.Property(time_zone="Pacific/Auckland"))
    assert shop.rows("date", "eventCount", date_ranges=today) == [("20260316", "1")]
    shop.clock.set(shop.clock.now() + timedelta(days=1))
    assert shop.rows("date", "eventCount", date_ranges=today) == []
    yesterday = [{"start_date": "yesterday", "end_date": "yesterday"}]
    assert shop.rows("date", "eventCount", date_ranges=yesterday) == [("20260316", "1")]


def test_17_six_buckets_fall_by_the_price_and_pools_are_apart(analytics: Make, event: Any) -> None:
    shop = analytics(event("page_view"))
    wide = " ".join(_MANY_DIMENSIONS.split()[:9])
    month = [{"start_date": "30daysAgo", "end_date": "yesterday"}]
    year = [{"start_date": "365daysAgo", "end_date": "yesterday"}]
    asked = [
        ("", "eventCount", month),
        ("date", _METRICS, month),
        (wide, _METRICS, month),
        ("", "eventCount", year),
    ]
    quotas = [
        shop.ask(dimensions, metrics, date_ranges=ranges, return_property_quota=True).property_quota
        for dimensions, metrics, ranges in asked
    ]
    assert [quota.tokens_per_day.consumed for quota in quotas] == [1, 2, 4, 7]
    fields = [field.name for field in type(quotas[0]).pb(quotas[0]).DESCRIPTOR.fields]
    left = {name: getattr(quotas[-1], name).remaining for name in fields}
    assert left == {
        "tokens_per_day": 200_000 - 14,
        "tokens_per_hour": 40_000 - 14,
        "tokens_per_project_per_hour": 14_000 - 14,
        "concurrent_requests": 10,
        "server_errors_per_project_per_hour": 10,
        "potentially_thresholded_requests_per_hour": 120,
    }
    live = shop.client.run_realtime_report(
        {"property": "properties/1", "metrics": [{"name": "eventCount"}], "return_property_quota": True}
    )
    assert live.property_quota.tokens_per_day.remaining == 200_000 - 1


def _funnel(shop: Any, **fields: Any) -> list[tuple[str, ...]]:
    steps = [
        {"name": name, "filter_expression": {"funnel_event_filter": {"event_name": name}}} for name in "abc"
    ]
    answer = shop.alpha.run_funnel_report(
        data_v1alpha.RunFunnelReportRequest(
            property="properties/1",
            funnel={"is_open_funnel": fields.pop("is_open", False), "steps": steps},
            date_ranges=[{"start_date": "2026-03-01", "end_date": "2026-03-14"}],
            **fields,
        )
    )
    assert [h.name for h in answer.funnel_table.metric_headers][4:] == [
        h.name for h in answer.funnel_table.metric_headers
    ][:4]
    assert set(_types(answer.funnel_table)) == {"TYPE_INTEGER"}
    return [
        (*(v.value for v in row.dimension_values), row.metric_values[0].value)
        for row in answer.funnel_table.rows
    ]


def test_18_funnels_count_users_by_numbered_steps(analytics: Make, event: Any) -> None:
    active = {"engagement_time_msec": 1}
    shop = analytics(
        *(event(name, user="one", at=1, parameters=active) for name in "ba"),
        event("a", user="two", at=5, parameters=active),
        event("b", user="two", at=3, device="mobile", parameters=active),
    )
    assert _funnel(shop) == [("1. a", "2"), ("2. b", "1")]
    assert _funnel(shop, is_open=True) == [("1. a", "2"), ("2. b", "2")]
    by_device = {"breakdown_dimension": {"name": "deviceCategory"}}
    assert _funnel(shop, funnel_breakdown=by_device) == [
        ("1. a", "RESERVED_TOTAL", "2"),
        ("1. a", "desktop", "2"),
        ("2. b", "RESERVED_TOTAL", "1"),
        ("2. b", "desktop", "1"),
    ]


def test_19_metadata_holds_currency_and_zone_unless_a_switch_adds_to_it(analytics: Make, event: Any) -> None:
    plain = data_v1beta.ResponseMetaData(currency_code="EUR", time_zone="Etc/GMT")
    assert analytics(event("page_view")).ask("", "eventCount").metadata == plain
    every = {
        "report_sampling_percent": 50,
        "report_threshold_users": 1,
        "restricted_revenue": True,
        "report_truncation": "PROPERTY",
        "report_empty_reason": "nothing here",
    }
    shop = analytics(event("page_view"), **every)
    noted = shop.ask("", "eventCount totalRevenue").metadata
    assert noted.sampling_metadatas
    assert noted.subject_to_thresholding
    assert noted.schema_restriction_response.active_metric_restrictions
    assert noted.data_truncation_reasons
    assert shop.ask("", "checkouts").metadata.empty_reason == "nothing here"
    assert "metadata" not in data_v1beta.RunRealtimeReportResponse.meta.fields


def test_20_metadata_and_reports_come_from_one_registry(crowd: Any) -> None:
    listed = crowd.client.get_metadata(name="properties/1/metadata")
    old = {
        alias: entry.api_name
        for entry in (*listed.dimensions, *listed.metrics)
        for alias in entry.deprecated_api_names
    }
    assert {
        "conversions",
        "sessionConversionRate",
        "sessionDefaultChannelGrouping",
        "dayOfWeekZero",
    } <= old.keys()
    for alias, name in old.items():
        dimension = any(name == d.api_name for d in listed.dimensions)
        asked = [crowd.rows(*((n, "sessions") if dimension else ("", n))) for n in (alias, name)]
        assert asked[0] == asked[1], alias
    verdicts = crowd.client.check_compatibility(
        {"property": "properties/1", "dimensions": [{"name": "itemName"}]}
    ).metric_compatibilities
    assert [v.metric_metadata.api_name for v in verdicts] == [m.api_name for m in listed.metrics]
    assert all(entry.category for entry in (*listed.dimensions, *listed.metrics))
    assert [d.api_name for d in listed.dimensions if d.custom_definition] == ["customEvent:plan"]
