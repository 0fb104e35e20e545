"""How many times a plan waits for GA4: what it takes longer when every call takes 100 ms longer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import UNLIMITED, Faults
from milepost.model.load import ConversionsFile
from tests.benchmarks.ground import FIRST_ID, file_of_size, ids, plans_of, session_on, sync_all
from tests.benchmarks.table import Row

LATENCY = 0.1
RUNS = 9
ROUNDS = 2
TOLERANCE = 0.2
"""In latencies: 20 ms for threads to wake up, twice, on a machine that does other things as well."""

SIZES = (10, 200)


def rows() -> Iterator[Row]:
    """For each size of file, the time above a plan without latency, in latencies."""
    with Emulator(properties=ids(len(SIZES)), faults=Faults(quota=UNLIMITED)) as emulator:
        for number, size in enumerate(SIZES):
            file = file_of_size(size, str(FIRST_ID + number))
            with session_on(emulator) as session:
                sync_all(file, session)
            at_once, late = _medians(emulator, file)
            yield Row(
                f"plan: {size} conversions, {LATENCY * 1000:.0f} ms per call",
                (late - at_once) / LATENCY,
                ROUNDS + TOLERANCE,
                "latencies",
                f"{at_once * 1000:.0f} ms without, {late * 1000:.0f} ms with; bar {ROUNDS} + {TOLERANCE}",
            )


def _medians(emulator: Emulator, file: ConversionsFile) -> tuple[float, float]:
    """Seconds of a plan without latency and with it, taken in turn, each on a new connection."""
    seconds: dict[float, list[float]] = {0.0: [], LATENCY: []}
    for _ in range(RUNS):
        for latency, taken in seconds.items():
            emulator.faults.set(latency=latency)
            with session_on(emulator) as session:
                began = time.perf_counter()
                plans_of(file, session)
                taken.append(time.perf_counter() - began)
    emulator.faults.set()
    return statistics.median(seconds[0.0]), statistics.median(seconds[LATENCY])
