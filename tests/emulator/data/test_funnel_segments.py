"""Funnels within segments of users, sessions and events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from google.analytics import data_v1alpha
from google.api_core.exceptions import InvalidArgument, MethodNotImplemented

Make = Callable[..., Any]
ACTIVE = {"engagement_time_msec": 1}
MOBILE = {"segment_filter": {"field_name": "deviceCategory", "string_filter": {"value": "mobile"}}}


def did(name: str) -> dict[str, Any]:
    return {"segment_event_filter": {"event_name": name}}


def both(*parts: Any) -> dict[str, Any]:
    return {"and_group": {"expressions": list(parts)}}


def segment(what: str, *expressions: Any, scope: str = "", name: str = "S") -> dict[str, Any]:
    groups: list[dict[str, Any]] = [{"segment_filter_expression": each} for each in expressions]
    if scope:
        groups = [{**group, "condition_scoping": f"{what.upper()}_CRITERIA_{scope}"} for group in groups]
    inner = {f"{what}_inclusion_criteria": {"and_condition_groups": groups}}
    return {"name": name, f"{what}_segment": inner}


def answer(shop: Any, *segments: Any, **fields: Any) -> Any:
    steps = [{"name": n, "filter_expression": {"funnel_event_filter": {"event_name": n}}} for n in "ab"]
    return shop.alpha.run_funnel_report(
        data_v1alpha.RunFunnelReportRequest(
            property="properties/1",
            date_ranges=[{"start_date": "2026-03-01", "end_date": "2026-03-14"}],
            funnel={"steps": steps},
            segments=segments,
            **fields,
        )
    )


def rows(shop: Any, *segments: Any, **fields: Any) -> list[tuple[str, ...]]:
    table = answer(shop, *segments, **fields).funnel_table
    return [(*(v.value for v in r.dimension_values), r.metric_values[0].value) for r in table.rows]


def users(shop: Any, one: Any) -> list[int]:
    return [int(row[-1]) for row in rows(shop, one)]


@pytest.fixture
def shop(analytics: Make, event: Any) -> Any:
    """u1 does a, b and x in one session; u2 does a, and then b and x in another; u3 does a on the phone."""
    return analytics(
        event("a", parameters=ACTIVE),
        event("b", at=601, parameters=ACTIVE),
        event("x", at=602, parameters=ACTIVE),
        event("a", user="u2", parameters=ACTIVE),
        event("b", user="u2", at=700, session=2, parameters=ACTIVE),
        event("x", user="u2", at=701, session=2, device="mobile", parameters=ACTIVE),
        event("a", user="u3", device="mobile", parameters=ACTIVE),
    )


def test_user_segments_keep_all_that_their_users_did(shop: Any) -> None:
    assert users(shop, segment("user", did("x"))) == [2, 2]
    assert users(shop, segment("user", {"not_expression": did("x")})) == [1]
    assert users(shop, segment("user", did("x"), did("a"))) == [2, 2]


def test_scope_decides_what_must_hold_together(shop: Any) -> None:
    wanted = both(did("a"), did("x"))
    assert users(shop, segment("user", wanted)) == [2, 2]
    assert users(shop, segment("user", wanted, scope="WITHIN_SAME_SESSION")) == [1, 1]
    assert users(shop, segment("user", wanted, scope="WITHIN_SAME_EVENT")) == []
    assert users(shop, segment("user", both(did("x"), MOBILE), scope="WITHIN_SAME_EVENT")) == [1, 1]


def test_session_and_event_segments_keep_less(shop: Any) -> None:
    assert users(shop, segment("session", did("x"))) == [1, 1]
    assert users(shop, segment("event", {"or_group": {"expressions": [did("a"), MOBILE]}})) == [3]


def test_each_segment_is_a_funnel_of_its_own(shop: Any) -> None:
    segments = (segment("user", did("x"), name="Did x"), segment("user", MOBILE, name="Phones"))
    found = answer(shop, *segments, funnel_visualization_type="TRENDED_FUNNEL")
    assert [h.name for h in found.funnel_table.dimension_headers] == ["funnelStepName", "segment"]
    assert [h.name for h in found.funnel_visualization.dimension_headers] == [
        "funnelStepName",
        "segment",
        "date",
    ]
    assert rows(shop, *segments) == [
        ("1. a", "1. Did x", "2"),
        ("1. a", "2. Phones", "2"),
        ("2. b", "1. Did x", "2"),
        ("2. b", "2. Phones", "1"),
    ]


def test_broken_segments_say_what_is_wrong(shop: Any) -> None:
    with pytest.raises(InvalidArgument, match="limited to 4 segments"):
        rows(shop, *[segment("user", did("x"))] * 5)
    with pytest.raises(InvalidArgument, match="neither users, sessions nor events"):
        rows(shop, {"name": "S"})
    with pytest.raises(InvalidArgument, match="at least one condition group"):
        rows(shop, segment("user"))


def sequence(*steps: Any, scope: str = "", **fields: Any) -> dict[str, Any]:
    """A user segment; a step is an event's name, or fields of a UserSequenceStep."""
    made = [{"segment_filter_expression": did(s)} if isinstance(s, str) else s for s in steps]
    group = {"user_sequence_steps": made, **fields}
    if scope:
        group["sequence_scoping"] = f"USER_CRITERIA_{scope}"
    return {"name": "S", "user_segment": {"user_inclusion_criteria": {"and_sequence_groups": [group]}}}


def directly(name: str) -> dict[str, Any]:
    return {"segment_filter_expression": did(name), "is_directly_followed_by": True}


def without(what: str, base: Any, *expressions: Any, duration: str = "PERMANENT") -> dict[str, Any]:
    """A segment like another one, less what meets the expressions."""
    inner = dict(base[f"{what}_segment"])
    inner["exclusion"] = {
        f"{what}_exclusion_criteria": {
            "and_condition_groups": [{"segment_filter_expression": each} for each in expressions]
        }
    }
    if duration:
        inner["exclusion"][f"{what}_exclusion_duration"] = f"{what.upper()}_EXCLUSION_{duration}"
    return {"name": "S", f"{what}_segment": inner}


def test_sequences_keep_users_who_did_one_thing_after_another(shop: Any) -> None:
    assert users(shop, sequence("a", "b", "x")) == [2, 2]
    assert users(shop, sequence("x", "a")) == []
    assert users(shop, sequence("a")) == [3, 2]
    assert users(shop, sequence("a", "a")) == []


def test_sequences_stay_within_their_scope_and_time(shop: Any) -> None:
    assert users(shop, sequence("a", "x", scope="WITHIN_SAME_SESSION")) == [1, 1]
    assert users(shop, sequence("a", "x", sequence_maximum_duration=timedelta(minutes=2))) == [1, 1]
    almost = timedelta(minutes=2) - timedelta(microseconds=1)
    assert users(shop, sequence("a", "x", sequence_maximum_duration=almost)) == []
    assert users(shop, sequence("a", directly("x"))) == []
    assert users(shop, sequence("a", directly("b"), directly("x"))) == [2, 2]


def test_later_attempt_at_a_sequence_counts(analytics: Make, event: Any) -> None:
    moves = (("a", 1), ("a", 60), ("b", 61))
    shop = analytics(*(event(name, at=at, parameters=ACTIVE) for name, at in moves))
    assert users(shop, sequence("a", "b", sequence_maximum_duration=timedelta(minutes=1))) == [1, 1]


def test_sequences_and_conditions_must_all_be_met(shop: Any) -> None:
    both_kinds = sequence("a", "x")
    criteria = both_kinds["user_segment"]["user_inclusion_criteria"]
    criteria["and_condition_groups"] = [{"segment_filter_expression": MOBILE}]
    assert users(shop, both_kinds) == [1, 1]


def test_permanent_exclusions_take_away_users_sessions_or_events(shop: Any) -> None:
    assert users(shop, without("user", segment("user", did("a")), did("x"))) == [1]
    assert users(shop, without("session", segment("session", did("a")), did("x"))) == [2]
    assert users(shop, without("event", segment("event", did("a")), MOBILE, duration="")) == [2]
    assert users(shop, without("user", {"user_segment": {}}, MOBILE)) == [1, 1]
    assert users(shop, without("user", segment("user", did("a")), did("x"), MOBILE)) == [2, 1]


def test_excluded_and_included_users_are_all_users(shop: Any) -> None:
    everybody = users(shop, segment("user", did("a")))
    taken = users(shop, without("user", segment("user", did("a")), MOBILE))
    kept = users(shop, segment("user", both(did("a"), MOBILE)))
    assert [sum(pair) for pair in zip(taken, kept, strict=True)] == everybody


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (sequence(), "at least one step"),
        (sequence("a", scope="WITHIN_SAME_EVENT"), "cannot be USER_CRITERIA_WITHIN_SAME_EVENT"),
        (sequence(directly("a")), "first step of a sequence"),
        (
            sequence(
                {"segment_filter_expression": did("a"), "step_scoping": "USER_CRITERIA_ACROSS_ALL_SESSIONS"},
                scope="WITHIN_SAME_SESSION",
            ),
            "within one session",
        ),
        (sequence({"segment_filter_expression": {}}), "expression of the segment is empty"),
    ],
)
def test_broken_sequences_say_what_is_wrong(shop: Any, wrong: Any, text: str) -> None:
    with pytest.raises(InvalidArgument, match=text):
        rows(shop, wrong)


@pytest.mark.parametrize(
    ("unsettled", "text"),
    [
        (without("user", segment("user", did("a")), MOBILE, duration=""), "temporary exclusion"),
        (
            without("session", segment("session", did("a")), MOBILE, duration="TEMPORARY"),
            "temporary exclusion",
        ),
        (sequence({"segment_filter_expression": both(did("a"), did("b"))}), "several events meet together"),
    ],
)
def test_what_is_not_settled_is_unimplemented(shop: Any, unsettled: Any, text: str) -> None:
    with pytest.raises(MethodNotImplemented, match=text):
        rows(shop, unsettled)
