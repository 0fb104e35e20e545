"""Many properties from one file, and two runs that want the same one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1alpha
from google.analytics.admin_v1alpha.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import UNLIMITED, Faults
from milepost.emulator.switches import Switches
from milepost.gateways.pacing import Rates
from milepost.model.declared import declared_property
from milepost.model.load import ConversionsFile, load_file
from milepost.operations.outcome import Failure
from milepost.operations.session import Session
from milepost.operations.sync import Synced, plan_properties, sync_property
from milepost.reconcile.plan import Plan
from tests.functional.conftest import NOW, SHOP, Milepost

COUNT = 20
CHANGES = 5
RULE = "newsletter_signup"


def _fleet(count: int = COUNT) -> str:
    """The shop's file for many shops."""
    head, rest = SHOP.split("[business_types", 1)
    shops = [
        f"[properties.shop-{n:02}]\n"
        f'id = "{300000000 + n}"\nbusiness_types = ["ecommerce"]\ncurrency = "EUR"\n'
        for n in range(count)
    ]
    return head.split("[properties")[0] + "\n".join(shops) + "\n[business_types" + rest


@pytest.fixture
def fleet_emulator(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    properties = {str(300000000 + n): "ecommerce" for n in range(COUNT)}
    with Emulator(clock=Clock(NOW), properties=properties, faults=Faults(quota=UNLIMITED)) as running:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", running.address)
        yield running


@pytest.fixture
def fleet(workdir: Path) -> Path:
    path = workdir / "conversions.toml"
    path.write_text(_fleet(), encoding="utf-8")
    return path


def _writes(emulator: Emulator) -> int:
    return sum(1 for call in emulator.calls.calls() if call.call.is_write)


def _names(run: Any) -> list[str]:
    return [entry["name"] for entry in run.json["properties"]]


def test_a_fleet_is_synced_with_one_write_per_change_and_listed_in_file_order(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path
) -> None:
    run = milepost("sync", "--yes", "--format", "json")
    assert run.code == 0
    assert _names(run) == [f"shop-{n:02}" for n in range(COUNT)]
    assert _writes(fleet_emulator) == COUNT * CHANGES
    assert milepost("plan", "--exit-code").code == 0
    assert milepost("sync", "--yes").code == 0
    assert _writes(fleet_emulator) == COUNT * CHANGES


def test_a_sync_with_nothing_to_do_reads_each_property_once(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path
) -> None:
    assert milepost("sync", "--yes", "shop-00").code == 0
    fleet_emulator.calls.clear()
    assert milepost("sync", "--yes", "shop-00").code == 0
    assert fleet_emulator.calls.count("*ListKeyEvents") == 1


def test_patterns_and_names_choose_properties_once_each_in_file_order(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path
) -> None:
    run = milepost("plan", "--format", "json", "shop-1[0-2]", "shop-02", "*-11")
    assert _names(run) == ["shop-02", "shop-10", "shop-11", "shop-12"]


def test_a_pattern_that_fits_nothing_is_named(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path
) -> None:
    run = milepost("plan", "shop-*", "store-*")
    assert run.code == 1
    assert "has no property store-*" in run.stderr
    assert fleet_emulator.calls.count() == 0


def test_a_failing_property_hides_no_other(milepost: Milepost, fleet_emulator: Emulator, fleet: Path) -> None:
    text = fleet.read_text(encoding="utf-8").replace('"300000003"', '"999"')
    fleet.write_text(text, encoding="utf-8")
    for command in (["plan"], ["sync", "--yes"]):
        run = milepost(*command, "shop-0*")
        assert run.code == 1
        assert "error: property 999" in run.stderr
        table = run.stdout.rpartition("Property ")[2]
        rows = [line.split() for line in table.splitlines()[1:]]
        assert [row[0] for row in rows] == [f"shop-{n:02}" for n in range(10)]
        assert "permission" in " ".join(rows[3])
    assert _writes(fleet_emulator) == 9 * CHANGES


def test_one_property_has_no_table(milepost: Milepost, fleet_emulator: Emulator, fleet: Path) -> None:
    assert "\nProperty " not in milepost("plan", "shop-04").stdout
    assert "\nProperty " in milepost("plan", "shop-04", "shop-05").stdout


def test_reports_of_several_properties_end_in_a_table(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path
) -> None:
    text = fleet.read_text(encoding="utf-8").replace('"300000001"', '"998"').replace('"300000002"', '"999"')
    fleet.write_text(text, encoding="utf-8")
    run = milepost("report", "shop-0[12]")
    assert run.code == 1
    assert run.stdout.split()[:6] == ["Property", "Users", "Any", "macro", "Any", "micro"]
    rows = [line for line in run.stdout.splitlines() if line.startswith("shop-")]
    assert [row.split()[0] for row in rows] == ["shop-01", "shop-02"]


def test_a_rate_of_nothing_is_a_usage_error(milepost: Milepost, fleet: Path) -> None:
    for option in ("--reads-per-minute", "--writes-per-minute"):
        run = milepost("sync", "--yes", option, "0")
        assert run.code == 2
        assert option in run.stderr


def test_options_set_the_rates_and_variables_those_left_open(fleet_emulator: Emulator, fleet: Path) -> None:
    environ = {
        "ANALYTICS_EMULATOR_HOST": fleet_emulator.address,
        "MILEPOST_READS_PER_MINUTE": "70",
        "MILEPOST_WRITES_PER_MINUTE": "40",
    }
    declared = declared_property(load_file(fleet).document, "shop-00")
    with Session("edit", environ, rates=Rates(writes=7)) as session:
        assert session.reach(declared)[0].pacer.rates == Rates(calls=70, writes=7)


@pytest.mark.parametrize("variable", ["MILEPOST_READS_PER_MINUTE", "MILEPOST_WRITES_PER_MINUTE"])
@pytest.mark.parametrize("value", ["0", "many", "-3", "1.5"])
def test_a_rate_that_is_none_is_named(
    milepost: Milepost,
    fleet_emulator: Emulator,
    fleet: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
) -> None:
    monkeypatch.setenv(variable, value)
    run = milepost("plan", "shop-00")
    assert run.code == 1
    assert f'{variable}: "{value}" is no number of calls' in run.stderr


# What somebody else does at the same time


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
    fleet.write_text(_fleet(2).replace("300000001", "${SAME_SHOP}"), encoding="utf-8")
    monkeypatch.setenv("SAME_SHOP", "300000000")
    run = milepost("sync", "--yes")
    assert run.code == 1
    assert "another sync of it" in run.stderr
    assert _writes(fleet_emulator) == CHANGES


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


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals of this sort")
def test_a_terminal_shows_how_far_things_are_and_a_pipe_does_not(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path
) -> None:
    import pty

    fleet_emulator.faults.set(latency=0.05)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "milepost", "plan", "shop-0*"]
    environ = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(
        command, cwd=fleet.parent, env=environ, stdout=subprocess.PIPE, stderr=theirs
    ) as run:
        os.close(theirs)
        shown = b""
        # Reading from a terminal that was closed ends in an error on Linux, and in nothing elsewhere.
        with suppress(OSError):
            while part := os.read(ours, 65536):
                shown += part
        out, _ = run.communicate()
    os.close(ours)
    assert run.returncode == 0
    assert b"Planning" in shown
    assert b"10/10" in shown
    assert b"shop-0" in shown
    assert b"Planning" not in out
    assert milepost("plan", "shop-0*").stderr == ""


def test_a_list_that_lags_behind_is_read_again_before_anything_counts_as_lost(fleet: Path) -> None:
    switches = Switches(list_delay_seconds=1)
    with Emulator(properties={"300000000": "ecommerce"}, switches=switches) as emulator:
        environ = {**os.environ, "ANALYTICS_EMULATOR_HOST": emulator.address}
        file = load_file(fleet)
        with Session("edit", environ) as session:
            assert _synced(sync_property(file, _planned(file, session), session)).complete
        assert emulator.calls.count("*/ListKeyEvents") > 2
        assert _writes(emulator) == CHANGES
