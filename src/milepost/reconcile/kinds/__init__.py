"""Every kind of resource that `sync` looks after, one description each.

Reading, diffing, planning, applying, `[absent]`, `ignore` and limits all work from these descriptions.
"""

from __future__ import annotations

from milepost.reconcile.kinds.custom_dimension import CUSTOM_DIMENSION
from milepost.reconcile.kinds.custom_metric import CUSTOM_METRIC
from milepost.reconcile.kinds.event_create_rule import EVENT_CREATE_RULE
from milepost.reconcile.kinds.key_event import KEY_EVENT
from milepost.reconcile.kinds.kind import Kind

KINDS: tuple[Kind, ...] = (CUSTOM_DIMENSION, CUSTOM_METRIC, EVENT_CREATE_RULE, KEY_EVENT)
"""In the order they are made: what another may refer to comes first. Removal goes the other way."""

__all__ = ["KEY_EVENT", "KINDS", "Kind"]
