"""Which web stream a file means, and the rules that hang on it."""

from __future__ import annotations

from typing import Any

import pytest

from milepost.errors import InputError
from tests.reconcile.served import FILE, SHOP, Site

PAGE_VIEW = {"field": "event_name", "comparison_type": "EQUALS", "value": "page_view"}
WITHOUT_RULES = (
    FILE[: FILE.index('from = "page_view"')] + FILE[FILE.index("[business_types.shop.micro.demo") :]
)


def with_stream(written: str, text: str = FILE) -> str:
    return text.replace('currency = "EUR"', f'currency = "EUR"\nstream = "{written}"', 1)


def add_stream(site: Site, uri: str, name: str) -> Any:
    stream = {
        "type_": "WEB_DATA_STREAM",
        "display_name": name,
        "web_stream_data": {"default_uri": uri},
    }
    return site.act("create_data_stream", parent=f"properties/{SHOP}", data_stream=stream)


def add_rule(site: Site, stream: Any, destination: str, *conditions: dict[str, Any]) -> Any:
    rule = {
        "destination_event": destination,
        "event_conditions": [PAGE_VIEW, *conditions],
        "source_copy_parameters": True,
    }
    return site.act("create_event_create_rule", parent=stream.name, event_create_rule=rule)


def rule_parents(site: Site, text: str) -> set[str]:
    return {c.parent for c in site.plan(text).changes if c.kind.name == "event_create_rule"}


def test_the_only_web_stream_needs_no_name(site: Site) -> None:
    site.act(
        "create_data_stream",
        parent=f"properties/{SHOP}",
        data_stream={
            "type_": "ANDROID_APP_DATA_STREAM",
            "display_name": "App",
            "android_app_stream_data": {"package_name": "com.example"},
        },
    )
    (stream,) = [s for s in site.all("data_streams") if s.type_.name == "WEB_DATA_STREAM"]
    assert rule_parents(site, FILE) == {stream.name}


@pytest.mark.parametrize("form", ["uri", "uri with a slash", "measurement id", "number", "resource name"])
def test_one_of_several_streams_is_named_in_any_way_that_tells_it(site: Site, form: str) -> None:
    stream = add_stream(site, "https://Two.example", "Two")
    written = {
        "uri": "https://two.example",
        "uri with a slash": "https://two.example/",
        "measurement id": stream.web_stream_data.measurement_id,
        "number": stream.name.rpartition("/")[2],
        "resource name": stream.name,
    }[form]
    assert rule_parents(site, with_stream(written)) == {stream.name}


def test_several_streams_without_a_name_are_listed(site: Site) -> None:
    add_stream(site, "https://two.example", "Two")
    with pytest.raises(InputError, match=r"has 2 web streams.*Add stream = .*two\.example") as caught:
        site.plan()
    assert caught.value.place == "properties.site.stream"


def test_a_name_that_none_or_two_answer_to_is_told(site: Site) -> None:
    add_stream(site, "https://two.example", "Two")
    with pytest.raises(InputError, match=r'no web stream.*answer to "https://three\.example".*shop\.example'):
        site.plan(with_stream("https://three.example"))
    add_stream(site, "https://two.example/", "Twin")
    with pytest.raises(InputError, match=r"2 web streams.*answer to"):
        site.plan(with_stream("https://two.example"))


def test_a_property_without_web_stream_cannot_have_rules(site: Site) -> None:
    for stream in site.all("data_streams"):
        site.act("delete_data_stream", name=stream.name)
    with pytest.raises(InputError, match=r"has no web stream.*Make one in GA4 first"):
        site.plan()


def test_a_file_without_rules_does_not_care(site: Site) -> None:
    add_stream(site, "https://two.example", "Two")
    plan = site.plan(WITHOUT_RULES)
    assert {c.kind.name for c in plan.changes} == {"custom_dimension", "custom_metric", "key_event"}
    assert any("rules were not read" in note for note in plan.notes)


def test_rules_of_other_streams_are_not_looked_at(site: Site) -> None:
    other = add_stream(site, "https://two.example", "Two")
    rule = add_rule(site, other, "pricing_view")
    named = with_stream("https://shop.example")
    site.sync(named)
    assert site.plan(named).in_sync
    assert site.somebody.get_event_create_rule(name=rule.name) == rule


def test_of_two_rules_for_one_event_the_nearer_is_the_file_s_and_the_other_is_shown(site: Site) -> None:
    stream = site.all("data_streams")[0]
    far = add_rule(site, stream, "pricing_view", {**PAGE_VIEW, "field": "page_title"})
    near = add_rule(
        site,
        stream,
        "pricing_view",
        {"field": "page_location", "comparison_type": "REGULAR_EXPRESSION", "value": "/pricing/?$"},
    )
    plan = site.plan()
    (change,) = [c for c in plan.changes if c.kind.name == "event_create_rule"]
    assert (change.action, change.resource, set(change.fields)) == (
        "update",
        near.name,
        {"parameter_mutations"},
    )
    assert [u.identity for u in plan.unmanaged if u.kind.name == "event_create_rule"] == ["pricing_view"]
    site.sync()
    assert site.plan().in_sync
    assert site.somebody.get_event_create_rule(name=far.name) == far


def test_the_order_of_a_rule_s_conditions_is_no_difference(site: Site) -> None:
    site.sync()
    rule = site.one("event_create_rules", destination_event="pricing_view")
    conditions = [
        {"field": c.field, "comparison_type": c.comparison_type, "value": c.value}
        for c in reversed(rule.event_conditions)
    ]
    site.act(
        "update_event_create_rule",
        event_create_rule={"name": rule.name, "event_conditions": conditions},
        update_mask={"paths": ["event_conditions"]},
    )
    assert site.plan().in_sync
