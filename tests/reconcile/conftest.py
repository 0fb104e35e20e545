"""A served GA4, and how hypothesis goes about its work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import UNLIMITED, Faults
from tests.reconcile.served import Site, served

# A slow machine is no reason to fail.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture
def emulator() -> Emulator:
    """At noon of 2 March 2026, with room for any number of calls; not started."""
    return Emulator(clock=Clock(datetime(2026, 3, 2, 12, tzinfo=UTC)), faults=Faults(quota=UNLIMITED))


@pytest.fixture
def site(emulator: Emulator) -> Iterator[Site]:
    """Property 100000001 as it is born."""
    with served(emulator) as site:
        yield site
