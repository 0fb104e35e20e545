"""How many calls a sync makes: one write per change, and the property read through twice at most."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import UNLIMITED, Faults
from tests.benchmarks.ground import file_of, ids, plans_of, property_tables, session_on, sync_all
from tests.benchmarks.table import Row

PROPERTIES = 20
CHANGES = 200

_EACH = """
[business_types.shop.macro.order_placed]
[business_types.shop.micro.plan_chosen]
[business_types.shop.micro.pricing_view]
from = "page_view"
when = [{ page_location = { contains = "/pricing" } }]
[business_types.shop.audiences.undecided]
did = ["plan_chosen"]
did_not = ["order_placed"]
[dimensions.plan]
label = "Plan"
[dimensions.tier]
label = "Tier"
scope = "user"
[dimensions.margin_band]
label = "Margin band"
scope = "item"
[metrics.seats]
label = "Seats"
[calculated_metrics.seats_per_user]
label = "Seats per user"
formula = "customEvent:seats / totalUsers"
"""
"""Ten changes to a property as it is born, of all kinds that can be made."""


def rows() -> Iterator[Row]:
    """Writes per change, and reads per read of a plan."""
    properties = ids(PROPERTIES)
    file = file_of(f"version = 1\n{property_tables(properties)}{_EACH}")
    with Emulator(properties=properties, faults=Faults(quota=UNLIMITED)) as emulator:
        with session_on(emulator) as session:
            changes = sum(len(plan.changes) for plan in plans_of(file, session))
            one_pass = emulator.calls.count()
            emulator.calls.clear()
            sync_all(file, session)
        calls = emulator.calls.calls()
        writes = sum(1 for each in calls if each.call.is_write)
    if changes != CHANGES:
        raise RuntimeError(f"{changes} changes were planned, not {CHANGES}")
    what = f"sync: {CHANGES} changes over {PROPERTIES} properties"
    yield Row(f"{what}, writes", writes / changes, 1.0, "x changes", f"{writes} writes")
    reads = len(calls) - writes
    yield Row(
        f"{what}, reads", reads / one_pass, 2.0, "passes", f"{reads} reads; {one_pass} make one plan of all"
    )
