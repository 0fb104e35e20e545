"""A reviewed plan, held against the file and GA4 once more before it is carried out."""

from __future__ import annotations

from collections.abc import Sequence

from milepost.errors import InputError, StalePlanError
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile
from milepost.operations.outcome import SILENT, Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.operations.sync import plan_property
from milepost.reconcile.entries import Unplanned
from milepost.reconcile.moved import confirmed
from milepost.reconcile.plan import Plan
from milepost.reconcile.saved import Plans

_AGAIN = "Plan again with 'milepost plan --out FILE', and review that."


def review_plans(
    file: ConversionsFile, saved: Plans, session: Session, *, watch: Watch = SILENT
) -> tuple[Plan | Failure, ...]:
    """Reads every planned property again, and keeps other syncs of it away until the session ends.

    Returns:
        One per entry of the saved plans, in their order: the plan to carry out, which is the one that was
        reviewed, or why it cannot be: live has moved, the file asks for something else, or the property
        could not be planned then or cannot be reached now.
    """
    by_name = {plan.name: plan for plan in saved.plans}
    here = [name for name in by_name if name in file.document.properties]

    def work(declared: DeclaredProperty) -> Plan:
        watch.began(declared.name)
        session.hold(declared)
        then = by_name[declared.name]
        return confirmed(then, plan_property(declared, session, prune=then.prunes, with_history=False))

    found = each_property(file, here, work, session, watch=watch) if here else ()
    results = {result.name: result for result in found}
    return tuple(results.get(entry.name) or _missing(file, entry) for entry in saved.entries)


def whole_or_nothing(planned: Sequence[Plan | Failure], saved: Plans) -> tuple[Plan | Failure, ...]:
    """The same, if every plan that was reviewed can be carried out; otherwise a Failure for each property.

    Properties that had no plan when it was reviewed keep nobody else from theirs.
    """
    reviewed = {plan.name for plan in saved.plans}
    if not any(isinstance(p, Failure) and p.name in reviewed for p in planned):
        return tuple(planned)
    return tuple(p if isinstance(p, Failure) else _left(p) for p in planned)


def _left(plan: Plan) -> Failure:
    cause = "was left as it is: a reviewed plan is carried out whole or not at all"
    return Failure(plan.name, plan.facts.id, StalePlanError(f"property {plan.name}", cause, _AGAIN))


def _missing(file: ConversionsFile, entry: Plan | Unplanned) -> Failure:
    place = f"property {entry.name}"
    if isinstance(entry, Unplanned):
        error = InputError(
            place, f"had no plan when it was reviewed ({entry.error})", "Plan again once that is mended."
        )
        return Failure(entry.name, entry.property, error)
    return Failure(
        entry.name,
        entry.facts.id,
        StalePlanError(
            place,
            f"{file.path} does not declare it any more",
            _AGAIN,
        ),
    )
