"""How well a fleet uses its quota: 200 properties planned under 600 reads a minute, in hurried minutes."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import Faults, Quota
from milepost.gateways.pacing import GOOGLE, Pacer
from tests.benchmarks.ground import file_of, ids, plans_of, property_tables, session_on
from tests.benchmarks.table import Row

PROPERTIES = 200
MINUTE = 15.0
"""Seconds that both sides take for one: long enough for this machine to make, and to answer, 600 calls."""

BAR = 1.15
_TYPE = "\n[business_types.shop.macro.order_placed]\n[business_types.shop.micro.plan_chosen]\n"


def rows() -> Iterator[Row]:
    """Time against what the quota alone takes, and calls that it refused."""
    properties = ids(PROPERTIES)
    file = file_of(f"version = 1\n{property_tables(properties)}{_TYPE}")
    quota = Quota(window=MINUTE)
    with Emulator(properties=properties, faults=Faults(quota=quota)) as emulator:
        with session_on(emulator, Pacer(GOOGLE, window=MINUTE)) as session:
            began = time.perf_counter()
            plans_of(file, session)
            seconds = time.perf_counter() - began
        calls = emulator.calls.calls()
    requests = GOOGLE.calls or 1
    bound = (math.ceil(len(calls) / requests) - 1) * MINUTE
    what = f"plan: {PROPERTIES} properties, {requests} reads a minute"
    note = f"{len(calls)} reads; a minute of {MINUTE:.0f} s: {seconds:.1f} s against {bound:.1f} s"
    yield Row(f"{what}, time", seconds / bound, BAR, "x quota's bound", note)
    refused = sum(1 for call in calls if call.code != "OK")
    yield Row(f"{what}, refused", refused, 0, "calls", "of all")
