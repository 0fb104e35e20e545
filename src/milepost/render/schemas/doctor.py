"""`doctor --format json`."""

from __future__ import annotations

from milepost.model.diagnosis import AccountKind, Status
from milepost.render.schemas.parts import Document, OfProperty, Part


class Check(Part):
    """One thing looked at."""

    check: str
    """What."""
    status: Status
    """How it is."""
    finding: str
    """What was found."""
    remedy: str | None
    """What to do about it; null where nothing is to be done."""


class Identity(Part):
    """Whose credentials were found. Nothing in it is secret."""

    kind: AccountKind
    """Which sort of account GA4 sees."""
    principal: str
    """Its e-mail address; empty while it is not known."""
    through: str
    """Who signs in first and then acts as it; empty when nobody does."""
    source: str
    """Where the credentials were found."""
    quota_project: str
    """The Cloud project that a person's calls are counted on; empty when none is told."""
    project: str
    """The Cloud project the credentials name; empty when none is told."""


class SignIn(Part):
    """Signing in to Google."""

    identity: Identity | None
    """Null without credentials."""
    checks: tuple[Check, ...]
    """What was looked at."""


class DiagnosedProperty(OfProperty):
    """What was found at one property."""

    display_name: str | None
    """Its name in GA4; null when it could not be read."""
    emulator: str | None
    """The address that answers in Google's place; null at Google."""
    checks: tuple[Check, ...]
    """What was looked at."""


class DoctorDocument(Document):
    """Credentials, scopes, APIs, roles and quotas."""

    healthy: bool
    """Whether nothing failed; warnings are allowed."""
    sign_in: SignIn | None
    """Null where no property is at Google."""
    properties: tuple[DiagnosedProperty, ...]
    """One per property asked for, in the file's order."""
