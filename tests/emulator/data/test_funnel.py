"""Funnels through the official v1alpha client: who counts in which step, and what the answer looks like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from google.analytics import data_v1alpha
from google.api_core.exceptions import InvalidArgument, MethodNotImplemented, PermissionDenied

Make = Callable[..., Any]

ACTIVE = {"engagement_time_msec": 1}


def named(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "filter_expression": {"funnel_event_filter": {"event_name": name}}, **fields}


def funnel(property_: Any, *steps: Any, is_open: bool = False, **fields: Any) -> Any:
    steps = tuple(named(step) if isinstance(step, str) else step for step in steps)
    return property_.alpha.run_funnel_report(
        data_v1alpha.RunFunnelReportRequest(
            property="properties/1",
            funnel={"is_open_funnel": is_open, "steps": steps},
            **{"date_ranges": [{"start_date": "2026-03-01", "end_date": "2026-03-14"}], **fields},
        )
    )


def rows(sub_report: Any) -> list[tuple[str, ...]]:
    return [
        (*(v.value for v in row.dimension_values), *(v.value for v in row.metric_values))
        for row in sub_report.rows
    ]


def users(property_: Any, *steps: Any, **fields: Any) -> list[int]:
    """Users per step that somebody reached."""
    return [int(row[1]) for row in rows(funnel(property_, *steps, **fields).funnel_table)]


@pytest.fixture
def journey(analytics: Make, event: Make) -> Make:
    """A property from texts such as `u1: a@600 b@601.5`: the user's events, with minutes since midnight."""

    def make(*journeys: str, **switches: Any) -> Any:
        events = []
        for text in journeys:
            user, _, moves = text.partition(":")
            for move in moves.split():
                name, _, at = move.partition("@")
                events.append(event(name, user=user, at=float(at), parameters=ACTIVE))
        return analytics(*events, **switches)

    return make


def test_closed_funnel_counts_users_in_order_of_steps(journey: Make) -> None:
    shop = journey("u1: a@1 b@2 c@3", "u2: a@1 c@2 b@3", "u3: b@1 a@2", "u4: c@1")
    assert rows(funnel(shop, "a", "b", "c").funnel_table) == [
        ("1. a", "3", "0.66666666666666663", "1", "0.33333333333333331"),
        ("2. b", "2", "0.5", "1", "0.5"),
        ("3. c", "1", "1", "0", "0"),
    ]


def test_open_funnel_lets_users_enter_anywhere(journey: Make) -> None:
    shop = journey("u1: a@1 b@2 c@3", "u2: b@1 c@2", "u3: c@1", "u4: c@1 a@2")
    assert rows(funnel(shop, "a", "b", "c", is_open=True).funnel_table) == [
        ("1. a", "2", "0.5", "1", "0.5"),
        ("2. b", "2", "1", "0", "0"),
        ("3. c", "4", "1", "0", "0"),
    ]


def test_open_funnel_does_not_admit_twice_who_skips_a_step(journey: Make) -> None:
    assert users(journey("u1: a@1 c@2"), "a", "b", "c", is_open=True) == [1]


def test_middle_step_whose_successor_nobody_reached_loses_all(journey: Make) -> None:
    shop = journey("u1: a@1 b@2", "u2: a@1 b@2", "u3: a@1")
    table = funnel(shop, "a", "b", "c").funnel_table
    assert rows(table)[1:] == [("2. b", "2", "0", "2", "1")]


def test_one_event_is_not_two_steps(journey: Make) -> None:
    assert users(journey("u1: a@1"), "a", "a") == [1]
    assert users(journey("u1: a@1 a@2"), "a", "a") == [1, 1]
    assert users(journey("u1: a@1 b@1"), "a", "b", "a") == [1, 1]


def test_events_of_one_microsecond_chain_in_order_of_steps(journey: Make) -> None:
    assert users(journey("u1: c@5 b@5 a@5"), "a", "b", "c") == [1, 1, 1]


@pytest.mark.parametrize(("later", "reached"), [(0, [1, 1]), (1, [1])])
def test_duration_includes_its_last_microsecond(
    analytics: Make, event: Make, later: int, reached: Any
) -> None:
    second = 600 + (5_000_000 + later) / 60_000_000
    shop = analytics(event("a", at=600, parameters=ACTIVE), event("b", at=second, parameters=ACTIVE))
    step = named("b", within_duration_from_prior_step=timedelta(seconds=5))
    assert users(shop, "a", step) == reached


def test_later_attempt_may_keep_the_duration_unless_switched_off(journey: Make) -> None:
    steps = ("a", named("b", within_duration_from_prior_step=timedelta(minutes=5)))
    text = "u1: a@1 a@100 b@102"
    assert users(journey(text), *steps) == [1, 1]
    assert users(journey(text, funnel_first_attempt_only=True), *steps) == [1]


def test_direct_succession_allows_nothing_between(journey: Make) -> None:
    shop = journey("u1: a@1 x@2 b@3", "u2: a@1 b@3", "u3: a@1 x@1 b@3", "u4: a@1 x@2 a@3 b@4")
    assert users(shop, "a", named("b", is_directly_followed_by=True)) == [4, 3]


def test_steps_span_sessions_and_days_of_the_range(analytics: Make, event: Make) -> None:
    shop = analytics(
        event("a", day=date(2026, 3, 1), parameters=ACTIVE),
        event("b", day=date(2026, 3, 9), session=2, parameters=ACTIVE),
        event("b", user="u2", day=date(2026, 3, 9), parameters=ACTIVE),
        event("a", user="u2", day=date(2026, 2, 1), parameters=ACTIVE),
    )
    assert users(shop, "a", "b") == [1, 1]


def test_users_count_on_days_of_activity_only(analytics: Make, event: Make) -> None:
    shop = analytics(event("a"), event("b", at=600.01), event("a", user="u2", parameters=ACTIVE))
    assert users(shop, "a", "b") == [1]


def test_filters_join_events_parameters_fields_and_metrics(analytics: Make, event: Make) -> None:
    shop = analytics(
        event("view", user="u1", parameters={**ACTIVE, "plan": "Pro", "price": 30}),
        event("view", user="u2", parameters={**ACTIVE, "plan": "free", "price": 5}, device="mobile"),
        event("purchase", user="u3", parameters=ACTIVE, revenue=40.0, country="France"),
    )

    def count(**expression: Any) -> list[int]:
        return users(shop, {"name": "x", "filter_expression": expression})

    def with_parameters(**expression: Any) -> list[int]:
        return count(
            funnel_event_filter={"event_name": "view", "funnel_parameter_filter_expression": expression}
        )

    plan = {"event_parameter_name": "plan", "string_filter": {"value": "pro"}}
    dear = {
        "event_parameter_name": "price",
        "numeric_filter": {"operation": "GREATER_THAN", "value": {"int64_value": 4}},
    }
    assert with_parameters(funnel_parameter_filter=plan) == [1]
    assert with_parameters(not_expression={"funnel_parameter_filter": plan}) == [1]
    assert with_parameters(
        or_group={"expressions": [{"funnel_parameter_filter": p} for p in (plan, dear)]}
    ) == [2]
    mobile = {"field_name": "deviceCategory", "in_list_filter": {"values": ["MOBILE"]}}
    french = {"field_name": "country", "string_filter": {"match_type": "BEGINS_WITH", "value": "fr"}}
    assert count(funnel_field_filter=mobile) == [1]
    assert count(not_expression={"funnel_field_filter": mobile}) == [2]
    both = [{"funnel_field_filter": mobile}, {"funnel_field_filter": french}]
    assert count(or_group={"expressions": both}) == [2]
    assert count(and_group={"expressions": both}) == []
    revenue = {
        "field_name": "purchaseRevenue",
        "between_filter": {"from_value": {"double_value": 39.5}, "to_value": {"int64_value": 40}},
    }
    assert count(funnel_field_filter=revenue) == [1]


def test_breakdown_adds_totals_and_the_commonest_values(journey: Make, analytics: Make, event: Make) -> None:
    shop = analytics(
        *(event("a", user=f"u{i}", country=c, parameters=ACTIVE) for i, c in enumerate("AABBBC")),
        event("b", user="u0", at=601, country="C", parameters=ACTIVE),
    )
    breakdown = {"breakdown_dimension": {"name": "country"}, "limit": 2}
    table = funnel(shop, "a", "b", funnel_breakdown=breakdown).funnel_table
    assert [h.name for h in table.dimension_headers] == ["funnelStepName", "country"]
    assert [row[:3] for row in rows(table)] == [
        ("1. a", "RESERVED_TOTAL", "6"),
        ("1. a", "B", "3"),
        ("1. a", "A", "2"),
        ("2. b", "RESERVED_TOTAL", "1"),
        ("2. b", "A", "1"),
    ]


@pytest.mark.parametrize("dimension", ["hour", "dateHour", "firstSessionDate", "date", "week", "eventName"])
def test_dimensions_of_time_break_a_funnel_down(journey: Make, dimension: str) -> None:
    """Hours and first days are told in the property's time zone, which a funnel has to know, too."""
    property_ = journey("u1: a@600 b@601", "u2: a@700")
    answer = funnel(property_, "a", "b", funnel_breakdown={"breakdown_dimension": {"name": dimension}})
    totals = [row for row in rows(answer.funnel_table) if "RESERVED_TOTAL" in row]
    assert [row[2] for row in totals] == ["2", "1"]


def test_next_action_is_what_follows_before_the_next_step(journey: Make) -> None:
    shop = journey("u1: a@1 x@2 b@3 y@4", "u2: a@1 b@2", "u3: a@1 x@2 y@3", "u4: a@1 z@2")
    answer = funnel(
        shop, "a", "b", funnel_next_action={"next_action_dimension": {"name": "eventName"}, "limit": 2}
    )
    shown = answer.funnel_visualization
    assert [h.name for h in shown.dimension_headers] == ["funnelStepName", "funnelStepNextAction"]
    assert rows(shown) == [
        ("1. a", "RESERVED_TOTAL", "4"),
        ("1. a", "x", "2"),
        ("2. b", "RESERVED_TOTAL", "2"),
        ("2. b", "y", "1"),
    ]
    assert [h.name for h in answer.funnel_table.dimension_headers] == ["funnelStepName"]


def test_trended_funnel_dates_each_user_by_the_step(analytics: Make, event: Make) -> None:
    shop = analytics(
        event("a", day=date(2026, 3, 1), parameters=ACTIVE),
        event("a", day=date(2026, 3, 2), parameters=ACTIVE),
        event("b", day=date(2026, 3, 3), parameters=ACTIVE),
        event("a", user="u2", day=date(2026, 3, 2), parameters=ACTIVE),
    )
    shown = funnel(shop, "a", "b", funnel_visualization_type="TRENDED_FUNNEL").funnel_visualization
    assert [h.name for h in shown.dimension_headers] == ["funnelStepName", "date"]
    assert rows(shown) == [("1. a", "20260301", "1"), ("1. a", "20260302", "1"), ("2. b", "20260303", "1")]


def test_several_ranges_are_funnels_of_their_own(analytics: Make, event: Make) -> None:
    shop = analytics(
        event("a", day=date(2026, 3, 1), parameters=ACTIVE),
        event("b", day=date(2026, 3, 9), parameters=ACTIVE),
    )
    ranges = [
        {"start_date": "2026-03-01", "end_date": "2026-03-10", "name": "all"},
        {"start_date": "2026-03-01", "end_date": "2026-03-05"},
    ]
    answer = funnel(shop, "a", "b", date_ranges=ranges)
    assert [h.name for h in answer.funnel_table.dimension_headers] == ["funnelStepName", "dateRange"]
    assert [row[:3] for row in rows(answer.funnel_table)] == [
        ("1. a", "all", "1"),
        ("1. a", "date_range_1", "1"),
        ("2. b", "all", "1"),
    ]
    assert [h.name for h in answer.funnel_visualization.dimension_headers] == ["funnelStepName", "dateRange"]


def test_dimension_filter_and_limit_apply(journey: Make, analytics: Make, event: Make) -> None:
    shop = analytics(
        event("a", parameters=ACTIVE), event("a", user="u2", device="mobile", parameters=ACTIVE),
        event("b", at=601, parameters=ACTIVE),
    )  # fmt: skip
    only = {"filter": {"field_name": "deviceCategory", "string_filter": {"value": "mobile"}}}
    assert users(shop, "a", "b", dimension_filter=only) == [1]
    assert users(shop, "a", "b", limit=1) == [2]


def test_headers_come_twice_as_integers_unless_switched_off(journey: Make) -> None:
    names = [
        "activeUsers",
        "funnelStepCompletionRate",
        "funnelStepAbandonments",
        "funnelStepAbandonmentRate",
    ]
    answer = funnel(journey("u1: a@1"), "a")
    assert [h.name for h in answer.funnel_table.metric_headers] == names * 2
    assert {h.type_.name for h in answer.funnel_table.metric_headers} == {"TYPE_INTEGER"}
    assert [len(row.metric_values) for row in answer.funnel_table.rows] == [4]
    once = funnel(journey("u1: a@1", funnel_headers_repeated=False), "a")
    assert [h.name for h in once.funnel_table.metric_headers] == names
    assert [h.name for h in once.funnel_visualization.metric_headers] == ["activeUsers"]


def test_funnel_that_nobody_entered_is_bare(journey: Make) -> None:
    answer = funnel(journey("u1: a@1"), "b")
    assert (rows(answer.funnel_table), list(answer.funnel_table.metric_headers)) == ([], [])
    assert answer.kind == "analyticsData#runFunnelReport"
    assert "metadata" in answer.funnel_table


def test_step_without_a_name_keeps_its_number(journey: Make) -> None:
    step = named("a")
    del step["name"]
    assert rows(funnel(journey("u1: a@1"), step).funnel_table)[0][0] == "1. "


def test_funnels_have_a_quota_of_their_own(journey: Make) -> None:
    shop = journey("u1: a@1")
    shop.ask("", "totalUsers")
    first = funnel(shop, "a", return_property_quota=True).property_quota.tokens_per_day
    assert first.consumed > 0
    assert first.remaining == 200_000 - first.consumed
    assert "property_quota" not in funnel(shop, "a")


def _field(name: str) -> dict[str, Any]:
    leaf = {"field_name": name, "string_filter": {"value": "x"}}
    return {"filter_expression": {"funnel_field_filter": leaf}}


@pytest.mark.parametrize(
    ("steps", "fields", "text"),
    [
        ((), {}, "A funnel requires at least one step."),
        (({"name": "x"},), {}, "The filter_expression of funnel step 1 is required."),
        ((_field("contry"),), {}, "Did you mean country? Field contry is not a valid dimension."),
        (("a",), {"date_ranges": []}, "A dateRange is required."),
        (("a",), {"limit": -1}, "limit must be positive. The API received limit = -1"),
        (
            ("a",),
            {"funnel_breakdown": {"breakdown_dimension": {"name": "country"}, "limit": 16}},
            "from 1 to 15",
        ),
        (
            ("a",),
            {"funnel_next_action": {"next_action_dimension": {"name": "country"}}},
            "must be eventName or a dimension of pages",
        ),
        (
            ({"filter_expression": {"and_group": {"expressions": []}}},),
            {},
            "must contain at least one expression",
        ),
    ],
)
def test_broken_requests_say_what_is_wrong(journey: Make, steps: Any, fields: Any, text: str) -> None:
    with pytest.raises(InvalidArgument, match=text.replace("?", r"\?")):
        funnel(journey("u1: a@1"), *steps, **fields)


def test_breakdown_by_new_and_continuing_is_unimplemented(journey: Make) -> None:
    by_arrival = {"breakdown_dimension": {"name": "funnelStepNewVsContinuing"}}
    with pytest.raises(MethodNotImplemented, match="funnelStepNewVsContinuing"):
        funnel(journey("u1: a@1"), "a", is_open=True, funnel_breakdown=by_arrival)


def test_unknown_property_is_refused(journey: Make) -> None:
    with pytest.raises(PermissionDenied, match="sufficient permissions"):
        journey("u1: a@1").alpha.run_funnel_report({"property": "properties/2"})
