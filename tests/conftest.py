"""What all tests share."""

from __future__ import annotations

import getpass
import os
import signal
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from milepost.emulator.embedded import Emulator


_BESIDE_CHECKOUT = Path(__file__).parents[2] / "shared" / "data" / "ga4-export"


def pytest_configure() -> None:
    """Lets programs that tests start hear SIGINT: a shell that runs tests in the background ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def real_export() -> Iterator[str]:
    """Glob of 28 days of real GA4 events, 2020-12-20 to 2021-01-16; the test is skipped without them.

    The emulator keeps the tables it makes of them from one test run to the next, for making them takes long.
    """
    folder = Path(os.environ.get("MILEPOST_REAL_EXPORT") or _BESIDE_CHECKOUT)
    if not any(folder.glob("events_*.parquet")):
        reason = f"no real export in {folder}: name its folder in MILEPOST_REAL_EXPORT"
        if "real-export" in os.environ.get("MILEPOST_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    kept = Path(tempfile.gettempdir()) / f"milepost-tests-{getpass.getuser()}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MILEPOST_EMULATOR_CACHE", os.environ.get("MILEPOST_EMULATOR_CACHE", str(kept)))
        yield str(folder / "events_*.parquet")


@pytest.fixture(scope="session")
def real_emulator(real_export: str) -> Iterator[Emulator]:
    """The shop with the real events, the day after the last of them. All tests share it: read only."""
    from milepost.emulator.clock import Clock
    from milepost.emulator.embedded import Emulator

    with Emulator(events=real_export, clock=Clock.on_day(date(2021, 1, 17))) as running:
        yield running
