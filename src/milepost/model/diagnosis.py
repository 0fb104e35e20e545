"""What `doctor` finds, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "failed", "skipped"]

AccountKind = Literal[
    "service account",
    "impersonated service account",
    "federated service account",
    "federated identity",
    "user",
    "machine's service account",
    "other",
]


@dataclass(frozen=True)
class Identity:
    """Whose credentials were found. Nothing in it is secret.

    Attributes:
        kind: which sort of account GA4 sees. A federated service account is one that an identity of a
            workload identity pool acts as; a federated identity acts as none, and has no e-mail address.
        principal: its e-mail address; empty while it is not known.
        through: who signs in first and then acts as `principal`; empty when nobody does.
        source: where the credentials were found: a path, a variable, the machine.
        quota_project: the Cloud project that a person's calls are counted on; empty when none is told.
        project: the Cloud project the credentials themselves name; empty when none is told.
    """

    kind: AccountKind
    principal: str = ""
    through: str = ""
    source: str = ""
    quota_project: str = ""
    project: str = ""


@dataclass(frozen=True)
class Check:
    """One thing looked at. `remedy` is what to do about it, empty where nothing is to be done."""

    name: str
    status: Status
    finding: str
    remedy: str = ""


@dataclass(frozen=True)
class PropertyChecks:
    """What was found at one property.

    `display_name` is empty when it could not be read; `emulator` is the address that answers in Google's
    place, None at Google.
    """

    name: str
    property: str
    display_name: str
    emulator: str | None
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Diagnosis:
    """Everything found.

    `sign_in` is empty when no property is at Google, since an emulator needs no credentials; `identity` is
    None then, and when there are no credentials.
    """

    identity: Identity | None
    sign_in: tuple[Check, ...]
    properties: tuple[PropertyChecks, ...]

    def checks(self) -> tuple[Check, ...]:
        """Every check there was, the sign-in's first."""
        return (*self.sign_in, *(check for found in self.properties for check in found.checks))

    @property
    def healthy(self) -> bool:
        """Whether nothing failed; warnings are allowed."""
        return all(check.status != "failed" for check in self.checks())
