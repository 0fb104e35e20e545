"""Enhanced measurement: switches of the web stream that declared events depend on, only ever put on."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.model.declared import DeclaredProperty
from milepost.model.resources import Resource, ResourceType
from milepost.model.rules import ENHANCED_MEASUREMENT
from milepost.reconcile.kinds.kind import Kind


def _desired(declared: DeclaredProperty) -> Iterator[Resource]:
    """Nothing where no declared event, nor the source of one, needs a switch, or the file says hands off."""
    needing = [c for c in declared.conversions if (c.definition.source or c.event) in ENHANCED_MEASUREMENT]
    if not needing or not declared.enhanced_measurement:
        return
    events = {c.definition.source or c.event for c in needing}
    switches = dict.fromkeys(sorted({ENHANCED_MEASUREMENT[event] for event in events}), True)
    origin = ", ".join(sorted(c.origin for c in needing))
    yield Resource({"stream_enabled": True, **switches}, origin=origin)


ENHANCED_MEASUREMENT_SETTINGS = Kind(
    type=ResourceType("enhanced_measurement_settings", "v1alpha", "stream", None),
    label="enhanced measurement",
    section=None,
    identity=lambda _: "web stream",
    desired=_desired,
)
