"""`verify --send-test --format json`."""

from __future__ import annotations

from typing import Any

from milepost.render.schemas.parts import Document, Named, OfProperty, Part
from milepost.tracking.server_tests import Arrival


class ValidationMessage(Part):
    """One thing that Google's validation endpoint found."""

    field_path: str
    """Where; empty where the description says so."""
    description: str
    """Google's words."""
    code: str
    """Google's code, such as `NAME_INVALID`."""
    remedy: str
    """What to do about it; empty for a code that is not known."""


class ServerTest(Named):
    """A sample of one event that a server sends."""

    passed: bool
    """Whether nothing is wrong as far as was tried."""
    parameters: dict[str, Any]
    """What was sent with it."""
    messages: tuple[ValidationMessage, ...]
    """What is wrong with its shape."""
    arrival: Arrival | None
    """Whether realtime showed it; null where it was not sent to be counted."""


class TriedProperty(OfProperty):
    """What was tried at one property."""

    measurement_id: str | None
    """The web stream's; null where there was nothing to try."""
    sent: bool
    """Whether good events were to be counted, too."""
    passed: bool
    """Whether all are good."""
    events: tuple[ServerTest, ...]
    """In the file's order, macro first."""
    notes: tuple[str, ...]
    """What to know of this property."""


class SendTestDocument(Document):
    """What is wrong with the events that a server sends."""

    properties: tuple[TriedProperty, ...]
    """One per property that could be tried, in the file's order."""
    notes: tuple[str, ...]
    """What the outcome proves, and what stays."""
