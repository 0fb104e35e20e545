"""Plans and syncs for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from milepost.errors import MilepostError
from milepost.reconcile.apply import Outcome
from milepost.reconcile.plan import Change, Plan, Unmanaged

FORMAT_VERSION = 1


def plans_json(entries: Iterable[dict[str, Any]]) -> str:
    """The document around one entry per property."""
    return json.dumps(
        {"format_version": FORMAT_VERSION, "properties": list(entries)}, indent=2, ensure_ascii=False
    )


def plan_entry(plan: Plan) -> dict[str, Any]:
    """One property's plan."""
    return {
        "name": plan.name,
        "property": plan.facts.id,
        "changes": [_change(change) for change in plan.changes],
        "unmanaged": [_unmanaged(u) for u in plan.unmanaged],
        "ignored": [_unmanaged(u) for u in plan.ignored],
        "limits": [
            {"kind": use.kind, "before": use.before, "after": use.after, "limit": use.limit}
            for use in plan.limits
        ],
        "notes": list(plan.notes),
    }


def sync_entry(plan: Plan, outcomes: Iterable[Outcome], after: Plan) -> dict[str, Any]:
    """One property's plan, what became of each change, and what a fresh reading still asks for."""
    return {
        **plan_entry(plan),
        "outcomes": [
            {
                "action": outcome.change.action,
                "kind": outcome.change.kind.name,
                "identity": outcome.change.identity,
                "status": outcome.status,
                "reason": outcome.reason or None,
            }
            for outcome in outcomes
        ],
        "pending": [_change(change) for change in after.changes],
    }


def failure_entry(name: str, property_id: str, error: MilepostError) -> dict[str, Any]:
    """A property that could not be dealt with."""
    return {"name": name, "property": property_id, "error": str(error)}


def _change(change: Change) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "action": change.action,
        "kind": change.kind.name,
        "identity": change.identity,
        "fields": {name: {"live": f.live, "desired": f.desired} for name, f in change.fields.items()},
    }
    if change.drift is not None:
        entry["drift"] = {"at": change.drift.at.isoformat(), "actor": change.drift.actor}
    return entry


def _unmanaged(unmanaged: Unmanaged) -> dict[str, Any]:
    entry = {"kind": unmanaged.kind.name, "identity": unmanaged.identity}
    return {**entry, "note": unmanaged.note} if unmanaged.note else entry
