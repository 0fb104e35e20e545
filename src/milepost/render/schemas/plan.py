"""`plan --format json`, plan files, and `sync --format json`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from milepost.reconcile.plan import Action
from milepost.render.schemas.parts import Document, Failed, OfProperty, Part


class FieldChange(Part):
    """One field of a resource, in GA4's own words."""

    live: Any
    """What GA4 holds; null where there is nothing."""
    desired: Any
    """What the file wants."""


class Explained(Part):
    """Something that `--explain` gives a reason for."""

    why: str = ""
    """Only with `--explain`: the reason, in words."""


class Thing(Explained):
    """A resource, by GA4's own unchanging identity."""

    kind: str
    """Such as `key_event`."""
    identity: str
    """Such as the event name."""


class Drift(Part):
    """Who changed the live side last, where that is known."""

    at: str = Field(json_schema_extra={"format": "date-time"})
    """When, in UTC."""
    actor: str
    """Who."""


class Change(Thing):
    """One change to be made."""

    action: Action
    """What is done."""
    fields: dict[str, FieldChange]
    """What differs, by field; of a new resource everything that is sent."""
    parent: str
    """Resource name it is made under; empty where it has one of its own."""
    resource: str
    """Its resource name in GA4; empty while it does not exist."""
    origin: str
    """Where in the file it is declared, a dotted path."""
    drift: Drift | None = None
    """Only where it is known who changed the live side."""


class Refused(Thing):
    """A difference that GA4 lets nobody settle."""

    fields: dict[str, FieldChange]
    """What differs, by field."""
    remedy: str
    """What to do about it."""
    origin: str
    """Where in the file it is declared, a dotted path."""


class LeftAlone(Thing):
    """Something live that is not touched."""

    note: str = ""
    """Only where there is something to say."""


class Limit(Explained):
    """How full one of GA4's limits is."""

    kind: str
    """What is counted, with its scope behind a colon."""
    before: int
    """Now."""
    after: int
    """After the plan."""
    limit: int
    """What the property may hold."""


class Facts(Part):
    """The property as GA4 describes it."""

    id: str
    """Digits."""
    display_name: str
    """Its name in GA4."""
    account: str
    """Resource name of its account."""
    time_zone: str
    """Of its days."""
    currency_code: str
    """Of its values, ISO 4217."""
    service_level: Literal["standard", "360"]
    """Which of GA4's limits hold."""


class Guard(Part):
    """How much may be removed at once without `--force`."""

    share: float
    """Of a kind, a fraction."""
    count: int
    """Of all kinds."""


class Planned(OfProperty):
    """One property's plan, whole."""

    changes: tuple[Change, ...]
    """In the order of carrying out."""
    refused: tuple[Refused, ...]
    """What cannot be settled."""
    unmanaged: tuple[LeftAlone, ...]
    """Live, not in the file, left alone."""
    ignored: tuple[LeftAlone, ...]
    """Live, and covered by `ignore`."""
    limits: tuple[Limit, ...]
    """GA4's limits."""
    notes: tuple[str, ...]
    """What a reader must know."""
    facts: Facts
    """The property."""
    guard: Guard
    """What `sync` holds it to."""
    live_counts: dict[str, int]
    """How many of each kind there are."""
    fingerprint: str
    """Of the live state: equal fingerprints, equal state."""
    live_digests: dict[str, dict[str, str]]
    """Digest of each live thing, by kind and identity."""


class PlanDocument(Document):
    """What the file would change in GA4; a file of `plan --out` is the same."""

    properties: tuple[Planned | Failed, ...]
    """One per property asked for, in the file's order."""


class ChangeOutcome(Part):
    """What became of one change."""

    action: Action
    """What was to be done."""
    kind: str
    """Of which kind."""
    identity: str
    """To what."""
    status: Literal["done", "failed", "skipped", "unknown"]
    """How it ended."""
    reason: str | None
    """Why it is not done; null where it is."""


class Annotation(Part):
    """The note on GA4's timeline."""

    day: str = Field(json_schema_extra={"format": "date"})
    """The day it stands at."""
    title: str
    """Its title."""
    description: str
    """Its text."""


class NotAnnotated(Part):
    """A note that could not be made."""

    error: str
    """Why."""


class Synced(Planned):
    """One property's sync: its plan, and what became of it."""

    outcomes: tuple[ChangeOutcome, ...]
    """One per change that was begun or skipped."""
    pending: tuple[Change, ...] | None
    """What a fresh reading still asks for; null if it was not read again."""
    error: str = ""
    """Only where it could not be read again: why."""
    twice: tuple[str, ...] = ()
    """Only where GA4 now holds something twice: what."""
    annotation: Annotation | NotAnnotated | None = None
    """Only with `--annotate`."""


class SyncDocument(Document):
    """What a sync did."""

    properties: tuple[Synced | Failed, ...]
    """One per property asked for, in the file's order."""
