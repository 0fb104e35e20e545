"""Who moved the live side: change history matched with the changes of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from milepost.model.resources import HistoryEntry
from milepost.reconcile.plan import Change, Drift, Plan


def with_drift(plan: Plan, history: tuple[HistoryEntry, ...] | str | None) -> Plan:
    """The plan with, per change, who last changed or removed the live thing and when.

    History knows only what Google keeps, and can be closed to the reader: then the change stands without
    it, and a note says why.
    """
    if plan.in_sync or history is None:
        return plan
    if isinstance(history, str):
        return replace(plan, notes=(*plan.notes, f"Who changed what is unknown: {history}"))
    return replace(plan, changes=tuple(_explained(change, history) for change in plan.changes))


def _explained(change: Change, history: Iterable[HistoryEntry]) -> Change:
    entry = next((e for e in history if _caused(e, change)), None)
    return replace(change, drift=Drift(entry.at, entry.actor)) if entry else change


def _caused(entry: HistoryEntry, change: Change) -> bool:
    """Whether this entry made the difference: an update of a differing field, or a removal of the thing."""
    kind = change.kind
    if change.action == "create":
        was_one = entry.resource.startswith(f"{change.parent}/{kind.type.path}/")
        return (
            entry.action == "deleted"
            and was_one
            and bool(entry.before)
            and kind.identity(entry.before) == change.identity
        )
    if change.action != "update" or entry.resource != change.resource or entry.action == "deleted":
        return False
    return any(
        kind.comparable(name, entry.before.get(name)) != kind.comparable(name, entry.after.get(name))
        for name in change.fields
    )
