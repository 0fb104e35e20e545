"""The control interface, called with nothing but gRPC and google.protobuf.Struct."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1alpha
from google.api_core import exceptions

from milepost.emulator.embedded import Emulator

SHOP = "properties/100000001"
Alpha = admin_v1alpha.AnalyticsAdminServiceClient
Control = Callable[..., dict[str, Any]]
Create = Callable[..., Any]


def test_faults_are_set_and_cleared_from_outside(control: Control, create: Create) -> None:
    answer = control("SetFaults", rules=["CreateKeyEvent=lost@1", {"method": "Get*", "answer": "INTERNAL"}])
    assert answer["rules"] == 2
    assert answer["quota"]["writes"] == 180
    with pytest.raises(exceptions.ServiceUnavailable):
        create("trial_start")
    with pytest.raises(exceptions.AlreadyExists):
        create("trial_start")
    assert control("ClearFaults")["rules"] == 0


def test_quota_is_set_from_outside_and_stays_when_faults_go(control: Control, alpha: Alpha) -> None:
    quota = control("SetFaults", quota={"requests": 1, "clock": "emulator"})["quota"]
    assert (quota["requests"], quota["window"]) == (1, 60)
    alpha.get_property(name=SHOP)
    with pytest.raises(exceptions.ResourceExhausted):
        alpha.get_property(name=SHOP)
    control("SetClock", advance="60s")
    alpha.get_property(name=SHOP)
    assert control("ClearFaults")["quota"]["requests"] == 1
    assert control("SetFaults", quota="off")["quota"]["requests"] is None


def test_clock_is_set_and_advanced(control: Control, create: Create) -> None:
    assert control("SetClock", moment="2026-05-04T10:00:00+02:00")["now"].startswith("2026-05-04T08:00:00")
    assert control("SetClock", advance="36h")["now"].startswith("2026-05-05T20:00:00")
    assert control("SetClock")["now"].startswith("2026-05-05T20:00:00")
    assert create("trial_start").create_time.date().isoformat() == "2026-05-05"


def test_reset_forgets_everything(control: Control, alpha: Alpha, create: Create, emulator: Emulator) -> None:
    before = {each.name for each in alpha.list_key_events(parent=SHOP)}
    create("trial_start")
    control("SetClock", moment="2027-01-01T00:00:00Z")
    control("SetFaults", rules=["ListKeyEvents=INTERNAL"], quota={"writes": 0})
    assert control("Reset") == {}
    assert control("Calls")["total"] == 0
    assert {each.name for each in alpha.list_key_events(parent=SHOP)} == before
    assert emulator.store.history == []
    assert create("trial_start").create_time.year == 2026


def test_calls_are_counted_by_method_and_property(control: Control, alpha: Alpha, create: Create) -> None:
    control("SetFaults", rules=["CreateKeyEvent=ok,lost,UNAVAILABLE"])
    create("event_1")
    for name in ("event_2", "event_3"):
        with pytest.raises(exceptions.ServiceUnavailable):
            create(name, parent="properties/100000002")
    alpha.get_property(name=SHOP)
    assert control("Calls") == {
        "total": 4,
        "writes": 3,
        "applied_writes": 2,
        "lost": 1,
        "peak": 1,
        "methods": {"admin.v1alpha/CreateKeyEvent": 3, "admin.v1alpha/GetProperty": 1},
    }
    assert control("Calls", property="100000001")["total"] == 2
    assert control("Calls", method="Get*")["methods"] == {"admin.v1alpha/GetProperty": 1}


def test_calls_show_each_entry_and_are_cleared(control: Control, alpha: Alpha) -> None:
    alpha.get_property(name=SHOP, metadata=[("x-emulator-actor", "ann@example.com")])
    (entry,) = control("Calls", entries=True, clear=True)["entries"]
    assert {key: entry[key] for key in ("method", "property", "actor", "code", "applied")} == {
        "method": "admin.v1alpha/GetProperty",
        "property": "100000001",
        "actor": "ann@example.com",
        "code": "OK",
        "applied": True,
    }
    assert entry["seconds"] >= 0
    assert control("Calls")["total"] == 0


def test_control_is_out_of_reach_of_faults_and_not_in_the_log(control: Control) -> None:
    control("SetFaults", rules=["*=INTERNAL"], latency="1h", quota={"requests": 0})
    assert control("Calls")["total"] == 0
    control("ClearFaults")


@pytest.mark.parametrize(
    ("method", "request_", "words"),
    [
        ("SetFaults", {"rules": ["*=gone"]}, "rules[0]"),
        ("SetFaults", {"fault": "x"}, "no key 'fault'"),
        ("ClearFaults", {"all": True}, "no key 'all'"),
        ("SetClock", {"moment": "noon"}, "'noon'"),
        ("SetClock", {"moment": "2026-05-04T10:00:00"}, "time zone"),
        ("SetClock", {"moment": 5}, "moment"),
        ("SetClock", {"advance": "1 day"}, "no duration"),
        ("Calls", {"methods": "x"}, "no key 'methods'"),
        ("Reset", {"x": 1}, "no key 'x'"),
    ],
)
def test_wrong_requests_are_invalid_arguments(
    control: Control, method: str, request_: dict[str, Any], words: str
) -> None:
    error = _refusal(lambda: control(method, **request_))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert words in error.details()


def test_unknown_control_is_unimplemented(control: Control) -> None:
    assert _refusal(lambda: control("MakeCoffee")).code() is grpc.StatusCode.UNIMPLEMENTED


def _refusal(call: Callable[[], Any]) -> Any:
    """The error of a call: grpc's own, for no client of Google's is involved."""
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value
