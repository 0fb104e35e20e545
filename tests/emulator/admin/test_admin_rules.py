from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient, DataStream, EventCreateRule
from google.api_core.exceptions import AlreadyExists, InvalidArgument, NotFound, PermissionDenied
from google.protobuf.field_mask_pb2 import FieldMask

SHOP = "properties/100000001"
AlphaWith = Callable[..., AnalyticsAdminServiceClient]
PAGE_VIEW = {"field": "event_name", "comparison_type": "EQUALS", "value": "page_view"}


def web_stream(client: AnalyticsAdminServiceClient) -> str:
    return str(next(iter(client.list_data_streams(parent=SHOP))).name)


def app_stream(client: AnalyticsAdminServiceClient) -> str:
    stream = DataStream(
        type_="ANDROID_APP_DATA_STREAM", android_app_stream_data={"package_name": "com.example"}
    )
    return str(client.create_data_stream(parent=SHOP, data_stream=stream).name)


def make(client: AnalyticsAdminServiceClient, parent: str = "", **fields: Any) -> EventCreateRule:
    fields = {"destination_event": "pricing_view", "event_conditions": [PAGE_VIEW]} | fields
    return client.create_event_create_rule(
        parent=parent or web_stream(client), event_create_rule=EventCreateRule(**fields)
    )


def test_rule_is_kept_whole(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(
        alpha,
        source_copy_parameters=True,
        event_conditions=[PAGE_VIEW, {**PAGE_VIEW, "field": "page_location", "negated": True}],
        parameter_mutations=[{"parameter": "plan", "parameter_value": "[[page_title]]"}],
    )
    assert alpha.get_event_create_rule(name=made.name) == made
    assert list(alpha.list_event_create_rules(parent=web_stream(alpha))) == [made]
    assert made.event_conditions[1].negated


def test_rules_may_share_a_destination_unless_switched(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    assert make(alpha).name != make(alpha).name
    with pytest.raises(AlreadyExists):
        make(alpha_with(unique_rule_destinations=True))


@pytest.mark.parametrize("destination", ["", "1st", "has space", "has-dash", "a" * 41, "google_thing"])
def test_destination_outside_the_rules_is_invalid(
    alpha: AnalyticsAdminServiceClient, destination: str
) -> None:
    with pytest.raises(InvalidArgument, match="destination_event"):
        make(alpha, destination_event=destination)


def test_destination_may_have_forty_characters(alpha: AnalyticsAdminServiceClient) -> None:
    assert len(make(alpha, destination_event="a" * 40).destination_event) == 40


def test_rule_needs_one_to_ten_conditions(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument, match="event_conditions is required"):
        make(alpha, event_conditions=[])
    with pytest.raises(InvalidArgument, match="at most 10, not 11"):
        make(alpha, event_conditions=[PAGE_VIEW] * 11)
    assert len(make(alpha, event_conditions=[PAGE_VIEW] * 10).event_conditions) == 10


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"field": ""}, r"event_conditions\[0\]\.field is required"),
        ({"value": ""}, r"event_conditions\[0\]\.value is required"),
        ({"comparison_type": 0}, r"event_conditions\[0\]\.comparison_type is required"),
        ({"comparison_type": 99}, r"event_conditions\.comparison_type: no such value: 99"),
        ({"field": "page location"}, "must not contain spaces"),
    ],
)
def test_incomplete_condition_is_invalid(
    alpha: AnalyticsAdminServiceClient, change: dict[str, Any], complaint: str
) -> None:
    request = EventCreateRule(destination_event="pricing_view", event_conditions=[PAGE_VIEW])
    condition = EventCreateRule.pb(request).event_conditions[0]
    for field, value in change.items():
        setattr(condition, field, value)
    with pytest.raises(InvalidArgument, match=complaint):
        alpha.create_event_create_rule(parent=web_stream(alpha), event_create_rule=request)


def test_rule_takes_at_most_twenty_mutations(alpha: AnalyticsAdminServiceClient) -> None:
    mutations = [{"parameter": f"p{number}", "parameter_value": "x"} for number in range(21)]
    with pytest.raises(InvalidArgument, match="at most 20, not 21"):
        make(alpha, parameter_mutations=mutations)
    assert len(make(alpha, parameter_mutations=mutations[:20]).parameter_mutations) == 20


@pytest.mark.parametrize(
    ("mutation", "complaint"),
    [
        ({"parameter": "", "parameter_value": "x"}, "parameter is required"),
        ({"parameter": "plan", "parameter_value": ""}, "parameter_value is required"),
        ({"parameter": "a" * 41, "parameter_value": "x"}, "at most 40 characters, not 41"),
        ({"parameter": "plan", "parameter_value": "x" * 101}, "at most 100 characters, not 101"),
        ({"parameter": "has-dash", "parameter_value": "x"}, "has-dash"),
        ({"parameter": "event_name", "parameter_value": "x"}, "event edit rules only"),
    ],
)
def test_wrong_mutation_is_invalid(
    alpha: AnalyticsAdminServiceClient, mutation: dict[str, str], complaint: str
) -> None:
    with pytest.raises(InvalidArgument, match=complaint):
        make(alpha, parameter_mutations=[mutation])


def test_mutation_lengths_follow_their_switches(alpha_with: AlphaWith) -> None:
    client = alpha_with(mutation_parameter_max_length=39, mutation_value_max_length=99)
    with pytest.raises(InvalidArgument, match="at most 39"):
        make(client, parameter_mutations=[{"parameter": "a" * 40, "parameter_value": "x"}])
    with pytest.raises(InvalidArgument, match="at most 99"):
        make(client, parameter_mutations=[{"parameter": "a", "parameter_value": "x" * 100}])


def test_parameter_is_changed_once(alpha: AnalyticsAdminServiceClient) -> None:
    mutation = {"parameter": "plan", "parameter_value": "x"}
    with pytest.raises(InvalidArgument, match="'plan' is set twice"):
        make(alpha, parameter_mutations=[mutation, mutation])


def test_rules_belong_to_web_streams(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument, match="web data streams"):
        make(alpha, parent=app_stream(alpha))


@pytest.mark.parametrize("comparison", ["REGULAR_EXPRESSION", "REGULAR_EXPRESSION_CASE_INSENSITIVE"])
def test_regular_expressions_work_on_web_streams_only(alpha_with: AlphaWith, comparison: str) -> None:
    client = alpha_with(rules_on_app_streams=True)
    conditions = [{**PAGE_VIEW, "comparison_type": comparison}]
    assert make(client, event_conditions=conditions).event_conditions[0].value == "page_view"
    stream = app_stream(client)
    assert make(client, parent=stream).name.startswith(stream)
    with pytest.raises(InvalidArgument, match="web data streams only"):
        make(client, parent=stream, event_conditions=conditions)


def test_missing_stream_is_not_found_and_foreign_property_denied(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(NotFound):
        make(alpha, parent=f"{SHOP}/dataStreams/999999")
    with pytest.raises(NotFound):
        list(alpha.list_event_create_rules(parent=f"{SHOP}/dataStreams/999999"))
    with pytest.raises(PermissionDenied):
        make(alpha, parent="properties/1/dataStreams/1")
    with pytest.raises(InvalidArgument):
        make(alpha, parent=SHOP)


def test_update_replaces_conditions_and_leaves_the_rest(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, source_copy_parameters=True)
    changed = EventCreateRule(name=made.name, event_conditions=[{**PAGE_VIEW, "value": "scroll"}])
    after = alpha.update_event_create_rule(
        event_create_rule=changed, update_mask=FieldMask(paths=["event_conditions"])
    )
    assert [condition.value for condition in after.event_conditions] == ["scroll"]
    assert (after.destination_event, after.source_copy_parameters) == ("pricing_view", True)


def test_update_is_held_to_the_same_rules(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha)
    with pytest.raises(InvalidArgument, match="event_conditions is required"):
        alpha.update_event_create_rule(
            event_create_rule=EventCreateRule(name=made.name),
            update_mask=FieldMask(paths=["event_conditions"]),
        )


def test_deleted_rule_is_gone(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha)
    alpha.delete_event_create_rule(name=made.name)
    with pytest.raises(NotFound):
        alpha.get_event_create_rule(name=made.name)
    assert make(alpha).name != made.name
