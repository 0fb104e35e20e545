"""Two syncs of one property at the same time: the declared state or a clear refusal, nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from milepost.errors import BusyError
from milepost.operations.outcome import Failure
from milepost.operations.session import Session
from milepost.operations.sync import Synced, plan_properties, sync_properties
from milepost.reconcile.plan import Plan
from tests.laws.files import Raw, file_of, files
from tests.laws.ground import Ground
from tests.reconcile.served import FILE

several_files = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)


@pytest.fixture
def slow(ground: Ground) -> Iterator[Ground]:
    """Every call takes a while, so that two runs are sure to meet."""
    ground.clean()
    yield ground
    ground.clean()


def _both(ground: Ground, raw: Raw, folders: tuple[Path, Path], wait: float) -> list[Synced | Failure]:
    """What two runs of the same file, begun together, come to. Runs of one folder are on one machine."""
    starting = Barrier(2)
    file = file_of(raw)

    def run(folder: Path) -> Synced | Failure:
        environ = {"ANALYTICS_EMULATOR_HOST": ground.emulator.address, "MILEPOST_STATE_DIR": str(folder)}
        with Session("edit", environ, wait=wait) as session:
            starting.wait()
            (plan,) = plan_properties(file, ["site"], session, hold=True)
            return sync_properties(file, [plan], session)[0] if isinstance(plan, Plan) else plan

    ground.clean()
    ground.emulator.faults.set(latency=0.002)
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, folders))


def _twice(ground: Ground) -> set[str]:
    """Identities that the property holds more than once, in no kind of which it is born with any twice."""
    counted = Counter((thing.collection, thing.identity) for thing in ground.held().values())
    return {identity for (_, identity), count in counted.items() if count > 1}


@several_files
@given(raw=files())
def test_of_two_runs_on_one_machine_one_is_refused_and_nothing_is_made_twice(
    slow: Ground, tmp_path: Path, raw: Raw
) -> None:
    results = _both(slow, raw, (tmp_path, tmp_path), wait=0)
    refused = [r for r in results if isinstance(r, Failure)]
    # One may have ended before the other looked for the lock: then both got through.
    assert len(refused) < 2
    assert all(isinstance(r.error, BusyError) for r in refused)
    assert all(r.complete for r in results if isinstance(r, Synced))
    _check_declared(slow, raw)
    assert _twice(slow) == set()


@several_files
@given(raw=files())
def test_of_two_runs_on_one_machine_one_waits_and_finds_nothing_left(
    slow: Ground, tmp_path: Path, raw: Raw
) -> None:
    results = _both(slow, raw, (tmp_path, tmp_path), wait=60)
    assert all(isinstance(r, Synced) and r.complete for r in results)
    assert min(len(r.outcomes) for r in results if isinstance(r, Synced)) == 0
    assert _twice(slow) == set()


@several_files
@given(raw=files())
def test_two_machines_end_in_the_declared_state_and_name_what_they_made_twice(
    slow: Ground, tmp_path: Path, raw: Raw
) -> None:
    results = _both(slow, raw, (tmp_path / "one", tmp_path / "other"), wait=0)
    assert all(isinstance(r, Synced) for r in results)
    named = " ".join(words for r in results if isinstance(r, Synced) for words in r.twice)
    assert all(identity in named for identity in _twice(slow))
    _check_declared(slow, raw)


def _check_declared(ground: Ground, raw: Raw) -> None:
    plan = ground.plan(raw)
    assert isinstance(plan, Plan)
    assert plan.in_sync


@pytest.mark.parametrize("wait", ["0", "60"])
def test_two_processes_end_in_the_declared_state_or_one_is_refused(
    slow: Ground, tmp_path: Path, wait: str
) -> None:
    (tmp_path / "conversions.toml").write_text(FILE, encoding="utf-8")
    slow.emulator.faults.set(latency=0.05)
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "milepost", "sync", "--yes", "--wait", wait],
            cwd=tmp_path,
            env=os.environ | slow.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    messages = [run.communicate()[1] for run in runs]
    codes = [run.returncode for run in runs]
    refused = [message for message, code in zip(messages, codes, strict=True) if code]
    assert len(refused) <= (1 if wait == "0" else 0)
    assert all("another sync of it is still running" in message for message in refused)
    assert _twice(slow) == set()
    _check_declared(slow, tomllib.loads(FILE))
