from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from google.analytics.admin_v1alpha import AnalyticsAdminServiceClient, CustomDimension, CustomMetric
from google.api_core.exceptions import AlreadyExists, InvalidArgument, NotFound
from google.protobuf.field_mask_pb2 import FieldMask

from milepost.emulator.clock import Clock
from milepost.emulator.store import Record, Store

SHOP = "properties/100000001"
AlphaWith = Callable[..., AnalyticsAdminServiceClient]


def make_dimension(client: AnalyticsAdminServiceClient, parameter: str, **fields: Any) -> CustomDimension:
    fields = {"scope": "EVENT", "display_name": f"D {parameter[:70]}"} | fields
    return client.create_custom_dimension(
        parent=SHOP, custom_dimension=CustomDimension(parameter_name=parameter, **fields)
    )


def make_metric(client: AnalyticsAdminServiceClient, parameter: str, **fields: Any) -> CustomMetric:
    fields = {
        "scope": "EVENT",
        "display_name": f"M {parameter[:70]}",
        "measurement_unit": "STANDARD",
    } | fields
    return client.create_custom_metric(
        parent=SHOP, custom_metric=CustomMetric(parameter_name=parameter, **fields)
    )


MAKERS = [make_dimension, make_metric]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("parameter", ["", "1st", "_own", "has space", "has-dash", "größe", "a" * 41])
def test_parameter_name_outside_the_rules_is_invalid(
    alpha: AnalyticsAdminServiceClient, make: Callable[..., Any], parameter: str
) -> None:
    with pytest.raises(InvalidArgument, match="parameter_name"):
        make(alpha, parameter)


@pytest.mark.parametrize(
    ("scope", "parameter"), [("EVENT", "a" * 40), ("USER", "a" * 24), ("ITEM", "a" * 40), ("EVENT", "A1_")]
)
def test_parameter_name_may_be_as_long_as_its_scope_allows(
    alpha: AnalyticsAdminServiceClient, scope: str, parameter: str
) -> None:
    assert make_dimension(alpha, parameter, scope=scope).parameter_name == parameter


def test_user_property_name_is_shorter(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument, match="at most 24 characters with USER scope, not 25"):
        make_dimension(alpha, "a" * 25, scope="USER")


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("parameter", ["session_id", "currency", "ga_session_id", "firebase_screen", "uid"])
def test_reserved_event_parameter_is_refused_in_googles_words(
    alpha: AnalyticsAdminServiceClient, make: Callable[..., Any], parameter: str
) -> None:
    with pytest.raises(InvalidArgument) as raised:
        make(alpha, parameter)
    assert raised.value.message == f"{parameter} is a reserved parameter_name and cannot be used."


@pytest.mark.parametrize("parameter", ["first_open_time", "user_id", "ga_client"])
def test_reserved_user_property_is_refused(alpha: AnalyticsAdminServiceClient, parameter: str) -> None:
    with pytest.raises(InvalidArgument, match=f"{parameter} is a reserved parameter_name and cannot be used"):
        make_dimension(alpha, parameter, scope="USER")


def test_names_reserved_in_one_scope_are_free_in_another(alpha: AnalyticsAdminServiceClient) -> None:
    make_dimension(alpha, "currency", scope="USER")
    make_dimension(alpha, "first_open_time", scope="EVENT")
    make_dimension(alpha, "session_id", scope="ITEM")


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("display_name", ["", "1st", "Has-dash", "Has [brackets]", "Größe", "a" * 83])
def test_display_name_outside_the_rules_is_invalid(
    alpha: AnalyticsAdminServiceClient, make: Callable[..., Any], display_name: str
) -> None:
    with pytest.raises(InvalidArgument, match="display_name"):
        make(alpha, "plan", display_name=display_name)


@pytest.mark.parametrize("display_name", ["a" * 82, "Plan 2_b"])
def test_display_name_within_the_rules_is_taken(
    alpha: AnalyticsAdminServiceClient, display_name: str
) -> None:
    assert make_dimension(alpha, "plan", display_name=display_name).display_name == display_name


def test_display_name_may_have_other_letters_when_switched(alpha_with: AlphaWith) -> None:
    client = alpha_with(unicode_display_names=True)
    assert make_dimension(client, "size", display_name="Größe 2").display_name == "Größe 2"


@pytest.mark.parametrize("make", MAKERS)
def test_description_has_a_longest_length(
    alpha: AnalyticsAdminServiceClient, make: Callable[..., Any]
) -> None:
    make(alpha, "plan", description="ü" * 150)
    with pytest.raises(InvalidArgument, match="description: at most 150 characters, not 151"):
        make(alpha, "plan_b", description="a" * 151)


@pytest.mark.parametrize("make", MAKERS)
def test_scope_is_required(alpha: AnalyticsAdminServiceClient, make: Callable[..., Any]) -> None:
    with pytest.raises(InvalidArgument, match="scope is required"):
        make(alpha, "plan", scope=0)


def test_disallowing_ads_personalization_is_for_users_only(alpha: AnalyticsAdminServiceClient) -> None:
    made = make_dimension(alpha, "plan", scope="USER", disallow_ads_personalization=True)
    assert made.disallow_ads_personalization
    with pytest.raises(InvalidArgument, match="USER scope"):
        make_dimension(alpha, "size", disallow_ads_personalization=True)


@pytest.mark.parametrize("make", MAKERS)
def test_same_parameter_twice_already_exists(
    alpha: AnalyticsAdminServiceClient, make: Callable[..., Any]
) -> None:
    make(alpha, "plan")
    with pytest.raises(AlreadyExists, match="Requested entity already exists"):
        make(alpha, "plan", display_name="Another name")


def test_same_parameter_in_another_scope_is_another_dimension(alpha: AnalyticsAdminServiceClient) -> None:
    for scope in ("EVENT", "USER", "ITEM"):
        make_dimension(alpha, "plan", scope=scope, display_name=f"Plan {scope}")
    assert len(list(alpha.list_custom_dimensions(parent=SHOP))) == 3


@pytest.mark.parametrize(("first", "second"), [MAKERS, MAKERS[::-1], [make_dimension] * 2, [make_metric] * 2])
def test_display_name_is_shared_between_dimensions_and_metrics(
    alpha: AnalyticsAdminServiceClient, first: Callable[..., Any], second: Callable[..., Any]
) -> None:
    first(alpha, "plan", display_name="Plan")
    with pytest.raises(AlreadyExists, match="Requested entity already exists"):
        second(alpha, "tier", display_name="Plan")


def test_display_names_are_free_in_another_property(alpha: AnalyticsAdminServiceClient) -> None:
    made = make_dimension(alpha, "plan")
    other = alpha.create_custom_dimension(parent="properties/100000002", custom_dimension=made)
    assert other.display_name == made.display_name
    assert other.name.startswith("properties/100000002/")


def test_update_to_a_taken_display_name_already_exists(alpha: AnalyticsAdminServiceClient) -> None:
    made = make_dimension(alpha, "plan")
    taken = make_metric(alpha, "tier")
    made.display_name = taken.display_name
    with pytest.raises(AlreadyExists):
        alpha.update_custom_dimension(custom_dimension=made, update_mask=FieldMask(paths=["display_name"]))


def test_one_parameter_may_be_dimension_and_metric_unless_switched(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    make_dimension(alpha, "plan")
    with pytest.raises(AlreadyExists):
        make_metric(alpha_with(shared_parameter_namespace=True), "plan")
    make_metric(alpha, "plan")
    make_metric(alpha, "tier")
    strict = alpha_with(shared_parameter_namespace=True)
    with pytest.raises(AlreadyExists):
        make_dimension(strict, "tier")
    assert make_dimension(strict, "tier", scope="USER").parameter_name == "tier"


def test_archived_dimension_is_gone_but_its_name_is_taken(alpha: AnalyticsAdminServiceClient) -> None:
    made = make_dimension(alpha, "plan")
    alpha.archive_custom_dimension(name=made.name)
    assert list(alpha.list_custom_dimensions(parent=SHOP)) == []
    with pytest.raises(NotFound):
        alpha.get_custom_dimension(name=made.name)
    with pytest.raises(NotFound):
        alpha.archive_custom_dimension(name=made.name)
    with pytest.raises(AlreadyExists):
        make_dimension(alpha, "plan", display_name="Plan anew")
    assert make_dimension(alpha, "plan", scope="USER", display_name="Plan anew").name != made.name


def test_archived_metric_is_gone_but_its_name_is_taken(alpha: AnalyticsAdminServiceClient) -> None:
    made = make_metric(alpha, "seconds")
    alpha.archive_custom_metric(name=made.name)
    assert list(alpha.list_custom_metrics(parent=SHOP)) == []
    with pytest.raises(AlreadyExists):
        make_metric(alpha, "seconds")


def test_archived_dimension_lets_go_of_its_display_name(alpha: AnalyticsAdminServiceClient) -> None:
    alpha.archive_custom_dimension(name=make_dimension(alpha, "plan", display_name="Plan").name)
    assert make_metric(alpha, "tier", display_name="Plan").display_name == "Plan"


def test_archived_name_is_free_again_when_switched(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith, clock: Clock
) -> None:
    alpha.archive_custom_dimension(name=make_dimension(alpha, "plan").name)
    patient = alpha_with(recreate_after_archive=True, recreate_after_hours=48)
    with pytest.raises(AlreadyExists):
        make_dimension(patient, "plan")
    clock.set(clock.now() + timedelta(hours=48))
    assert make_dimension(patient, "plan").parameter_name == "plan"
    with pytest.raises(AlreadyExists):
        make_dimension(patient, "plan", display_name="Another")


def test_archived_dimension_can_be_read_when_switched(
    alpha: AnalyticsAdminServiceClient, alpha_with: AlphaWith
) -> None:
    made = make_dimension(alpha, "plan")
    alpha.archive_custom_dimension(name=made.name)
    client = alpha_with(archived_readable=True)
    assert client.get_custom_dimension(name=made.name) == made
    assert list(client.list_custom_dimensions(parent=SHOP)) == []


def test_restriction_belongs_to_currency_metrics(alpha: AnalyticsAdminServiceClient) -> None:
    with pytest.raises(InvalidArgument) as raised:
        make_metric(alpha, "margin", restricted_metric_type=["COST_DATA"])
    assert (
        raised.value.message
        == "CustomMetric restricted_metric_types should only be set for CURRENCY custom metrics."
    )
    with pytest.raises(InvalidArgument, match="must be set for CURRENCY"):
        make_metric(alpha, "margin", measurement_unit="CURRENCY")
    with pytest.raises(InvalidArgument, match="unspecified"):
        make_metric(alpha, "margin", measurement_unit="CURRENCY", restricted_metric_type=[0])
    made = make_metric(
        alpha, "margin", measurement_unit="CURRENCY", restricted_metric_type=["COST_DATA", "REVENUE_DATA"]
    )
    assert len(made.restricted_metric_type) == 2


def test_restriction_is_judged_on_the_result_of_an_update(alpha: AnalyticsAdminServiceClient) -> None:
    made = make_metric(alpha, "margin", measurement_unit="CURRENCY", restricted_metric_type=["COST_DATA"])
    changed = CustomMetric(name=made.name, measurement_unit="SECONDS")
    with pytest.raises(InvalidArgument, match="should only be set for CURRENCY"):
        alpha.update_custom_metric(custom_metric=changed, update_mask=FieldMask(paths=["measurement_unit"]))
    both = FieldMask(paths=["measurement_unit", "restricted_metric_type"])
    after = alpha.update_custom_metric(custom_metric=changed, update_mask=both)
    assert after.measurement_unit == CustomMetric.MeasurementUnit.SECONDS
    assert list(after.restricted_metric_type) == []


def test_display_name_from_other_times_survives_until_it_is_changed(
    alpha: AnalyticsAdminServiceClient, store: Store, clock: Clock
) -> None:
    name = f"{SHOP}/customDimensions/900"
    old = CustomDimension(name=name, parameter_name="plan", scope="EVENT", display_name="Plan [legacy]")
    store.put(name, Record(old, clock.now(), clock.now()))
    changed = CustomDimension(name=name, display_name="Plan [legacy]", description="Still here")
    paths = FieldMask(paths=["display_name", "description"])
    after = alpha.update_custom_dimension(custom_dimension=changed, update_mask=paths)
    assert (after.display_name, after.description) == ("Plan [legacy]", "Still here")
    changed.display_name = "Plan [new]"
    with pytest.raises(InvalidArgument, match="display_name"):
        alpha.update_custom_dimension(custom_dimension=changed, update_mask=paths)


def test_list_keeps_the_order_of_creation_through_updates(alpha: AnalyticsAdminServiceClient) -> None:
    made = [make_dimension(alpha, parameter) for parameter in ("zeta", "alpha", "mid")]
    changed = CustomDimension(name=made[0].name, description="Changed")
    alpha.update_custom_dimension(custom_dimension=changed, update_mask=FieldMask(paths=["description"]))
    found = [dimension.parameter_name for dimension in alpha.list_custom_dimensions(parent=SHOP)]
    assert found == ["zeta", "alpha", "mid"]
