"""Every error text the reference has on record, character by character, from the call that earns it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from google.analytics import data_v1beta
from google.analytics.data_v1beta.services.beta_analytics_data.transports import (
    BetaAnalyticsDataGrpcTransport,
)
from google.api_core import exceptions

from milepost.emulator.embedded import Emulator

SCHEMA = (
    "For a list of valid dimensions and metrics, see "
    "https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema "
)
PROPERTY = (
    "To learn more about Property ID, see "
    "https://developers.google.com/analytics/devguides/reporting/data/v1/property-id."
)
DAY = {"start_date": "2026-03-01", "end_date": "2026-03-01"}
QUOTAS = "To learn more, see https://developers.google.com/analytics/devguides/reporting/data/v1/quotas"


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

REPORTS: list[tuple[dict[str, Any], str]] = [
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

GOOD = {"date_ranges": [DAY], "metrics": names("eventCount")}
DENIED = "User does not have sufficient permissions for this property."

# Method of the client, its request, class of the error, text.
ELSEWHERE: list[tuple[str, dict[str, Any], type[Exception], str]] = [
    (
        "run_report",
        {**GOOD, "dimensions": names("itemName", "source")},
        exceptions.InvalidArgument,
        "Please remove itemName and source to make the request compatible for example. "
        "The request's dimensions & metrics are incompatible. To learn more, see "
        "https://ga-dev-tools.web.app/ga4/dimensions-metrics-explorer/",
    ),
    (
        "run_realtime_report",
        {"dimensions": names("landingPage")},
        exceptions.InvalidArgument,
        f"Field landingPage is not a valid dimension. {SCHEMA.replace('api-schema', 'realtime-api-schema')}",
    ),
    (
        "run_realtime_report",
        {"metrics": names("sessions")},
        exceptions.InvalidArgument,
        f"Field sessions is not a valid metric.  {SCHEMA.replace('api-schema', 'realtime-api-schema')}",
    ),
    (
        "batch_run_reports",
        {"requests": [GOOD] * 6},
        exceptions.InvalidArgument,
        "Batch requests are limited to 5 requests.\n  This batch request contains 6 requests.",
    ),
    (
        "batch_run_reports",
        {"requests": []},
        exceptions.InvalidArgument,
        "The batchRunReportsRequest must contain at least one runReportRequest.",
    ),
    ("run_report", {**GOOD, "property": "properties/2"}, exceptions.PermissionDenied, f"{DENIED} {PROPERTY}"),
    ("get_metadata", {"name": "properties/2/metadata"}, exceptions.PermissionDenied, f"{DENIED} {PROPERTY}"),
    (
        "run_report",
        {**GOOD, "property": "properties/abc"},
        exceptions.PermissionDenied,
        f"Invalid property ID: abc. A numeric Property ID is required. {PROPERTY}",
    ),
]

QUOTA_TEXTS = {
    "tokens_per_hour": "Exhausted property tokens for a project per hour. "
    f"These quota tokens will return in under an hour. {QUOTAS}",
    "tokens_per_day": "Exhausted property tokens per day. These quota tokens will return in under 24 hours.",
    "concurrent_requests": "Exhausted concurrent requests quota.",
    "thresholded_requests": "Exhausted potentially thresholded requests quota.",
}

RECORDED = [
    *(("run_report", {**GOOD, **fields}, exceptions.InvalidArgument, text) for fields, text in REPORTS),
    *ELSEWHERE,
]


def refused(call: Callable[[Any], Any], request: dict[str, Any]) -> exceptions.GoogleAPICallError:
    where = {} if "name" in request else {"property": "properties/1"}
    with pytest.raises(exceptions.GoogleAPICallError) as caught:
        call({**where, **request})
    return caught.value


@pytest.mark.parametrize(("method", "request_", "kind", "text"), RECORDED, ids=[r[3][:48] for r in RECORDED])
def test_broken_request_gets_the_recorded_text(
    crowd: Any, method: str, request_: dict[str, Any], kind: type[Exception], text: str
) -> None:
    error = refused(getattr(crowd.client, method), request_)
    assert (type(error), error.message) == (kind, text)


@pytest.fixture(scope="module")
def busy() -> Iterator[tuple[Emulator, data_v1beta.BetaAnalyticsDataClient]]:
    with Emulator() as emulator, grpc.insecure_channel(emulator.address) as channel:
        transport = BetaAnalyticsDataGrpcTransport(channel=channel)
        yield emulator, data_v1beta.BetaAnalyticsDataClient(transport=transport)


@pytest.mark.parametrize(("quota", "text"), QUOTA_TEXTS.items())
def test_exhausted_quota_gets_the_recorded_text(
    busy: tuple[Emulator, data_v1beta.BetaAnalyticsDataClient], quota: str, text: str
) -> None:
    emulator, client = busy
    emulator.faults.set(f"RunReport={quota}")
    error = refused(client.run_report, {**GOOD, "property": "properties/100000001"})
    assert (type(error), error.message) == (exceptions.ResourceExhausted, text)
