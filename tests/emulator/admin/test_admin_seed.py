from __future__ import annotations

from datetime import timedelta

import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient, KeyEvent
from google.protobuf.field_mask_pb2 import FieldMask

from milepost.emulator import admin
from milepost.emulator.clock import Clock
from milepost.emulator.store import Store

DEMO = [f"properties/10000000{number}" for number in range(1, 7)]


@pytest.mark.parametrize("name", DEMO)
def test_demo_property_is_like_a_real_one(
    alpha: AnalyticsAdminServiceClient, clock: Clock, name: str
) -> None:
    seeded = alpha.get_property(name=name)
    assert (seeded.time_zone, seeded.currency_code) == ("Etc/GMT", "EUR")
    assert seeded.service_level.name == "GOOGLE_ANALYTICS_STANDARD"
    assert timedelta(days=399) < clock.now() - seeded.create_time < timedelta(days=401)
    (stream,) = alpha.list_data_streams(parent=name)
    assert stream.web_stream_data.measurement_id.startswith("G-")
    assert stream.web_stream_data.default_uri.startswith("https://")
    events = {event.event_name: event for event in alpha.list_key_events(parent=name)}
    assert {name: event.deletable for name, event in events.items()} == {
        "purchase": False,
        "qualify_lead": True,
        "close_convert_lead": True,
    }
    assert {event.custom for event in events.values()} == {False}
    assert {event.create_time for event in events.values()} == {seeded.create_time}


@pytest.mark.parametrize("name", [*DEMO, "properties/360"])
def test_property_has_what_google_gives_every_one(alpha: AnalyticsAdminServiceClient, name: str) -> None:
    born = alpha.get_property(name=name).create_time
    audiences = list(alpha.list_audiences(parent=name))
    assert [audience.display_name for audience in audiences] == ["All Users", "Purchasers"]
    assert {audience.create_time for audience in audiences} == {born}
    (group,) = alpha.list_channel_groups(parent=name)
    assert group.system_defined
    for nothing in (
        alpha.list_calculated_metrics(parent=name),
        alpha.list_reporting_data_annotations(parent=name),
        alpha.list_google_ads_links(parent=name),
    ):
        assert list(nothing) == []


def test_measurement_ids_differ_and_stay_the_same(alpha: AnalyticsAdminServiceClient) -> None:
    def ids(client: AnalyticsAdminServiceClient) -> list[str]:
        streams = [stream for name in DEMO for stream in client.list_data_streams(parent=name)]
        return [stream.web_stream_data.measurement_id for stream in streams]

    assert len(set(ids(alpha))) == 6
    assert ids(alpha) == ids(alpha)


def test_seeding_again_changes_nothing(
    alpha: AnalyticsAdminServiceClient, store: Store, clock: Clock
) -> None:
    purchase = next(iter(alpha.list_key_events(parent=DEMO[0])))
    purchase.counting_method = KeyEvent.CountingMethod(2)
    alpha.update_key_event(key_event=purchase, update_mask=FieldMask(paths=["counting_method"]))
    before = list(alpha.list_key_events(parent=DEMO[0]))
    audience = next(iter(alpha.list_audiences(parent=DEMO[0])))
    audience.display_name = "Everybody"
    alpha.update_audience(audience=audience, update_mask=FieldMask(paths=["display_name"]))
    admin.seed(store, clock)
    assert list(alpha.list_key_events(parent=DEMO[0])) == before
    names = [audience.display_name for audience in alpha.list_audiences(parent=DEMO[0])]
    assert names == ["Everybody", "Purchasers"]
    assert len(list(alpha.list_channel_groups(parent=DEMO[0]))) == 1
    assert len(list(alpha.list_properties(request={"filter": "parent:accounts/1000"}))) == 7


def test_added_property_stands_beside_the_demo_ones(
    alpha: AnalyticsAdminServiceClient, store: Store, clock: Clock
) -> None:
    wanted = admin.ExtraProperty("42", "Mine", "https://mine.example", time_zone="Asia/Tokyo")
    assert admin.add_property(store, clock, wanted)
    assert not admin.add_property(store, clock, wanted)
    assert alpha.get_property(name="properties/42").display_name == "Mine"
    (stream,) = alpha.list_data_streams(parent="properties/42")
    assert stream.web_stream_data.default_uri == "https://mine.example"
    assert len(list(alpha.list_audiences(parent="properties/42"))) == 2
    assert len(list(alpha.list_channel_groups(parent="properties/42"))) == 1
    assert list(alpha.search_change_history_events(request={"account": "accounts/1000"})) == []


@pytest.mark.parametrize("property_id", ["", "shop", "properties/1", "١٢", "1.5"])
def test_property_id_is_digits(store: Store, clock: Clock, property_id: str) -> None:
    with pytest.raises(ValueError, match="digits only"):
        admin.add_property(store, clock, admin.ExtraProperty(property_id))
