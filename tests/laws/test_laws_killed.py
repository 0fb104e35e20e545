"""A process that is killed while one of its writes is under way: the next sync finishes the work."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from milepost.emulator.faults import Rule, Step
from milepost.reconcile.plan import Plan
from tests.laws.ground import Ground
from tests.reconcile.served import CREATES, FILE

WIDE = f"""{FILE}
[calculated_metrics.reading_per_user]
label = "Reading per user"
formula = "customEvent:reading_seconds / totalUsers"

[business_types.shop.audiences.readers]
did = ["pricing_view"]
"""
RAW = tomllib.loads(WIDE) | {"absent": {}}
WRITES = len(CREATES) + 2
RULE = 7
"""Which write makes the event create rule, of which GA4 would take any number."""
FOR_EVER = 600.0


@pytest.mark.parametrize("nth", [1, RULE, WRITES])
@pytest.mark.parametrize("carried_out", [True, False])
def test_a_sync_killed_at_a_write_is_finished_by_the_next(
    ground: Ground, tmp_path: Path, nth: int, carried_out: bool
) -> None:
    ground.clean()
    (tmp_path / "conversions.toml").write_text(WIDE, encoding="utf-8")
    last = Step(when="after", latency=FOR_EVER) if carried_out else Step("UNAVAILABLE", latency=FOR_EVER)
    ground.emulator.faults.set(Rule("Create*", script=("ok",) * (nth - 1) + (last,)))
    born, made = len(ground.held()), nth if carried_out else nth - 1
    command = [sys.executable, "-m", "milepost", "sync", "--yes"]
    with subprocess.Popen(command, cwd=tmp_path, env=os.environ | ground.environ) as process:
        _wait_until(lambda: len(ground.held()) == born + made, process)
        _wait_until(lambda: _is_in_flight(ground), process)
        process.kill()
    ground.emulator.faults.set()
    assert len(ground.held()) == born + made
    synced = ground.sync(RAW)
    assert synced.complete
    assert len(synced.outcomes) == WRITES - made
    assert len(ground.held()) == born + WRITES
    plan = ground.plan(RAW)
    assert isinstance(plan, Plan)
    assert plan.in_sync


def _is_in_flight(ground: Ground) -> bool:
    """Whether a call waits for its answer; the log is emptied, because its peak begins anew with it."""
    ground.emulator.calls.clear()
    return ground.emulator.calls.peak > 0


def _wait_until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    while not condition():
        assert process.poll() is None, "it ended before it got that far"
        time.sleep(0.02)
