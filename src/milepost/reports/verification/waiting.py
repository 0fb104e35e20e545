"""Conversions ticked off as they arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from milepost.gateways.realtime import Recent
from milepost.model.declared import DeclaredConversion


@dataclass(frozen=True)
class Awaited:
    """How waiting for one property's conversions stands.

    `conversions` stand in the file's order, each with the half hour it was first seen in; None: not yet.
    """

    name: str
    property_id: str
    conversions: tuple[tuple[DeclaredConversion, Recent | None], ...]

    @property
    def seen(self) -> tuple[tuple[DeclaredConversion, Recent], ...]:
        """Those that arrived."""
        return tuple((conversion, recent) for conversion, recent in self.conversions if recent)

    @property
    def missing(self) -> tuple[DeclaredConversion, ...]:
        """Those that did not."""
        return tuple(conversion for conversion, recent in self.conversions if not recent)


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
            tuple((conversion, seen.get(conversion.event)) for conversion in self._conversions),
        )
