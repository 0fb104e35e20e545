"""A reviewed plan is carried out only while it still is what would be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.errors import StalePlanError
from milepost.model.resources import Resource
from milepost.reconcile.diff import diff_property
from milepost.reconcile.live import Live
from milepost.reconcile.moved import confirmed, moved
from milepost.reconcile.plan import Drift, Plan
from tests.reconcile.worlds import World, declared_by, live_of, shuffled, worlds

FILE: dict[str, Any] = {
    "version": 1,
    "properties": {"site": {"id": "7", "business_types": ["shop"], "currency": "EUR"}},
    "business_types": {"shop": {"macro": {"buy_now": {"value": 2}}}},
}


def _file(**events: dict[str, Any]) -> dict[str, Any]:
    return {**FILE, "business_types": {"shop": {"macro": {"buy_now": {"value": 2}, **events}}}}


def _key_event(event: str, number: int, **fields: Any) -> Resource:
    name = f"properties/7/keyEvents/{number}"
    shown = {"event_name": event, "counting_method": "ONCE_PER_SESSION", "deletable": True, "custom": True}
    return Resource({"name": name, **shown, **fields}, name)


def _live(*events: Resource) -> Live:
    return live_of({"key_event": events})


def _plan(live: Live, raw: dict[str, Any] = FILE, *, prune: bool = False) -> Plan:
    return diff_property(declared_by(raw), live, prune=prune)


@settings(max_examples=40)
@given(worlds(), st.booleans(), st.data())
def test_where_nothing_moved_the_reviewed_plan_is_confirmed(
    world: World, prune: bool, data: st.DataObject
) -> None:
    then = diff_property(world.declared, world.live, prune=prune)
    again = replace(world.live, resources={k: tuple(reversed(r)) for k, r in world.live.resources.items()})
    declared, _ = shuffled(data.draw, world)
    assert confirmed(then, diff_property(declared, again, prune=then.prunes)).changes == then.changes


@settings(max_examples=40)
@given(worlds(), st.data())
def test_whatever_moves_at_the_other_end_is_named(world: World, data: st.DataObject) -> None:
    then = diff_property(world.declared, world.live)
    present = [(kind, r) for kind, found in world.live.resources.items() for r in found]
    if not present:
        return
    kind, gone = data.draw(st.sampled_from(present))
    rest = tuple(r for r in world.live.resources[kind] if r is not gone)
    now = diff_property(world.declared, replace(world.live, resources={**world.live.resources, kind: rest}))
    (named,) = moved(then, now)
    identity = next(
        k for k in then.live_digests[kind] if then.live_digests[kind][k] != now.live_digests[kind].get(k)
    )
    assert identity in named
    with pytest.raises(StalePlanError, match="live has moved"):
        confirmed(then, now)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ((), "key event other is gone"),
        ((_key_event("other", 1), _key_event("more", 2)), "key event more is new"),
        ((_key_event("other", 1, counting_method="ONCE_PER_EVENT"),), "key event other was changed"),
        ((_key_event("other", 9),), "key event other was changed"),
    ],
    ids=["gone", "new", "changed", "made again"],
)
def test_movement_of_things_the_file_does_not_mention_counts_too(
    after: tuple[Resource, ...], words: str
) -> None:
    then = _plan(_live(_key_event("other", 1)))
    with pytest.raises(StalePlanError) as stale:
        confirmed(then, _plan(_live(*after)))
    assert words in str(stale.value)
    assert "Plan again" in str(stale.value)


def test_a_changed_service_level_is_movement() -> None:
    then = _plan(_live())
    live = _live()
    now = _plan(replace(live, facts=replace(live.facts, service_level="360")))
    assert moved(then, now) == ("service level standard → 360",)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (_file(see_demo={}), "create key_event see_demo (new)"),
        (_file(buy_now={"value": 3}), "create key_event buy_now (otherwise)"),
        (_file(buy_now={"key_event": False}), "create key_event buy_now (no more)"),
        ({**FILE, "absent": {"key_events": ["other"]}}, "delete key_event other (new)"),
    ],
)
def test_a_file_that_asks_for_something_else_is_named(raw: dict[str, Any], words: str) -> None:
    live = _live(_key_event("other", 1))
    with pytest.raises(StalePlanError) as stale:
        confirmed(_plan(live), _plan(live, raw))
    assert "the file has changed since the plan was made" in str(stale.value)
    assert words in str(stale.value)


def test_many_differences_are_counted_instead_of_told_one_by_one() -> None:
    raw = _file(**{f"event_{n}": {} for n in range(30)})
    with pytest.raises(StalePlanError, match="and 22 more"):
        confirmed(_plan(_live()), _plan(_live(), raw))


def test_another_property_is_a_changed_file_even_if_it_is_alike() -> None:
    then = _plan(_live())
    live = _live()
    now = _plan(replace(live, facts=replace(live.facts, id="8")))
    with pytest.raises(StalePlanError, match=r"the file has changed.*property 8 in place of 7"):
        confirmed(then, now)


def test_where_in_the_file_a_thing_stands_is_no_difference_and_drift_is_kept() -> None:
    then = _plan(_live())
    drift = Drift(datetime(2026, 3, 14, tzinfo=UTC), "kim@example.com")
    told = replace(then, changes=tuple(replace(c, origin="elsewhere", drift=drift) for c in then.changes))
    (change,) = confirmed(told, then).changes
    assert (change.drift, change.origin) == (drift, then.changes[0].origin)


def test_what_could_not_be_read_one_time_is_not_taken_for_movement() -> None:
    live = _live()
    then = _plan(replace(live, unread={"audience": "no permission"}))
    audience = Resource({"display_name": "All Users"}, "properties/7/audiences/1")
    now = _plan(replace(live, resources={**live.resources, "audience": (audience,)}))
    assert then.fingerprint != now.fingerprint
    assert confirmed(then, now) == now


def test_a_new_thing_that_pruning_would_take_is_movement() -> None:
    then = _plan(_live(_key_event("other", 1)), prune=True)
    assert then.prunes
    with pytest.raises(StalePlanError, match="key event more is new"):
        confirmed(then, _plan(_live(_key_event("other", 1), _key_event("more", 2)), prune=True))
