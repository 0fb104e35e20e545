"""Plans and syncs against a served GA4, read and checked through an official client of somebody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from milepost.errors import RefusedError
from milepost.gateways.admin import AdminGateway
from milepost.gateways.connection import Connection
from milepost.operations.starter import catalogue_text
from milepost.reconcile.apply import Outcome
from milepost.reconcile.diff import diff_property
from milepost.reconcile.live import read_live
from tests.reconcile.served import CREATES, FILE, SHOP, Site, declared_in

ABSENT = f"""{FILE}
[absent]
key_events = ["qualify_lead", "legacy_lead", "never_there"]
dimensions = ["event:old_param"]
event_create_rules = ["old_rule"]
"""
PAGE_VIEW = {"field": "event_name", "comparison_type": "EQUALS", "value": "page_view"}


def test_a_sync_makes_the_property_agree_with_the_file(site: Site) -> None:
    plan = site.plan()
    assert [c.identity for c in plan.changes] == CREATES
    assert {c.action for c in plan.changes} == {"create"}
    assert [o.status for o in site.apply(plan)] == ["done"] * len(CREATES)
    assert site.plan().in_sync
    key_event = site.one("key_events", event_name="pricing_view")
    assert key_event.counting_method.name == "ONCE_PER_SESSION"
    assert (key_event.default_value.numeric_value, key_event.default_value.currency_code) == (2.5, "EUR")
    tier = site.one("custom_dimensions", parameter_name="tier")
    assert (tier.scope.name, tier.display_name, tier.disallow_ads_personalization) == ("USER", "Tier", True)
    profit = site.one("custom_metrics", parameter_name="profit")
    assert {kind.name for kind in profit.restricted_metric_type} == {"REVENUE_DATA", "COST_DATA"}
    rule = site.one("event_create_rules", destination_event="pricing_view")
    assert [(c.field, c.comparison_type.name, c.value) for c in rule.event_conditions] == [
        ("event_name", "EQUALS", "page_view"),
        ("page_location", "REGULAR_EXPRESSION", "/pricing/?$"),
    ]
    assert [(m.parameter, m.parameter_value) for m in rule.parameter_mutations] == [
        ("plan", "[[page_title]]")
    ]
    assert rule.source_copy_parameters


def test_a_second_sync_writes_nothing_and_leaves_no_trace(site: Site) -> None:
    site.sync()
    site.emulator.calls.clear()
    held = site.everything()
    assert site.sync() == ()
    assert site.writes() == []
    assert site.everything() == held
    assert len(site.gateway.read_history(site.plan().facts, [])) == len(CREATES)


def test_every_business_type_of_the_catalogue_can_be_synced(site: Site) -> None:
    ids = {"shop": "1", "software": "2", "magazine": "3", "studio": "4", "leads": "5", "brand": "6"}
    for name, number in ids.items():
        text = catalogue_text().replace(f"[properties.{name}]", "[properties.site]")
        declared = replace(declared_in(text), id=f"10000000{number}")
        plan = diff_property(declared, read_live(site.gateway, declared, declared.id))
        plan.require_safe()
        assert [o.reason for o in site.apply(plan) if o.status != "done"] == []
        again = diff_property(declared, read_live(site.gateway, declared, declared.id))
        assert again.in_sync
        # The limits foretold are those that GA4 then shows.
        assert {u.kind: u.after for u in plan.limits} == {u.kind: u.before for u in again.limits}


def test_an_update_touches_nothing_but_what_the_file_tells(site: Site) -> None:
    site.sync()
    dimension = site.one("custom_dimensions", parameter_name="tier")
    site.act(
        "update_custom_dimension",
        custom_dimension={"name": dimension.name, "description": "By hand", "display_name": "Rank"},
        update_mask={"paths": ["description", "display_name"]},
    )
    site.sync()
    after = site.one("custom_dimensions", parameter_name="tier")
    assert (after.display_name, after.description) == ("Tier", "By hand")


def test_a_value_of_nothing_is_a_value(site: Site) -> None:
    free = FILE.replace("value = 2.5", "value = 0")
    site.sync(free)
    assert site.plan(free).in_sync
    assert "default_value" in site.one("key_events", event_name="pricing_view")
    (change,) = site.plan().changes
    assert change.fields["default_value"].live == {"numeric_value": 0.0, "currency_code": "EUR"}


def test_what_is_somebody_else_s_stays(site: Site) -> None:
    parent = f"properties/{SHOP}"
    for event in ("legacy_lead", "their_lead"):
        event_fields = {"event_name": event, "counting_method": "ONCE_PER_EVENT"}
        site.act("create_key_event", parent=parent, key_event=event_fields)
    site.act(
        "create_custom_dimension",
        parent=parent,
        custom_dimension={"parameter_name": "theirs", "scope": "EVENT", "display_name": "Theirs"},
    )
    plan = site.plan()
    unmanaged = [(u.kind.name, u.identity) for u in plan.unmanaged]
    assert ("key_event", "their_lead") in unmanaged
    assert ("custom_dimension", "event:theirs") in unmanaged
    assert [u.identity for u in plan.ignored] == ["legacy_lead"]
    site.sync()
    assert {"legacy_lead", "their_lead"} <= {e.event_name for e in site.all("key_events")}
    assert site.one("custom_dimensions", parameter_name="theirs").display_name == "Theirs"


def test_only_what_is_absent_goes_and_only_where_ga4_lets_it(site: Site) -> None:
    parent = f"properties/{SHOP}"
    event = {"event_name": "legacy_lead", "counting_method": "ONCE_PER_EVENT"}
    site.act("create_key_event", parent=parent, key_event=event)
    site.act(
        "create_custom_dimension",
        parent=parent,
        custom_dimension={"parameter_name": "old_param", "scope": "EVENT", "display_name": "Old"},
    )
    stream = next(iter(site.somebody.list_data_streams(parent=parent))).name
    for _ in range(2):
        rule = {"destination_event": "old_rule", "event_conditions": [PAGE_VIEW]}
        site.act("create_event_create_rule", parent=stream, event_create_rule=rule)
    removals = [(c.action, c.kind.name, c.identity) for c in site.plan(ABSENT).changes if c.removes]
    assert removals == [
        ("delete", "key_event", "qualify_lead"),
        ("delete", "event_create_rule", "old_rule"),
        ("delete", "event_create_rule", "old_rule"),
        ("archive", "custom_dimension", "event:old_param"),
    ]
    assert all(o.status == "done" for o in site.sync(ABSENT))
    assert site.plan(ABSENT).in_sync
    assert "legacy_lead" in {e.event_name for e in site.all("key_events")}
    without_purchase = FILE.replace("macro.purchase", "macro.order").replace("legacy_*", "x")
    undeletable = site.plan(f'{without_purchase}\n[absent]\nkey_events = ["purchase"]\n')
    assert [c for c in undeletable.changes if c.removes] == []
    (note,) = [u.note for u in undeletable.unmanaged if u.identity == "purchase"]
    assert "GA4 does not let it be removed" in note


def test_a_plan_cut_in_half_is_finished_by_the_next(site: Site) -> None:
    plan = site.plan()
    site.apply(replace(plan, changes=plan.changes[::2]))
    rest = site.plan()
    assert [c.identity for c in rest.changes] == CREATES[1::2]
    assert [o.status for o in site.apply(rest)] == ["done"] * len(rest.changes)
    assert site.plan().in_sync


def test_an_interrupted_sync_says_what_was_not_begun_and_the_next_finishes_it(site: Site) -> None:
    def interrupt(outcome: Outcome) -> None:
        if outcome.change.identity == "user:tier":
            raise KeyboardInterrupt

    plan = site.plan()
    outcomes = site.apply(plan, interrupt)
    assert [o.status for o in outcomes] == ["done"] * 3 + ["skipped"] * (len(CREATES) - 3)
    assert {o.reason for o in outcomes[3:]} == {"interrupted"}
    assert len(site.writes()) == 3
    assert [o.status for o in site.sync()] == ["done"] * (len(CREATES) - 3)
    assert site.plan().in_sync


def test_the_plan_of_a_property_of_somebody_else_is_refused_with_a_remedy(site: Site) -> None:
    foreign = declared_in(FILE.replace(SHOP, "999"))
    with pytest.raises(RefusedError, match=r"property 999.*does not have permission") as caught:
        read_live(site.gateway, foreign, foreign.id)
    assert "Check the property id" in caught.value.remedy


def test_a_reader_s_connection_plans_as_well(site: Site) -> None:
    with Connection("read", emulator=site.emulator.address) as connection:
        declared = declared_in(FILE)
        plan = diff_property(declared, read_live(AdminGateway(connection), declared, declared.id))
    assert plan.changes == tuple(replace(c, drift=None) for c in site.plan().changes)


def test_planning_writes_nothing(site: Site, tmp_path: Path) -> None:
    held = site.everything()
    site.plan()
    assert site.writes() == []
    assert site.everything() == held
