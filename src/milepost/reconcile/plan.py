"""A plan: the changes that would make a property agree with the file, and all that is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from milepost.errors import UnsafePlanError
from milepost.model.resources import PropertyFacts
from milepost.reconcile.kinds import Kind

Action = Literal["create", "update", "archive", "delete"]

REMOVAL_SHARE = 0.30
REMOVAL_COUNT = 10
"""More than this share of a kind, or more than this many in all, is not removed without force."""


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
    every field a create sets, or the fields an update changes; it is empty for a removal.
    """

    action: Action
    kind: Kind
    identity: str
    fields: Mapping[str, FieldChange]
    parent: str = ""
    resource: str = ""
    drift: Drift | None = None

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
    live_counts: Mapping[str, int] = field(default_factory=dict)
    """How many of each kind the property holds, by kind name; what the removal guard measures against."""

    @property
    def in_sync(self) -> bool:
        """Whether there is nothing to do."""
        return not self.changes

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
            if going > 1 and going > REMOVAL_SHARE * live:
                self._refuse(f"would remove {going} of {live} of kind {kind}")
        if len(removals) > REMOVAL_COUNT:
            self._refuse(f"would remove {len(removals)} things")

    def _refuse(self, cause: str) -> None:
        raise UnsafePlanError(
            f"property {self.name}", cause, "Look again at [absent]; --force goes on all the same."
        )
