"""plan and sync."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from milepost.errors import MilepostError, UnsafePlanError
from milepost.gateways.admin import AdminGateway
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile
from milepost.model.resources import PropertyFacts
from milepost.operations.outcome import SILENT, Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.reconcile.apply import Outcome, apply_plan, settled
from milepost.reconcile.diff import diff_property
from milepost.reconcile.drift import with_drift
from milepost.reconcile.live import Live, read_live
from milepost.reconcile.plan import Plan
from milepost.reconcile.repeated import twice_made

_SECOND_LOOKS = (1.0, 2.0, 4.0)
"""Seconds before reading once more what was accepted and does not show yet: lists may lag behind writes."""


@dataclass(frozen=True)
class Synced:
    """What a sync did to one property.

    `after` is the plan made from a fresh reading when all was done; the plan itself when nothing was done
    at all; None when reading failed, and `error` says why. `twice` names what somebody else made at the
    same moment, so that GA4 now holds it twice.
    """

    plan: Plan
    outcomes: tuple[Outcome, ...]
    after: Plan | None
    error: MilepostError | None = None
    twice: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything planned was done and reading again finds nothing to do."""
        done = all(o.status == "done" for o in self.outcomes)
        return done and self.after is not None and self.after.in_sync and not self.twice

    def count(self, *statuses: str) -> int:
        """How many changes ended in one of these ways."""
        return sum(1 for outcome in self.outcomes if outcome.status in statuses)


def plan_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    *,
    watch: Watch = SILENT,
    hold: bool = False,
    prune: bool = False,
) -> tuple[Plan | Failure, ...]:
    """A plan, or why there is none, for each property asked for (none: all).

    Args:
        file: what declares them.
        names: names of properties, or shell patterns.
        session: what they are reached through.
        watch: is told how far it is.
        hold: keep other syncs of the property away, because this plan is going to be carried out.
        prune: take the file as the whole truth; what it does not mention goes, unless ignored.

    Raises:
        InputError: a name that the file does not have.
    """

    def work(declared: DeclaredProperty) -> Plan:
        watch.began(declared.name)
        if hold:
            session.hold(declared)
        return plan_property(declared, session, prune=prune)

    return each_property(file, names, work, session, watch=watch)


def sync_property(
    file: ConversionsFile,
    plan: Plan,
    session: Session,
    *,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
) -> Synced | Failure:
    """Carries out one plan (see `guarded`) and reads again, which settles answers that were lost.

    Returns:
        What was done; a Failure when the property could not be reached.
    """
    return sync_properties(file, [plan], session, on_outcome=on_outcome)[0]


def sync_properties(
    file: ConversionsFile,
    plans: Iterable[Plan],
    session: Session,
    *,
    watch: Watch = SILENT,
    on_outcome: Callable[[Outcome], None] = lambda _: None,
) -> tuple[Synced | Failure, ...]:
    """Carries out plans (see `guarded`) side by side, each one's changes in order, and reads again.

    After `session.halt()` each property ends with the change in flight.

    Returns:
        What was done to each property, in the order of the file; a Failure where it could not be reached
        or where another sync is at it.
    """
    by_name = {plan.name: plan for plan in plans}

    def work(declared: DeclaredProperty) -> Synced:
        plan = by_name[declared.name]
        watch.began(plan.name, len(plan.changes))

        def tell(outcome: Outcome) -> None:
            watch.stepped(plan.name, outcome.change.identity)
            on_outcome(outcome)

        session.hold(declared)
        try:
            return _carried_out(declared, plan, session, tell)
        finally:
            session.release(declared)

    if not by_name:
        return ()
    return each_property(file, tuple(by_name), work, session, watch=watch, finish=True)


def _carried_out(
    declared: DeclaredProperty, plan: Plan, session: Session, tell: Callable[[Outcome], None]
) -> Synced:
    connection, _ = session.reach(declared)
    gateway = AdminGateway(connection)
    outcomes = apply_plan(gateway, plan, tell, halted=lambda: session.halted)
    if all(outcome.status == "skipped" for outcome in outcomes):
        return Synced(plan, outcomes, plan)
    try:
        live, after = _read_again(
            gateway, declared, plan.facts, outcomes, connection.pacer.wait, prune=plan.prunes
        )
    except MilepostError as error:
        return Synced(plan, outcomes, None, error)
    twice = tuple(
        f"{change.kind.label} {change.identity} ({', '.join(names)})"
        for change, names in twice_made(plan.changes, live)
    )
    return Synced(plan, settled(outcomes, after), after, twice=twice)


def _read_again(
    gateway: AdminGateway,
    declared: DeclaredProperty,
    facts: PropertyFacts,
    outcomes: Sequence[Outcome],
    pause: Callable[[float], None],
    *,
    prune: bool,
) -> tuple[Live, Plan]:
    """The property as it is now, read until it shows what was accepted, or a few times at least."""
    done = {(o.change.kind.name, o.change.identity) for o in outcomes if o.status == "done"}
    for seconds in (*_SECOND_LOOKS, None):
        live = read_live(gateway, declared, facts.id, facts=facts)
        after = diff_property(declared, live, prune=prune)
        if seconds is None or done.isdisjoint((c.kind.name, c.identity) for c in after.changes):
            break
        pause(seconds)
    return live, after


def guarded(planned: Plan | Failure, *, force: bool) -> Plan | Failure:
    """The plan if it is safe to carry out, otherwise why not."""
    if isinstance(planned, Failure):
        return planned
    try:
        planned.require_safe(force=force)
    except UnsafePlanError as error:
        return Failure(planned.name, planned.facts.id, error)
    return planned


def plan_property(
    declared: DeclaredProperty, session: Session, *, prune: bool = False, with_history: bool = True
) -> Plan:
    """The plan for one property, read afresh.

    Args:
        declared: what the file says of it.
        session: what it is reached through.
        prune: take the file as the whole truth.
        with_history: find out who moved the live side.

    Raises:
        MilepostError: it could not be reached or read.
    """
    connection, property_id = session.reach(declared)
    live = read_live(AdminGateway(connection), declared, property_id, with_history=with_history)
    return with_drift(diff_property(declared, live, prune=prune), live.history)
