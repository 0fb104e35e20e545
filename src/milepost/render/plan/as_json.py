"""Plans and syncs for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from milepost.errors import MilepostError
from milepost.reconcile import entries
from milepost.reconcile.apply import Outcome
from milepost.reconcile.plan import Plan
from milepost.reconcile.saved import plans_text
from milepost.render.plan.explain import Reasons

Thing = TypeVar("Thing")


def plans_json(entries: Iterable[dict[str, Any]]) -> str:
    """The document around one entry per property."""
    return plans_text(entries)


def plan_entry(plan: Plan, reasons: Reasons | None = None) -> dict[str, Any]:
    """One property's plan, whole: the same as in a plan file. With reasons, `why` beside every line."""
    entry = entries.plan_entry(plan)
    if reasons is None:
        return entry
    return {
        **entry,
        "changes": _with_why(entry["changes"], plan.changes, reasons.of_change),
        "refused": _with_why(entry["refused"], plan.refused, reasons.of_refused),
        "unmanaged": _with_why(entry["unmanaged"], plan.unmanaged, reasons.of_unmanaged),
        "ignored": _with_why(entry["ignored"], plan.ignored, reasons.of_ignored),
        "limits": _with_why(entry["limits"], plan.limits, lambda use: reasons.of_limit(use, plan)),
    }


def _with_why(
    plain: Sequence[dict[str, Any]], things: Sequence[Thing], why: Callable[[Thing], str]
) -> list[dict[str, Any]]:
    return [{**entry, "why": why(thing)} for entry, thing in zip(plain, things, strict=True)]


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
        "pending": [entries.change_entry(change) for change in after.changes],
    }


def failure_entry(name: str, property_id: str, error: MilepostError) -> dict[str, Any]:
    """A property that could not be dealt with."""
    return entries.unplanned_entry(entries.Unplanned(name, property_id, str(error)))
