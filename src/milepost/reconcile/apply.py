"""Carrying out a plan, change by change: nothing repeated blindly, nothing hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from milepost.errors import NotFoundError, QuotaError, RemoteError, SignInError, UnreachableError
from milepost.gateways.admin import AdminGateway
from milepost.reconcile.plan import Change, Plan

Status = Literal["done", "failed", "unknown", "skipped"]


@dataclass(frozen=True)
class Outcome:
    """What became of one change. `unknown`: the answer was lost, and reading has not settled it."""

    change: Change
    status: Status
    reason: str = ""


def apply_plan(
    gateway: AdminGateway, plan: Plan, on_outcome: Callable[[Outcome], None] = lambda _: None
) -> tuple[Outcome, ...]:
    """Make the changes in order; a failed one does not stop those that do not need it.

    Sign-in and quota errors stop the rest, since each further call would meet them too. Ctrl-C ends
    after the change in flight, also while an outcome is being shown: what was not begun is `skipped`.

    Returns:
        One outcome per change, in the plan's order.
    """
    outcomes: list[Outcome] = []
    stopped = ""
    for change in plan.changes:
        if stopped:
            outcome = Outcome(change, "skipped", stopped)
        else:
            try:
                outcome = _carry_out(gateway, change)
            except KeyboardInterrupt:
                outcome = Outcome(change, "unknown", "interrupted")
                stopped = "interrupted"
            except (SignInError, QuotaError) as error:
                outcome = Outcome(change, "failed", str(error))
                stopped = "not tried after the failure before it"
        outcomes.append(outcome)
        try:
            on_outcome(outcome)
        except KeyboardInterrupt:
            stopped = "interrupted"
    return tuple(outcomes)


def _carry_out(gateway: AdminGateway, change: Change) -> Outcome:
    try:
        _write(gateway, change)
    except UnreachableError as error:
        return Outcome(change, "unknown", str(error))
    except NotFoundError as error:
        if change.removes:
            return Outcome(change, "done", "it was gone already")
        return Outcome(change, "failed", str(error))
    except (SignInError, QuotaError):
        raise
    except RemoteError as error:
        return Outcome(change, "failed", str(error))
    return Outcome(change, "done")


def _write(gateway: AdminGateway, change: Change) -> None:
    fields = {name: field.desired for name, field in change.fields.items()}
    match change.action:
        case "create":
            gateway.create(change.kind.type, change.parent, fields)
        case "update":
            gateway.update(change.kind.type, change.resource, fields)
        case "archive" | "delete":
            gateway.end(change.kind.type, change.resource)


def settled(outcomes: Iterable[Outcome], after: Plan) -> tuple[Outcome, ...]:
    """Outcomes in the light of a plan made after them: what it no longer asks for has been done."""
    pending = {(c.kind.name, c.identity) for c in after.changes}
    return tuple(_settle(outcome, pending) for outcome in outcomes)


def _settle(outcome: Outcome, pending: set[tuple[str, str]]) -> Outcome:
    is_pending = (outcome.change.kind.name, outcome.change.identity) in pending
    if outcome.status == "unknown":
        if is_pending:
            return replace(outcome, status="failed")
        return replace(
            outcome, status="done", reason="the answer was lost; reading again shows it was carried out"
        )
    if outcome.status == "done" and is_pending:
        return replace(outcome, status="failed", reason="accepted, but reading again does not show it")
    return outcome
