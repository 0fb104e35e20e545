from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import grpc
import pytest
from google.analytics import data_v1beta
from google.api_core import exceptions

SCHEMA = (
    "For a list of valid dimensions and metrics, see "
    "https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema "
)
PROPERTY = (
    "To learn more about Property ID, see "
    "https://developers.google.com/analytics/devguides/reporting/data/v1/property-id."
)
DAY = {"start_date": "2026-03-01", "end_date": "2026-03-01"}


def names(*values: str) -> list[dict[str, str]]:
    return [{"name": value} for value in values]


def plain_filter(name: str, **condition: Any) -> dict[str, Any]:
    return {"filter": {"field_name": name, **condition}}


TEN = names(
    "eventName", "date", "week", "month", "day", "year", "country", "deviceCategory", "pagePath", "city"
)
ELEVEN = names(
    *("eventCount", "sessions", "totalUsers", "newUsers", "activeUsers", "keyEvents", "eventValue"),
    *("checkouts", "addToCarts", "bounceRate", "engagementRate"),
)

BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"dimensions": names("nope")}, f"Field nope is not a valid dimension. {SCHEMA}"),
    ({"metrics": names("nope")}, f"Field nope is not a valid metric.  {SCHEMA}"),
    (
        {"dimensions": names("eventname")},
        f"Did you mean eventName? Field eventname is not a valid dimension. {SCHEMA}",
    ),
    ({"dimensions": names("customEvent:x")}, f"Field customEvent:x is not a valid dimension. {SCHEMA}"),
    ({"metrics": names("keyEvents:scroll")}, f"Field keyEvents:scroll is not a valid metric.  {SCHEMA}"),
    (
        {"dimension_filter": plain_filter("nope", empty_filter={})},
        f"Field nope is not a valid dimension. {SCHEMA}",
    ),
    (
        {"metric_filter": plain_filter("nope", empty_filter={})},
        f"Field nope is not a valid metric.  {SCHEMA}",
    ),
    ({"dimensions": names("date", "date")}, "Found duplicate dimensions: date"),
    (
        {"metrics": names("sessions", "sessions")},
        "Duplicate metrics are not allowed. Found duplicate metrics: sessions",
    ),
    ({"limit": -1}, "limit must be positive. The API received limit = -1"),
    ({"offset": -1}, "offset must be positive. The API received offset = -1"),
    ({"date_ranges": []}, "A dateRange is required."),
    (
        {"date_ranges": [{"start_date": "2026-03-02", "end_date": "2026-03-01"}]},
        "start_date must be less than or equal to end_date. "
        "start_date = 2026-03-02 and end_date = 2026-03-01",
    ),
    (
        {"date_ranges": [{"start_date": "1 March", "end_date": "today"}]},
        "Invalid startDate : 1 March. startDate must be YYYY-MM-DD, NdaysAgo, yesterday, or today.",
    ),
    (
        {"date_ranges": [{"start_date": "2026-02-01", "end_date": "2026-02-30"}]},
        "Invalid endDate : 2026-02-30. endDate must be YYYY-MM-DD, NdaysAgo, yesterday, or today.",
    ),
    (
        {"date_ranges": [{"start_date": "999999daysAgo", "end_date": "today"}]},
        "Invalid startDate : 999999daysAgo. startDate must be YYYY-MM-DD, NdaysAgo, yesterday, or today.",
    ),
    (
        {"date_ranges": [{"start_date": "2015-08-13", "end_date": "today"}]},
        "start_date = 2015-08-13 must be greater than 2015-08-13 and less than 3000-01-01.",
    ),
    (
        {"date_ranges": [DAY] * 5},
        "Requests are limited to 4 dateRanges.\n  This request contains 5 dateRanges.",
    ),
    (
        {"dimensions": TEN},
        "Requests are limited to 9 dimensions within a nested request.\n  This request is for 10 dimensions.",
    ),
    (
        {"metrics": ELEVEN},
        "Requests are limited to 10 metrics within a nested request.\n  This request is for 11 metrics.",
    ),
    ({"metrics": []}, "Requests require dimensions and/or metrics. Most requests include both."),
    (
        {"order_bys": [{"metric": {"metric_name": "sessions"}}]},
        "Field sessions exists in OrderBy but is not defined in input Dimensions/Metrics list",
    ),
    ({"metric_aggregations": ["COUNT"]}, "Metric aggregation Count is not supported in ReportRequest."),
]


def refusal(analytics: Any, **fields: Any) -> exceptions.GoogleAPICallError:
    request = {
        "property": "properties/1",
        "date_ranges": [DAY],
        "metrics": names("eventCount"),
        **fields,
    }
    with pytest.raises(exceptions.GoogleAPICallError) as caught:
        analytics.client.run_report(data_v1beta.RunReportRequest(**request))
    return caught.value


@pytest.mark.parametrize("fields,text", BROKEN, ids=[text[:40] for _, text in BROKEN])
def test_broken_request_is_refused_with_the_recorded_text(
    crowd: Any, fields: dict[str, Any], text: str
) -> None:
    error = refusal(crowd, **fields)
    assert isinstance(error, exceptions.InvalidArgument)
    assert error.message == text


@pytest.mark.parametrize(
    "fields",
    [
        {"dimension_filter": plain_filter("country", in_list_filter={"values": []})},
        {"dimension_filter": plain_filter("country", string_filter={"value": "(", "match_type": 5})},
        {"dimension_filter": plain_filter("country", string_filter={"value": "(", "match_type": 6})},
        {"dimension_filter": plain_filter("country")},
        {"dimension_filter": plain_filter("sessions", empty_filter={})},
        {"dimension_filter": {"and_group": {}}},
        {"metric_filter": plain_filter("eventCount", numeric_filter={"value": {"int64_value": 1}})},
        {"metrics": [{"name": "x", "expression": "eventCount //"}]},
        {"metrics": [{"name": "x", "expression": "(eventCount"}]},
        {"metrics": [{"name": "x y", "expression": "eventCount"}]},
        {"metrics": [{"name": "x", "expression": "nope + 1"}]},
        {"dimensions": [{"name": "x", "dimension_expression": {"lower_case": {"dimension_name": "city"}}}]},
        {"date_ranges": [{**DAY, "name": "date_range_7"}]},
    ],
)
def test_malformed_part_is_an_invalid_argument(crowd: Any, fields: dict[str, Any]) -> None:
    assert isinstance(refusal(crowd, **fields), exceptions.InvalidArgument)


def test_unmodelled_part_is_unimplemented_not_ignored(crowd: Any) -> None:
    assert refusal(crowd, currency_code="USD").grpc_status_code is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize(
    "name,text",
    [
        ("properties/2", f"User does not have sufficient permissions for this property. {PROPERTY}"),
        (
            "properties/abc",
            f"Invalid property ID: abc. A numeric Property ID is required. {PROPERTY}",
        ),
    ],
)
def test_foreign_or_malformed_property_is_denied(crowd: Any, name: str, text: str) -> None:
    error = refusal(crowd, property=name)
    assert isinstance(error, exceptions.PermissionDenied)
    assert error.message == text
    with pytest.raises(exceptions.PermissionDenied):
        crowd.client.get_metadata(name=f"{name}/metadata")


def batch(analytics: Any, *requests: dict[str, Any]) -> str:
    with pytest.raises(exceptions.InvalidArgument) as caught:
        analytics.client.batch_run_reports(
            data_v1beta.BatchRunReportsRequest(property="properties/1", requests=requests)
        )
    return str(caught.value.message)


def test_batch_holds_one_to_five_reports_of_one_property(crowd: Any) -> None:
    good = {"date_ranges": [DAY], "metrics": names("eventCount")}
    assert batch(crowd) == "The batchRunReportsRequest must contain at least one runReportRequest."
    assert batch(crowd, *[good] * 6) == (
        "Batch requests are limited to 5 requests.\n  This batch request contains 6 requests."
    )
    assert "properties/2" in batch(crowd, good, {**good, "property": "properties/2"})


def test_one_bad_report_fails_the_whole_batch(crowd: Any) -> None:
    good = {"date_ranges": [DAY], "metrics": names("eventCount")}
    assert batch(crowd, good, {"metrics": names("eventCount")}) == "A dateRange is required."


def test_exhausted_hour_is_answered_429_until_it_passes(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("page_view"))
    dear = [{"start_date": "2015-08-14", "end_date": "2999-12-31"}]
    for _ in range(3):
        shop.ask("", "eventCount", date_ranges=dear)
    error = refusal(shop)
    assert isinstance(error, exceptions.ResourceExhausted)
    assert error.message == (
        "Exhausted property tokens for a project per hour. These quota tokens will return in under an hour. "
        "To learn more, see https://developers.google.com/analytics/devguides/reporting/data/v1/quotas"
    )
    shop.clock.set(shop.clock.now() + timedelta(hours=1))
    assert shop.figure("eventCount") == "1"
