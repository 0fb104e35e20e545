"""A plan: the changes that would make a property agree with the file, and all that is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from milepost.errors import UnsafePlanError
from milepost.model.document import Guard
from milepost.model.resources import PropertyFacts
from milepost.reconcile.kinds import Kind

Action = Literal["create", "update", "archive", "delete"]

PRUNE = "--prune"
"""Origin of what goes because the file, taken as the whole truth, does not mention it."""


@dataclass(frozen=True)
class FieldChange:
    """One field that differs; None on the live side means not set."""

    live: Any
    desired: Any


@dataclass(frozen=True)
class Drift:
    """Who changed the live side last, and when (UTC)."""

    at: datetime
    actor: str


@dataclass(frozen=True)
class Change:
    """One difference and the one call that settles it.

    `parent` is where a new resource goes; `resource` names the live one, empty for a create. `fields` holds
    every field a create sets, or the fields an update changes; it is empty for a removal. `origin` is the
    dotted path of the file that asks for it.
    """

    action: Action
    kind: Kind
    identity: str
    fields: Mapping[str, FieldChange]
    parent: str = ""
    resource: str = ""
    origin: str = ""
    drift: Drift | None = None

    @property
    def requires(self) -> tuple[tuple[str, str], ...]:
        """(kind name, identity) of what must be there first; whether it is, this plan or GA4 knows."""
        if self.action != "create":
            return ()
        return self.kind.requires({name: f.desired for name, f in self.fields.items()})

    @property
    def removes(self) -> bool:
        """Whether something live goes."""
        return self.action in ("archive", "delete")


@dataclass(frozen=True)
class Unmanaged:
    """A live resource that the file does not mention: shown, never touched."""

    kind: Kind
    identity: str
    note: str = ""


@dataclass(frozen=True)
class Refused:
    """A difference that GA4 does not let anybody settle: the fields cannot change once the thing is there."""

    kind: Kind
    identity: str
    fields: Mapping[str, FieldChange]
    remedy: str
    origin: str = ""


@dataclass(frozen=True)
class LimitUse:
    """Slots of one limit, before and after the plan. `kind` is the key in `rules.LIMITS`."""

    kind: str
    before: int
    after: int
    limit: int

    @property
    def exceeded(self) -> bool:
        """Whether GA4 would refuse a create for lack of room."""
        return self.after > self.limit and self.after > self.before


@dataclass(frozen=True)
class Plan:
    """Everything about one property: what would change, in the order of carrying out, and what not."""

    name: str
    facts: PropertyFacts
    changes: tuple[Change, ...]
    unmanaged: tuple[Unmanaged, ...] = ()
    ignored: tuple[Unmanaged, ...] = ()
    limits: tuple[LimitUse, ...] = ()
    notes: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    fingerprint: str = ""
    """Of the live state it was made from: equal fingerprints, equal state."""
    guard: Guard = Guard()
    live_counts: Mapping[str, int] = field(default_factory=dict)
    """How many of each kind the property holds, by kind name; what the removal guard measures against."""
    live_digests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Kind name → identity → digest of each live thing: names what has moved when fingerprints differ."""

    @property
    def in_sync(self) -> bool:
        """Whether there is nothing to do, and nothing that would have to be done but cannot."""
        return not self.changes and not self.refused

    @property
    def prunes(self) -> bool:
        """Whether anything goes only because the file is taken as the whole truth."""
        return any(change.origin == PRUNE for change in self.changes)

    def require_safe(self, *, force: bool = False) -> None:
        """Refuse to go on with a plan that cannot succeed, or that removes more than the guard allows.

        Raises:
            UnsafePlanError: a limit would be exceeded (force does not help), or too much would be removed.
        """
        for use in self.limits:
            if use.exceeded:
                raise UnsafePlanError(
                    f"property {self.name}",
                    f"would hold {use.after} of kind {use.kind}, and GA4 allows {use.limit}",
                    "Declare fewer, or remove some that nobody needs.",
                )
        if force:
            return
        removals = [c for c in self.changes if c.removes]
        for kind in dict.fromkeys(c.kind.name for c in removals):
            going = sum(1 for c in removals if c.kind.name == kind)
            live = self.live_counts.get(kind, going)
            if going > 1 and going > self.guard.share * live:
                self._refuse(f"would remove {going} of {live} of kind {kind}")
        if len(removals) > self.guard.count:
            self._refuse(f"would remove {len(removals)} things")

    def _refuse(self, cause: str) -> None:
        raise UnsafePlanError(
            f"property {self.name}", cause, "Look at [absent] and --prune; --force goes on all the same."
        )
