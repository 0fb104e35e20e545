"""The way from a request to a property's configuration, events and quota, shared by all methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Lock

from milepost.emulator.clock import Clock
from milepost.emulator.data import errors
from milepost.emulator.data.dataset import Dataset, Reading
from milepost.emulator.data.quota import PREMIUM, STANDARD, Limits, Pool, Pools
from milepost.emulator.data.schema import PropertyConfig, read_property
from milepost.emulator.events.collected import CollectedEvents
from milepost.emulator.events.source import EventSource, GeneratedEvents, NoEvents
from milepost.emulator.store import Store
from milepost.emulator.switches import Switches

_LIVE_DAYS = 2
"""This day and the one before, for the half hour around midnight."""


@dataclass(frozen=True)
class OpenProperty:
    """A property during one call."""

    id: str
    config: PropertyConfig
    limits: Limits
    cursor: Reading
    today: date


class Access:
    """Opens properties for the Data API's methods.

    Args:
        store: where configuration is read, at each call.
        clock: tells what "now" and "today" are.
        switches: how to answer where the real service's behaviour is not known.
        sources: gives the source of a property's events, None where nobody sends any; asked once for each.
        pools: the quotas that calls draw on.
        collected: the events that come in beside them; by default none ever do.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        switches: Switches,
        sources: Callable[[str], EventSource | None],
        pools: Pools,
        collected: CollectedEvents | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.switches = switches
        self.pools = pools
        self._sources = sources
        self._collected = collected or CollectedEvents()
        self._datasets: dict[str, Dataset] = {}
        self._live: dict[str, Dataset] = {}
        self._lock = Lock()

    def config(self, property_id: str) -> PropertyConfig:
        """The property's configuration.

        Raises:
            RpcError: there is no such property.
        """
        config = read_property(self.store, property_id, self.switches)
        if config is None:
            raise errors.no_access()
        return config

    @contextmanager
    def open(
        self, property_id: str, pool: Pool, config: PropertyConfig | None = None, *, live: bool = False
    ) -> Iterator[OpenProperty]:
        """A property with its events, for one call that counts as running in a pool.

        Args:
            property_id: its number.
            pool: what the call draws on.
            config: its configuration, where that was read before.
            live: with the events of this very day where they are generated; history ends yesterday.

        Raises:
            RpcError: no such property, or too many calls are running.
        """
        config = config or self.config(property_id)
        limits = limits_of(config)
        today = self.clock.today(config.time_zone)
        with pool.running(property_id, limits):
            dataset = self._live_dataset(property_id) if live else self._dataset(property_id)
            # Generated events end the day before the one they are asked for on.
            end = self.clock.now().date() + timedelta(days=1) if live else today
            with dataset.reading(end, lambda: self.config(property_id).markings) as cursor:
                yield OpenProperty(property_id, config, limits, cursor, today)

    def _dataset(self, property_id: str) -> Dataset:
        with self._lock:
            if property_id not in self._datasets:
                source = self._sources(property_id) or NoEvents()
                tail = self._collected.of(property_id)
                self._datasets[property_id] = Dataset(source, tail)
                if isinstance(source, GeneratedEvents):
                    self._live[property_id] = Dataset(replace(source, days=_LIVE_DAYS), tail)
            return self._datasets[property_id]

    def _live_dataset(self, property_id: str) -> Dataset:
        whole = self._dataset(property_id)
        return self._live.get(property_id, whole)


def limits_of(config: PropertyConfig) -> Limits:
    """The quotas of the property's service level."""
    return PREMIUM if config.premium else STANDARD


def property_id_of(name: str) -> str:
    """The number in `properties/123`.

    Raises:
        RpcError: it is no number.
    """
    property_id = name.removeprefix("properties/")
    if not (property_id.isascii() and property_id.isdigit()):
        raise errors.invalid_property(property_id)
    return property_id
