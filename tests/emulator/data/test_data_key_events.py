from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from google.analytics import admin_v1alpha, data_v1beta
from google.api_core import exceptions

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
RATES = "keyEvents keyEvents:lead sessionKeyEventRate:lead userKeyEventRate:lead"


@pytest.mark.parametrize("retroactive,expected", [(False, "2"), (True, "3")])
def test_key_event_counts_from_the_moment_it_was_marked(
    analytics: Callable[..., Any], event: Any, retroactive: bool, expected: str
) -> None:
    shop = analytics(
        event("lead", at=11 * 60), event("lead", at=12 * 60), event("lead", day=date(2026, 3, 11)),
        retroactive_key_events=retroactive,
    )  # fmt: skip
    shop.key_event("lead", created=NOON)
    assert shop.figure("keyEvents") == expected
    assert shop.figure("keyEvents:lead") == expected
    marked = dict(shop.rows("isKeyEvent", "eventCount"))
    assert marked == ({"true": "3"} if retroactive else {"true": "2", "false": "1"})


def test_is_key_event_otherwise_follows_the_switch(analytics: Callable[..., Any], event: Any) -> None:
    assert analytics(event("click"), is_key_event_otherwise="").rows("isKeyEvent") == [("",)]


def test_once_per_session_counts_one_per_session(analytics: Callable[..., Any], event: Any) -> None:
    events = [event("lead"), event("lead"), event("lead", session=2), event("sale"), event("sale")]
    shop = analytics(*events)
    shop.key_event("lead", counting_method=2)
    shop.key_event("sale", counting_method=2)
    assert shop.rows("", "keyEvents keyEvents:lead keyEvents:sale") == [("3", "2", "1")]
    assert dict(shop.rows("eventName", "keyEvents")) == {"lead": "2", "sale": "1"}


def test_rates_are_fractions_of_sessions_and_of_active_users(
    analytics: Callable[..., Any], event: Any
) -> None:
    quiet = event("page_view", user="u3", session=1)
    events = [event("lead"), event("lead"), event("page_view", session=2),
              event("first_visit", user="u2"), quiet]  # fmt: skip
    for of_active, rate in ((True, "0.5"), (False, "0.33333333333333331")):
        shop = analytics(*events, key_event_rate_of_active_users=of_active)
        shop.key_event("lead")
        assert shop.rows("", RATES) == [("2", "2", "0.25", rate)]
        assert shop.figure("userKeyEventRate") == rate
        assert shop.figure("sessionConversionRate") == "0.25"


def test_key_event_makes_its_session_engaged(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("lead"), event("page_view", session=2))
    assert shop.rows("", "sessions engagedSessions engagementRate bounceRate") == [("2", "0", "0", "1")]
    shop.key_event("lead")
    assert shop.rows("", "sessions engagedSessions engagementRate bounceRate") == [("2", "1", "0.5", "0.5")]


def test_default_value_stands_in_for_a_missing_one(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("lead"), event("lead", parameters={"value": 7}), event("click"))
    assert shop.figure("eventValue") == "7"
    value = admin_v1alpha.KeyEvent.DefaultValue(numeric_value=2.5, currency_code="EUR")
    shop.key_event("lead", default_value=value)
    assert shop.figure("eventValue") == "9.5"


def test_rule_made_event_can_be_a_key_event(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("page_view"))
    field = admin_v1alpha.MatchingCondition(field="event_name", comparison_type=1, value="page_view")
    shop.rule("seen", field)
    shop.key_event("seen")
    assert shop.rows("", "keyEvents:seen keyEvents eventCount") == [("1", "1", "2")]


def test_metrics_of_a_key_event_end_with_it(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("lead"))
    shop.key_event("lead")
    headers = shop.ask("", RATES).metric_headers
    kinds = data_v1beta.MetricType
    assert [h.type_ for h in headers] == [
        kinds.TYPE_FLOAT, kinds.TYPE_INTEGER, kinds.TYPE_FLOAT, kinds.TYPE_FLOAT
    ]  # fmt: skip
    with shop.store.transaction():
        shop.store.remove("properties/1/keyEvents/lead")
    with pytest.raises(
        exceptions.InvalidArgument, match=r"Field keyEvents:lead is not a valid metric\.  For"
    ):
        shop.ask("", "keyEvents:lead")


def test_clock_moving_on_moves_the_report(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("page_view", day=date(2026, 3, 20)))
    week = [{"start_date": "7daysAgo", "end_date": "yesterday"}]
    assert shop.rows("", "eventCount", date_ranges=week) == []
    shop.clock.set(shop.clock.now() + timedelta(days=7))
    assert shop.rows("", "eventCount", date_ranges=week) == [("1",)]
