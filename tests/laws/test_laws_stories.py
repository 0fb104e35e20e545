"""Whatever happens to a property, one more sync ends in the declared state, and touches nothing else."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, Phase, given, settings

from milepost.reconcile.plan import Change, Plan
from tests.laws.files import Run, stories
from tests.laws.ground import Ground

COUNT = 200


@settings(
    max_examples=COUNT,
    deadline=None,
    # Shrinking would begin many emulated lives anew; what fails is told whole, and can be run again.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(story=stories())
def test_after_any_story_one_more_sync_ends_in_the_declared_state(
    ground: Ground, story: tuple[Run, ...]
) -> None:
    ground.clean()
    for run in story:
        ground.live_through(run)
    raw = story[-1].raw
    was = ground.held(), ground.besides(), ground.somebody.settings()
    synced = ground.sync(raw)
    ground.check_untouched(raw, *was, prune=False)
    told = [
        (o.change.action, o.change.kind.name, o.change.identity, o.status, o.reason) for o in synced.outcomes
    ]
    plan = ground.plan(raw)
    assert isinstance(plan, Plan)
    assert _within_reach(plan, ground) == [], told
    assert synced.twice == ()


def _within_reach(plan: Plan, ground: Ground) -> list[Change]:
    """What the file still asks for, but for labels that somebody else's things have, and what needs those."""
    holders = {thing.label: name for name, thing in ground.held().items() if thing.label}
    freeing = {c.resource: c for c in plan.changes if c.removes or "display_name" in c.fields}
    pending = list(plan.changes)
    out_of_reach: set[tuple[str, str]] = set()
    while True:
        left = []
        for change in pending:
            label = change.fields["display_name"].desired if "display_name" in change.fields else None
            holder = freeing.get(holders[label]) if label in holders else None
            taken = label in holders and (holder is None or _key(holder) in out_of_reach)
            if taken or _needed(change) & out_of_reach:
                out_of_reach.add(_key(change))
            else:
                left.append(change)
        if left == pending:
            return left
        pending = left


def _key(change: Change) -> tuple[str, str]:
    return change.kind.name, change.identity


def _needed(change: Change) -> set[tuple[str, str]]:
    formula = change.fields["formula"].desired if "formula" in change.fields else ""
    return {("custom_metric", name) for name in re.findall(r"customEvent:(\w+)", formula)}
