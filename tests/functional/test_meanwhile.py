"""What somebody else does at the same time: another run, another machine, a colleague in GA4."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1alpha
from google.analytics.admin_v1alpha.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)

from milepost.emulator.embedded import Emulator
from milepost.emulator.switches import Switches
from milepost.model.declared import declared_property
from milepost.model.load import ConversionsFile, load_file
from milepost.operations.outcome import Failure
from milepost.operations.session import Session
from milepost.operations.sync import Synced, plan_properties, sync_property
from milepost.reconcile.plan import Plan
from tests.functional.conftest import Milepost, fleet_text, writes_of

CHANGES = 5
RULE = "newsletter_signup"


@pytest.fixture
def colleague(fleet_emulator: Emulator) -> Iterator[Any]:
    """Google's own client, in other hands."""
    with grpc.insecure_channel(fleet_emulator.address) as channel:
        yield admin_v1alpha.AnalyticsAdminServiceClient(
            transport=AnalyticsAdminServiceGrpcTransport(channel=channel)
        )


@pytest.fixture
def session(fleet_emulator: Emulator) -> Iterator[Session]:
    with Session("edit") as opened:
        yield opened


def _planned(file: ConversionsFile, session: Session) -> Plan:
    (plan,) = plan_properties(file, ["shop-00"], session)
    assert isinstance(plan, Plan)
    return plan


def _synced(result: Synced | Failure) -> Synced:
    assert isinstance(result, Synced)
    return result


def _make_rule(colleague: Any, plan: Plan, **other: Any) -> None:
    """What the plan is about to make, or something like it."""
    change = next(c for c in plan.changes if c.identity == RULE and c.kind.name == "event_create_rule")
    rule = {name: field.desired for name, field in change.fields.items()} | other
    colleague.create_event_create_rule(request={"parent": change.parent, "event_create_rule": rule})


def _rules(colleague: Any) -> list[str]:
    (stream,) = colleague.list_data_streams(parent="properties/300000000")
    return [rule.destination_event for rule in colleague.list_event_create_rules(parent=stream.name)]


def test_a_rule_that_somebody_made_meanwhile_is_not_made_again(
    fleet: Path, session: Session, colleague: Any
) -> None:
    file = load_file(fleet)
    plan = _planned(file, session)
    _make_rule(colleague, plan)
    synced = _synced(sync_property(file, plan, session))
    assert synced.complete
    assert _rules(colleague) == [RULE]


def test_another_rule_of_the_name_made_meanwhile_is_left_for_the_next_run(
    fleet: Path, session: Session, colleague: Any
) -> None:
    file = load_file(fleet)
    plan = _planned(file, session)
    _make_rule(colleague, plan, source_copy_parameters=False)
    synced = _synced(sync_property(file, plan, session))
    failed = [o for o in synced.outcomes if o.status != "done"]
    assert [(o.change.kind.name, o.status) for o in failed] == [
        ("event_create_rule", "failed"),
        ("key_event", "skipped"),
    ]
    assert "run it again" in failed[0].reason
    assert _synced(sync_property(file, _planned(file, session), session)).complete
    assert _rules(colleague) == [RULE]


def test_a_rule_made_twice_all_the_same_is_named_and_left(
    fleet: Path, session: Session, colleague: Any
) -> None:
    file = load_file(fleet)
    plan = _planned(file, session)

    def meddle(outcome: Any) -> None:
        if outcome.change.kind.name == "event_create_rule":
            _make_rule(colleague, plan)

    synced = _synced(sync_property(file, plan, session, on_outcome=meddle))
    assert not synced.complete
    (twice,) = synced.twice
    assert twice.startswith(f"event create rule {RULE} (properties/300000000/dataStreams/")
    assert _rules(colleague) == [RULE, RULE]


def test_a_key_event_that_somebody_made_meanwhile_counts_as_done(
    fleet: Path, session: Session, colleague: Any
) -> None:
    file = load_file(fleet)
    plan = _planned(file, session)
    value = {"numeric_value": 1.5, "currency_code": "EUR"}
    event = {"event_name": "add_to_cart", "counting_method": "ONCE_PER_SESSION", "default_value": value}
    colleague.create_key_event(parent="properties/300000000", key_event=event)
    synced = _synced(sync_property(file, plan, session))
    assert synced.complete
    assert any("already exists" in outcome.reason for outcome in synced.outcomes)


def test_what_needs_a_failed_change_is_skipped_and_the_rest_is_done(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path
) -> None:
    fleet_emulator.faults.set("CreateEventCreateRule=INVALID_ARGUMENT")
    run = milepost("sync", "--yes", "shop-00", "--format", "json")
    assert run.code == 1
    outcomes = {(o["kind"], o["identity"]): o for o in run.json["properties"][0]["outcomes"]}
    assert outcomes["event_create_rule", RULE]["status"] == "failed"
    assert outcomes["key_event", RULE]["status"] == "skipped"
    assert (
        "needs the event create rule newsletter_signup, which was not made"
        in (outcomes["key_event", RULE]["reason"])
    )
    assert [o["status"] for o in outcomes.values()].count("done") == CHANGES - 2


def test_outcomes_are_told_even_if_the_property_cannot_be_read_again(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path
) -> None:
    fleet_emulator.faults.set("ListKeyEvents=ok,PERMISSION_DENIED")
    run = milepost("sync", "--yes", "shop-00")
    assert run.code == 1
    assert "5 created" in run.stdout
    assert "Could not be read again: properties/300000000: key events" in run.stdout


def test_a_second_sync_of_a_property_is_refused_until_the_first_has_ended(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path, session: Session
) -> None:
    declared = declared_property(load_file(fleet).document, "shop-00")
    session.hold(declared)
    for extra in ([], ["--wait", "0.3"]):
        run = milepost("sync", "--yes", "shop-0[01]", *extra)
        assert run.code == 1
        assert "error: property shop-00: another sync of it is still running on this machine" in run.stderr
        assert "--wait" in run.stderr
    assert fleet_emulator.calls.count("*", "300000000") == 0
    assert milepost("plan", "--exit-code", "shop-01").code == 0
    session.release(declared)
    assert milepost("sync", "--yes", "shop-00").code == 0


def test_a_sync_waits_for_another_if_told_to(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path, session: Session
) -> None:
    declared = declared_property(load_file(fleet).document, "shop-00")
    session.hold(declared)
    timer = Timer(0.5, session.release, [declared])
    timer.start()
    assert milepost("sync", "--yes", "shop-00", "--wait", "60").code == 0
    timer.join()


def test_a_property_under_two_names_is_synced_once(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.write_text(fleet_text(2).replace("300000001", "${SAME_SHOP}"), encoding="utf-8")
    monkeypatch.setenv("SAME_SHOP", "300000000")
    run = milepost("sync", "--yes")
    assert run.code == 1
    assert "another sync of it" in run.stderr
    assert writes_of(fleet_emulator) == CHANGES


def test_a_state_folder_that_cannot_hold_locks_is_named(
    milepost: Milepost,
    fleet_emulator: Emulator,
    fleet: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "a_file").write_text("")
    monkeypatch.setenv("MILEPOST_STATE_DIR", str(tmp_path / "a_file"))
    run = milepost("sync", "--yes", "shop-00")
    assert run.code == 1
    assert "cannot hold the locks of properties" in run.stderr
    assert "MILEPOST_STATE_DIR" in run.stderr


def test_two_machines_at_once_end_in_the_declared_state_or_say_what_is_twice(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path, tmp_path: Path, colleague: Any
) -> None:
    fleet_emulator.faults.set(latency=0.05)
    command = [sys.executable, "-m", "milepost", "sync", "--yes", "shop-00"]
    runs = [
        subprocess.Popen(
            command,
            cwd=fleet.parent,
            env={**os.environ, "MILEPOST_STATE_DIR": str(tmp_path / f"machine-{n}")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(2)
    ]
    messages = [run.communicate()[1] for run in runs]
    twice = _rules(colleague).count(RULE) > 1
    assert twice == any("more than once" in message for message in messages)
    assert max(run.returncode for run in runs) == int(twice)
    assert milepost("plan", "--exit-code", "shop-00").code == 0


def test_a_list_that_lags_behind_is_read_again_before_anything_counts_as_lost(fleet: Path) -> None:
    switches = Switches(list_delay_seconds=1)
    with Emulator(properties={"300000000": "ecommerce"}, switches=switches) as emulator:
        environ = {**os.environ, "ANALYTICS_EMULATOR_HOST": emulator.address}
        file = load_file(fleet)
        with Session("edit", environ) as session:
            assert _synced(sync_property(file, _planned(file, session), session)).complete
        assert emulator.calls.count("*/ListKeyEvents") > 2
        assert writes_of(emulator) == CHANGES
