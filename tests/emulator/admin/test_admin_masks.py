from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient, CustomDimension, KeyEvent
from google.api_core.exceptions import InvalidArgument, NotFound, PermissionDenied
from google.protobuf.field_mask_pb2 import FieldMask
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.emulator import admin
from milepost.emulator.admin import masks
from milepost.emulator.clock import Clock
from milepost.emulator.rpc import Call
from milepost.emulator.store import Store
from milepost.emulator.switches import Switches

SHOP = "properties/100000001"
AlphaWith = Callable[..., AnalyticsAdminServiceClient]


def update(client: AnalyticsAdminServiceClient, paths: Sequence[str] | None, **fields: Any) -> KeyEvent:
    mask = None if paths is None else FieldMask(paths=paths)
    return client.update_key_event(key_event=KeyEvent(**fields), update_mask=mask)


@pytest.fixture
def made(alpha: AnalyticsAdminServiceClient) -> KeyEvent:
    event = KeyEvent(
        event_name="sign_up",
        counting_method="ONCE_PER_EVENT",
        default_value={"numeric_value": 5, "currency_code": "EUR"},
    )
    return alpha.create_key_event(parent=SHOP, key_event=event)


def test_field_outside_the_mask_is_untouched(alpha: AnalyticsAdminServiceClient, made: KeyEvent) -> None:
    after = update(
        alpha,
        ["counting_method"],
        name=made.name,
        counting_method="ONCE_PER_SESSION",
        default_value={"numeric_value": 9, "currency_code": "USD"},
    )
    assert after.counting_method == KeyEvent.CountingMethod.ONCE_PER_SESSION
    assert after.default_value == made.default_value
    assert alpha.get_key_event(name=made.name) == after


def test_masked_but_empty_message_is_cleared(alpha: AnalyticsAdminServiceClient, made: KeyEvent) -> None:
    assert "default_value" not in update(alpha, ["default_value"], name=made.name)


def test_masked_but_empty_text_and_bool_are_cleared(alpha: AnalyticsAdminServiceClient) -> None:
    dimension = CustomDimension(
        parameter_name="plan",
        display_name="Plan",
        scope="USER",
        description="Which plan",
        disallow_ads_personalization=True,
    )
    name = alpha.create_custom_dimension(parent=SHOP, custom_dimension=dimension).name
    paths = FieldMask(paths=["description", "disallow_ads_personalization"])
    after = alpha.update_custom_dimension(custom_dimension=CustomDimension(name=name), update_mask=paths)
    assert (after.description, after.disallow_ads_personalization) == ("", False)
    assert after.display_name == "Plan"


def test_nested_path_changes_one_part(alpha: AnalyticsAdminServiceClient, made: KeyEvent) -> None:
    after = update(
        alpha,
        ["default_value.numeric_value"],
        name=made.name,
        default_value={"numeric_value": 0, "currency_code": "USD"},
    )
    assert (after.default_value.numeric_value, after.default_value.currency_code) == (0, "EUR")


def test_nested_path_that_leaves_half_a_value_is_invalid(
    alpha: AnalyticsAdminServiceClient, made: KeyEvent
) -> None:
    with pytest.raises(InvalidArgument, match="currency_code is required"):
        update(alpha, ["default_value.currency_code"], name=made.name)
    update(alpha, ["default_value"], name=made.name)
    with pytest.raises(InvalidArgument, match="currency_code is required"):
        update(alpha, ["default_value.numeric_value"], name=made.name, default_value={"numeric_value": 0})


def test_star_replaces_the_whole_resource(alpha: AnalyticsAdminServiceClient, made: KeyEvent) -> None:
    after = update(
        alpha, ["*"], name=made.name, event_name="sign_up", counting_method="ONCE_PER_SESSION", custom=False
    )
    assert "default_value" not in after
    assert after.counting_method == KeyEvent.CountingMethod.ONCE_PER_SESSION
    assert (after.custom, after.deletable, after.create_time) == (True, True, made.create_time)


def test_star_without_the_immutable_fields_is_invalid(
    alpha: AnalyticsAdminServiceClient, made: KeyEvent
) -> None:
    with pytest.raises(InvalidArgument, match="event_name is immutable"):
        update(alpha, ["*"], name=made.name, counting_method="ONCE_PER_SESSION")


def test_star_stands_alone(alpha: AnalyticsAdminServiceClient, made: KeyEvent) -> None:
    with pytest.raises(InvalidArgument, match="only path"):
        update(alpha, ["*", "counting_method"], name=made.name)


@pytest.mark.parametrize("paths", [None, []])
def test_absent_mask_is_invalid_unless_switched(
    alpha: AnalyticsAdminServiceClient,
    alpha_with: AlphaWith,
    made: KeyEvent,
    paths: list[str] | None,
) -> None:
    with pytest.raises(InvalidArgument, match="update_mask is required"):
        update(alpha, paths, name=made.name, counting_method="ONCE_PER_SESSION")
    tolerant = alpha_with(update_without_mask=True)
    after = update(tolerant, paths, name=made.name, counting_method="ONCE_PER_SESSION")
    assert after.counting_method == KeyEvent.CountingMethod.ONCE_PER_SESSION
    assert after.default_value == made.default_value


@pytest.mark.parametrize(
    "path", ["label", "countingMethod", "default_value.", "default_value.label", "event_name.x", ".", " "]
)
def test_unknown_path_is_invalid_unless_switched(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith, made: KeyEvent, path: str
) -> None:
    with pytest.raises(InvalidArgument, match="KeyEvent has no field"):
        update(alpha, [path], name=made.name)
    assert update(alpha_with(ignore_unknown_paths=True), [path], name=made.name) == made


def test_immutable_field_may_be_named_with_its_own_value_only(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith, made: KeyEvent
) -> None:
    assert update(alpha, ["event_name"], name=made.name, event_name="sign_up") == made
    with pytest.raises(InvalidArgument, match=r"KeyEvent\.event_name is immutable"):
        update(alpha, ["event_name"], name=made.name, event_name="log_in")
    tolerant = alpha_with(ignore_immutable_paths=True)
    assert update(tolerant, ["event_name"], name=made.name, event_name="log_in") == made


def test_output_only_fields_in_the_mask_are_ignored(
    alpha: AnalyticsAdminServiceClient, made: KeyEvent
) -> None:
    assert update(alpha, ["name", "custom", "deletable", "create_time"], name=made.name) == made


def test_required_field_cannot_be_cleared(alpha: AnalyticsAdminServiceClient, made: KeyEvent) -> None:
    with pytest.raises(InvalidArgument, match="counting_method is required"):
        update(alpha, ["counting_method"], name=made.name)


def test_target_is_judged_like_any_name(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(NotFound):
        update(alpha, ["counting_method"], name=f"{SHOP}/keyEvents/999999", counting_method=1)
    with pytest.raises(PermissionDenied):
        update(alpha, None, name="properties/1/keyEvents/1")
    with pytest.raises(InvalidArgument, match="not a resource name"):
        update(alpha, ["counting_method"], name="")


def test_shape_of_the_mask_is_judged_before_existence(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument, match="update_mask is required"):
        update(alpha, None, name=f"{SHOP}/keyEvents/999999")


def test_refused_update_changes_nothing(alpha: AnalyticsAdminServiceClient, made: KeyEvent) -> None:
    with pytest.raises(InvalidArgument):
        update(
            alpha,
            ["counting_method", "default_value"],
            name=made.name,
            counting_method="ONCE_PER_SESSION",
            default_value={"numeric_value": 1, "currency_code": "nope"},
        )
    assert alpha.get_key_event(name=made.name) == made


MUTABLE = ("display_name", "description", "disallow_ads_personalization")


@settings(deadline=None, max_examples=50)
@given(
    paths=st.sets(st.sampled_from(MUTABLE), min_size=1),
    description=st.text(alphabet="abc ÄÖ", max_size=150),
    disallow=st.booleans(),
)
def test_masked_update_takes_the_masked_fields_and_leaves_the_others(
    paths: set[str], description: str, disallow: bool
) -> None:
    store, clock = Store(), Clock(datetime(2026, 3, 2, tzinfo=UTC))
    admin.seed(store, clock)
    handlers = {m.path.rsplit("/")[-1]: m for m in admin.methods(store, clock, Switches())}

    def call(rpc: str, **fields: Any) -> Any:
        method = handlers[rpc]
        return CustomDimension.wrap(method.handler(method.request_type(**fields), Call(method.path)))

    start = CustomDimension(parameter_name="plan", scope="USER", display_name="Plan", description="Start")
    before = call("CreateCustomDimension", parent=SHOP, custom_dimension=start)
    sent = CustomDimension(
        name=before.name, display_name="New", description=description, disallow_ads_personalization=disallow
    )
    after = call("UpdateCustomDimension", custom_dimension=sent, update_mask=FieldMask(paths=sorted(paths)))
    for field in CustomDimension.pb(before).DESCRIPTOR.fields_by_name:
        expected = sent if field in paths else before
        assert getattr(after, field) == getattr(expected, field)


@settings(deadline=None)
@given(number=st.floats(allow_nan=False), code=st.sampled_from(["", "EUR"]), present=st.booleans())
def test_copying_a_path_makes_it_equal(number: float, code: str, present: bool) -> None:
    source, target = KeyEvent(), KeyEvent(default_value={"numeric_value": 1, "currency_code": "USD"})
    if present:
        source.default_value = KeyEvent.DefaultValue(numeric_value=number, currency_code=code)
    plain_source, plain_target = KeyEvent.pb(source), KeyEvent.pb(target)
    masks.copy_path(plain_source, plain_target, "default_value.numeric_value")
    assert plain_target.default_value.numeric_value == plain_source.default_value.numeric_value
    assert plain_target.default_value.currency_code == "USD"
    masks.copy_path(plain_source, plain_target, "default_value")
    assert plain_target == plain_source
