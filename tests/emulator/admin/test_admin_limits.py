from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient
from google.api_core.exceptions import InvalidArgument, ResourceExhausted

from milepost.emulator import admin
from milepost.emulator.clock import Clock
from milepost.emulator.store import Store
from milepost.emulator.switches import SwitchError, Switches

AlphaWith = Callable[..., AnalyticsAdminServiceClient]
STANDARD, PREMIUM = "properties/100000001", "properties/360"
CAP_MESSAGE = "This resource could not be created because it is already at the maximum resource limit."


def key_event(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
    event = {"event_name": f"event_{number}", "counting_method": 1}
    return client.create_key_event(request={"parent": parent, "key_event": event})


def dimension(scope: int) -> Callable[[AnalyticsAdminServiceClient, str, int], Any]:
    def make(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
        fields = {"parameter_name": f"p{number}", "display_name": f"P {scope} {number}", "scope": scope}
        return client.create_custom_dimension(request={"parent": parent, "custom_dimension": fields})

    return make


def metric(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
    fields = {"parameter_name": f"p{number}", "display_name": f"P{number}", "scope": 1, "measurement_unit": 1}
    return client.create_custom_metric(request={"parent": parent, "custom_metric": fields})


def stream(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
    fields = {"type_": 1, "display_name": f"Stream {number}", "web_stream_data": {}}
    return client.create_data_stream(request={"parent": parent, "data_stream": fields})


def app_stream(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
    fields = {"type_": 2, "android_app_stream_data": {"package_name": f"com.example.app{number}"}}
    return client.create_data_stream(request={"parent": parent, "data_stream": fields})


def rule(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
    web_stream = next(iter(client.list_data_streams(parent=parent))).name
    condition = {"field": "event_name", "comparison_type": 1, "value": "page_view"}
    fields = {"destination_event": f"event_{number}", "event_conditions": [condition]}
    return client.create_event_create_rule(request={"parent": web_stream, "event_create_rule": fields})


def calculated_metric(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
    fields = {"display_name": "C", "metric_unit": 1, "formula": "sessions"}
    request = {"parent": parent, "calculated_metric_id": f"c{number}", "calculated_metric": fields}
    return client.create_calculated_metric(request=request)


def audience(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
    leaves = {"filter_expressions": [{"event_filter": {"event_name": "purchase"}}]}
    ors = {"and_group": {"filter_expressions": [{"or_group": leaves}]}}
    clause = {"clause_type": 1, "simple_filter": {"scope": 3, "filter_expression": ors}}
    fields = {"display_name": f"A{number}", "description": "A", "membership_duration_days": 30}
    request = {"parent": parent, "audience": fields | {"filter_clauses": [clause]}}
    return client.create_audience(request=request)


def channel_group(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
    default = next(iter(client.list_channel_groups(parent=parent)))
    fields = {"display_name": f"G{number}", "grouping_rule": default.grouping_rule}
    return client.create_channel_group(request={"parent": parent, "channel_group": fields})


def ads_link(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
    fields = {"customer_id": str(number)}
    return client.create_google_ads_link(request={"parent": parent, "google_ads_link": fields})


def annotation(client: AnalyticsAdminServiceClient, parent: str, number: int) -> Any:
    fields = {"title": f"N{number}", "color": 1, "annotation_date": {"year": 2026, "month": 3, "day": 1}}
    request = {"parent": parent, "reporting_data_annotation": fields}
    return client.create_reporting_data_annotation(request=request)


@pytest.mark.parametrize(
    ("make", "parent", "cap"),
    [
        (key_event, STANDARD, 30),
        (key_event, PREMIUM, 50),
        (dimension(1), STANDARD, 50),
        (dimension(1), PREMIUM, 125),
        (dimension(2), STANDARD, 25),
        (dimension(2), PREMIUM, 100),
        (dimension(3), STANDARD, 10),
        (dimension(3), PREMIUM, 25),
        (metric, STANDARD, 50),
        (metric, PREMIUM, 125),
        (stream, STANDARD, 49),
        (stream, PREMIUM, 199),
        (app_stream, STANDARD, 30),
        (rule, STANDARD, 50),
        (calculated_metric, STANDARD, 5),
        (calculated_metric, PREMIUM, 50),
        (audience, STANDARD, 98),
        (channel_group, STANDARD, 2),
        (channel_group, PREMIUM, 5),
    ],
)
def test_cap_is_reached_where_the_service_level_says(
    alpha: AnalyticsAdminServiceClient, make: Callable[..., Any], parent: str, cap: int
) -> None:
    # Every property is seeded with one web stream and two audiences, hence 49, 199 and 98 more.
    for number in range(cap):
        make(alpha, parent, number)
    with pytest.raises(InvalidArgument) as raised:
        make(alpha, parent, cap)
    assert raised.value.message == CAP_MESSAGE


@pytest.mark.parametrize(
    ("make", "bucket", "seeded"),
    [
        (audience, "audiences", 2),
        (ads_link, "google_ads_links", 0),
        (calculated_metric, "calculated_metrics", 0),
        (annotation, "reporting_data_annotations", 0),
    ],
)
def test_cap_can_be_set(alpha_with: AlphaWith, make: Callable[..., Any], bucket: str, seeded: int) -> None:
    client = alpha_with(limits=f"{bucket}=3")
    for number in range(3 - seeded):
        make(client, PREMIUM, number)
    with pytest.raises(InvalidArgument, match="maximum resource limit"):
        make(client, PREMIUM, 3)


def test_scopes_have_caps_of_their_own(alpha_with: AlphaWith) -> None:
    client = alpha_with(limits="custom_dimensions.item=1")
    dimension(3)(client, STANDARD, 0)
    with pytest.raises(InvalidArgument, match="maximum resource limit"):
        dimension(3)(client, STANDARD, 1)
    dimension(1)(client, STANDARD, 2)


def test_googles_own_key_events_do_not_count(alpha_with: AlphaWith) -> None:
    client = alpha_with(limits="key_events=0")
    lead = list(client.list_key_events(parent=STANDARD))[1]
    client.delete_key_event(name=lead.name)
    event = {"event_name": lead.event_name, "counting_method": 1}
    assert not client.create_key_event(request={"parent": STANDARD, "key_event": event}).custom
    with pytest.raises(InvalidArgument, match="maximum resource limit"):
        key_event(client, STANDARD, 0)


def test_archived_definitions_free_their_place(alpha_with: AlphaWith) -> None:
    client = alpha_with(limits="custom_metrics=1")
    client.archive_custom_metric(name=metric(client, STANDARD, 0).name)
    assert metric(client, STANDARD, 1).parameter_name == "p1"


def test_cap_answers_the_code_of_its_switch(alpha_with: AlphaWith) -> None:
    client = alpha_with(limits="key_events=0", cap_code="RESOURCE_EXHAUSTED")
    with pytest.raises(ResourceExhausted, match="maximum resource limit"):
        key_event(client, STANDARD, 0)


@pytest.mark.parametrize(
    "switches",
    [
        Switches(limits="keyevents=3"),
        Switches(limits="key_events"),
        Switches(limits="key_events=-1"),
        Switches(cap_code="TEAPOT"),
        Switches(undeletable_code="409"),
        Switches(system_resource_code="no"),
        Switches(acknowledgement_code=""),
    ],
)
def test_nonsense_in_a_switch_is_refused_at_the_start(store: Store, clock: Clock, switches: Switches) -> None:
    with pytest.raises(SwitchError):
        admin.methods(store, clock, switches)
