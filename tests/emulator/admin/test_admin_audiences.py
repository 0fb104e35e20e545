from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient, Audience
from google.api_core.exceptions import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound
from google.protobuf.field_mask_pb2 import FieldMask
from hypothesis import given
from hypothesis import strategies as st

from milepost.emulator.admin.audience_filters import check_clauses
from milepost.emulator.rpc import RpcError

SHOP, PREMIUM = "properties/100000001", "properties/360"
AlphaWith = Callable[..., AnalyticsAdminServiceClient]
Fields = dict[str, Any]
EVENT, SESSION, ALL_SESSIONS = 1, 2, 3

NUMBER: Fields = {"int64_value": 0}
MORE_THAN_ZERO: Fields = {"operation": "GREATER_THAN", "value": NUMBER}
COUNT: Fields = {"dimension_or_metric_filter": {"field_name": "eventCount", "numeric_filter": MORE_THAN_ZERO}}
DEVICE: Fields = {
    "dimension_or_metric_filter": {
        "field_name": "deviceCategory",
        "string_filter": {"match_type": "EXACT", "value": "mobile"},
    }
}


def event(name: str = "add_to_cart", **more: Any) -> Fields:
    return {"event_filter": {"event_name": name} | more}


def any_of(*leaves: Fields) -> Fields:
    return {"or_group": {"filter_expressions": list(leaves)}}


def all_of(*parts: Fields) -> Fields:
    return {"and_group": {"filter_expressions": list(parts)}}


def simple(expression: Fields, scope: int = ALL_SESSIONS, clause_type: int = 1) -> Fields:
    return {
        "clause_type": clause_type,
        "simple_filter": {"scope": scope, "filter_expression": expression},
    }


def step(expression: Fields | None = None, **more: Any) -> Fields:
    return {"scope": EVENT, "filter_expression": expression or all_of(any_of(event()))} | more


def sequence(*steps: Fields, **more: Any) -> Fields:
    return {
        "clause_type": 1,
        "sequence_filter": {"scope": ALL_SESSIONS, "sequence_steps": list(steps)} | more,
    }


DID = simple(all_of(any_of(event("add_to_cart"))))
DID_NOT = simple(all_of(any_of(event("purchase"))), clause_type=2)


def make(client: AnalyticsAdminServiceClient, *clauses: Fields, **fields: Any) -> Audience:
    fields = {
        "display_name": "Filled a cart",
        "description": "Did not buy",
        "membership_duration_days": 30,
        "filter_clauses": list(clauses or (DID, DID_NOT)),
    } | fields
    return client.create_audience(parent=SHOP, audience=Audience(fields))


def update(client: AnalyticsAdminServiceClient, name: str, **fields: Any) -> Audience:
    audience = Audience({"name": name} | fields)
    return client.update_audience(audience=audience, update_mask=FieldMask(paths=list(fields)))


def own(client: AnalyticsAdminServiceClient, parent: str = SHOP) -> list[Audience]:
    return [audience for audience in client.list_audiences(parent=parent) if audience.filter_clauses]


def test_audience_comes_back_as_it_was_made(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, exclusion_duration_mode="EXCLUDE_PERMANENTLY", ads_personalization_enabled=False)
    assert made.name.startswith(f"{SHOP}/audiences/")
    assert [clause.clause_type.name for clause in made.filter_clauses] == ["INCLUDE", "EXCLUDE"]
    assert made.ads_personalization_enabled
    assert "create_time" in made
    assert "event_trigger" not in made
    assert alpha.get_audience(name=made.name) == made
    assert own(alpha) == [made]


@pytest.mark.parametrize(
    "missing", ["display_name", "description", "membership_duration_days", "filter_clauses"]
)
def test_required_field_is_required(alpha: AnalyticsAdminServiceClient, missing: str) -> None:
    with pytest.raises(InvalidArgument, match=f"Audience.{missing} is required"):
        make(alpha, **{missing: None})


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (1, True), (540, True), (541, False)])
def test_membership_lasts_1_to_540_days(alpha: AnalyticsAdminServiceClient, days: int, fits: bool) -> None:
    if fits:
        assert make(alpha, membership_duration_days=days).membership_duration_days == days
        return
    with pytest.raises(InvalidArgument, match=f"membership_duration_days: 1 to 540, not {days}"):
        make(alpha, membership_duration_days=days)


@pytest.mark.parametrize(
    ("trigger", "complaint"),
    [
        ({"event_name": "left_cart"}, "event_trigger.log_condition is required"),
        ({"log_condition": 1}, "event_trigger.event_name is required"),
        ({"event_name": "left cart", "log_condition": 1}, "event_trigger.event_name: 'left cart'"),
        ({"event_name": "left_cart", "log_condition": 3}, "event_trigger.log_condition: no such value: 3"),
    ],
)
def test_half_an_event_trigger_is_invalid(
    alpha: AnalyticsAdminServiceClient, trigger: Fields, complaint: str
) -> None:
    with pytest.raises(InvalidArgument, match=complaint):
        make(alpha, event_trigger=trigger)


def test_name_description_and_trigger_can_change(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha)
    trigger = {"event_name": "left_cart", "log_condition": "AUDIENCE_MEMBERSHIP_RENEWED"}
    after = update(alpha, made.name, display_name="Left", description="Again", event_trigger=trigger)
    assert (after.display_name, after.description) == ("Left", "Again")
    assert after.event_trigger.log_condition.name == "AUDIENCE_MEMBERSHIP_RENEWED"
    assert (after.filter_clauses, after.create_time) == (made.filter_clauses, made.create_time)
    assert "event_trigger" not in update(alpha, made.name, event_trigger=None)


@pytest.mark.parametrize(
    "change",
    [
        {"filter_clauses": [DID]},
        {"membership_duration_days": 60},
        {"exclusion_duration_mode": "EXCLUDE_TEMPORARILY"},
    ],
)
def test_what_defines_an_audience_cannot_change(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith, change: Fields
) -> None:
    made = make(alpha)
    (field,) = change
    with pytest.raises(InvalidArgument, match=f"Audience.{field} is immutable"):
        update(alpha, made.name, **change)
    assert update(alpha_with(ignore_immutable_paths=True), made.name, **change) == made


def test_what_defines_an_audience_may_be_named_unchanged(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha)
    after = update(
        alpha, made.name, filter_clauses=[DID, DID_NOT], membership_duration_days=30, display_name="Left"
    )
    assert (after.display_name, after.filter_clauses) == ("Left", made.filter_clauses)


def test_audience_is_archived_and_gone(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha)
    alpha.archive_audience(request={"name": made.name})
    assert own(alpha) == []
    with pytest.raises(NotFound):
        alpha.get_audience(name=made.name)
    with pytest.raises(NotFound):
        update(alpha, made.name, description="Anew")
    with pytest.raises(NotFound):
        alpha.archive_audience(request={"name": made.name})
    assert make(alpha).name != made.name


def test_default_audiences_have_no_definition_and_stay(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    everybody, purchasers = alpha.list_audiences(parent=SHOP)
    assert [everybody.display_name, purchasers.display_name] == ["All Users", "Purchasers"]
    assert not everybody.filter_clauses
    assert everybody.membership_duration_days == 30
    with pytest.raises(FailedPrecondition):
        alpha.archive_audience(request={"name": everybody.name})
    assert update(alpha, everybody.name, description="Each and every one").description == "Each and every one"
    alpha_with(default_audiences_archivable=True).archive_audience(request={"name": everybody.name})
    assert [audience.name for audience in alpha.list_audiences(parent=SHOP)] == [purchasers.name]


def test_display_names_may_be_alike_unless_switched(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    make(alpha)
    make(alpha)
    with pytest.raises(AlreadyExists):
        make(alpha_with(unique_audience_names=True))


def test_default_audiences_count_unless_switched(alpha_with: AlphaWith) -> None:
    with pytest.raises(InvalidArgument, match="maximum resource limit"):
        make(alpha_with(limits="audiences=2"))
    assert make(alpha_with(limits="audiences=2", default_audiences_count=False)).filter_clauses


def test_audience_over_data_off_limits_to_ads_is_not_personalized(alpha: AnalyticsAdminServiceClient) -> None:
    for parameter, off_limits in (("plan", True), ("tier", False)):
        fields = {"parameter_name": parameter, "scope": 2, "display_name": parameter}
        request = {"parent": SHOP, "custom_dimension": fields | {"disallow_ads_personalization": off_limits}}
        alpha.create_custom_dimension(request=request)

    def personalized(field_name: str) -> bool:
        leaf = {
            "dimension_or_metric_filter": {"field_name": field_name, "in_list_filter": {"values": ["gold"]}}
        }
        return make(alpha, simple(all_of(any_of(leaf)))).ads_personalization_enabled

    assert [personalized(name) for name in ("customUser:plan", "customUser:tier", "customEvent:plan")] == [
        False,
        True,
        True,
    ]


NOT_DEVICE: Fields = {"not_expression": DEVICE}
BETWEEN: Fields = {
    "dimension_or_metric_filter": {
        "field_name": "customUser:plan_2",
        "between_filter": {"from_value": {"int64_value": 0}, "to_value": {"double_value": 0.0}},
    }
}


def filtered(**more: Any) -> Fields:
    return {
        "dimension_or_metric_filter": {"field_name": "eventCount", "numeric_filter": MORE_THAN_ZERO} | more
    }


@pytest.mark.parametrize(
    "clause",
    [
        DID,
        simple(all_of(any_of(DEVICE, event(), NOT_DEVICE), any_of(COUNT)), EVENT),
        simple(all_of(any_of(event(event_parameter_filter_expression=all_of(COUNT, NOT_DEVICE))))),
        simple(all_of(any_of(filtered(in_any_n_day_period=60, at_any_point_in_time=True)))),
        simple(all_of(any_of(BETWEEN))),
        sequence(step()),
        sequence(
            step(),
            step(immediately_follows=True, constraint_duration={"seconds": 3600}),
            sequence_maximum_duration={"seconds": 86400},
        ),
    ],
)
def test_filter_of_the_right_shape_is_taken(alpha: AnalyticsAdminServiceClient, clause: Fields) -> None:
    made = make(alpha, clause)
    assert made.filter_clauses == Audience(filter_clauses=[clause]).filter_clauses


WITHIN_DAYS = filtered(in_any_n_day_period=7)
AND_OF_ORS = all_of(any_of(COUNT))
NO_NAME: Fields = {"dimension_or_metric_filter": {"numeric_filter": MORE_THAN_ZERO}}


@pytest.mark.parametrize(
    ("clause", "complaint"),
    [
        ({}, r"filter_clauses\[0\].clause_type is required"),
        ({"clause_type": 3}, "clause_type: no such value: 3"),
        ({"clause_type": 1}, "simple_filter or sequence_filter is required"),
        ({"clause_type": 1, "simple_filter": {}}, "simple_filter.scope is required"),
        ({"clause_type": 1, "simple_filter": {"scope": 1}}, "filter_expression is required"),
        (simple({}), "the top level must be an and_group"),
        (simple(any_of(COUNT)), "the top level must be an and_group"),
        (simple(COUNT), "the top level must be an and_group"),
        (simple({"not_expression": COUNT}), "the top level must be an and_group"),
        (simple(event()), "the top level must be an and_group"),
        (simple(all_of()), "and_group is empty"),
        (simple(all_of(COUNT)), r"and_group\[0\]: an and_group holds or_groups only"),
        (simple(all_of(all_of(any_of(COUNT)))), "an and_group holds or_groups only"),
        (simple(all_of(any_of())), r"and_group\[0\].or_group is empty"),
        (simple(all_of(any_of(COUNT), any_of(COUNT, {}))), r"and_group\[1\].or_group\[1\] is empty"),
        (simple(all_of(any_of(any_of(COUNT)))), "no group may stand here, such as or_group"),
        (simple(all_of(any_of(all_of(COUNT)))), "no group may stand here, such as and_group"),
        (simple(all_of(any_of({"not_expression": event()}))), "must be one of dimension_or_metric_filter"),
        (simple(all_of(any_of({"not_expression": any_of(COUNT)}))), "must be one of dimension_or_metric"),
        (simple(all_of(any_of({"not_expression": {"not_expression": COUNT}}))), "must be one of dimension"),
        (simple(all_of(any_of(event("")))), "event_name is required"),
        (simple(all_of(any_of(event(event_parameter_filter_expression={})))), "must be an and_group"),
        (simple(all_of(any_of(event(event_parameter_filter_expression=any_of(COUNT))))), "must be an and_g"),
        (simple(all_of(any_of(event(event_parameter_filter_expression=AND_OF_ORS)))), "no group may stand"),
        (
            simple(all_of(any_of(event(event_parameter_filter_expression=all_of(event()))))),
            "event filters cannot be nested",
        ),
        (simple(all_of(any_of(NO_NAME))), "field_name is required"),
        (simple(all_of(any_of(filtered(field_name="has space")))), "'has space' is no name"),
        (simple(all_of(any_of({"dimension_or_metric_filter": {"field_name": "x"}}))), "a filter is required"),
        (simple(all_of(any_of(filtered(numeric_filter={"value": NUMBER})))), "operation is required"),
        (
            simple(all_of(any_of(filtered(numeric_filter={"operation": 3, "value": NUMBER})))),
            "operation: no such value: 3",
        ),
        (
            simple(all_of(any_of(filtered(numeric_filter={"operation": 1})))),
            "numeric_filter.value is required",
        ),
        (simple(all_of(any_of(WITHIN_DAYS)), SESSION), "in_any_n_day_period: only with the scope"),
        (
            simple(all_of(any_of(filtered(at_any_point_in_time=True))), EVENT),
            "at_any_point_in_time: only with",
        ),
        (simple(all_of(any_of(filtered(in_any_n_day_period=61)))), "at most 60 days, not 61"),
        (simple(all_of(any_of(filtered(in_any_n_day_period=-1)))), "at most 60 days, not -1"),
        (
            simple(all_of(any_of(event(event_parameter_filter_expression=all_of(WITHIN_DAYS)))), SESSION),
            "in_any_n_day_period: only with the scope",
        ),
        (sequence(), "sequence_steps is required"),
        (sequence(step(), scope=0), "sequence_filter.scope is required"),
        (sequence(step(), step(scope=0)), r"sequence_steps\[1\].scope is required"),
        (sequence(step(), step(any_of(COUNT))), r"sequence_steps\[1\].*the top level must be an and_group"),
        (sequence(step(all_of(any_of(WITHIN_DAYS)))), "only with the scope"),
        (sequence(step(constraint_duration={"seconds": -1})), "constraint_duration must not be negative"),
        (
            sequence(step(), sequence_maximum_duration={"seconds": -1}),
            "maximum_duration must not be negative",
        ),
    ],
)
def test_filter_of_a_wrong_shape_is_invalid(
    alpha: AnalyticsAdminServiceClient, clause: Fields, complaint: str
) -> None:
    with pytest.raises(InvalidArgument, match=complaint):
        make(alpha, clause)
    assert own(alpha) == []


@pytest.mark.parametrize(
    ("one_filter", "complaint"),
    [
        ({"string_filter": {"value": "a"}}, "string_filter.match_type is required"),
        ({"string_filter": {"match_type": "EXACT"}}, "string_filter.value is required"),
        ({"string_filter": {"match_type": 6, "value": "a"}}, "match_type: no such value: 6"),
        ({"in_list_filter": {}}, "in_list_filter.values is required"),
        ({"between_filter": {"to_value": NUMBER}}, "between_filter.from_value is required"),
        ({"between_filter": {"from_value": NUMBER}}, "between_filter.to_value is required"),
    ],
)
def test_half_a_filter_is_invalid(
    alpha: AnalyticsAdminServiceClient, one_filter: Fields, complaint: str
) -> None:
    leaf = {"dimension_or_metric_filter": {"field_name": "deviceCategory"} | one_filter}
    with pytest.raises(InvalidArgument, match=complaint):
        make(alpha, simple(all_of(any_of(leaf))))


LEAVES = st.sampled_from([COUNT, DEVICE, event(), {"not_expression": COUNT}])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: any_of(*parts)),
        st.lists(inner, max_size=3).map(lambda parts: all_of(*parts)),
    ),
    max_leaves=8,
)


@given(expression=EXPRESSIONS)
def test_only_an_and_of_ors_of_leaves_is_a_definition(expression: Fields) -> None:
    def is_or_of_leaves(part: Fields) -> bool:
        leaves = part.get("or_group", {}).get("filter_expressions", [])
        return bool(leaves) and not any("and_group" in leaf or "or_group" in leaf for leaf in leaves)

    parts = expression.get("and_group", {}).get("filter_expressions", [])
    fits = bool(parts) and all(is_or_of_leaves(part) for part in parts)
    clauses = Audience.pb(Audience(filter_clauses=[simple(expression)])).filter_clauses
    if fits:
        check_clauses(clauses)
        return
    with pytest.raises(RpcError):
        check_clauses(clauses)
