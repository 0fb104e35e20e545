"""The standard report on 28 days of real events: its cost in the emulator, and the time to a first figure."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.gateways.connection import Connection
from milepost.gateways.data import DataGateway
from milepost.model.declared import declared_property
from milepost.model.load import load_file
from milepost.reports.period import LastDays
from milepost.reports.standard import standard_report
from tests.benchmarks.table import Row

_ROOT = Path(__file__).parents[2]
_FOLDER = Path(os.environ.get("MILEPOST_REAL_EXPORT") or _ROOT.parent / "shared" / "data" / "ga4-export")
_NOW = datetime(2021, 1, 17, 12, tzinfo=UTC)
_BAR = 4.0


def rows() -> Iterator[Row]:
    """With the events read for the first time, and with the tables of an earlier run; none without events."""
    if not any(_FOLDER.glob("events_*.parquet")):
        return
    with tempfile.TemporaryDirectory() as kept:
        os.environ["MILEPOST_EMULATOR_CACHE"] = kept
        try:
            for label, bar in (("read for the first time", None), ("kept by an earlier run", _BAR)):
                yield from _figures(label, bar)
        finally:
            del os.environ["MILEPOST_EMULATOR_CACHE"]


def _figures(label: str, bar: float | None) -> list[Row]:
    declared = declared_property(load_file(_ROOT / "conversions.toml").document, "shop")
    events = str(_FOLDER / "events_*.parquet")
    with (
        Emulator(events=events, clock=Clock.on_day(date(2021, 1, 17))) as emulator,
        Connection("read", emulator.address) as link,
    ):
        processor, clock = time.process_time(), time.perf_counter()
        standard_report(DataGateway(link), declared, "100000001", LastDays(), dict, now=_NOW)
        wall, spent = time.perf_counter() - clock, time.process_time() - processor
    note = "standard report on 28 real days, gateway and emulator together"
    return [
        Row(f"time in emulator, events {label}", spent, bar, "s of processor time", note),
        Row(f"time to first figure, events {label}", wall, None, "s", note),
    ]
