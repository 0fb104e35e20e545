"""Things changed behind the file's back: the plan names the field, both values, the moment and the person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from milepost.reconcile.plan import Change
from tests.reconcile.served import FILE, SHOP, SOMEBODY, Site

MOMENT = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


def drifted(site: Site, method: str, **fields: Any) -> Change:
    """The one change a plan holds after somebody else did one thing at MOMENT to a synced property."""
    site.sync()
    site.emulator.clock.set(MOMENT)
    site.act(method, **fields)
    site.emulator.clock.set(MOMENT + timedelta(days=1))
    (change,) = site.plan().changes
    assert change.drift is not None
    assert change.drift.actor == SOMEBODY
    assert MOMENT <= change.drift.at < MOMENT + timedelta(seconds=1)
    return change


def name_of(site: Site, kind: str, **fields: Any) -> str:
    site.sync()
    return str(site.one(kind, **fields).name)


def test_another_counting_method_is_named(site: Site) -> None:
    name = name_of(site, "key_events", event_name="pricing_view")
    event = {"name": name, "counting_method": "ONCE_PER_EVENT"}
    change = drifted(site, "update_key_event", key_event=event, update_mask={"paths": ["counting_method"]})
    assert (change.action, change.kind.name, change.identity) == ("update", "key_event", "pricing_view")
    field = change.fields["counting_method"]
    assert (field.live, field.desired) == ("ONCE_PER_EVENT", "ONCE_PER_SESSION")
    assert len(change.fields) == 1


def test_another_display_name_is_named(site: Site) -> None:
    name = name_of(site, "custom_metrics", parameter_name="profit")
    metric = {"name": name, "display_name": "Gain"}
    change = drifted(
        site, "update_custom_metric", custom_metric=metric, update_mask={"paths": ["display_name"]}
    )
    assert (change.action, change.identity) == ("update", "profit")
    assert (change.fields["display_name"].live, change.fields["display_name"].desired) == ("Gain", "Profit")


def test_another_condition_is_named(site: Site) -> None:
    name = name_of(site, "event_create_rules", destination_event="pricing_view")
    conditions = [{"field": "event_name", "comparison_type": "EQUALS", "value": "click"}]
    change = drifted(
        site,
        "update_event_create_rule",
        event_create_rule={"name": name, "event_conditions": conditions},
        update_mask={"paths": ["event_conditions"]},
    )
    assert (change.action, change.identity, list(change.fields)) == (
        "update",
        "pricing_view",
        ["event_conditions"],
    )
    field = change.fields["event_conditions"]
    assert [c["value"] for c in field.live] == ["click"]
    assert [c["value"] for c in field.desired] == ["page_view", "/pricing/?$"]


def test_a_deleted_key_event_is_named(site: Site) -> None:
    change = drifted(site, "delete_key_event", name=name_of(site, "key_events", event_name="demo_watched"))
    assert (change.action, change.kind.name, change.identity) == ("create", "key_event", "demo_watched")


def test_a_rule_and_a_key_event_of_one_event_have_each_their_own_story(site: Site) -> None:
    rule = name_of(site, "event_create_rules", destination_event="pricing_view")
    key_event = name_of(site, "key_events", event_name="pricing_view")
    for number, (method, name) in enumerate(
        [("delete_event_create_rule", rule), ("delete_key_event", key_event)]
    ):
        site.emulator.clock.set(MOMENT + timedelta(hours=number))
        site.act(method, name=name)
    moments = {c.kind.name: c.drift.at for c in site.plan().changes if c.drift}
    assert list(moments) == ["event_create_rule", "key_event"]
    assert moments["key_event"] - moments["event_create_rule"] > timedelta(minutes=59)


def test_of_several_hands_the_last_on_a_differing_field_is_named(site: Site) -> None:
    name = name_of(site, "key_events", event_name="pricing_view")
    paths = ["counting_method"]
    event = {"name": name, "counting_method": "ONCE_PER_EVENT"}
    site.somebody.update_key_event(
        request={"key_event": event, "update_mask": {"paths": paths}},
        metadata=(("x-emulator-actor", "first@example.com"),),
    )
    value = {"name": name, "default_value": {"numeric_value": 2.5, "currency_code": "EUR"}}
    site.act("update_key_event", key_event=value, update_mask={"paths": ["default_value"]})
    (change,) = site.plan().changes
    assert change.drift is not None
    # The later hand wrote a field that is as declared.
    assert change.drift.actor == "first@example.com"


def test_a_changed_file_is_not_somebody_s_doing(site: Site) -> None:
    changes = site.plan(FILE.replace("Which plan", "What plan")).changes
    assert all(change.drift is None for change in changes if change.action == "create")


def test_a_resource_made_by_hand_otherwise_is_its_maker_s(site: Site) -> None:
    event = {"event_name": "demo_watched", "counting_method": "ONCE_PER_EVENT"}
    site.act("create_key_event", parent=f"properties/{SHOP}", key_event=event)
    counted = FILE.replace(
        "[business_types.shop.micro.demo_watched]",
        '[business_types.shop.micro.demo_watched]\ncounting = "once_per_session"',
    )
    (change,) = [c for c in site.plan(counted).changes if c.identity == "demo_watched"]
    assert change.action == "update"
    assert change.drift is not None
    assert change.drift.actor == SOMEBODY
