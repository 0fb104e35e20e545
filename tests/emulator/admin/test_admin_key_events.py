from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import pytest
from google.analytics.admin_v1alpha import (
    AnalyticsAdminServiceClient,
    ConversionEvent,
    CreateKeyEventRequest,
    KeyEvent,
)
from google.api_core.exceptions import (
    AlreadyExists,
    Conflict,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
)
from google.protobuf.field_mask_pb2 import FieldMask

SHOP = "properties/100000001"
ONCE_PER_EVENT = KeyEvent.CountingMethod.ONCE_PER_EVENT
ONCE_PER_SESSION = KeyEvent.CountingMethod.ONCE_PER_SESSION


def make(client: AnalyticsAdminServiceClient, event_name: str, **fields: Any) -> KeyEvent:
    fields.setdefault("counting_method", ONCE_PER_EVENT)
    return client.create_key_event(parent=SHOP, key_event=KeyEvent(event_name=event_name, **fields))


def default_key_event(client: AnalyticsAdminServiceClient, event_name: str) -> KeyEvent:
    return next(event for event in client.list_key_events(parent=SHOP) if event.event_name == event_name)


def test_created_key_event_is_found_by_its_numeric_name(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, "sign_up", counting_method=ONCE_PER_SESSION)
    assert made.name.removeprefix(f"{SHOP}/keyEvents/").isdigit()
    assert made.create_time is not None
    assert (made.custom, made.deletable) == (True, True)
    assert alpha.get_key_event(name=made.name) == made
    assert made in list(alpha.list_key_events(parent=SHOP))


def test_output_only_fields_sent_along_are_ignored(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(
        alpha, "sign_up", name=f"{SHOP}/keyEvents/7", custom=False, create_time="2001-01-01T00:00:00Z"
    )
    assert made.name != f"{SHOP}/keyEvents/7"
    assert made.custom
    assert cast("datetime", made.create_time).year == 2026


@pytest.mark.parametrize("event_name", ["", "1st", "has space", "has-dash", "_x", "a" * 41])
def test_event_name_outside_the_rules_is_invalid(alpha: AnalyticsAdminServiceClient, event_name: str) -> None:
    with pytest.raises(InvalidArgument, match=r"KeyEvent\.event_name"):
        make(alpha, event_name)


@pytest.mark.parametrize("event_name", ["a" * 40, "größe_gewählt", "page_view", "click", "Sign_Up2"])
def test_event_name_within_the_rules_is_taken(alpha: AnalyticsAdminServiceClient, event_name: str) -> None:
    assert make(alpha, event_name).event_name == event_name


def test_reserved_prefix_is_refused_unless_switched_off(
    alpha: AnalyticsAdminServiceClient, alpha_with: Callable[..., AnalyticsAdminServiceClient]
) -> None:
    with pytest.raises(InvalidArgument, match="reserved prefix"):
        make(alpha, "ga_thing")
    assert make(alpha_with(reserved_event_prefixes=False), "ga_thing").custom


def test_event_name_length_follows_its_switch(alpha_with: Callable[..., AnalyticsAdminServiceClient]) -> None:
    with pytest.raises(InvalidArgument, match="at most 39"):
        make(alpha_with(event_name_max_length=39), "a" * 40)


def test_same_event_twice_already_exists(alpha: AnalyticsAdminServiceClient) -> None:
    make(alpha, "sign_up")
    with pytest.raises(AlreadyExists, match="Requested entity already exists") as raised:
        make(alpha, "sign_up")
    assert isinstance(raised.value, Conflict)
    assert make(alpha, "Sign_Up").event_name == "Sign_Up"


def test_counting_method_is_required_unless_switched(
    alpha: AnalyticsAdminServiceClient, alpha_with: Callable[..., AnalyticsAdminServiceClient]
) -> None:
    with pytest.raises(InvalidArgument, match="counting_method is required"):
        make(alpha, "sign_up", counting_method=0)
    made = make(alpha_with(counting_method_optional=True), "sign_up", counting_method=0)
    assert made.counting_method == ONCE_PER_EVENT


def test_unknown_enum_value_is_invalid(alpha: AnalyticsAdminServiceClient) -> None:
    request = CreateKeyEventRequest(parent=SHOP, key_event=KeyEvent(event_name="sign_up"))
    CreateKeyEventRequest.pb(request).key_event.counting_method = 9
    with pytest.raises(InvalidArgument, match="counting_method: no such value: 9"):
        alpha.create_key_event(request=request)


def test_default_value_of_zero_is_a_value(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, "sign_up", default_value={"numeric_value": 0, "currency_code": "EUR"})
    assert "default_value" in made
    assert "default_value" not in make(alpha, "log_in")


@pytest.mark.parametrize(
    "value",
    [
        {"numeric_value": 5},
        {"numeric_value": 5, "currency_code": "eur"},
        {"numeric_value": 5, "currency_code": "XXQ"},
        {"numeric_value": float("inf"), "currency_code": "EUR"},
        {},
    ],
)
def test_half_or_wrong_default_value_is_invalid(
    alpha: AnalyticsAdminServiceClient, value: dict[str, Any]
) -> None:
    with pytest.raises(InvalidArgument, match=r"default_value\."):
        make(alpha, "sign_up", default_value=value)


def test_purchase_cannot_be_deleted(alpha: AnalyticsAdminServiceClient) -> None:
    purchase = default_key_event(alpha, "purchase")
    assert (purchase.custom, purchase.deletable) == (False, False)
    with pytest.raises(FailedPrecondition):
        alpha.delete_key_event(name=purchase.name)
    assert default_key_event(alpha, "purchase") == purchase


def test_refused_delete_answers_the_code_of_its_switch(
    alpha_with: Callable[..., AnalyticsAdminServiceClient],
) -> None:
    client = alpha_with(undeletable_code="INVALID_ARGUMENT")
    with pytest.raises(InvalidArgument):
        client.delete_key_event(name=default_key_event(client, "purchase").name)


@pytest.mark.parametrize("event_name", ["qualify_lead", "close_convert_lead"])
def test_lead_events_can_be_deleted_and_made_again(
    alpha: AnalyticsAdminServiceClient, event_name: str
) -> None:
    before = default_key_event(alpha, event_name)
    alpha.delete_key_event(name=before.name)
    with pytest.raises(NotFound):
        alpha.get_key_event(name=before.name)
    again = make(alpha, event_name)
    assert again.name != before.name
    assert cast("datetime", again.create_time) > cast("datetime", before.create_time)
    assert (again.custom, again.deletable) == (False, True)


def test_unknown_property_is_denied_and_unknown_child_not_found(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(PermissionDenied, match="The caller does not have permission"):
        alpha.get_key_event(name="properties/1/keyEvents/1")
    with pytest.raises(PermissionDenied):
        list(alpha.list_key_events(parent="properties/1"))
    with pytest.raises(NotFound, match=r"Requested entity was not found\."):
        alpha.get_key_event(name=f"{SHOP}/keyEvents/999999")
    with pytest.raises(NotFound):
        alpha.delete_key_event(name=f"{SHOP}/keyEvents/999999")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "keyEvents/1",
        "properties/shop/keyEvents/1",
        f"{SHOP}/keyEvents/",
        f"{SHOP}/keyEvents/1/x",
        f"{SHOP}/customDimensions/1",
        SHOP,
    ],
)
def test_malformed_name_is_invalid(alpha: AnalyticsAdminServiceClient, name: str) -> None:
    with pytest.raises(InvalidArgument, match="not a resource name"):
        alpha.get_key_event(name=name)


def test_permission_is_judged_before_the_shape_of_the_request(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(PermissionDenied):
        alpha.get_key_event(name="properties/1/nonsense")
    with pytest.raises(PermissionDenied):
        alpha.create_key_event(parent="properties/1", key_event=KeyEvent())
    with pytest.raises(PermissionDenied):
        alpha.list_key_events(request={"parent": "properties/1", "page_size": -1})


def test_create_without_resource_is_invalid(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument, match="key_event is required"):
        alpha.create_key_event(request={"parent": SHOP})


def test_rule_violations_carry_no_error_info(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument) as raised:
        make(alpha, "1st")
    assert not raised.value.reason
    assert not raised.value.details


def test_conversion_event_is_another_view_of_a_key_event(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, "sign_up", default_value={"numeric_value": 0, "currency_code": "EUR"})
    seen = alpha.get_conversion_event(name=made.name.replace("keyEvents", "conversionEvents"))
    assert (seen.event_name, seen.custom, seen.create_time) == ("sign_up", True, made.create_time)
    assert (seen.default_conversion_value.value, seen.default_conversion_value.currency_code) == (0, "EUR")
    names = [event.event_name for event in alpha.list_conversion_events(parent=SHOP)]
    assert names == [event.event_name for event in alpha.list_key_events(parent=SHOP)]


def test_conversion_event_can_be_made_changed_and_deleted(alpha: AnalyticsAdminServiceClient) -> None:
    made = alpha.create_conversion_event(parent=SHOP, conversion_event=ConversionEvent(event_name="sign_up"))
    assert made.counting_method == ConversionEvent.ConversionCountingMethod.ONCE_PER_EVENT
    made.default_conversion_value = ConversionEvent.DefaultConversionValue(value=3, currency_code="EUR")
    changed = alpha.update_conversion_event(
        conversion_event=made, update_mask=FieldMask(paths=["default_conversion_value"])
    )
    assert changed == made
    key_event = default_key_event(alpha, "sign_up")
    assert key_event.default_value == KeyEvent.DefaultValue(numeric_value=3, currency_code="EUR")
    alpha.delete_conversion_event(name=made.name)
    with pytest.raises(NotFound):
        alpha.get_key_event(name=key_event.name)


def test_conversion_event_does_not_answer_to_a_key_events_name(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument):
        alpha.get_conversion_event(name=default_key_event(alpha, "purchase").name)
