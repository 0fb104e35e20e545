"""Every kind of resource that `sync` looks after, one description each.

Reading, diffing, planning, applying, `[absent]`, `ignore` and limits all work from these descriptions.
"""

from __future__ import annotations

from milepost.reconcile.kinds.audience import AUDIENCE
from milepost.reconcile.kinds.calculated_metric import CALCULATED_METRIC
from milepost.reconcile.kinds.custom_dimension import CUSTOM_DIMENSION
from milepost.reconcile.kinds.custom_metric import CUSTOM_METRIC
from milepost.reconcile.kinds.data_retention import DATA_RETENTION_SETTINGS
from milepost.reconcile.kinds.enhanced_measurement import ENHANCED_MEASUREMENT_SETTINGS
from milepost.reconcile.kinds.event_create_rule import EVENT_CREATE_RULE
from milepost.reconcile.kinds.key_event import KEY_EVENT
from milepost.reconcile.kinds.kind import Entry, Kind

KINDS: tuple[Kind, ...] = (
    DATA_RETENTION_SETTINGS,
    ENHANCED_MEASUREMENT_SETTINGS,
    CUSTOM_DIMENSION,
    CUSTOM_METRIC,
    CALCULATED_METRIC,
    EVENT_CREATE_RULE,
    KEY_EVENT,
    AUDIENCE,
)
"""In the order they are made: what another may refer to comes first. Removal goes the other way."""

__all__ = ["KEY_EVENT", "KINDS", "Entry", "Kind"]
