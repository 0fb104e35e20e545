"""Conversions ticked off as they arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from milepost.gateways.realtime import Recent
from milepost.model.declared import DeclaredConversion


@dataclass(frozen=True)
class Awaited:
    """How waiting for one property's conversions stands: those seen with their last half hour, the others."""

    name: str
    property_id: str
    seen: tuple[tuple[DeclaredConversion, Recent], ...]
    missing: tuple[DeclaredConversion, ...]


class Waiting:
    """What is still waited for. One thread takes arrivals, others may look at any time."""

    def __init__(self, name: str, property_id: str, conversions: Sequence[DeclaredConversion]) -> None:
        self.name = name
        self._property_id = property_id
        self._conversions = tuple(conversions)
        self._seen: dict[str, Recent] = {}
        self._lock = Lock()

    @property
    def missing(self) -> tuple[DeclaredConversion, ...]:
        """Those not seen yet, in the file's order."""
        return self.state().missing

    def take(self, recent: Mapping[str, Recent]) -> tuple[DeclaredConversion, ...]:
        """Tick off what arrived; returns those seen for the first time."""
        new = tuple(c for c in self.missing if c.event in recent)
        with self._lock:
            self._seen |= {c.event: recent[c.event] for c in new}
        return new

    def state(self) -> Awaited:
        """How it stands now."""
        with self._lock:
            seen = dict(self._seen)
        return Awaited(
            self.name,
            self._property_id,
            tuple((c, seen[c.event]) for c in self._conversions if c.event in seen),
            tuple(c for c in self._conversions if c.event not in seen),
        )
