from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from google.analytics import admin_v1alpha

Condition = admin_v1alpha.MatchingCondition
ALL = [{"start_date": "2026-03-01", "end_date": "2026-03-14"}]


def when(field: str, kind: str, value: str, negated: bool = False) -> Any:
    return Condition(field=field, comparison_type=kind, value=value, negated=negated)


ON_VIEW = when("event_name", "EQUALS", "page_view")


def made(shop: Any, name: str = "made") -> int:
    return int(dict(shop.rows("eventName", "eventCount")).get(name, 0))


@pytest.mark.parametrize(
    "kind,value,matching",
    [
        ("EQUALS", "Pro plan", {"Pro plan"}),
        ("EQUALS_CASE_INSENSITIVE", "PRO PLAN", {"Pro plan", "pro plan"}),
        ("CONTAINS", "ro p", {"Pro plan", "pro plan"}),
        ("CONTAINS_CASE_INSENSITIVE", "RO", {"Pro plan", "pro plan"}),
        ("STARTS_WITH", "Pro", {"Pro plan"}),
        ("STARTS_WITH_CASE_INSENSITIVE", "PRO", {"Pro plan", "pro plan"}),
        ("ENDS_WITH", "plan", {"Pro plan", "pro plan"}),
        ("ENDS_WITH_CASE_INSENSITIVE", "PLAN", {"Pro plan", "pro plan"}),
        ("GREATER_THAN", "50", {75}),
        ("GREATER_THAN_OR_EQUAL", "50", {50, 75}),
        ("LESS_THAN", "50", {9.5}),
        ("LESS_THAN_OR_EQUAL", "50", {50, 9.5}),
        ("REGULAR_EXPRESSION", "o p|^9", {"Pro plan", "pro plan", 9.5}),
        ("REGULAR_EXPRESSION_CASE_INSENSITIVE", "^PRO", {"Pro plan", "pro plan"}),
        ("EQUALS", "50", {50}),
    ],
)
def test_rule_makes_an_event_where_its_condition_holds(
    analytics: Callable[..., Any], event: Any, kind: str, value: str, matching: set[object]
) -> None:
    values: list[object] = ["Pro plan", "pro plan", "", 50, 50.0, 75, 9.5]
    events = [event("page_view", parameters={"level": v}) for v in values]
    shop = analytics(*events, event("page_view"), event("scroll", parameters={"level": "Pro plan"}))
    shop.rule("made", ON_VIEW, when("level", kind, value))
    shop.rule("others", ON_VIEW, when("level", kind, value, negated=True))
    hits = sum(v in matching for v in values)
    assert (made(shop), made(shop, "others")) == (hits, 8 - hits)


def test_source_event_stays_and_its_session_and_user_carry_over(
    analytics: Callable[..., Any], event: Any
) -> None:
    shop = analytics(event("page_view"), event("page_view", user="u2", session=4), event("scroll", user="u3"))
    shop.rule("made", ON_VIEW)
    assert made(shop, "page_view") == 2
    assert ("made", "2", "2", "2") in shop.rows("eventName", "eventCount totalUsers sessions")
    assert shop.rows("", "totalUsers sessions") == [("3", "3")]


def test_parameters_are_copied_only_when_told_and_page_always(
    analytics: Callable[..., Any], event: Any
) -> None:
    view = event(
        "page_view",
        parameters={"page_location": "https://x.example/a", "plan": "pro", "engagement_time_msec": 5000},
    )
    shop = analytics(view)
    plan = admin_v1alpha.CustomDimension(parameter_name="plan", display_name="Plan", scope=1)
    shop.put("properties/1/customDimensions/1", plan)
    shop.rule("bare", ON_VIEW)
    shop.rule("copied", ON_VIEW, source_copy_parameters=True)
    rows = set(shop.rows("eventName pagePath customEvent:plan"))
    assert rows == {
        ("page_view", "/a", "pro"),
        ("bare", "/a", "(not set)"),
        ("copied", "/a", "pro"),
    }
    assert shop.figure("userEngagementDuration") == "5"


def test_mutations_set_constants_and_copy_in_their_order(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("click", parameters={"link": "tel:1", "size": 3}))
    for number, name in enumerate(("channel", "origin", "again", "lost")):
        shop.put(
            f"properties/1/customDimensions/{number}",
            admin_v1alpha.CustomDimension(parameter_name=name, display_name=name, scope=1),
        )
    mutations = [("channel", "phone"), ("origin", "[[link]]"), ("again", "[[channel]]"), ("lost", "[[none]]")]
    shop.rule(
        "call",
        when("event_name", "EQUALS", "click"),
        parameter_mutations=[
            admin_v1alpha.ParameterMutation(parameter=name, parameter_value=value)
            for name, value in [*mutations, ("value", "[[size]]")]
        ],
    )
    rows = shop.rows(
        "eventName customEvent:channel customEvent:origin customEvent:again customEvent:lost", "eventValue"
    )
    assert rows[0] == ("call", "phone", "tel:1", "phone", "(not set)", "3")


def test_rules_do_not_act_on_what_rules_made(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("page_view"))
    shop.rule("first", ON_VIEW)
    shop.rule("second", when("event_name", "EQUALS", "first"))
    assert set(shop.rows("eventName")) == {("page_view",), ("first",)}


CREATED = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "zone,retroactive,expected",
    [("Etc/GMT", False, 5), ("Asia/Tokyo", False, 4), ("Etc/GMT", True, 14)],
)
def test_rule_acts_from_its_day_on(
    analytics: Callable[..., Any], event: Any, zone: str, retroactive: bool, expected: int
) -> None:
    events = [event("page_view", day=date(2026, 3, day)) for day in range(1, 15)]
    shop = analytics(*events, retroactive_rules=retroactive)
    shop.put("properties/1", admin_v1alpha.Property(time_zone=zone))
    shop.rule("made", ON_VIEW, created=CREATED)
    assert made(shop) == expected


def test_rule_takes_effect_at_the_next_call_and_ends_when_deleted(
    analytics: Callable[..., Any], event: Any
) -> None:
    shop = analytics(event("page_view"))
    assert made(shop) == 0
    shop.rule("made", ON_VIEW)
    assert made(shop) == 1
    with shop.store.transaction():
        shop.store.remove("properties/1/dataStreams/5/eventCreateRules/made")
    assert made(shop) == 0


def test_rule_of_one_stream_among_several_sees_only_its_events(
    analytics: Callable[..., Any], event: Any
) -> None:
    shop = analytics(event("page_view", stream="5"), event("page_view", stream="6"), event("page_view"))
    shop.rule("made", ON_VIEW)
    assert made(shop) == 3
    web = admin_v1alpha.DataStream.DataStreamType.WEB_DATA_STREAM
    shop.put("properties/1/dataStreams/6", admin_v1alpha.DataStream(type_=web))
    assert made(shop) == 1


def test_pattern_that_does_not_compile_matches_nothing(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("page_view", parameters={"level": "("}))
    shop.rule("broken", ON_VIEW, when("level", "REGULAR_EXPRESSION", "("))
    shop.rule("made", ON_VIEW)
    assert set(shop.rows("eventName")) == {("page_view",), ("made",)}


def test_made_purchase_brings_its_value_as_revenue(analytics: Callable[..., Any], event: Any) -> None:
    shop = analytics(event("page_view", parameters={"value": 12.5}))
    shop.rule("purchase", ON_VIEW, source_copy_parameters=True)
    assert shop.rows("", "ecommercePurchases purchaseRevenue totalPurchasers") == [("1", "12.5", "1")]
