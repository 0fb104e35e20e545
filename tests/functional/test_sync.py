"""plan and sync as a person or a CI job meets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1beta
from google.analytics.admin_v1beta.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)
from syrupy.assertion import SnapshotAssertion

from milepost.emulator.embedded import Emulator
from tests.functional.conftest import SHOP, Milepost

PROPERTY = "properties/100000001"
SOMEBODY = [("x-emulator-actor", "colleague@example.com")]


@pytest.fixture
def admin(emulator: Emulator) -> Any:
    """Google's own client, as a colleague at the same property uses it."""
    channel = grpc.insecure_channel(emulator.address)
    yield admin_v1beta.AnalyticsAdminServiceClient(
        transport=AnalyticsAdminServiceGrpcTransport(channel=channel)
    )
    channel.close()


def _changes(run: Any) -> list[tuple[str, str, str]]:
    return [(c["action"], c["kind"], c["identity"]) for c in run.json["properties"][0]["changes"]]


def test_plan_shows_every_change_and_leaves_the_rest_alone(
    milepost: Milepost, emulator: Emulator, shop: Path, snapshot: SnapshotAssertion
) -> None:
    run = milepost("plan")
    assert run.code == 0
    assert run.stdout == snapshot


def test_plan_json_is_the_documented_structure(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    run = milepost("plan", "--format", "json")
    document = run.json
    assert document["format_version"] == 1
    (entry,) = document["properties"]
    assert (entry["name"], entry["property"]) == ("shop", "100000001")
    assert _changes(run) == [
        ("create", "custom_dimension", "event:filter_name"),
        ("create", "custom_metric", "result_count"),
        ("create", "event_create_rule", "newsletter_signup"),
        ("create", "key_event", "add_to_cart"),
        ("create", "key_event", "newsletter_signup"),
    ]
    cart = entry["changes"][3]["fields"]
    assert cart["default_value"] == {"live": None, "desired": {"numeric_value": 1.5, "currency_code": "EUR"}}
    assert {"kind": "key_event", "identity": "qualify_lead"} in entry["unmanaged"]
    assert {"kind": "key_event", "before": 0, "after": 2, "limit": 30} in entry["limits"]


def test_plan_changes_nothing(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    milepost("plan")
    assert emulator.store.history == []


def test_sync_makes_the_property_agree_with_the_file(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any, snapshot: SnapshotAssertion
) -> None:
    run = milepost("sync", "--yes")
    assert run.code == 0
    assert run.stdout == snapshot
    events = {event.event_name for event in admin.list_key_events(parent=PROPERTY)}
    assert {"add_to_cart", "newsletter_signup", "purchase"} <= events
    assert [d.parameter_name for d in admin.list_custom_dimensions(parent=PROPERTY)] == ["filter_name"]


def test_sync_twice_writes_nothing_the_second_time(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    milepost("sync", "--yes")
    written = len(emulator.store.history)
    again = milepost("sync", "--yes")
    assert again.code == 0
    assert "Nothing to do" in again.stdout
    assert written == 5
    assert len(emulator.store.history) == written


def test_sync_json_tells_every_outcome(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    (entry,) = milepost("sync", "--yes", "--format", "json").json["properties"]
    assert [o["status"] for o in entry["outcomes"]] == ["done"] * 5
    assert entry["pending"] == []


def test_sync_without_anybody_to_ask_refuses(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    run = milepost("sync")
    assert run.code == 1
    assert "--yes" in run.stderr
    assert emulator.store.history == []


def test_plan_exit_code_tells_pending_changes(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    assert milepost("plan", "--exit-code").code == 3
    milepost("sync", "--yes")
    assert milepost("plan", "--exit-code").code == 0


def test_drift_is_named_with_both_values_and_the_moment(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any
) -> None:
    milepost("sync", "--yes")
    event = next(e for e in admin.list_key_events(parent=PROPERTY) if e.event_name == "add_to_cart")
    event.counting_method = "ONCE_PER_EVENT"
    admin.update_key_event(key_event=event, update_mask={"paths": ["counting_method"]}, metadata=SOMEBODY)
    moment = emulator.store.history[-1].change_time.isoformat(timespec="seconds")
    run = milepost("plan", "--format", "json")
    (change,) = run.json["properties"][0]["changes"]
    assert (change["action"], change["identity"]) == ("update", "add_to_cart")
    assert change["fields"] == {"counting_method": {"live": "ONCE_PER_EVENT", "desired": "ONCE_PER_SESSION"}}
    assert change["drift"]["actor"] == "colleague@example.com"
    assert change["drift"]["at"].startswith(moment[:19])
    text = milepost("plan").stdout
    assert "counting_method: ONCE_PER_EVENT → ONCE_PER_SESSION" in text
    assert f"changed {moment[:10]} {moment[11:19]} UTC by colleague@example.com" in text


def test_a_removed_key_event_is_made_again_and_its_remover_named(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any
) -> None:
    milepost("sync", "--yes")
    event = next(e for e in admin.list_key_events(parent=PROPERTY) if e.event_name == "add_to_cart")
    admin.delete_key_event(name=event.name, metadata=SOMEBODY)
    run = milepost("plan")
    assert "removed" in run.stdout
    assert "colleague@example.com" in run.stdout
    assert milepost("sync", "--yes").code == 0
    assert milepost("plan", "--exit-code").code == 0


def test_absent_things_go_and_others_stay(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any
) -> None:
    shop.write_text(SHOP + '\n[absent]\nkey_events = ["qualify_lead", "never_there"]\n', encoding="utf-8")
    run = milepost("sync", "--yes")
    assert run.code == 0
    events = {event.event_name for event in admin.list_key_events(parent=PROPERTY)}
    assert "qualify_lead" not in events
    assert "close_convert_lead" in events


def test_removing_much_needs_force(milepost: Milepost, emulator: Emulator, shop: Path, admin: Any) -> None:
    shop.write_text(
        SHOP + '\n[absent]\nkey_events = ["qualify_lead", "close_convert_lead"]\n', encoding="utf-8"
    )
    run = milepost("sync", "--yes")
    assert run.code == 1
    assert "would remove 2 of 3" in run.stderr
    assert emulator.store.history == []
    assert milepost("sync", "--yes", "--force").code == 0
    assert [
        e.event_name for e in admin.list_key_events(parent=PROPERTY) if e.deletable and not e.custom
    ] == []


def test_what_google_does_not_let_go_is_said(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    text = SHOP.replace("macro.purchase", "macro.order").replace('"purchase"', '"order"')
    shop.write_text(text + '\n[absent]\nkey_events = ["purchase"]\n', encoding="utf-8")
    (entry,) = milepost("plan", "--format", "json").json["properties"]
    left = {"kind": "key_event", "identity": "purchase", "note": "GA4 does not let it be removed"}
    assert left in entry["unmanaged"]
    assert {change["action"] for change in entry["changes"]} == {"create"}


def test_ignored_things_are_neither_listed_nor_removed(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    ignoring = 'currency = "EUR"\nignore = { key_events = ["*_lead"] }\n'
    shop.write_text(SHOP.replace('currency = "EUR"\n', ignoring), encoding="utf-8")
    (entry,) = milepost("plan", "--format", "json").json["properties"]
    assert not [u for u in entry["unmanaged"] if u["kind"] == "key_event"]
    assert [u["identity"] for u in entry["ignored"]] == ["close_convert_lead", "qualify_lead"]


def test_one_unreadable_property_does_not_hide_the_others(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    other = '[properties.other]\nid = "999"\nbusiness_types = ["ecommerce"]\ncurrency = "EUR"\n\n'
    shop.write_text(SHOP.replace("[properties.shop]", other + "[properties.shop]"), encoding="utf-8")
    run = milepost("plan")
    assert run.code == 1
    assert "property 100000001" in run.stdout
    assert "property 999" in run.stderr
    assert "Check the property id" in run.stderr


def test_a_refused_change_does_not_stop_the_others(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any
) -> None:
    dimension = {"parameter_name": "other", "display_name": "Filter name", "scope": "EVENT"}
    admin.create_custom_dimension(parent=PROPERTY, custom_dimension=dimension)
    run = milepost("sync", "--yes")
    assert run.code == 1
    assert "custom dimension event:filter_name: failed" in run.stdout
    assert "Requested entity already exists" in run.stdout
    assert "1 change still pending" in run.stdout
    assert "add_to_cart" in {event.event_name for event in admin.list_key_events(parent=PROPERTY)}
