"""The Admin API's quotas: what counts, who shares, what the refusal says, when they refill."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from google.analytics import admin_v1alpha, admin_v1beta, data_v1beta
from google.api_core import exceptions

from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import GOOGLE, UNLIMITED, FaultError, Quota

SHOP = "properties/100000001"
Alpha = admin_v1alpha.AnalyticsAdminServiceClient
Beta = admin_v1beta.AnalyticsAdminServiceClient
Create = Callable[..., Any]


def refused(call: Callable[[], Any]) -> exceptions.GoogleAPICallError | None:
    try:
        call()
    except exceptions.GoogleAPICallError as error:
        return error
    return None


def until_refused(call: Callable[[int], Any], most: int) -> tuple[int, exceptions.GoogleAPICallError]:
    """How many calls went through, and what the next one was told."""
    for number in range(most):
        error = refused(lambda number=number: call(number))  # type: ignore[misc]
        if error is not None:
            return number, error
    pytest.fail(f"none of {most} calls was refused")


def test_google_s_figures_are_in_force_at_first(emulator: Emulator, alpha: Alpha) -> None:
    assert emulator.faults.quota == GOOGLE == Quota(600, 180, 1_200, 600)
    for _ in range(180):
        with pytest.raises(exceptions.NotFound):
            alpha.delete_key_event(name=f"{SHOP}/keyEvents/1")
    with pytest.raises(exceptions.ResourceExhausted):
        alpha.delete_key_event(name=f"{SHOP}/keyEvents/1")
    for _ in range(600 - 180):
        alpha.get_property(name=SHOP)
    with pytest.raises(exceptions.ResourceExhausted):
        alpha.get_property(name=SHOP)


def test_refusal_reads_like_google_s(emulator: Emulator, create: Create) -> None:
    emulator.faults.set(quota=Quota(writes=2))
    done, error = until_refused(lambda n: create(f"event_{n}"), 3)
    assert done == 2
    assert isinstance(error, exceptions.ResourceExhausted)
    assert error.message == (
        "Quota exceeded for quota metric 'Writes' and limit 'Writes per minute per user' of service "
        "'analyticsadmin.googleapis.com' for consumer 'project_number:123456789012'."
    )
    assert (error.reason, error.domain) == ("RATE_LIMIT_EXCEEDED", "googleapis.com")
    assert error.metadata["service"] == "analyticsadmin.googleapis.com"
    assert error.metadata["quota_limit_value"] == "2"


def test_documented_403_form_on_demand(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set(quota=Quota(requests=0, code="PERMISSION_DENIED"))
    error = refused(lambda: alpha.get_property(name=SHOP))
    assert isinstance(error, exceptions.PermissionDenied)
    assert error.reason == "rateLimitExceeded"
    assert "'Requests per minute per user'" in error.message


def test_both_versions_draw_on_one_bucket(emulator: Emulator, alpha: Alpha, beta: Beta) -> None:
    emulator.faults.set(quota=Quota(requests=2))
    alpha.get_property(name=SHOP)
    beta.get_property(name=SHOP)
    assert refused(lambda: alpha.get_property(name=SHOP)) is not None
    assert refused(lambda: beta.get_property(name=SHOP)) is not None


def test_a_write_is_a_request_too_and_reads_are_no_writes(
    emulator: Emulator, alpha: Alpha, create: Create
) -> None:
    emulator.faults.set(quota=Quota(requests=4, writes=2))
    create("event_1")
    alpha.get_property(name=SHOP)
    create("event_2")
    error = refused(lambda: create("event_3"))
    assert error is not None
    assert "'Writes per minute per user'" in error.message
    alpha.get_property(name=SHOP)
    error = refused(lambda: alpha.get_property(name=SHOP))
    assert error is not None
    assert "'Requests per minute per user'" in error.message


def test_users_have_buckets_of_their_own_and_share_the_project_s(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set(quota=Quota(requests=2, project_requests=3))

    def ask(user: str, project: str = "1") -> str:
        metadata = [("x-emulator-actor", user), ("x-goog-user-project", project)]
        error = refused(lambda: alpha.get_property(name=SHOP, metadata=metadata))
        return error.message.partition("limit '")[2].partition("'")[0] if error else "OK"

    asked = [ask("ann"), ask("ann"), ask("ann"), ask("bob"), ask("bob"), ask("bob", "2")]
    assert asked == [
        "OK", "OK", "Requests per minute per user", "OK", "Requests per minute", "OK",
    ]  # fmt: skip


def test_emulator_s_clock_refills_when_told_to(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set(quota=Quota(requests=2, clock="emulator"))
    done, _ = until_refused(lambda _: alpha.get_property(name=SHOP), 3)
    assert done == 2
    emulator.clock.set(emulator.clock.now() + timedelta(seconds=59))
    assert refused(lambda: alpha.get_property(name=SHOP)) is not None
    emulator.clock.set(emulator.clock.now() + timedelta(seconds=1))
    done, _ = until_refused(lambda _: alpha.get_property(name=SHOP), 3)
    assert done == 2


def test_a_clock_set_back_refills_too(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set(quota=Quota(requests=1, clock="emulator"))
    alpha.get_property(name=SHOP)
    emulator.clock.set(emulator.clock.now() - timedelta(days=1))
    assert refused(lambda: alpha.get_property(name=SHOP)) is None


def test_real_time_refills_after_the_window(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set(quota=Quota(requests=3, window=0.5))
    until_refused(lambda _: alpha.get_property(name=SHOP), 1000)
    while refused(lambda: alpha.get_property(name=SHOP)) is not None:
        time.sleep(0.01)
    log = emulator.calls.calls()
    first, again = log[0].started, log[-1].started
    assert again - first >= 0.4
    assert [each.code for each in log][:3] == ["OK"] * 3


def test_clear_refills_and_keeps_the_limits(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set(quota=Quota(requests=1))
    alpha.get_property(name=SHOP)
    emulator.faults.set("CreateKeyEvent=INTERNAL")
    assert refused(lambda: alpha.get_property(name=SHOP)) is not None, "new rules alone refill nothing"
    emulator.faults.clear()
    alpha.get_property(name=SHOP)
    assert refused(lambda: alpha.get_property(name=SHOP)) is not None


def test_refused_calls_use_nothing_up_and_are_not_carried_out(
    emulator: Emulator, alpha: Alpha, create: Create
) -> None:
    emulator.faults.set(quota=Quota(requests=10, writes=1))
    create("event_0")
    for number in range(1, 20):
        assert refused(lambda number=number: create(f"event_{number}")) is not None  # type: ignore[misc]
    assert [each.event_name for each in alpha.list_key_events(parent=SHOP) if each.custom] == ["event_0"]


def test_data_api_is_free_of_the_admin_quota(
    emulator: Emulator, data: data_v1beta.BetaAnalyticsDataClient
) -> None:
    emulator.faults.set(quota=Quota(requests=0, project_requests=0))
    assert data.get_metadata(name="properties/0/metadata").metrics


def test_unlimited_has_no_end(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set(quota=UNLIMITED)
    for _ in range(610):
        alpha.get_property(name=SHOP)
    assert emulator.calls.count() == 610


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("tokens_per_hour", "Exhausted property tokens for a project per hour."),
        ("tokens_per_day", "Exhausted property tokens per day."),
        ("concurrent_requests", "Exhausted concurrent requests quota."),
        ("thresholded_requests", "Exhausted potentially thresholded requests quota."),
    ],
)
def test_data_api_s_quotas_by_name(
    emulator: Emulator, data: data_v1beta.BetaAnalyticsDataClient, answer: str, text: str
) -> None:
    emulator.faults.set(f"RunReport={answer}")
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        data.run_report({"property": SHOP, "metrics": [{"name": "sessions"}]})
    assert caught.value.message.startswith(text)


def test_rate_limit_by_name_in_both_forms(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set("GetProperty=rate_limit,rate_limit_403")
    errors = [refused(lambda: alpha.get_property(name=SHOP)) for _ in range(3)]
    assert isinstance(errors[0], exceptions.ResourceExhausted)
    assert errors[0].reason == "RATE_LIMIT_EXCEEDED"
    assert isinstance(errors[1], exceptions.PermissionDenied)
    assert errors[1].reason == "rateLimitExceeded"
    assert errors[2] is None


@pytest.mark.parametrize(
    "wrong", [{"requests": -1}, {"window": 0.0}, {"window": float("inf")}, {"clock": "sun"}, {"code": "OK"}]
)
def test_quotas_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(FaultError, match="quota"):
        Quota(**wrong)
