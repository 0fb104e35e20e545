"""What is true of every plan, whatever the file and whatever the property holds."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.reconcile.diff import diff_property
from milepost.reconcile.kinds import KINDS
from milepost.reconcile.plan import Plan
from tests.reconcile.worlds import (
    BLANK,
    SECTIONS,
    World,
    carried_out,
    declared_by,
    declared_identities,
    files,
    live_of,
    shuffled,
    worlds,
)

# A world takes long to make up, and every one of them holds some of each case.
of_many_worlds = settings(max_examples=40)


def plan_of(world: World) -> Plan:
    return diff_property(world.declared, world.live)


@given(files())
def test_what_is_as_declared_needs_no_plan(raw: dict[str, Any]) -> None:
    declared = declared_by(raw)
    empty = live_of({})
    live = carried_out(empty, diff_property(declared, empty).changes)
    as_declared = {
        kind: {key for section, key in _identities(live) if section == kind} for kind in SECTIONS.values()
    }
    assert as_declared == declared_identities(raw)
    assert diff_property(declared, live).changes == ()


def _identities(live: Any) -> list[tuple[str, str]]:
    return [
        (SECTIONS[kind.name], kind.identity(resource.fields))
        for kind in KINDS
        for resource in live.resources[kind.name]
    ]


@of_many_worlds
@given(worlds(), st.data())
def test_the_order_of_either_side_never_matters(world: World, data: st.DataObject) -> None:
    plan, other = plan_of(world), diff_property(*shuffled(data.draw, world))
    assert [_essence(c) for c in other.changes] == [_essence(c) for c in plan.changes]
    assert (other.unmanaged, other.ignored, other.limits) == (plan.unmanaged, plan.ignored, plan.limits)


def _essence(change: Any) -> tuple[Any, ...]:
    """A change with the conditions of a rule in an order of their own: all of them have to hold."""
    fields = {
        name: [
            sorted(map(repr, side)) if name == "event_conditions" and side else side
            for side in (f.live, f.desired)
        ]
        for name, f in change.fields.items()
    }
    return change.action, change.kind.name, change.identity, change.parent, change.resource, fields


@of_many_worlds
@given(worlds())
def test_after_a_plan_is_carried_out_the_next_is_empty(world: World) -> None:
    live = carried_out(world.live, plan_of(world).changes)
    assert diff_property(world.declared, live).changes == ()


@of_many_worlds
@given(worlds(), st.data())
def test_what_a_broken_off_or_partly_failed_run_left_is_finished_by_the_next(
    world: World, data: st.DataObject
) -> None:
    changes = plan_of(world).changes
    done = [change for change in changes if data.draw(st.booleans())]
    live = carried_out(world.live, done)
    rest = diff_property(world.declared, live).changes
    assert len(rest) == len(changes) - len(done)
    assert diff_property(world.declared, carried_out(live, rest)).changes == ()


@of_many_worlds
@given(worlds())
def test_what_is_not_the_file_s_is_never_touched(world: World) -> None:
    plan = plan_of(world)
    declared = declared_identities(world.raw)
    absent = world.raw["absent"]
    ignore = world.raw["properties"]["site"]["ignore"]
    for change in plan.changes:
        section = SECTIONS[change.kind.name]
        if change.removes:
            assert change.identity in absent[section]
            assert not any(fnmatchcase(change.identity, pattern) for pattern in ignore[section])
        else:
            assert change.identity in declared[section]
    after = carried_out(world.live, plan.changes)
    touched = {change.resource for change in plan.changes}
    for kind, resources in world.live.resources.items():
        kept = {resource.name: resource for resource in after.resources[kind]}
        assert [kept[r.name] for r in resources if r.name not in touched] == [
            r for r in resources if r.name not in touched
        ]


@of_many_worlds
@given(worlds())
def test_every_live_thing_is_managed_or_goes_or_is_shown(world: World) -> None:
    plan = plan_of(world)
    declared = declared_identities(world.raw)
    for kind in KINDS:
        if kind.name not in SECTIONS:
            continue
        live = world.live.resources[kind.name]
        identities = {kind.identity(resource.fields) for resource in live}
        managed = len(identities & declared[SECTIONS[kind.name]])
        going = sum(1 for c in plan.changes if c.removes and c.kind is kind)
        shown = sum(1 for u in (*plan.unmanaged, *plan.ignored) if u.kind is kind)
        assert managed + going + shown == len(live)


@of_many_worlds
@given(worlds())
def test_ignored_and_unmanaged_are_told_apart_by_the_patterns(world: World) -> None:
    plan = plan_of(world)
    ignore = world.raw["properties"]["site"]["ignore"]
    for things, ignored in ((plan.ignored, True), (plan.unmanaged, False)):
        for thing in things:
            patterns = ignore[SECTIONS[thing.kind.name]]
            assert any(fnmatchcase(thing.identity, pattern) for pattern in patterns) is ignored


@of_many_worlds
@given(worlds())
def test_nothing_goes_that_ga4_does_not_let_go(world: World) -> None:
    plan = plan_of(world)
    live = {r.name: r.fields for resources in world.live.resources.values() for r in resources}
    for change in plan.changes:
        if change.removes:
            assert change.action == ("archive" if change.kind.name.startswith("custom") else "delete")
            assert live[change.resource].get("deletable", True)
    kept = [u for u in plan.unmanaged if u.identity in world.raw["absent"][SECTIONS[u.kind.name]]]
    assert all("GA4 does not let it be removed" in thing.note for thing in kept)


TOLD = {
    "custom_dimension": {
        "label": "display_name",
        "description": "description",
        "disallow_ads_personalization": "disallow_ads_personalization",
    },
    "custom_metric": {
        "label": "display_name",
        "description": "description",
        "unit": "measurement_unit",
        "restricted": "restricted_metric_type",
    },
    "event_create_rule": {
        # One word of the file about a rule makes all of the rule the file's.
        "from": "event_conditions source_copy_parameters parameter_mutations",
    },
    "key_event": {"counting": "counting_method", "value": "default_value"},
}
"""Key of the file → the fields of GA4 that it tells."""


@of_many_worlds
@given(worlds())
def test_an_update_holds_fields_that_the_file_tells_and_ga4_holds_otherwise(world: World) -> None:
    shop = world.raw["business_types"]["shop"]
    entries = {
        "custom_dimension": {f"{d['scope']}:{d['parameter']}": d for d in world.raw["dimensions"].values()},
        "custom_metric": world.raw["metrics"],
        "event_create_rule": shop["macro"] | shop["micro"],
        "key_event": shop["macro"] | shop["micro"],
    }
    live = {r.name: r.fields for resources in world.live.resources.values() for r in resources}
    for change in plan_of(world).changes:
        if change.action == "update":
            entry = entries[change.kind.name][change.identity]
            words = TOLD[change.kind.name]
            told = {field for key in entry if key in words for field in words[key].split()}
            assert change.fields
            assert set(change.fields) <= told
            for name, field in change.fields.items():
                assert field.live == live[change.resource].get(name)
                assert field.live != field.desired


@of_many_worlds
@given(worlds())
def test_a_create_goes_where_its_kind_lives_with_all_that_ga4_demands(world: World) -> None:
    demanded = {
        "custom_dimension": {"parameter_name", "scope", "display_name"},
        "custom_metric": {"parameter_name", "scope", "display_name", "measurement_unit"},
        "event_create_rule": {"destination_event", "event_conditions"},
        "key_event": {"event_name", "counting_method"},
    }
    for change in plan_of(world).changes:
        if change.action == "create":
            assert set(change.fields) >= demanded[change.kind.name]
            assert all(field.live is None and field.desired is not None for field in change.fields.values())
            assert change.kind.identity({n: f.desired for n, f in change.fields.items()}) == change.identity


@of_many_worlds
@given(worlds())
def test_changes_stand_in_an_order_that_can_be_carried_out(world: World) -> None:
    order = {name: number for number, name in enumerate(BLANK)}
    changes = plan_of(world).changes
    writes = [c for c in changes if not c.removes]
    assert list(changes[: len(writes)]) == writes
    ranks = [order[c.kind.name] for c in writes]
    assert ranks == sorted(ranks)
    ends = [order[c.kind.name] for c in changes[len(writes) :]]
    assert ends == sorted(ends, reverse=True)
