"""Measurement ids: which web stream the tags send to."""

from __future__ import annotations

import re

from milepost.errors import InputError

_MEASUREMENT_ID = re.compile(r"G-[A-Z0-9]{4,20}")
_PLACEHOLDER = re.compile(r"G-X+")


def is_measurement_id(written: str) -> bool:
    """Whether it has the form of one and is no placeholder such as `G-XXXXXXX`."""
    return bool(_MEASUREMENT_ID.fullmatch(written)) and not _PLACEHOLDER.fullmatch(written)


def checked_measurement_id(written: str, place: str) -> str:
    """A measurement id, upper case.

    Raises:
        InputError: it has another form, or is a placeholder.
    """
    measurement_id = written.strip().upper()
    if not is_measurement_id(measurement_id):
        raise InputError(
            place,
            f'"{written}" is no measurement id',
            "It looks like G-ABC123DEF4: GA4, Admin → Data streams → your web stream.",
        )
    return measurement_id
