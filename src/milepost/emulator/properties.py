"""The properties every emulator has, one for each kind of business. Needs no package beside Python."""

from __future__ import annotations

from collections.abc import Sequence

DEMO_PROPERTY_IDS = {
    "ecommerce": "100000001",
    "saas": "100000002",
    "content": "100000003",
    "local": "100000004",
    "lead_generation": "100000005",
    "brand": "100000006",
}
"""Business type of the generated events → property id."""


def demo_property(business_types: Sequence[str]) -> str:
    """The property that stands for `demo`: that of the first type the emulator knows, else the shop's."""
    known = [DEMO_PROPERTY_IDS[t] for t in business_types if t in DEMO_PROPERTY_IDS]
    return known[0] if known else DEMO_PROPERTY_IDS["ecommerce"]
