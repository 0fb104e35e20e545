"""Comparisons and cohorts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from google.api_core import exceptions


def on(device: str) -> dict[str, Any]:
    return {"filter": {"field_name": "deviceCategory", "string_filter": {"value": device}}}


def test_comparison_equals_a_report_with_its_filter(crowd: Any) -> None:
    compared = [
        {"comparison": "comparisons/allUsers"},
        {"name": "Phones", "dimension_filter": on("mobile")},
    ]
    answer = crowd.ask(
        "eventName", "eventCount totalUsers", comparisons=compared, metric_aggregations=["TOTAL"]
    )
    assert [h.name for h in answer.dimension_headers] == ["eventName", "comparison"]
    got = {
        tuple(v.value for v in row.dimension_values): tuple(v.value for v in row.metric_values)
        for row in answer.rows
    }
    expected = {
        (name, label): tuple(figures)
        for label, fields in (("All Users", {}), ("Phones", {"dimension_filter": on("mobile")}))
        for name, *figures in crowd.rows("eventName", "eventCount totalUsers", **fields)
    }
    assert got == expected
    assert [[v.value for v in row.dimension_values] for row in answer.totals] == [
        ["RESERVED_TOTAL", "All Users"],
        ["RESERVED_TOTAL", "Phones"],
    ]


def test_comparisons_and_ranges_multiply(crowd: Any) -> None:
    weeks = [
        {"start_date": "2026-03-01", "end_date": "2026-03-07"},
        {"start_date": "2026-03-08", "end_date": "2026-03-14"},
    ]
    compared = [{"name": device, "dimension_filter": on(device)} for device in ("desktop", "tablet")]
    answer = crowd.ask("", "eventCount", comparisons=compared, date_ranges=weeks)
    assert [h.name for h in answer.dimension_headers] == ["comparison", "dateRange"]
    expected = {
        (device, f"date_range_{number}"): crowd.figure(
            "eventCount", dimension_filter=on(device), date_ranges=[week]
        )
        for device in ("desktop", "tablet")
        for number, week in enumerate(weeks)
    }
    assert {
        tuple(v.value for v in row.dimension_values): row.metric_values[0].value for row in answer.rows
    } == expected


@pytest.mark.parametrize(
    "comparison", [{"comparison": "comparisons/9"}, {"name": "x"}, {"dimension_filter": on("mobile")}]
)
def test_comparison_without_meaning_is_refused(crowd: Any, comparison: dict[str, Any]) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        crowd.ask("", "eventCount", comparisons=[comparison])


def test_metadata_lists_the_nine_stock_comparisons(crowd: Any) -> None:
    listed = crowd.client.get_metadata(name="properties/1/metadata").comparisons
    assert [c.api_name for c in listed][:2] == ["comparisons/allUsers", "comparisons/directTraffic"]
    assert len({(c.ui_name, c.description) for c in listed}) == 9
    assert not crowd.client.get_metadata(name="properties/0/metadata").comparisons


def test_stock_comparisons_hold_for_their_channel_or_device(
    analytics: Callable[..., Any], event: Any
) -> None:
    sources = {
        "direct": None,
        "search": ("google", "organic"),
        "ads": ("google", "cpc"),
        "mail": ("news", "email"),
        "link": ("example.org", "referral"),
    }
    shop = analytics(
        *(
            event(
                "page_view",
                user=user,
                device="tablet" if user == "mail" else "mobile" if user == "link" else "desktop",
                parameters={"source": sent[0], "medium": sent[1]} if sent else {},
            )
            for user, sent in sources.items()
        )
    )
    listed = shop.client.get_metadata(name="properties/1/metadata").comparisons
    asked = [{"comparison": c.api_name} for c in listed]
    users = dict(shop.rows("", "totalUsers", comparisons=asked))
    assert (users.pop("All Users"), users.pop("Web traffic")) == ("5", "3")
    assert users == {c.ui_name: "1" for c in listed if c.ui_name not in ("All Users", "Web traffic")}


def cohort(first: str, last: str, **fields: Any) -> dict[str, Any]:
    days = {"start_date": first, "end_date": last}
    return {"dimension": "firstSessionDate", "date_range": days, **fields}


def spec(*cohorts: dict[str, Any], granularity: int = 1, end: int = 2, **settings: Any) -> dict[str, Any]:
    return {"cohorts": cohorts, "cohorts_range": {"granularity": granularity, "end_offset": end}, **settings}


@pytest.fixture
def visitors(analytics: Callable[..., Any], event: Any) -> Any:
    visits = {"a": (1, 2), "b": (1, 3), "c": (1,), "d": (2, 3), "e": (5, 6)}
    return analytics(
        *(
            event(
                "first_visit" if day == days[0] else "page_view",
                user=user,
                session=day,
                day=date(2026, 3, day),
                parameters={"engagement_time_msec": 10},
            )
            for user, days in visits.items()
            for day in days
        )
    )


def test_cohorts_are_watched_from_their_first_day(visitors: Any) -> None:
    cohorts = spec(cohort("2026-03-01", "2026-03-01", name="first"), cohort("2026-03-02", "2026-03-02"))
    by_day = {"order_bys": [{"dimension": {"dimension_name": name}} for name in ("cohort", "cohortNthDay")]}
    metrics = "cohortActiveUsers cohortTotalUsers"
    assert visitors.rows("cohort cohortNthDay", metrics, cohort_spec=cohorts, date_ranges=[], **by_day) == [
        ("cohort_1", "0000", "1", "1"),
        ("cohort_1", "0001", "1", "1"),
        ("first", "0000", "3", "3"),
        ("first", "0001", "1", "3"),
        ("first", "0002", "1", "3"),
    ]


def test_weekly_cohort_counts_a_user_once_per_week(visitors: Any) -> None:
    weekly = spec(cohort("2026-03-01", "2026-03-07"), granularity=2, end=1)
    metrics = "cohortActiveUsers cohortTotalUsers"
    rows = visitors.rows("cohort cohortNthWeek", metrics, cohort_spec=weekly, date_ranges=[])
    assert rows == [("cohort_0", "0000", "5", "5")]


DAY = {"start_date": "2026-03-01", "end_date": "2026-03-01"}
ONE = cohort("2026-03-01", "2026-03-01")


@pytest.mark.parametrize(
    "dimensions,fields",
    [
        ("cohort", {"cohort_spec": spec(ONE), "date_ranges": [DAY]}),
        ("cohort", {"cohort_spec": spec()}),
        ("cohortNthDay", {"cohort_spec": spec(ONE)}),
        ("cohort", {"cohort_spec": spec({"date_range": DAY})}),
        ("cohort", {"cohort_spec": spec({**ONE, "name": "cohort_x"})}),
        ("cohort", {"cohort_spec": spec(ONE, granularity=0)}),
        ("cohort", {"cohort_spec": spec(ONE, end=-1)}),
        ("cohort", {"cohort_spec": spec(ONE, cohort_report_settings={"accumulate": True})}),
        ("cohort", {"date_ranges": [DAY]}),
    ],
)
def test_broken_cohort_request_is_refused(visitors: Any, dimensions: str, fields: dict[str, Any]) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        visitors.ask(dimensions, "cohortActiveUsers", **{"date_ranges": [], **fields})


def test_cohort_refuses_metrics_of_events(visitors: Any) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="Please remove cohort to make"):
        visitors.ask("cohort", "eventCount", cohort_spec=spec(ONE), date_ranges=[])
