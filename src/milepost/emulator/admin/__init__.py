"""The emulator's Admin API: property configuration, with every rule GA4 holds it to."""

from __future__ import annotations

from milepost.emulator.admin.methods import methods
from milepost.emulator.admin.seed import (
    ACCOUNT,
    DEMO_PROPERTIES,
    ExtraProperty,
    add_property,
    add_secrets,
    seed,
)

__all__ = ["ACCOUNT", "DEMO_PROPERTIES", "ExtraProperty", "add_property", "add_secrets", "methods", "seed"]
