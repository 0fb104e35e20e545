from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient, ChannelGroup
from google.api_core.exceptions import (
    AlreadyExists,
    FailedPrecondition,
    InternalServerError,
    InvalidArgument,
)
from google.protobuf.field_mask_pb2 import FieldMask

SHOP = "properties/100000001"
AlphaWith = Callable[..., AnalyticsAdminServiceClient]
Fields = dict[str, Any]


def leaf(value: str = "ai", **more: Any) -> Fields:
    string_filter = {"match_type": "PARTIAL_REGEXP", "value": value}
    return {"filter": {"field_name": "eachScopeSource", "string_filter": string_filter} | more}


def any_of(*leaves: Fields) -> Fields:
    return {"or_group": {"filter_expressions": list(leaves)}}


def all_of(*parts: Fields) -> Fields:
    return {"and_group": {"filter_expressions": list(parts)}}


def rule(expression: Fields | None = None, display_name: str = "AI") -> Fields:
    return {"display_name": display_name, "expression": expression or all_of(any_of(leaf()))}


def make(client: AnalyticsAdminServiceClient, *rules: Fields, **fields: Any) -> ChannelGroup:
    group = {"display_name": "With AI", "grouping_rule": list(rules or (rule(),))} | fields
    return client.create_channel_group(parent=SHOP, channel_group=ChannelGroup(group))


def update(client: AnalyticsAdminServiceClient, name: str, **fields: Any) -> ChannelGroup:
    group = ChannelGroup({"name": name} | fields)
    return client.update_channel_group(channel_group=group, update_mask=FieldMask(paths=list(fields)))


def groups(client: AnalyticsAdminServiceClient) -> list[ChannelGroup]:
    return list(client.list_channel_groups(parent=SHOP))


def primary(client: AnalyticsAdminServiceClient) -> list[str]:
    return [group.display_name for group in groups(client) if group.primary]


def test_default_group_is_there_with_its_rules(alpha: AnalyticsAdminServiceClient) -> None:
    (default,) = groups(alpha)
    assert (default.system_defined, default.primary) == (True, True)
    channels = [each.display_name for each in default.grouping_rule]
    assert (channels[0], channels[-1], len(channels)) == ("Direct", "Mobile Push Notifications", 18)
    assert alpha.get_channel_group(name=default.name) == default


def test_default_group_keeps_its_name_and_rules(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    (default,) = groups(alpha)
    for change in ({"display_name": "Mine"}, {"grouping_rule": [rule()]}):
        with pytest.raises(FailedPrecondition, match="cannot be changed"):
            update(alpha, default.name, **change)
    with pytest.raises(InvalidArgument, match="cannot be changed"):
        update(alpha_with(system_resource_code="INVALID_ARGUMENT"), default.name, display_name="Mine")
    with pytest.raises(FailedPrecondition, match="cannot be deleted"):
        alpha.delete_channel_group(name=default.name)
    assert update(alpha, default.name, description="Google's").description == "Google's"
    assert groups(alpha)[0].grouping_rule == default.grouping_rule


def test_rules_keep_their_order(alpha: AnalyticsAdminServiceClient) -> None:
    (default,) = groups(alpha)
    made = make(alpha, rule(), *(ChannelGroup.to_dict(default)["grouping_rule"]))
    assert [each.display_name for each in made.grouping_rule][:3] == ["AI", "Direct", "Cross-network"]
    turned = list(reversed(made.grouping_rule))
    after = update(alpha, made.name, grouping_rule=turned)
    assert after.grouping_rule[-1].display_name == "AI"


def test_one_group_is_primary(alpha: AnalyticsAdminServiceClient) -> None:
    assert primary(alpha) == ["Default Channel Group"]
    made = make(alpha, primary=True)
    assert made.primary
    assert primary(alpha) == ["With AI"]
    second = make(alpha, display_name="Second")
    assert primary(alpha) == ["With AI"]
    update(alpha, second.name, primary=True)
    assert primary(alpha) == ["Second"]
    default = groups(alpha)[0]
    assert update(alpha, default.name, primary=True).primary
    assert primary(alpha) == ["Default Channel Group"]


def test_default_group_steps_in_when_the_primary_one_goes(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, primary=True)
    alpha.delete_channel_group(name=made.name)
    assert primary(alpha) == ["Default Channel Group"]
    again = make(alpha, primary=True)
    assert not update(alpha, again.name, primary=False).primary
    assert primary(alpha) == ["Default Channel Group"]
    assert update(alpha, groups(alpha)[0].name, primary=False).primary


def test_history_tells_of_both_groups_when_the_primary_one_changes(
    alpha: AnalyticsAdminServiceClient,
) -> None:
    made = make(alpha, primary=True)
    (event,) = alpha.search_change_history_events(request={"account": "accounts/1000"})
    created, stepped_down = event.changes
    assert created.resource_after_change.channel_group == made
    assert (stepped_down.action.name, stepped_down.resource) == ("UPDATED", groups(alpha)[0].name)
    before, after = (
        stepped_down.resource_before_change.channel_group,
        stepped_down.resource_after_change.channel_group,
    )
    assert (before.primary, after.primary) == (True, False)
    assert before.grouping_rule == after.grouping_rule == groups(alpha)[0].grouping_rule


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"display_name": ""}, "display_name is required"),
        ({"display_name": "a" * 81}, "display_name: at most 80 characters, not 81"),
        ({"description": "a" * 257}, "description: at most 256 characters, not 257"),
        ({"grouping_rule": []}, "grouping_rule is required"),
        ({"grouping_rule": [rule()] * 51}, "grouping_rule: at most 50, not 51"),
    ],
)
def test_group_outside_the_rules_is_invalid(
    alpha: AnalyticsAdminServiceClient, fields: Fields, complaint: str
) -> None:
    with pytest.raises(InvalidArgument, match=complaint):
        make(alpha, **fields)


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (rule(display_name=""), r"grouping_rule\[0\].display_name is required"),
        ({"display_name": "AI"}, "the top level must be an and_group"),
        (rule(any_of(leaf())), "the top level must be an and_group"),
        (rule(all_of(leaf())), "holds or_groups only"),
        (rule(all_of(any_of())), "or_group is empty"),
        (rule(all_of(any_of(any_of(leaf())))), "no group may stand here"),
        (rule(all_of(any_of({"not_expression": any_of(leaf())}))), "not_expression: must be one of filter"),
        (rule(all_of(any_of(leaf(field_name="")))), "field_name is required"),
        (rule(all_of(any_of({"filter": {"field_name": "eachScopeSource"}}))), "string_filter or in_list"),
        (rule(all_of(any_of(leaf("")))), "string_filter.value is required"),
        (rule(all_of(any_of(leaf(string_filter={"value": "a"})))), "string_filter.match_type is required"),
        (rule(all_of(any_of(leaf(string_filter={"match_type": 7, "value": "a"})))), "no such value: 7"),
        (
            rule(all_of(any_of({"filter": {"field_name": "eachScopeSource", "in_list_filter": {}}}))),
            "in_list_filter.values is required",
        ),
    ],
)
def test_rule_of_a_wrong_shape_is_invalid(
    alpha: AnalyticsAdminServiceClient, broken: Fields, complaint: str
) -> None:
    with pytest.raises(InvalidArgument, match=complaint):
        make(alpha, broken)


def in_list(count: int) -> Fields:
    values = [str(number) for number in range(count)]
    return {"filter": {"field_name": "eachScopeMedium", "in_list_filter": {"values": values}}}


def test_too_many_values_in_an_or_are_an_error_of_the_server(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    make(alpha, rule(all_of(any_of(in_list(9), {"not_expression": leaf()}), any_of(in_list(10)))))
    for leaves in ([leaf()] * 11, [in_list(10), leaf()], [{"not_expression": in_list(11)}]):
        with pytest.raises(InternalServerError, match="Internal error encountered"):
            make(alpha, rule(all_of(any_of(*leaves))))
    assert make(alpha_with(channel_group_or_values=11), rule(all_of(any_of(*[leaf()] * 11)))).grouping_rule


def test_display_names_may_be_alike_unless_switched(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    make(alpha)
    with pytest.raises(AlreadyExists):
        make(alpha_with(unique_channel_group_names=True))
    make(alpha)
