"""Trouble with credentials, APIs and roles, in the shapes of the reference (Admin API, section 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.analytics import admin_v1alpha, admin_v1beta, data_v1beta
from google.api_core import exceptions
from google.rpc import error_details_pb2

from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import Quota

SHOP, SAAS = "properties/100000001", "properties/100000002"
ADMIN, DATA = "analyticsadmin.googleapis.com", "analyticsdata.googleapis.com"

Alpha = admin_v1alpha.AnalyticsAdminServiceClient
Beta = admin_v1beta.AnalyticsAdminServiceClient
Data = data_v1beta.BetaAnalyticsDataClient
Create = Callable[..., Any]


def report(data: Data) -> Any:
    return data.run_report({"property": SHOP, "metrics": [{"name": "sessions"}]})


def test_disabled_api_names_the_service_and_where_to_enable_it(emulator: Emulator, beta: Beta) -> None:
    emulator.faults.set("*=api_disabled")
    with pytest.raises(exceptions.PermissionDenied) as caught:
        beta.list_key_events(parent=SHOP)
    error = caught.value
    assert error.message.startswith(
        "Google Analytics Admin API has not been used in project 123456789012 before"
    )
    assert (error.reason, error.domain) == ("SERVICE_DISABLED", "googleapis.com")
    assert error.metadata["service"] == ADMIN
    assert error.metadata["consumer"] == "projects/123456789012"
    (link,) = next(each for each in error.details if isinstance(each, error_details_pb2.Help)).links
    assert link.url == error.metadata["activationUrl"]
    assert link.url in error.message


def test_disabled_api_names_the_project_that_the_caller_bills(emulator: Emulator, beta: Beta) -> None:
    emulator.faults.set("*=api_disabled")
    with pytest.raises(exceptions.PermissionDenied) as caught:
        beta.list_key_events(parent=SHOP, metadata=[("x-goog-user-project", "42")])
    assert caught.value.metadata["consumer"] == "projects/42"


def test_one_api_may_be_disabled_and_the_other_not(emulator: Emulator, beta: Beta, data: Data) -> None:
    emulator.faults.set("data.*=api_disabled")
    beta.list_key_events(parent=SHOP)
    with pytest.raises(exceptions.PermissionDenied, match="Google Analytics Data API") as caught:
        report(data)
    assert caught.value.metadata["service"] == DATA


def test_missing_scope_names_the_method_with_dots(emulator: Emulator, beta: Beta) -> None:
    emulator.faults.set("*=missing_scope")
    with pytest.raises(exceptions.PermissionDenied) as caught:
        beta.list_data_streams(parent=SHOP)
    error = caught.value
    assert error.message == "Request had insufficient authentication scopes."
    assert error.reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert error.metadata == {
        "service": ADMIN,
        "method": "google.analytics.admin.v1beta.AnalyticsAdminService.ListDataStreams",
    }


def test_read_only_scope_refuses_writes_only(
    emulator: Emulator, alpha: Alpha, create: Create, data: Data
) -> None:
    emulator.faults.set("*=read_only_scope")
    assert len(list(alpha.list_key_events(parent=SHOP))) == 3
    data.get_metadata(name="properties/0/metadata")
    with pytest.raises(exceptions.PermissionDenied) as caught:
        create("trial_start")
    assert caught.value.reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


@pytest.mark.parametrize(
    ("answer", "reason", "text"),
    [
        ("expired_token", "ACCESS_TOKEN_EXPIRED", "Request had invalid authentication credentials."),
        ("no_credentials", "CREDENTIALS_MISSING", "Request is missing required authentication credential."),
    ],
)
def test_bad_credentials_are_unauthenticated(
    emulator: Emulator, alpha: Alpha, data: Data, answer: str, reason: str, text: str
) -> None:
    emulator.faults.set(f"*={answer}")
    for call in (lambda: alpha.get_property(name=SHOP), lambda: report(data)):
        with pytest.raises(exceptions.Unauthenticated) as caught:
            call()
        assert caught.value.reason == reason
        assert caught.value.message.startswith(text)


def test_missing_quota_project_reads_as_a_disabled_service_of_google_s(
    emulator: Emulator, alpha: Alpha
) -> None:
    emulator.faults.set("*=no_quota_project")
    with pytest.raises(exceptions.PermissionDenied, match="requires a quota project") as caught:
        alpha.get_property(name=SHOP)
    assert caught.value.reason == "SERVICE_DISABLED"
    assert caught.value.metadata["consumer"] != "projects/123456789012"


def test_viewer_reads_but_does_not_write_on_that_property(
    emulator: Emulator, alpha: Alpha, create: Create
) -> None:
    emulator.faults.set("*:100000001=viewer")
    assert len(list(alpha.list_key_events(parent=SHOP))) == 3
    create("trial_start", parent=SAAS)
    with pytest.raises(exceptions.PermissionDenied) as caught:
        create("trial_start")
    assert caught.value.message == "The caller does not have permission"
    assert caught.value.reason is None


def test_no_role_is_refused_in_each_api_s_own_words(emulator: Emulator, alpha: Alpha, data: Data) -> None:
    emulator.faults.set("*:100000001=no_role")
    with pytest.raises(exceptions.PermissionDenied, match=r"^403 The caller does not have permission$"):
        alpha.get_property(name=SHOP)
    with pytest.raises(exceptions.PermissionDenied, match="User does not have sufficient permissions"):
        report(data)
    assert alpha.get_property(name=SAAS).name == SAAS


def test_account_summaries_agree_with_the_roles(emulator: Emulator, alpha: Alpha, beta: Beta) -> None:
    emulator.faults.set("*:100000001=viewer", "*:100000002=no_role", "*:100000003=INTERNAL")
    for client in (alpha, beta):
        (summary,) = client.list_account_summaries()
        rights = {each.property.rpartition("/")[2]: each.can_edit for each in summary.property_summaries}
        assert rights == {
            "100000001": False, "100000003": True, "100000004": True, "100000005": True, "100000006": True,
        }  # fmt: skip


def test_roles_of_everything_and_their_exceptions(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set("*:100000003=ok", "*=viewer", "*=no_role@1")
    (summary,) = alpha.list_account_summaries()
    assert [each.property for each in summary.property_summaries if each.can_edit] == ["properties/100000003"]
    emulator.faults.set("*=no_role")
    assert list(alpha.list_account_summaries()) == []
    emulator.faults.clear()
    (summary,) = alpha.list_account_summaries()
    assert all(each.can_edit for each in summary.property_summaries)


def test_sign_in_is_checked_before_the_quota_and_roles_after_it(
    emulator: Emulator, alpha: Alpha, create: Create
) -> None:
    emulator.faults.set("*=expired_token@1", "*=viewer", quota=Quota(requests=0))
    with pytest.raises(exceptions.Unauthenticated):
        create("trial_start")
    with pytest.raises(exceptions.ResourceExhausted):
        create("trial_start")
