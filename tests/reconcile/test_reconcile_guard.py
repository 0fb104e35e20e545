"""What a plan refuses to do: too many removals at once, or more than GA4 has room for."""

from __future__ import annotations

from typing import Any

import pytest

from milepost.errors import UnsafePlanError
from milepost.model.resources import Resource
from milepost.reconcile.diff import diff_property
from milepost.reconcile.plan import Plan
from tests.reconcile.worlds import declared_by, live_of

KEY_EVENT = {"counting_method": "ONCE_PER_EVENT", "deletable": True, "custom": True}


def key_events(count: int, **fields: Any) -> list[Resource]:
    return [
        Resource({**KEY_EVENT, "event_name": f"live_{n}", **fields}, f"properties/7/keyEvents/{n}")
        for n in range(count)
    ]


def dimensions(count: int, scope: str) -> list[Resource]:
    return [
        Resource(
            {"parameter_name": f"live_{n}", "scope": scope.upper(), "display_name": f"Live {scope} {n}"},
            f"properties/7/customDimensions/{scope}{n}",
        )
        for n in range(count)
    ]


def plan(
    *,
    new: int = 0,
    new_dimensions: int = 0,
    absent: dict[str, list[str]] | None = None,
    **live: list[Resource],
) -> Plan:
    """`new` key events and user dimensions declared that are not live."""
    raw = {
        "version": 1,
        "properties": {"site": {"id": "7", "business_types": ["shop"]}},
        "business_types": {
            "shop": {
                "macro": {"page_view": {"key_event": False}},
                "micro": {f"new_{n}": {} for n in range(new)},
            }
        },
        "dimensions": {f"new_{n}": {"label": f"New {n}", "scope": "user"} for n in range(new_dimensions)},
        "absent": absent or {},
    }
    return diff_property(declared_by(raw), live_of(live))


def removing(going: int, live: int) -> Plan:
    return plan(key_event=key_events(live), absent={"key_events": [f"live_{n}" for n in range(going)]})


@pytest.mark.parametrize(
    ("going", "live"), [(0, 0), (1, 1), (1, 2), (2, 7), (3, 10), (6, 20), (9, 30), (10, 34), (10, 100)]
)
def test_up_to_three_tenths_and_ten_may_go(going: int, live: int) -> None:
    found = removing(going, live)
    assert len(found.changes) == going
    found.require_safe()


@pytest.mark.parametrize(
    ("going", "live", "cause"),
    [
        (2, 2, "remove 2 of 2 of kind key_event"),
        (2, 6, "remove 2 of 6"),
        (4, 13, "remove 4 of 13"),
        (10, 33, "remove 10 of 33"),
        (11, 100, "remove 11 things"),
    ],
)
def test_more_needs_force(going: int, live: int, cause: str) -> None:
    found = removing(going, live)
    with pytest.raises(UnsafePlanError, match=cause) as caught:
        found.require_safe()
    assert caught.value.place == "property site"
    assert "--force" in caught.value.remedy
    found.require_safe(force=True)


def test_kinds_are_measured_each_by_itself_and_counted_together() -> None:
    found = plan(
        key_event=key_events(30),
        custom_dimension=dimensions(10, "event"),
        absent={
            "key_events": [f"live_{n}" for n in range(8)],
            "dimensions": [f"event:live_{n}" for n in range(3)],
        },
    )
    with pytest.raises(UnsafePlanError, match="remove 11 things"):
        found.require_safe()


def use(found: Plan, kind: str) -> tuple[int, int, int, bool]:
    (limit,) = [u for u in found.limits if u.kind == kind]
    return limit.before, limit.after, limit.limit, limit.exceeded


def test_the_last_free_slot_can_be_taken() -> None:
    found = plan(new=3, key_event=key_events(27))
    assert use(found, "key_event") == (27, 30, 30, False)
    found.require_safe()


def test_one_more_than_the_limit_is_refused_even_with_force() -> None:
    found = plan(new=4, key_event=key_events(27))
    assert use(found, "key_event") == (27, 31, 30, True)
    for force in (False, True):
        with pytest.raises(UnsafePlanError, match="would hold 31 of kind key_event, and GA4 allows 30"):
            found.require_safe(force=force)


def test_what_goes_does_not_make_room_for_what_comes_before_it_in_the_count() -> None:
    found = plan(new=2, key_event=key_events(29), absent={"key_events": ["live_0"]})
    assert use(found, "key_event") == (29, 30, 30, False)


def test_ga4_s_own_key_events_take_no_slot() -> None:
    found = plan(new=30, key_event=key_events(3, custom=False))
    assert use(found, "key_event") == (0, 30, 30, False)


def test_a_property_over_its_limit_may_stay_so() -> None:
    found = plan(key_event=key_events(31))
    assert use(found, "key_event") == (31, 31, 30, False)
    found.require_safe()


def test_scopes_have_limits_of_their_own() -> None:
    live = dimensions(50, "event") + dimensions(24, "user") + dimensions(10, "item")
    found = plan(new_dimensions=2, custom_dimension=live)
    assert use(found, "custom_dimension:event") == (50, 50, 50, False)
    assert use(found, "custom_dimension:user") == (24, 26, 25, True)
    assert use(found, "custom_dimension:item") == (10, 10, 10, False)
