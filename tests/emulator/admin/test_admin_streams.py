from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient, DataStream
from google.api_core.exceptions import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound
from google.protobuf.field_mask_pb2 import FieldMask

SHOP = "properties/100000001"
WEB = {"type_": "WEB_DATA_STREAM", "web_stream_data": {"default_uri": "https://second.example"}}
ANDROID = {
    "type_": "ANDROID_APP_DATA_STREAM",
    "android_app_stream_data": {"package_name": "com.example.shop"},
}
IOS = {"type_": "IOS_APP_DATA_STREAM", "ios_app_stream_data": {"bundle_id": "com.example.shop"}}


def make(client: AnalyticsAdminServiceClient, fields: dict[str, Any], **more: Any) -> DataStream:
    return client.create_data_stream(parent=SHOP, data_stream=DataStream({**fields, **more}))


def seeded(client: AnalyticsAdminServiceClient) -> DataStream:
    return next(iter(client.list_data_streams(parent=SHOP)))


def test_web_stream_gets_a_measurement_id_of_its_own(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, WEB, display_name="Second")
    assert made.web_stream_data.measurement_id.startswith("G-")
    assert made.web_stream_data.measurement_id != seeded(alpha).web_stream_data.measurement_id
    assert made.web_stream_data.default_uri == "https://second.example"
    assert alpha.get_data_stream(name=made.name) == made


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"display_name": "Second"}, "type is required"),
        ({**WEB}, "display_name is required"),
        ({"type_": "WEB_DATA_STREAM", "display_name": "Second"}, "web_stream_data is required"),
        ({**IOS, "type_": "WEB_DATA_STREAM", "display_name": "Second"}, "does not fit"),
        ({**IOS, "ios_app_stream_data": {}}, "bundle_id is required"),
        ({**WEB, "display_name": "😀" * 128}, "at most 255 characters, not 256"),
    ],
)
def test_wrong_stream_is_invalid(
    alpha: AnalyticsAdminServiceClient, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InvalidArgument, match=complaint):
        make(alpha, fields)


def test_display_name_is_unique_in_the_property(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(AlreadyExists):
        make(alpha, WEB, display_name=seeded(alpha).display_name)
    second = make(alpha, WEB, display_name="Second")
    second.display_name = seeded(alpha).display_name
    with pytest.raises(AlreadyExists):
        alpha.update_data_stream(data_stream=second, update_mask=FieldMask(paths=["display_name"]))


def test_app_streams_need_no_display_name(alpha: AnalyticsAdminServiceClient) -> None:
    assert make(alpha, ANDROID).android_app_stream_data.package_name == "com.example.shop"
    assert make(alpha, IOS).ios_app_stream_data.bundle_id == "com.example.shop"


@pytest.mark.parametrize("switched_on", [True, False])
def test_app_stream_brings_key_events_that_stay(
    alpha_with: Callable[..., AnalyticsAdminServiceClient], switched_on: bool
) -> None:
    client = alpha_with(app_default_key_events=switched_on)
    make(client, ANDROID)
    make(client, IOS)
    names = [event.event_name for event in client.list_key_events(parent=SHOP)]
    assert names.count("first_open") == int(switched_on)
    if switched_on:
        first_open = list(client.list_key_events(parent=SHOP))[names.index("first_open")]
        assert not first_open.custom
        with pytest.raises(FailedPrecondition):
            client.delete_key_event(name=first_open.name)


def test_nested_mask_changes_the_uri_and_update_time_only(alpha: AnalyticsAdminServiceClient) -> None:
    before = seeded(alpha)
    changed = DataStream(
        name=before.name,
        display_name="Ignored",
        web_stream_data={"default_uri": "https://new.example", "measurement_id": "G-IGNORED"},
    )
    after = alpha.update_data_stream(
        data_stream=changed, update_mask=FieldMask(paths=["web_stream_data.default_uri"])
    )
    assert after.web_stream_data.default_uri == "https://new.example"
    assert after.web_stream_data.measurement_id == before.web_stream_data.measurement_id
    assert after.display_name == before.display_name
    assert after.create_time == before.create_time
    assert cast("datetime", after.update_time) > cast("datetime", before.update_time)


@pytest.mark.parametrize("path", ["type", "type_"])
def test_type_is_immutable_under_either_spelling(alpha: AnalyticsAdminServiceClient, path: str) -> None:
    changed = DataStream(name=seeded(alpha).name, type_="IOS_APP_DATA_STREAM")
    with pytest.raises(InvalidArgument, match=r"DataStream\.type is immutable"):
        alpha.update_data_stream(data_stream=changed, update_mask=FieldMask(paths=[path]))
    unchanged = DataStream(name=seeded(alpha).name, type_="WEB_DATA_STREAM")
    assert alpha.update_data_stream(data_stream=unchanged, update_mask=FieldMask(paths=[path])) == seeded(
        alpha
    )


def test_bundle_id_is_immutable(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, IOS)
    made.ios_app_stream_data.bundle_id = "com.example.other"
    with pytest.raises(InvalidArgument, match="bundle_id is immutable"):
        alpha.update_data_stream(data_stream=made, update_mask=FieldMask(paths=["ios_app_stream_data"]))


def test_masked_but_empty_stream_data_keeps_the_measurement_id(alpha: AnalyticsAdminServiceClient) -> None:
    before = seeded(alpha)
    after = alpha.update_data_stream(
        data_stream=DataStream(name=before.name), update_mask=FieldMask(paths=["web_stream_data"])
    )
    assert after.web_stream_data.measurement_id == before.web_stream_data.measurement_id
    assert after.web_stream_data.default_uri == ""


def test_deleted_stream_takes_its_rules_along(alpha: AnalyticsAdminServiceClient) -> None:
    stream = seeded(alpha)
    condition = {"field": "event_name", "comparison_type": "EQUALS", "value": "page_view"}
    fields = {"destination_event": "seen", "event_conditions": [condition]}
    rule = alpha.create_event_create_rule(request={"parent": stream.name, "event_create_rule": fields})
    alpha.delete_data_stream(name=stream.name)
    assert list(alpha.list_data_streams(parent=SHOP)) == []
    with pytest.raises(NotFound):
        alpha.get_event_create_rule(name=rule.name)
