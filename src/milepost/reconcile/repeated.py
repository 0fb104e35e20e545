"""What GA4 lets be made twice: looking again before making one, and finding those made twice all the same.

Most kinds have a key that GA4 keeps unique and unchanged, so that the second create of two runs at once is
refused. These have none, and no call says "only if it is not there": reading right before makes the gap
small, reading afterwards tells whether somebody fell into it. For the same reason what is to be changed or
removed may go by another name by now.

Source: Admin API reference, sections 4.5 and 9.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from milepost.gateways.admin import AdminGateway
from milepost.model.resources import Resource
from milepost.reconcile.live import Live
from milepost.reconcile.plan import Change

_KINDS = frozenset({"event_create_rule", "audience"})

_FRESH = 2.0
"""Seconds for which a list counts as read just now, so that ten rules in a row do not cost ten lists."""


class Lookout:
    """Looks whether what is to be made is there: before, so that nothing is made twice, or after trouble."""

    def __init__(self, gateway: AdminGateway, clock: Callable[[], float] = time.monotonic) -> None:
        self._gateway = gateway
        self._clock = clock
        self._read: dict[tuple[str, str], tuple[float, tuple[Resource, ...]]] = {}

    def find(self, change: Change) -> Resource | None:
        """What already goes by the identity of a create; None when nothing does or GA4 itself would refuse.

        Raises:
            RemoteError: reading failed.
            HaltedError: somebody asked to stop.
        """
        if change.action != "create" or change.kind.name not in _KINDS:
            return None
        same = [r for r in self._resources(change) if change.kind.identity(r.fields) == change.identity]
        return min(same, key=lambda r: (not is_as_planned(change, r), r.name), default=None)

    def renamed(self, change: Change) -> str:
        """What the thing is called that a change means, if somebody gave it another identity meanwhile.

        Then it is no longer what the plan was about, least of all what it would remove. Empty where it has
        kept its identity, which most kinds never lose, or is gone.

        Raises:
            RemoteError: reading failed.
            HaltedError: somebody asked to stop.
        """
        if change.action == "create" or change.kind.name not in _KINDS:
            return ""
        now = [change.kind.identity(r.fields) for r in self._resources(change) if r.name == change.resource]
        return next((identity for identity in now if identity != change.identity), "")

    def shows(self, change: Change) -> bool:
        """Whether a create, of any kind, is there as planned, by a fresh reading.

        Raises:
            RemoteError: reading failed.
            HaltedError: somebody asked to stop.
        """
        if change.action != "create":
            return False
        found = self._gateway.read_resources(change.kind.type, change.parent)
        return any(
            change.kind.identity(r.fields) == change.identity and is_as_planned(change, r) for r in found
        )

    def _resources(self, change: Change) -> tuple[Resource, ...]:
        parent = change.parent or change.resource.rpartition(f"/{change.kind.type.path}/")[0]
        key = (change.kind.name, parent)
        read_at, found = self._read.get(key, (float("-inf"), ()))
        if self._clock() - read_at > _FRESH:
            found = self._gateway.read_resources(change.kind.type, parent)
            self._read[key] = (self._clock(), found)
        return found


def is_as_planned(change: Change, found: Resource) -> bool:
    """Whether a live resource holds all that a create would set."""
    same = change.kind.comparable
    return all(
        same(name, found.fields.get(name)) == same(name, field.desired)
        for name, field in change.fields.items()
    )


def twice_made(changes: Iterable[Change], live: Live) -> Iterator[tuple[Change, tuple[str, ...]]]:
    """Creates whose outcome is there more than once, each with the resource names of all of them."""
    for change in changes:
        if change.action != "create" or change.kind.name not in _KINDS:
            continue
        same = tuple(
            resource.name
            for resource in live.resources.get(change.kind.name, ())
            if change.kind.identity(resource.fields) == change.identity and is_as_planned(change, resource)
        )
        if len(same) > 1:
            yield change, same
