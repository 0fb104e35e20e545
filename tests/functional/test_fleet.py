"""Many properties from one file."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from milepost.emulator.embedded import Emulator
from milepost.gateways.pacing import Rates
from milepost.model.declared import declared_property
from milepost.model.load import load_file
from milepost.operations.session import Session
from tests.functional.conftest import FLEET_SIZE, Milepost, writes_of

CHANGES = 5


def _names(run: Any) -> list[str]:
    return [entry["name"] for entry in run.json["properties"]]


def test_a_fleet_is_synced_with_one_write_per_change_and_listed_in_file_order(
    milepost: Milepost, fleet_emulator: Emulator, fleet: Path
) -> None:
    run = milepost("sync", "--yes", "--format", "json")
    assert run.code == 0
    assert _names(run) == [f"shop-{n:02}" for n in range(FLEET_SIZE)]
    assert writes_of(fleet_emulator) == FLEET_SIZE * CHANGES
    assert milepost("plan", "--exit-code").code == 0
    assert milepost("sync", "--yes").code == 0
    assert writes_of(fleet_emulator) == FLEET_SIZE * CHANGES


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
    assert writes_of(fleet_emulator) == 9 * CHANGES


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
