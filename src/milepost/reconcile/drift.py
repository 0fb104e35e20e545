"""Who moved the live side: change history matched with the changes of a plan."""

from __future__ import annotations

from dataclasses import replace

from milepost.errors import RemoteError
from milepost.gateways.admin import AdminGateway
from milepost.model.resources import HistoryEntry
from milepost.reconcile.kinds import KINDS
from milepost.reconcile.plan import Change, Drift, Plan


def with_drift(plan: Plan, gateway: AdminGateway) -> Plan:
    """The plan with, per change, who last changed or removed the live thing and when.

    History is read once, and only when there are changes. It can be closed to the reader, and knows only
    what Google keeps: then the change stands without it, and a note says why.
    """
    if plan.in_sync:
        return plan
    try:
        history = gateway.read_history(plan.facts, [kind.type for kind in KINDS])
    except RemoteError as error:
        return replace(plan, notes=(*plan.notes, f"Who changed what is unknown: {error}"))
    return replace(plan, changes=tuple(_explained(change, history) for change in plan.changes))


def _explained(change: Change, history: tuple[HistoryEntry, ...]) -> Change:
    entry = next((e for e in history if _caused(e, change)), None)
    return replace(change, drift=Drift(entry.at, entry.actor)) if entry else change


def _caused(entry: HistoryEntry, change: Change) -> bool:
    """Whether this entry made the difference: an update of a differing field, or a removal of the thing."""
    if change.action == "create":
        return (
            entry.action == "deleted"
            and entry.before.keys() >= {"name"}
            and f"/{_collection(change)}/" in f"/{entry.resource}/"
            and change.kind.identity(entry.before) == change.identity
        )
    if change.action != "update" or entry.resource != change.resource or entry.action == "deleted":
        return False
    return any(
        change.kind.comparable(name, entry.before.get(name))
        != change.kind.comparable(name, entry.after.get(name))
        for name in change.fields
    )


def _collection(change: Change) -> str:
    first, *rest = change.kind.name.split("_")
    return first + "".join(word.capitalize() for word in rest) + "s"
