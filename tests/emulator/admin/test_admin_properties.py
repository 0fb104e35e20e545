from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from google.analytics.admin_v1alpha import Account, AnalyticsAdminServiceClient, Property
from google.api_core.exceptions import FailedPrecondition, InvalidArgument, PermissionDenied
from google.protobuf.field_mask_pb2 import FieldMask

SHOP = "properties/100000001"
ACCOUNT = "accounts/1000"


def make(client: AnalyticsAdminServiceClient, **fields: Any) -> Property:
    fields = {"parent": ACCOUNT, "display_name": "New", "time_zone": "Europe/Berlin"} | fields
    return client.create_property(property=Property(**fields))


def listed(client: AnalyticsAdminServiceClient, filter_: str, **more: Any) -> list[str]:
    return [item.name for item in client.list_properties(request={"filter": filter_} | more)]


def test_new_property_is_ordinary_and_has_googles_key_events(alpha: AnalyticsAdminServiceClient) -> None:
    made = make(alpha, service_level="GOOGLE_ANALYTICS_360", currency_code="")
    assert made.property_type.name == "PROPERTY_TYPE_ORDINARY"
    assert made.service_level.name == "GOOGLE_ANALYTICS_STANDARD"
    assert (made.account, made.parent, made.currency_code) == (ACCOUNT, ACCOUNT, "USD")
    assert alpha.get_property(name=made.name) == made
    assert [event.event_name for event in alpha.list_key_events(parent=made.name)] == [
        "purchase",
        "qualify_lead",
        "close_convert_lead",
    ]
    assert list(alpha.list_data_streams(parent=made.name)) == []


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"parent": ""}, InvalidArgument),
        ({"parent": "accounts/1"}, PermissionDenied),
        ({"parent": SHOP}, InvalidArgument),
        ({"parent": "folders/1"}, InvalidArgument),
        ({"display_name": ""}, InvalidArgument),
        ({"display_name": "😀" * 51}, InvalidArgument),
        ({"time_zone": ""}, InvalidArgument),
        ({"time_zone": "Europe/Atlantis"}, InvalidArgument),
        ({"currency_code": "EURO"}, InvalidArgument),
        ({"property_type": "PROPERTY_TYPE_ROLLUP"}, InvalidArgument),
    ],
)
def test_wrong_property_is_refused(
    alpha: AnalyticsAdminServiceClient, fields: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        make(alpha, **fields)


def test_property_name_counts_in_utf16(alpha: AnalyticsAdminServiceClient) -> None:
    assert make(alpha, display_name="😀" * 50).display_name == "😀" * 50


def test_unknown_property_is_denied(alpha: AnalyticsAdminServiceClient) -> None:
    for name in ("properties/1", "properties/1/x"):
        with pytest.raises(PermissionDenied, match="The caller does not have permission"):
            alpha.get_property(name=name)
    with pytest.raises(InvalidArgument):
        alpha.get_property(name="properties/demo")


@pytest.mark.parametrize("filter_", ["parent:accounts/1000", "ancestor:accounts/1000"])
def test_list_finds_the_properties_of_an_account(alpha: AnalyticsAdminServiceClient, filter_: str) -> None:
    demo = {f"properties/10000000{number}" for number in range(1, 7)}
    found = listed(alpha, filter_)
    assert (set(found), len(found)) == ({*demo, "properties/360"}, 7)


def test_list_by_other_filters_finds_nothing(alpha: AnalyticsAdminServiceClient) -> None:
    assert listed(alpha, f"parent:{SHOP}") == []
    assert listed(alpha, "firebase_project:demo") == []


@pytest.mark.parametrize(
    ("filter_", "refusal"),
    [
        ("", InvalidArgument),
        ("accounts/1000", InvalidArgument),
        ("child:accounts/1000", InvalidArgument),
        ("parent:1000", InvalidArgument),
        (f"ancestor:{SHOP}", InvalidArgument),
        ("firebase_project:", InvalidArgument),
        ("parent:accounts/1", PermissionDenied),
        ("parent:properties/1", PermissionDenied),
    ],
)
def test_wrong_filter_is_refused(
    alpha: AnalyticsAdminServiceClient, filter_: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        listed(alpha, filter_)


def test_update_changes_what_the_mask_names(alpha: AnalyticsAdminServiceClient) -> None:
    before = alpha.get_property(name=SHOP)
    changed = Property(name=SHOP, display_name="Renamed", time_zone="Asia/Tokyo", currency_code="JPY")
    mask = FieldMask(paths=["display_name", "time_zone"])
    after = alpha.update_property(property=changed, update_mask=mask)
    assert (after.display_name, after.time_zone, after.currency_code) == ("Renamed", "Asia/Tokyo", "EUR")
    assert after.create_time == before.create_time
    moments: list[Any] = [before.update_time, after.update_time]
    assert moments[0] < moments[1]


def test_parent_and_type_of_a_property_are_immutable(alpha: AnalyticsAdminServiceClient) -> None:
    for field, value in (("parent", "accounts/1"), ("property_type", 3), ("account", "accounts/1")):
        with pytest.raises(InvalidArgument, match=f"{field} is immutable"):
            alpha.update_property(
                property=Property({"name": SHOP, field: value}), update_mask=FieldMask(paths=[field])
            )


def test_deleted_property_goes_to_the_trash(alpha: AnalyticsAdminServiceClient) -> None:
    trashed = alpha.delete_property(name=SHOP)
    deleted, expires = (cast("datetime", moment) for moment in (trashed.delete_time, trashed.expire_time))
    assert expires - deleted == timedelta(days=35)
    assert alpha.get_property(name=SHOP) == trashed
    assert SHOP not in listed(alpha, f"parent:{ACCOUNT}")
    assert SHOP in listed(alpha, f"parent:{ACCOUNT}", show_deleted=True)
    (summary,) = alpha.list_account_summaries()
    assert SHOP not in [item.property for item in summary.property_summaries]


def test_what_is_in_the_trash_cannot_be_changed(alpha: AnalyticsAdminServiceClient) -> None:
    alpha.delete_property(name=SHOP)
    with pytest.raises(FailedPrecondition, match="in the trash"):
        alpha.delete_property(name=SHOP)
    with pytest.raises(FailedPrecondition):
        alpha.update_property(
            property=Property(name=SHOP, display_name="X"), update_mask=FieldMask(paths=["display_name"])
        )
    with pytest.raises(FailedPrecondition):
        alpha.create_key_event(
            request={"parent": SHOP, "key_event": {"event_name": "sign_up", "counting_method": 1}}
        )
    assert len(list(alpha.list_key_events(parent=SHOP))) == 3


def test_account_can_be_read_listed_and_renamed(alpha: AnalyticsAdminServiceClient) -> None:
    (account,) = alpha.list_accounts()
    assert alpha.get_account(name=ACCOUNT) == account
    assert account.display_name == "Milepost demo"
    changed = Account(name=ACCOUNT, display_name="Renamed", region_code="FR")
    after = alpha.update_account(
        account=changed, update_mask=FieldMask(paths=["display_name", "region_code"])
    )
    assert (after.display_name, after.region_code, after.deleted) == ("Renamed", "FR", False)
    with pytest.raises(InvalidArgument, match="region_code"):
        alpha.update_account(
            account=Account(name=ACCOUNT, region_code="Germany"), update_mask=FieldMask(paths=["region_code"])
        )
    with pytest.raises(PermissionDenied):
        alpha.get_account(name="accounts/1")


def test_summary_names_each_property_of_the_account(alpha: AnalyticsAdminServiceClient) -> None:
    (summary,) = alpha.list_account_summaries()
    assert (summary.name, summary.account) == ("accountSummaries/1000", ACCOUNT)
    shop = next(item for item in summary.property_summaries if item.property == SHOP)
    assert (shop.display_name, shop.parent, shop.can_edit) == ("Online shop (demo)", ACCOUNT, True)
    assert shop.property_type.name == "PROPERTY_TYPE_ORDINARY"
    assert len(summary.property_summaries) == 7


def test_deleted_account_takes_its_properties_along(alpha: AnalyticsAdminServiceClient) -> None:
    alpha.delete_account(name=ACCOUNT)
    assert list(alpha.list_accounts()) == []
    assert [account.deleted for account in alpha.list_accounts(request={"show_deleted": True})] == [True]
    assert list(alpha.list_account_summaries()) == []
    assert "delete_time" in alpha.get_property(name=SHOP)
    (event,) = alpha.search_change_history_events(request={"account": ACCOUNT})
    assert len(event.changes) == 8
    (part,) = alpha.search_change_history_events(request={"account": ACCOUNT, "property": SHOP})
    assert ([change.resource for change in part.changes], part.changes_filtered) == ([SHOP], True)
