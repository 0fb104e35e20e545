"""`tag --format json`."""

from __future__ import annotations

from typing import Literal

from milepost.model.document import Role
from milepost.model.trigger import TriggerKind
from milepost.render.schemas.parts import Document, Part
from milepost.tracking.means import Means


class OnPage(Part):
    """A comparison of the page's path."""

    comparator: Literal["equals", "contains", "starts_with", "ends_with", "matches"]
    """How it is compared."""
    operand: str
    """With what."""
    ignore_case: bool
    """Whether capital and small letters are alike."""
    negated: bool
    """Whether it holds where the comparison does not."""


class TriggerOfSite(Part):
    """What on the site makes an event."""

    kind: TriggerKind
    """Which sort of trigger."""
    what: str | float
    """A selector, a name, a moment of a video; for `timer` seconds, for `scroll` and videos a percentage."""
    percent: int | None
    """With `visible`: how much of the element; null for half of it, and for other kinds."""
    seconds: float | None
    """With `visible`: how long; null for a moment, and for other kinds."""
    page: OnPage | None
    """On which pages; null for all."""
    once: bool
    """Whether it fires at most once per page."""


class SourceOfValue(Part):
    """Where the value of a parameter comes from."""

    kind: Literal["value", "attribute", "element", "page", "query", "data", "video"]
    """Which sort of source."""
    what: str | float
    """The value itself, or what of the source."""


class SentParameter(Part):
    """One parameter of an event."""

    name: str
    """Its name in GA4."""
    source: SourceOfValue | None
    """Null where nobody says, and where GA4 makes the event."""
    number: bool
    """Whether its values are numbers."""
    required: bool
    """Whether GA4 wants it of this event."""


class TrackedConversion(Part):
    """One conversion and how it comes to be."""

    event: str
    """The event's name."""
    label: str
    """What people call it."""
    role: Role
    """Whether it is a goal or a step."""
    means: Means
    """How it comes to be."""
    made_by: str
    """What has to happen, in words."""
    who_acts: str
    """Who has to do something before it arrives, in words."""
    trigger: TriggerOfSite | None
    """What on the site makes it; null for what the site does not send."""
    parameters: tuple[SentParameter, ...]
    """What it carries: the file's in their order, then those that GA4 wants."""


class TrackingNote(Part):
    """Something to know about one event."""

    event: str
    """The event's name."""
    cause: str
    """What is the matter."""
    remedy: str
    """What can be done instead."""


class TrackedProperty(Part):
    """One property."""

    name: str
    """Its name in the file."""
    conversions: tuple[TrackedConversion, ...]
    """Macro first, each role in the file's order."""
    notes: tuple[TrackingNote, ...]
    """What to know before anything is tagged."""


class TagDocument(Document):
    """How each conversion comes to be, and who must act."""

    properties: tuple[TrackedProperty, ...]
    """One per property asked for, in the file's order."""
