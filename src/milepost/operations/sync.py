"""plan and sync."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from milepost.errors import UnsafePlanError
from milepost.gateways.admin import AdminGateway
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile
from milepost.operations.outcome import Failure, each_property
from milepost.operations.session import Session
from milepost.reconcile.apply import Outcome, apply_plan, settled
from milepost.reconcile.diff import diff_property
from milepost.reconcile.drift import with_drift
from milepost.reconcile.live import read_live
from milepost.reconcile.plan import Plan


@dataclass(frozen=True)
class Synced:
    """What a sync did to one property. `after` is the plan made from a fresh reading when all was done."""

    plan: Plan
    outcomes: tuple[Outcome, ...]
    after: Plan

    @property
    def complete(self) -> bool:
        """Whether everything planned was done and reading again finds nothing to do."""
        return all(o.status == "done" for o in self.outcomes) and self.after.in_sync


def plan_properties(
    file: ConversionsFile, names: Sequence[str], session: Session
) -> tuple[Plan | Failure, ...]:
    """A plan, or why there is none, for each property asked for (none: all)."""
    return each_property(file, names, lambda declared: _plan(declared, session))


def sync_property(
    file: ConversionsFile,
    plan: Plan,
    session: Session,
    *,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
) -> Synced | Failure:
    """Carries out one plan (see `guarded`) and reads again, which settles answers that were lost.

    Returns:
        What was done; a Failure when the property could not be reached or read again.
    """

    def work(declared: DeclaredProperty) -> Synced:
        connection, property_id = session.reach(declared)
        gateway = AdminGateway(connection)
        outcomes = apply_plan(gateway, plan, on_outcome)
        after = diff_property(declared, read_live(gateway, declared, property_id))
        return Synced(plan, settled(outcomes, after), after)

    return each_property(file, [plan.name], work)[0]


def guarded(planned: Plan | Failure, *, force: bool) -> Plan | Failure:
    """The plan if it is safe to carry out, otherwise why not."""
    if isinstance(planned, Failure):
        return planned
    try:
        planned.require_safe(force=force)
    except UnsafePlanError as error:
        return Failure(planned.name, planned.facts.id, error)
    return planned


def _plan(declared: DeclaredProperty, session: Session) -> Plan:
    connection, property_id = session.reach(declared)
    gateway = AdminGateway(connection)
    return with_drift(diff_property(declared, read_live(gateway, declared, property_id)), gateway)
