"""Annotations: notes on the days of GA4's own timeline."""

from __future__ import annotations

from datetime import date

from milepost.gateways.connection import WRITE_TIMEOUT, Connection
from milepost.gateways.translate import translated

TITLE_LENGTH = 60
DESCRIPTION_LENGTH = 150
"""Characters that GA4 takes. Source: Admin API reference, section 4.1."""

_COLOUR = "BLUE"
"""One that neither alarms nor, like orange, belongs to GA4's own annotations."""


def annotate_day(connection: Connection, property_id: str, day: date, title: str, description: str) -> None:
    """Put a note on one day of a property's timeline.

    Not repeated: after an UnreachableError it may or may not be there.

    Args:
        connection: with edit access.
        property_id: digits.
        day: in the property's time zone.
        title: at most `TITLE_LENGTH` characters.
        description: at most `DESCRIPTION_LENGTH` characters.

    Raises:
        RemoteError: it was not made, or nobody knows.
    """
    parent = f"properties/{property_id}"
    annotation = {
        "title": title,
        "description": description,
        "color": _COLOUR,
        "annotation_date": {"year": day.year, "month": day.month, "day": day.day},
    }
    with translated(f"{parent}: create reporting_data_annotation"):
        connection.admin_alpha.create_reporting_data_annotation(
            request={"parent": parent, "reporting_data_annotation": annotation},
            retry=connection.writing,
            timeout=WRITE_TIMEOUT,
        )
