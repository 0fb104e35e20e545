"""What the laws have brought to light, each case told on its own."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from milepost.operations.sync import Synced, sync_properties
from milepost.reconcile.plan import Plan
from tests.laws.files import Raw, file_of
from tests.laws.ground import Ground
from tests.laws.somebody import PROPERTY

HEAD = """\
version = 1
[properties.site]
id = "100000001"
business_types = ["shop"]
[business_types.shop.macro.buy_now]
"""


@pytest.fixture
def clean(ground: Ground) -> Ground:
    ground.clean()
    return ground


def _raw(*tables: str) -> Raw:
    return tomllib.loads("\n".join([HEAD, *tables]))


def _dimension(parameter: str, label: str) -> str:
    return f'[dimensions.{parameter}]\nlabel = "{label}"\n'


def _labels(ground: Ground) -> dict[str, str]:
    found = ground.somebody.client.list_custom_dimensions(parent=PROPERTY)
    return {dimension.parameter_name: dimension.display_name for dimension in found}


def _words(synced: Synced) -> list[tuple[str, str, Any]]:
    return [
        (
            o.change.action,
            o.change.identity,
            f.desired if (f := o.change.fields.get("display_name")) else None,
        )
        for o in synced.outcomes
    ]


def test_labels_that_change_places_do_so_in_one_sync(clean: Ground) -> None:
    clean.sync(_raw(_dimension("a", "One"), _dimension("b", "Two"), _dimension("c", "Three")))
    synced = clean.sync(_raw(_dimension("a", "Two"), _dimension("b", "Three"), _dimension("c", "One")))
    assert synced.complete
    assert _words(synced) == [
        ("update", "event:a", "One 2"),
        ("update", "event:c", "One"),
        ("update", "event:b", "Three"),
        ("update", "event:a", "Two"),
    ]
    assert _labels(clean) == {"a": "Two", "b": "Three", "c": "One"}


def test_a_label_is_given_up_before_another_thing_takes_it(clean: Ground) -> None:
    clean.sync(_raw(_dimension("a", "One"), _dimension("b", "Two")))
    synced = clean.sync(_raw(_dimension("a", "Two"), _dimension("b", "Three")))
    assert synced.complete
    assert _words(synced) == [("update", "event:b", "Three"), ("update", "event:a", "Two")]


def test_what_goes_leaves_its_label_to_what_comes_in_its_place(clean: Ground) -> None:
    clean.sync(_raw(_dimension("a", "One")))
    synced = clean.sync(_raw(_dimension("b", "One"), '[absent]\ndimensions = ["event:a"]'))
    assert synced.complete
    assert _words(synced) == [("archive", "event:a", None), ("create", "event:b", "One")]


def test_a_metric_can_take_the_label_that_a_dimension_had(clean: Ground) -> None:
    clean.sync(_raw(_dimension("a", "One")))
    synced = clean.sync(_raw(_dimension("a", "Two"), '[metrics.m]\nlabel = "One"'))
    assert synced.complete
    assert _words(synced) == [("update", "event:a", "Two"), ("create", "m", "One")]


def test_an_audience_that_got_another_name_after_the_plan_is_left_alone(clean: Ground) -> None:
    fans = '[business_types.shop.audiences.fans]\ndid = ["buy_now"]'
    clean.sync(_raw(fans))
    (name,) = [name for name, thing in clean.held().items() if thing.identity == "Fans"]
    without = _raw('[absent]\naudiences = ["Fans"]')
    plan = clean.plan(without)
    assert isinstance(plan, Plan)
    clean.somebody.client.update_audience(
        request={
            "audience": {"name": name, "display_name": "People"},
            "update_mask": {"paths": ["display_name"]},
        }
    )
    (synced,) = sync_properties(file_of(without), [plan], clean.session)
    assert isinstance(synced, Synced)
    assert clean.held()[name].identity == "People"
    assert 'somebody renamed it to "People" meanwhile' in synced.outcomes[0].reason


def test_what_a_switch_is_needed_for_is_named_in_an_order_of_its_own(clean: Ground) -> None:
    events = [f"[business_types.shop.micro.{event}]" for event in ("video_start", "form_submit")]
    settings = {
        "name": f"{clean.somebody.stream}/enhancedMeasurementSettings",
        "stream_enabled": False,
    }
    clean.somebody.client.update_enhanced_measurement_settings(
        request={"enhanced_measurement_settings": settings, "update_mask": {"paths": ["stream_enabled"]}}
    )
    one, other = (clean.plan(_raw(*order)) for order in (events, events[::-1]))
    assert isinstance(one, Plan)
    assert one == other
