"""What custom dimensions and custom metrics have in common: names, and who holds them."""

from __future__ import annotations

from collections.abc import Collection

from milepost.emulator.admin.kind import Draft, Field, Text
from milepost.emulator.admin.words import (
    DISPLAY_NAME,
    PARAMETER_NAME,
    PARAMETER_PREFIXES,
    RESERVED_PARAMETERS,
    UNICODE_DISPLAY_NAME,
)
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.switches import Switches

COLLECTIONS = ("customDimensions", "customMetrics")
PARAMETER = Field(required=True, immutable=True, text=Text(40, PARAMETER_NAME))
DESCRIPTION = Field(text=Text(150))


def display_name(switches: Switches) -> Field:
    """The field both kinds show people."""
    pattern = UNICODE_DISPLAY_NAME if switches.unicode_display_names else DISPLAY_NAME
    return Field(required=True, text=Text(82, pattern))


def check_reserved(
    name: str,
    reserved: Collection[str] = RESERVED_PARAMETERS,
    prefixes: tuple[str, ...] = PARAMETER_PREFIXES,
) -> None:
    """Refuse a parameter that GA4 keeps to itself, in GA4's words.

    Raises:
        RpcError: INVALID_ARGUMENT.
    """
    if name in reserved or name.startswith(prefixes):
        raise invalid_argument(f"{name} is a reserved parameter_name and cannot be used.")


def display_name_taken(draft: Draft) -> bool:
    """Whether a live custom dimension or metric is called the same: they share one namespace."""
    return any(
        sibling.display_name == draft.new.display_name
        for collection in COLLECTIONS
        for sibling in draft.siblings(collection)
    )
