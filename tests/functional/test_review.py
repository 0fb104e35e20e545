"""A plan as something to review: written, read again, carried out as it is or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import grpc
import pytest
from google.analytics import admin_v1alpha
from google.analytics.admin_v1alpha.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)
from syrupy.assertion import SnapshotAssertion

from milepost.emulator.embedded import Emulator
from milepost.model.load import load_file
from milepost.operations.annotate import annotate_synced
from milepost.operations.session import Session
from milepost.operations.sync import Synced, plan_properties, sync_property
from milepost.reconcile.plan import Plan
from tests.functional.conftest import SHOP, Milepost, Ran

PROPERTY = "properties/100000001"
SOMEBODY = [("x-emulator-actor", "colleague@example.com")]
TWO = SHOP.replace(
    "[business_types.ecommerce]",
    '[properties.other]\nid = "100000002"\nbusiness_types = ["ecommerce"]\ncurrency = "EUR"\n\n'
    "[business_types.ecommerce]",
)


@pytest.fixture
def admin(emulator: Emulator) -> Iterator[Any]:
    """Google's own client, as a colleague at the same property uses it."""
    with grpc.insecure_channel(emulator.address) as channel:
        yield admin_v1alpha.AnalyticsAdminServiceClient(
            transport=AnalyticsAdminServiceGrpcTransport(channel=channel)
        )


@pytest.fixture
def planned(milepost: Milepost, emulator: Emulator, shop: Path) -> Path:
    """A reviewed plan of five changes."""
    assert milepost("plan", "--out", "plan.json").code == 0
    return shop.parent / "plan.json"


def _write(path: Path, text: str, *parts: str) -> None:
    """The text with replacements: old, new, old, new."""
    for old, new in zip(parts[::2], parts[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def _refused(run: Ran, emulator: Emulator, *words: str, writes: int = 0) -> None:
    assert run.code == 1
    assert "Traceback" not in run.stderr
    for word in words:
        assert word in run.stderr
    assert len(emulator.store.history) == writes


def _events(admin: Any) -> dict[str, Any]:
    return {event.event_name: event for event in admin.list_key_events(parent=PROPERTY)}


def test_a_plan_file_is_what_the_json_format_prints(milepost: Milepost, planned: Path) -> None:
    assert milepost("plan", "--format", "json").stdout == planned.read_text(encoding="utf-8")


def test_a_reviewed_plan_is_carried_out(milepost: Milepost, emulator: Emulator, planned: Path) -> None:
    run = milepost("sync", "--plan", "plan.json", "--yes")
    assert run.code == 0
    assert "5 created." in run.stdout
    assert "nothing left to do" in run.stdout
    assert len(emulator.store.history) == 5
    assert milepost("plan", "--exit-code").code == 0


def test_a_reviewed_plan_still_asks(milepost: Milepost, emulator: Emulator, planned: Path) -> None:
    _refused(milepost("sync", "--plan", "plan.json"), emulator, "nobody to ask", "--yes")


def test_a_plan_for_one_property_leaves_the_others(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    shop.write_text(TWO, encoding="utf-8")
    assert milepost("plan", "shop", "--out", "plan.json").code == 0
    assert milepost("sync", "--plan", "plan.json", "--yes").code == 0
    first, second = milepost("plan", "--format", "json").json["properties"]
    assert first["changes"] == []
    assert len(second["changes"]) == 5


@pytest.mark.parametrize("extra", [["shop"], ["sh*"], ["--prune"]])
def test_names_and_prune_cannot_stand_beside_a_plan(
    milepost: Milepost, planned: Path, extra: list[str]
) -> None:
    run = milepost("sync", "--plan", "plan.json", "--yes", *extra)
    assert run.code == 2
    assert "--plan says what is done" in " ".join(run.stderr.replace("│", " ").split())


def test_a_moved_property_is_refused_and_told_from_what_it_was(
    milepost: Milepost, emulator: Emulator, planned: Path, admin: Any
) -> None:
    event = _events(admin)["qualify_lead"]
    event.counting_method = "ONCE_PER_SESSION"
    admin.update_key_event(key_event=event, update_mask={"paths": ["counting_method"]}, metadata=SOMEBODY)
    dimension = {"parameter_name": "colour", "display_name": "Colour", "scope": "EVENT"}
    admin.create_custom_dimension(parent=PROPERTY, custom_dimension=dimension)
    run = milepost("sync", "--plan", "plan.json", "--yes")
    _refused(
        run,
        emulator,
        "property shop: live has moved since the plan was made",
        "key event qualify_lead was changed",
        "custom dimension event:colour is new",
        "Plan again",
        writes=2,
    )
    assert run.stdout == ""


def test_a_plan_that_was_carried_out_does_not_fit_a_second_time(
    milepost: Milepost, emulator: Emulator, planned: Path
) -> None:
    assert milepost("sync", "--plan", "plan.json", "--yes").code == 0
    run = milepost("sync", "--plan", "plan.json", "--yes")
    _refused(run, emulator, "key event add_to_cart is new", writes=5)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (["value = 1.5", "value = 2"], "create key_event add_to_cart (otherwise)"),
        (["[metrics.result_count]", "[metrics.other_count]"], "create custom_metric other_count (new)"),
        (['"100000001"', '"100000002"'], "property 100000002 in place of 100000001"),
        (["[properties.shop]", "[properties.store]"], "does not declare it any more"),
    ],
    ids=["value", "name", "id", "property"],
)
def test_a_file_that_has_changed_is_refused(
    milepost: Milepost, emulator: Emulator, planned: Path, shop: Path, parts: list[str], words: str
) -> None:
    _write(shop, SHOP, *parts)
    _refused(milepost("sync", "--plan", "plan.json", "--yes"), emulator, "property shop", words)


def test_a_plan_is_carried_out_whole_or_not_at_all(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any
) -> None:
    shop.write_text(TWO, encoding="utf-8")
    assert milepost("plan", "--out", "plan.json").code == 0
    admin.create_key_event(parent="properties/100000002", key_event={"event_name": "x", "counting_method": 1})
    run = milepost("sync", "--plan", "plan.json", "--yes")
    _refused(run, emulator, "property other: live has moved", "property shop: was left as it is", writes=1)


def test_a_property_that_had_no_plan_does_not_keep_the_others_from_theirs(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    _write(shop, TWO, '"100000002"', '"424242"')
    assert milepost("plan", "--out", "plan.json").code == 1
    run = milepost("sync", "--plan", "plan.json", "--yes")
    assert run.code == 1
    assert "property other: had no plan when it was reviewed" in run.stderr
    assert "5 created." in run.stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        ("", "is not JSON, or cut off"),
        ('{"format_version": 9, "properties": []}', "format version 9"),
    ],
)
def test_an_unusable_plan_file_is_named(
    milepost: Milepost, emulator: Emulator, shop: Path, content: str | None, words: str
) -> None:
    if content is not None:
        (shop.parent / "plan.json").write_text(content, encoding="utf-8")
    _refused(milepost("sync", "--plan", "plan.json", "--yes"), emulator, "plan.json", words, "plan --out")


def test_a_place_the_plan_cannot_be_written_to_is_named(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    _refused(milepost("plan", "--out", "nowhere/plan.json"), emulator, "nowhere", "cannot be written")


def test_prune_takes_what_the_file_does_not_mention_and_nothing_else(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any
) -> None:
    _write(shop, SHOP, 'currency = "EUR"\n', 'currency = "EUR"\nignore = { key_events = ["close_*"] }\n')
    (entry,) = milepost("plan", "--prune", "--format", "json").json["properties"]
    removals = [c for c in entry["changes"] if c["action"] in ("delete", "archive")]
    assert [(c["kind"], c["identity"], c["origin"]) for c in removals] == [
        ("key_event", "qualify_lead", "--prune")
    ]
    assert {u["identity"]: u.get("note") for u in entry["unmanaged"]} == {
        "All Users": "GA4 does not let it be removed",
        "Purchasers": "GA4 does not let it be removed",
    }
    assert milepost("sync", "--prune", "--yes").code == 0
    assert set(_events(admin)) == {"add_to_cart", "newsletter_signup", "purchase", "close_convert_lead"}
    assert milepost("plan", "--prune", "--exit-code").code == 0


def test_a_reviewed_pruning_is_carried_out_without_asking_for_it_again(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any
) -> None:
    shop.write_text(SHOP, encoding="utf-8")
    assert milepost("plan", "--prune", "--out", "plan.json").code == 0
    assert milepost("sync", "--plan", "plan.json", "--yes").code == 1
    assert "qualify_lead" in _events(admin)
    assert milepost("sync", "--plan", "plan.json", "--yes", "--force").code == 0
    assert set(_events(admin)) == {"add_to_cart", "newsletter_signup", "purchase"}


def test_the_guard_is_the_property_s_own(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    _refused(milepost("sync", "--prune", "--yes"), emulator, "would remove 2 of 3", "--force")
    _write(shop, SHOP, 'currency = "EUR"\n', 'currency = "EUR"\nguard = { share = 0.9 }\n')
    assert milepost("sync", "--prune", "--yes").code == 0


def test_removing_key_events_says_what_the_api_cannot_see(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    _write(shop, SHOP + '\n[absent]\nkey_events = ["qualify_lead"]\n')
    run = milepost("sync")
    assert run.code == 1
    assert "does not tell whether Google Ads imports a key event" in run.stderr
    _write(shop, SHOP)
    assert "Google Ads" not in milepost("sync", "--yes").stderr


def test_a_plan_for_a_pull_request_shows_drift_and_its_author(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any, snapshot: SnapshotAssertion
) -> None:
    milepost("sync", "--yes")
    event = _events(admin)["add_to_cart"]
    event.counting_method = "ONCE_PER_EVENT"
    admin.update_key_event(key_event=event, update_mask={"paths": ["counting_method"]}, metadata=SOMEBODY)
    admin.delete_key_event(name=_events(admin)["newsletter_signup"].name, metadata=SOMEBODY)
    run = milepost("plan", "--format", "markdown")
    assert run.code == 0
    assert run.stdout == snapshot


def test_markdown_shows_failing_properties_and_fails(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    _write(shop, TWO, '"100000002"', '"424242"')
    run = milepost("plan", "--format", "markdown")
    assert run.code == 1
    assert "### other · property 424242\n\n**Could not be planned:**" in run.stdout
    assert "### shop · Online shop (demo) · property 100000001" in run.stdout


@pytest.mark.parametrize("output", ["text", "markdown", "json"])
def test_explain_says_why_in_every_format(
    milepost: Milepost, emulator: Emulator, shop: Path, output: str
) -> None:
    line = SHOP.splitlines().index("[business_types.ecommerce.micro.add_to_cart]") + 1
    run = milepost("plan", "--explain", "--format", output)
    told = " ".join(run.stdout.replace("\\", "").split())
    assert f"business_types.ecommerce.micro.add_to_cart (conversions.toml:{line}) asks for it." in told


AUDIENCE = """
[business_types.ecommerce.audiences.cart_left]
label = "Cart left"
did = ["add_to_cart"]
did_not = ["purchase"]
days = 30
"""


def test_what_ga4_does_not_let_change_is_refused_with_its_remedy_and_never_made_anew(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any
) -> None:
    _write(shop, SHOP + AUDIENCE)
    assert milepost("sync", "--yes").code == 0
    written = len(emulator.store.history)
    _write(shop, SHOP + AUDIENCE, "days = 30", "days = 60")
    assert milepost("plan", "--exit-code").code == 3
    run = milepost("sync", "--yes")
    assert run.code == 1
    assert "membership_duration_days: 30 days → 60 days" in run.stdout
    assert "Give the audience another label" in " ".join(run.stdout.split())
    assert len(emulator.store.history) == written
    (entry,) = milepost("plan", "--format", "json").json["properties"]
    (refused,) = entry["refused"]
    assert refused["fields"] == {"membership_duration_days": {"live": 30, "desired": 60}}
    assert refused["origin"] == "business_types.ecommerce.audiences.cart_left"


def _annotations(admin: Any) -> list[Any]:
    return list(admin.list_reporting_data_annotations(parent=PROPERTY))


def test_annotate_notes_what_was_changed_once(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any
) -> None:
    run = milepost("sync", "--yes", "--annotate")
    assert run.code == 0
    (note,) = _annotations(admin)
    assert note.title == "Milepost: 5 created"
    assert note.description == (
        "created custom dimension event:filter_name; created custom metric result_count; created event "
        "create rule newsletter_signup; created key event add_to…"
    )
    assert len(note.description) == 150
    assert "noted on" in run.stdout
    again = milepost("sync", "--yes", "--annotate", "--format", "json")
    assert "annotation" not in again.json["properties"][0]
    assert len(_annotations(admin)) == 1


def test_without_annotate_nothing_is_noted(
    milepost: Milepost, emulator: Emulator, shop: Path, admin: Any
) -> None:
    milepost("sync", "--yes")
    assert _annotations(admin) == []


def test_annotate_tells_programs_what_it_noted(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    (entry,) = milepost("sync", "--yes", "--annotate", "--format", "json").json["properties"]
    assert entry["annotation"]["title"] == "Milepost: 5 created"
    assert datetime.fromisoformat(entry["annotation"]["day"])


@pytest.mark.parametrize("answer", ["PERMISSION_DENIED", "UNAVAILABLE", "lost"])
def test_a_note_that_ga4_does_not_take_is_a_warning(
    milepost: Milepost, emulator: Emulator, shop: Path, answer: str
) -> None:
    fault = f"CreateReportingDataAnnotation={answer}"
    emulator.faults.set(fault)
    run = milepost("sync", "--yes", "--annotate")
    assert run.code == 0
    assert "warning: property shop: was synced, but not annotated" in run.stderr
    assert "nothing left to do" in run.stdout


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2026, 3, 16, 23, 30, tzinfo=UTC), "Asia/Tokyo", 17),
        (datetime(2026, 3, 16, 3, 30, tzinfo=UTC), "America/Los_Angeles", 15),
        (datetime(2026, 3, 16, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo")), "Etc/GMT", 16),
    ],
)
def test_the_note_stands_on_the_property_s_own_day(
    emulator: Emulator, shop: Path, admin: Any, moment: datetime, zone: str, day: int
) -> None:
    admin.update_property(
        property={"name": PROPERTY, "time_zone": zone}, update_mask={"paths": ["time_zone"]}
    )
    file = load_file(shop)
    with Session("edit") as session:
        (plan,) = plan_properties(file, ["shop"], session)
        assert isinstance(plan, Plan)
        synced = sync_property(file, plan, session)
        assert isinstance(synced, Synced)
        annotate_synced(file, [synced], session, now=lambda: moment)
    (note,) = _annotations(admin)
    assert (note.annotation_date.month, note.annotation_date.day) == (3, day)


def test_a_plan_file_names_no_place_on_the_machine(planned: Path) -> None:
    assert str(planned.parent) not in json.dumps(json.loads(planned.read_text(encoding="utf-8")))
