"""Carrying out a plan, change by change: nothing repeated blindly, nothing hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from milepost.errors import (
    HaltedError,
    NotFoundError,
    QuotaError,
    RefusedError,
    RemoteError,
    SignInError,
    UnreachableError,
)
from milepost.gateways.admin import AdminGateway
from milepost.reconcile.plan import Change, Plan
from milepost.reconcile.repeated import Lookout, is_as_planned

Status = Literal["done", "failed", "unknown", "skipped"]

INTERRUPTED = "interrupted"
_LOST = "the answer was lost; reading again shows it was carried out"
_AS_DECLARED = "reading again shows it as declared, although: "
_AFTER_FAILURE = "not tried after the failure before it"


@dataclass(frozen=True)
class Outcome:
    """What became of one change. `unknown`: the answer was lost, and reading has not settled it."""

    change: Change
    status: Status
    reason: str = ""


def apply_plan(
    gateway: AdminGateway,
    plan: Plan,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
    *,
    halted: Callable[[], bool] = lambda: False,
) -> tuple[Outcome, ...]:
    """Make the changes in order; a failed one stops only those that need it.

    Sign-in and quota errors stop the rest, since each further call would meet them too. When `halted` says
    so, or on Ctrl-C, it ends after the change in flight: what was not begun is `skipped`.

    Returns:
        One outcome per change, in the plan's order.
    """
    applying = _Applying(gateway, halted)
    outcomes: list[Outcome] = []
    for change in plan.changes:
        outcome = applying.outcome(change)
        outcomes.append(outcome)
        try:
            on_outcome(outcome)
        except KeyboardInterrupt:
            applying.stopped = INTERRUPTED
    return tuple(outcomes)


class _Applying:
    """One walk through a plan. `stopped` is why nothing more is begun; empty while things go on."""

    def __init__(self, gateway: AdminGateway, halted: Callable[[], bool]) -> None:
        self.stopped = ""
        self._gateway = gateway
        self._halted = halted
        self._lookout = Lookout(gateway)
        self._not_done: dict[tuple[str, str], Outcome] = {}

    def outcome(self, change: Change) -> Outcome:
        """Carries out one change, unless something stands against it."""
        if not self.stopped and self._halted():
            self.stopped = INTERRUPTED
        hindrance = self.stopped or self._missing(change)
        outcome = Outcome(change, "skipped", hindrance) if hindrance else self._attempt(change)
        if outcome.status != "done":
            self._not_done[change.kind.name, change.identity] = outcome
        return outcome

    def _missing(self, change: Change) -> str:
        """What the change needs and this run did not bring about; empty when there is nothing like that."""
        for needed in change.requires:
            if needed in self._not_done:
                other = self._not_done[needed]
                what = f"{other.change.kind.label} {other.change.identity}"
                return f"needs the {what}, which {_MISSING[other.status]}"
        return ""

    def _attempt(self, change: Change) -> Outcome:
        try:
            return _met(change, self._lookout) or self._carry_out(change)
        except KeyboardInterrupt:
            self.stopped = INTERRUPTED
            return Outcome(change, "unknown", INTERRUPTED)
        except HaltedError:
            self.stopped = INTERRUPTED
            return Outcome(change, "skipped", INTERRUPTED)
        except (SignInError, QuotaError) as error:
            self.stopped = _AFTER_FAILURE
            return Outcome(change, "failed", str(error))
        except RemoteError as error:
            return Outcome(change, "failed", str(error))

    def _carry_out(self, change: Change) -> Outcome:
        try:
            _write(self._gateway, change)
        except UnreachableError as error:
            return self._read_back(change) or Outcome(change, "unknown", str(error))
        except NotFoundError:
            if not change.removes:
                raise
            return Outcome(change, "done", "it was gone already")
        except RefusedError as error:
            return self._read_back(change, f"{_AS_DECLARED}{error}") or Outcome(change, "failed", str(error))
        return Outcome(change, "done")

    def _read_back(self, change: Change, reason: str = _LOST) -> Outcome | None:
        """A create whose answer says nothing certain, or that it is there already, if reading shows it.

        What needs it can then go on, instead of waiting for the next run. None when reading does not show it,
        which proves nothing yet: lists may lag behind.
        """
        try:
            return Outcome(change, "done", reason) if self._lookout.shows(change) else None
        except RemoteError:
            return None


_MISSING: dict[Status, str] = {
    "failed": "was not made",
    "skipped": "was skipped",
    "unknown": "may not have been made",
}


def _met(change: Change, lookout: Lookout) -> Outcome | None:
    """What to say of a change that somebody else has forestalled; None when it is still to be made."""
    if renamed := lookout.renamed(change):
        return Outcome(change, "failed", f'somebody renamed it to "{renamed}" meanwhile: run it again')
    found = lookout.find(change)
    if found is None:
        return None
    if is_as_planned(change, found):
        return Outcome(change, "done", "somebody made it meanwhile")
    return Outcome(
        change, "failed", f"somebody made another one of that name meanwhile ({found.name}): run it again"
    )


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
    pending |= {(r.kind.name, r.identity) for r in after.refused}
    return tuple(_settle(outcome, pending) for outcome in outcomes)


def _settle(outcome: Outcome, pending: set[tuple[str, str]]) -> Outcome:
    is_pending = (outcome.change.kind.name, outcome.change.identity) in pending
    if outcome.status == "unknown":
        if is_pending:
            return replace(outcome, status="failed")
        return replace(outcome, status="done", reason=_LOST)
    if outcome.status == "failed" and not is_pending:
        # Refused because somebody was faster: a second sync of the same file, most likely.
        return replace(outcome, status="done", reason=f"{_AS_DECLARED}{outcome.reason}")
    if outcome.status == "done" and is_pending:
        return replace(outcome, status="failed", reason="accepted, but reading again does not show it")
    return outcome
