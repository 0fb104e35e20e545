"""A plan depends on what the file says and on what is live, not on where in the file it says it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from milepost.reconcile.plan import Change, FieldChange, Plan
from tests.laws.files import Deed, Raw, deeds, files, reordered
from tests.laws.ground import Ground


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    earlier=files(),
    now=files().flatmap(lambda raw: st.tuples(st.just(raw), reordered(raw))),
    between=st.lists(deeds, max_size=4),
)
def test_any_order_of_the_file_gives_the_same_plan(
    ground: Ground, earlier: Raw, now: tuple[Raw, Raw], between: list[Deed]
) -> None:
    ground.clean()
    ground.sync(earlier)
    ground.somebody.do(between)
    one, other = (ground.plan(raw) for raw in now)
    assert isinstance(one, Plan)
    assert isinstance(other, Plan)
    assert _canonical(one) == _canonical(other)


def _canonical(plan: Plan) -> Plan:
    """The plan with fields in the form in which they are equal when GA4 treats them as the same.

    That a plan tells the conditions of a new rule in the order of the file is no difference.
    """
    return replace(plan, changes=tuple(_canonical_change(change) for change in plan.changes))


def _canonical_change(change: Change) -> Change:
    def same(name: str, value: Any) -> Any:
        return change.kind.comparable(name, value)

    fields = {
        name: FieldChange(same(name, field.live), same(name, field.desired))
        for name, field in change.fields.items()
    }
    return replace(change, fields=fields)
