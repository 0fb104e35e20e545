"""Ctrl-C and SIGTERM while a command runs: what is in flight is carried through, and everything is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import Rule
from tests.functional.conftest import SHOP, Milepost

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of this sort cannot be sent on Windows")

CHANGES = 5
OTHERS = """\
[properties.saas]
id = "100000002"
business_types = ["ecommerce"]
currency = "EUR"

[properties.content]
id = "100000003"
business_types = ["ecommerce"]
currency = "EUR"

[business_types"""


@contextmanager
def _running(folder: Path, *argv: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "milepost", *argv],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not condition():
        assert process.poll() is None, "it ended before it got that far"
        time.sleep(0.01)


def _creates(emulator: Emulator) -> int:
    return emulator.calls.count("*/Create*")


def _is_in_flight(emulator: Emulator) -> bool:
    """Whether a call waits for its answer; the log is emptied, because the peak begins anew with it."""
    emulator.calls.clear()
    return emulator.calls.peak > 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_sync_ends_after_the_change_in_flight_and_says_where_things_stand(
    milepost: Milepost, emulator: Emulator, shop: Path, number: signal.Signals
) -> None:
    emulator.faults.set(Rule(method="Create*", latency=0.6))
    with _running(shop.parent, "sync", "--yes") as process:
        _wait_until(lambda: _creates(emulator) == 1, process)
        process.send_signal(number)
        out, err = process.communicate()
    made = _creates(emulator)
    assert process.returncode == 130
    assert 1 <= made < CHANGES
    assert len(emulator.store.history) == made
    assert f"{made} created, {CHANGES - made} skipped." in out
    assert out.count("skipped\n    interrupted") == CHANGES - made
    assert f"{CHANGES - made} changes still pending" in out
    assert "Stopping after the change in flight" in err
    assert f"Interrupted: {made} of 5 changes made." in err
    emulator.faults.clear()
    assert milepost("sync", "--yes").code == 0
    assert _creates(emulator) == CHANGES


def test_an_interrupted_fleet_stops_everywhere(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    shop.write_text(SHOP.replace("[business_types", OTHERS, 1), encoding="utf-8")
    emulator.faults.set(Rule(method="Create*", latency=0.6))
    with _running(shop.parent, "sync", "--yes") as process:
        _wait_until(lambda: _creates(emulator) >= 3, process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    made = _creates(emulator)
    assert process.returncode == 130
    assert made < 3 * CHANGES
    assert f"Interrupted: {made} of 15 changes made." in err
    rows = [line.split() for line in out.rpartition("Property ")[2].splitlines()[1:]]
    assert [row[0] for row in rows] == ["shop", "saas", "content"]
    assert sum(int(row[2]) for row in rows if row[2] != "·") == made
    assert all(int(row[4]) > 0 for row in rows)


def test_a_second_signal_ends_at_once(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    emulator.faults.set(Rule(method="CreateCustomMetric", latency=600))
    with _running(shop.parent, "sync", "--yes") as process:
        _wait_until(lambda: _creates(emulator) == 1, process)
        _wait_until(lambda: _is_in_flight(emulator), process)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        line = process.stderr.readline()
        while "Stopping after" not in line:
            line = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert process.returncode == 130
    assert "Stopped at once" in err
    assert len(emulator.store.history) == 1


@pytest.mark.parametrize("command", [["plan"], ["sync", "--yes"]])
def test_an_interrupted_plan_leaves_at_once(
    milepost: Milepost, emulator: Emulator, shop: Path, command: list[str]
) -> None:
    emulator.faults.set(Rule(method="ListKeyEvents", latency=600))
    with _running(shop.parent, *command) as process:
        _wait_until(lambda: emulator.calls.peak > 0, process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert (out, err) == ("", "")


def test_an_interruption_ends_the_wait_for_a_quota(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    emulator.faults.set("CreateCustomMetric=rate_limit")
    with _running(shop.parent, "sync", "--yes", "--format", "json") as process:
        _wait_until(lambda: emulator.calls.count("*CreateCustomMetric") > 0, process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert '"status": "skipped"' in out
    assert len(emulator.store.history) == 1
    assert "Interrupted: 1 of 5 changes made." in err
