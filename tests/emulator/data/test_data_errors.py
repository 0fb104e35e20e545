from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import grpc
import pytest
from google.analytics import data_v1beta
from google.api_core import exceptions

DAY = {"start_date": "2026-03-01", "end_date": "2026-03-01"}


def names(*values: str) -> list[dict[str, str]]:
    return [{"name": value} for value in values]


def plain_filter(name: str, **condition: Any) -> dict[str, Any]:
    return {"filter": {"field_name": name, **condition}}


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


def batch(analytics: Any, *requests: dict[str, Any]) -> str:
    with pytest.raises(exceptions.InvalidArgument) as caught:
        analytics.client.batch_run_reports(
            data_v1beta.BatchRunReportsRequest(property="properties/1", requests=requests)
        )
    return str(caught.value.message)


def test_batch_is_of_one_property(crowd: Any) -> None:
    good = {"date_ranges": [DAY], "metrics": names("eventCount")}
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
