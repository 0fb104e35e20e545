from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from milepost.__main__ import main
from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from tests.functional.conftest import emulator, milepost, workdir
from tests.verify.planted import NOW, SHOP, shop_events, write_events

__all__ = ["emulator", "milepost", "workdir"]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The shop with planted faults, synced; one for all tests, which only read."""
    folder = tmp_path_factory.mktemp("planted")
    events = write_events(folder / "events_1.parquet", shop_events())
    (folder / "synced.toml").write_text(SHOP, encoding="utf-8")
    with Emulator(events=events, clock=Clock(NOW)) as running:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ANALYTICS_EMULATOR_HOST", running.address)
            patch.setenv("MILEPOST_STATE_DIR", str(folder / "state"))
            assert main(["sync", "--yes", "--config", str(folder / "synced.toml")]) == 0
        yield running
    shutil.rmtree(folder)


@pytest.fixture
def shop(planted: Emulator, workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of that shop, every command pointed at it."""
    monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", planted.address)
    planted.calls.clear()
    path = workdir / "conversions.toml"
    path.write_text(SHOP, encoding="utf-8")
    return path
