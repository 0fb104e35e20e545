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
    admin.seed(store, clock)
    assert list(alpha.list_key_events(parent=DEMO[0])) == before
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
    assert list(alpha.search_change_history_events(request={"account": "accounts/1000"})) == []


@pytest.mark.parametrize("property_id", ["", "shop", "properties/1", "١٢", "1.5"])
def test_property_id_is_digits(store: Store, clock: Clock, property_id: str) -> None:
    with pytest.raises(ValueError, match="digits only"):
        admin.add_property(store, clock, admin.ExtraProperty(property_id))
