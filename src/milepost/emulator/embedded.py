"""The emulator put together: store, clock, events and both APIs behind one port."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from milepost.emulator import admin, data
from milepost.emulator.admin import ExtraProperty
from milepost.emulator.clock import Clock
from milepost.emulator.collect.collector import Collector, Hit
from milepost.emulator.collect.server import CollectServer
from milepost.emulator.data.audience_exports import AudienceExports
from milepost.emulator.data.quota import Pools
from milepost.emulator.events.collected import CollectedEvents
from milepost.emulator.events.source import EventsError, EventSource, ExportFiles, GeneratedEvents, NoEvents
from milepost.emulator.faults import (
    UNLIMITED,
    CallLog,
    Controls,
    Faults,
    control_methods,
    guarded,
)
from milepost.emulator.properties import DEMO_PROPERTY_IDS
from milepost.emulator.server import PortError, RpcServer
from milepost.emulator.store import StateError, Store
from milepost.emulator.switches import Switches


class EmulatorStartError(Exception):
    """The emulator cannot start; `str()` names the place, the cause and the remedy."""


class Emulator:
    """One emulated Google Analytics; use it in a `with` statement.

    Args:
        state: file that keeps what is configured; None keeps it in memory.
        events: glob of Parquet export files that replace the generated events of property 100000001.
        clock: the emulator's time; by default the machine's.
        port: port on the loopback address; 0 takes any free one.
        collect_port: the same for what sites and servers send events to, over HTTP.
        switches: behaviour that the reference leaves open.
        properties: further property ids → business type of their generated events.
        faults: what goes wrong, and the Admin API's quotas; by default nothing, and Google's. They can
            be set anew while it runs.

    Attributes:
        address: `host:port`.
        collect_address: `host:port` of the HTTP side: `/g/collect`, `/mp/collect`, `/debug/mp/collect`.
        store: what it holds.
        clock: its time.
        faults: what stands in the way of calls now.
        calls: the log of all calls.
        collected: the events that tags and servers have sent.

    Raises:
        EmulatorStartError: port in use, state file unusable, no events where they should be.
    """

    def __init__(
        self,
        *,
        state: Path | None = None,
        events: str | None = None,
        clock: Clock | None = None,
        port: int = 0,
        collect_port: int = 0,
        switches: Switches | None = None,
        properties: Mapping[str, str] | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.faults = faults or Faults()
        self.faults.follow(self.clock)
        self.calls = CallLog()
        self._extra = [ExtraProperty(property_id) for property_id in properties or {}]
        self._pools = Pools(self.clock)
        self._exports = AudienceExports()
        switches = switches or Switches()
        sources = _sources(events, properties or {})
        try:
            if events is not None:
                ExportFiles(events).relation(duckdb.connect(), self.clock.now().date())
            self.store = Store(state)
            self.collected = _collected(self.store, state)
        except (StateError, EventsError) as error:
            raise EmulatorStartError(str(error)) from None
        try:
            admin.seed(self.store, self.clock, self._extra)
            answering = [
                *admin.methods(self.store, self.clock, switches),
                *data.methods(
                    self.store,
                    self.clock,
                    switches,
                    lambda property_id: sources.get(property_id, NoEvents()),
                    self._pools,
                    self._exports,
                    self.collected,
                ),
            ]
            self._collector = Collector(self.store, self.clock, self.collected)
            self._server = RpcServer(
                [
                    *(replace(m, handler=guarded(m.handler, self.faults, self.calls)) for m in answering),
                    *control_methods(Controls(self.faults, self.calls, self.clock, self.reset)),
                ],
                port=port,
            )
            self._collect_server = self._listen(collect_port)
        except (PortError, ValueError) as error:
            self.store.close()
            raise EmulatorStartError(str(error)) from None
        self.address = self._server.address
        self.collect_address = self._collect_server.address

    @classmethod
    def for_demo(cls, state: Path | None = None) -> Emulator:
        """The one behind `id = "demo"`, made for a tour.

        Rules act on the past too, so that their effect is seen, there is no quota to wait for, and servers
        may send events.
        """
        demo = cls(state=state, switches=Switches(retroactive_rules=True), faults=Faults(quota=UNLIMITED))
        admin.add_secrets(demo.store, demo.clock)
        return demo

    def _listen(self, port: int) -> CollectServer:
        try:
            return CollectServer(self._collector, port=port)
        except PortError:
            self._server.stop()
            raise

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The last thousand requests of tags and servers, and what became of each; oldest first."""
        return self._collector.hits

    def reset(self) -> None:
        """Go back to the start: a fresh account, the first clock and faults, full quotas, an empty log.

        A state file is emptied as well.
        """
        self.clock.reset()
        with self.store.transaction():
            self.store.clear()
            admin.seed(self.store, self.clock, self._extra)
        self._pools.refill()
        self._exports.clear()
        self._collector.clear()
        self.faults.reset()
        self.calls.clear()

    def wait(self) -> None:
        """Block until stopped."""
        self._server.wait()

    def stop(self) -> None:
        """Close the port and let go of the state file."""
        self.faults.close()
        self._server.stop()
        self._collect_server.stop()
        self.collected.close()
        self.store.close()

    def __enter__(self) -> Emulator:
        self._server.start()
        self._collect_server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _collected(store: Store, state: Path | None) -> CollectedEvents:
    """What was collected, in a file beside the state file; closes the store when that cannot be used."""
    try:
        return CollectedEvents(state and state.with_name(f"{state.name}.events"))
    except StateError:
        store.close()
        raise


def _sources(events: str | None, properties: Mapping[str, str]) -> dict[str, EventSource]:
    """Where each property's events come from, by property id."""
    sources: dict[str, EventSource] = {
        property_id: GeneratedEvents(business_type)
        for business_type, property_id in DEMO_PROPERTY_IDS.items()
    }
    sources |= {
        property_id: GeneratedEvents(business_type) for property_id, business_type in properties.items()
    }
    if events is not None:
        sources[DEMO_PROPERTY_IDS["ecommerce"]] = ExportFiles(events)
    return sources
