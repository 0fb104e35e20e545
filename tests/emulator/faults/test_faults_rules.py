"""Rules: which calls go wrong, how often, and whether the write happened all the same."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1alpha, admin_v1beta, data_v1beta
from google.analytics.admin_v1alpha.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcAsyncIOTransport,
    AnalyticsAdminServiceGrpcTransport,
)
from google.api_core import exceptions
from google.protobuf.empty_pb2 import Empty
from google.protobuf.field_mask_pb2 import FieldMask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import FaultError, Faults, LoggedCall, Rule, Step

SHOP, SAAS = "properties/100000001", "properties/100000002"

Alpha = admin_v1alpha.AnalyticsAdminServiceClient
Beta = admin_v1beta.AnalyticsAdminServiceClient
Create = Callable[..., Any]
Names = Callable[[], list[str]]


def outcome(call: Callable[[], Any]) -> str:
    """`OK`, or the gRPC code of the refusal."""
    try:
        call()
    except exceptions.GoogleAPICallError as error:
        return getattr(error.grpc_status_code, "name", "")
    return "OK"


@pytest.mark.parametrize(
    "code",
    [code.name for code in grpc.StatusCode if code not in (grpc.StatusCode.OK, grpc.StatusCode.UNKNOWN)],
)
def test_every_code_reaches_the_client_before_the_write(
    emulator: Emulator, create: Create, names: Names, code: str
) -> None:
    emulator.faults.set(f"Create*={code}")
    assert outcome(lambda: create("trial_start")) == code
    assert names() == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("CreateKeyEvent=lost", "UNAVAILABLE"),
        ("CreateKeyEvent=DEADLINE_EXCEEDED:after", "DEADLINE_EXCEEDED"),
        ("CreateKeyEvent=INTERNAL:after", "INTERNAL"),
    ],
)
def test_lost_answer_leaves_the_write_behind(
    emulator: Emulator, create: Create, names: Names, rule: str, code: str
) -> None:
    emulator.faults.set(rule)
    assert outcome(lambda: create("trial_start")) == code
    assert names() == ["trial_start"]
    (logged,) = emulator.calls.calls("CreateKeyEvent")
    assert (logged.code, logged.applied, logged.lost) == (code, True, True)


def test_lost_answer_of_a_refusal_is_lost_too(emulator: Emulator, create: Create, names: Names) -> None:
    create("trial_start")
    emulator.faults.set("CreateKeyEvent=lost")
    assert outcome(lambda: create("trial_start")) == "UNAVAILABLE"
    assert names() == ["trial_start"]
    assert not emulator.calls.calls("CreateKeyEvent")[-1].applied


def test_count_hits_the_first_calls_only(emulator: Emulator, create: Create) -> None:
    emulator.faults.set("CreateKeyEvent=UNAVAILABLE@2")
    assert [outcome(lambda n=n: create(f"event_{n}")) for n in range(4)] == [  # type: ignore[misc]
        "UNAVAILABLE", "UNAVAILABLE", "OK", "OK",
    ]  # fmt: skip


def test_script_is_followed_step_by_step_then_over(emulator: Emulator, create: Create, names: Names) -> None:
    emulator.faults.set("CreateKeyEvent=ok,lost,UNAVAILABLE,ok,INTERNAL:after")
    codes = [outcome(lambda n=n: create(f"event_{n}")) for n in range(7)]  # type: ignore[misc]
    assert codes == ["OK", "UNAVAILABLE", "UNAVAILABLE", "OK", "INTERNAL", "OK", "OK"]
    assert names() == ["event_0", "event_1", "event_3", "event_4", "event_5", "event_6"]


def test_script_repeats_when_told_to(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set(Rule("ListKeyEvents", script=("ok", "INTERNAL"), repeat=True))
    codes = [outcome(lambda: alpha.list_key_events(parent=SHOP)) for _ in range(5)]
    assert codes == ["OK", "INTERNAL", "OK", "INTERNAL", "OK"]


def _failures(emulator: Emulator, alpha: Alpha, seed: int) -> list[str]:
    emulator.faults.set("ListKeyEvents=UNAVAILABLE@30%", seed=seed)
    return [outcome(lambda: alpha.list_key_events(parent=SHOP)) for _ in range(60)]


def test_rate_is_drawn_from_its_seed(emulator: Emulator, alpha: Alpha) -> None:
    first = _failures(emulator, alpha, 7)
    assert _failures(emulator, alpha, 7) == first
    assert _failures(emulator, alpha, 8) != first
    assert 6 <= first.count("UNAVAILABLE") <= 32
    assert set(first) == {"OK", "UNAVAILABLE"}


@pytest.mark.parametrize(
    ("pattern", "hit"),
    [
        ("*", {"alpha list", "beta list", "alpha get", "data"}),
        ("List*", {"alpha list", "beta list"}),
        ("ListKeyEvents", {"alpha list", "beta list"}),
        ("v1alpha/*", {"alpha list", "alpha get"}),
        ("admin.v1beta/List*", {"beta list"}),
        ("data.*", {"data"}),
        ("admin.*", {"alpha list", "beta list", "alpha get"}),
        ("/google.analytics.admin.v1alpha.AnalyticsAdminService/GetProperty", {"alpha get"}),
        ("listkeyevents", set()),
    ],
)
def test_patterns_choose_methods_versions_and_apis(
    emulator: Emulator,
    alpha: Alpha,
    beta: Beta,
    data: data_v1beta.BetaAnalyticsDataClient,
    pattern: str,
    hit: set[str],
) -> None:
    emulator.faults.set(f"{pattern}=ABORTED")
    calls: dict[str, Callable[[], Any]] = {
        "alpha list": lambda: alpha.list_key_events(parent=SHOP),
        "beta list": lambda: beta.list_key_events(parent=SHOP),
        "alpha get": lambda: alpha.get_property(name=SHOP),
        "data": lambda: data.get_metadata(name="properties/0/metadata"),
    }
    assert {name for name, call in calls.items() if outcome(call) == "ABORTED"} == hit


def test_rule_for_one_property_leaves_others_alone(emulator: Emulator, alpha: Alpha, create: Create) -> None:
    emulator.faults.set("*:100000002=INTERNAL")
    shop = create("trial_start")
    shop.counting_method = 2
    paths = FieldMask(paths=["counting_method"])
    assert outcome(lambda: alpha.update_key_event(key_event=shop, update_mask=paths)) == "OK"
    foreign = admin_v1alpha.KeyEvent(name=f"{SAAS}/keyEvents/1", counting_method=2)
    refused: list[Callable[[], Any]] = [
        lambda: alpha.update_key_event(key_event=foreign, update_mask=paths),
        lambda: create("trial_start", parent=SAAS),
        lambda: alpha.get_property(name=SAAS),
        lambda: alpha.search_change_history_events(
            request={"account": "accounts/1", "property": SAAS, "page_size": 1}
        ),
    ]
    assert [outcome(call) for call in refused] == ["INTERNAL"] * 4


def test_first_rule_that_hits_decides(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set("GetProperty=ok", "Get*=ABORTED@1", "*=INTERNAL")
    assert outcome(lambda: alpha.get_property(name=SHOP)) == "OK"
    account = alpha.get_property(name=SHOP).parent
    assert [outcome(lambda: alpha.get_account(name=account)) for _ in range(2)] == ["ABORTED", "INTERNAL"]
    assert outcome(lambda: alpha.list_key_events(parent=SHOP)) == "INTERNAL"


def test_own_message_takes_the_place_of_the_usual_one(emulator: Emulator, create: Create) -> None:
    emulator.faults.set(Rule("CreateKeyEvent", "UNAVAILABLE", message="Back at noon."))
    with pytest.raises(exceptions.ServiceUnavailable) as caught:
        create("trial_start")
    assert caught.value.message == "Back at noon."


def test_clear_ends_faults_and_set_begins_them_anew(emulator: Emulator, create: Create) -> None:
    emulator.faults.set("CreateKeyEvent=UNAVAILABLE@1")
    assert outcome(lambda: create("event_1")) == "UNAVAILABLE"
    emulator.faults.set("CreateKeyEvent=UNAVAILABLE@1")
    assert outcome(lambda: create("event_1")) == "UNAVAILABLE"
    emulator.faults.set("*=INTERNAL")
    emulator.faults.clear()
    assert outcome(lambda: create("event_1")) == "OK"


def test_a_rule_that_cannot_be_changes_nothing(emulator: Emulator, create: Create) -> None:
    emulator.faults.set("CreateKeyEvent=INTERNAL")
    with pytest.raises(FaultError):
        emulator.faults.set("CreateKeyEvent=perhaps")
    assert outcome(lambda: create("event_1")) == "INTERNAL"


def test_latency_of_parallel_calls_overlaps(emulator: Emulator) -> None:
    emulator.faults.set(latency=0.7)

    async def all_at_once() -> None:
        async with grpc.aio.insecure_channel(emulator.address) as channel:
            transport = AnalyticsAdminServiceGrpcAsyncIOTransport(channel=channel)
            client = admin_v1alpha.AnalyticsAdminServiceAsyncClient(transport=transport)
            await asyncio.gather(*(client.get_property(name=SHOP) for _ in range(64)))

    asyncio.run(all_at_once())
    # Far more than the cores of any machine that runs this: calls wait side by side.
    assert emulator.calls.peak >= 40
    assert emulator.calls.count("GetProperty") == 64
    assert min(each.seconds for each in emulator.calls.calls()) >= 0.5


def test_latencies_of_matching_rules_add_up(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set(Rule("Get*", latency=0.1), Rule("GetProperty", "ABORTED", latency=0.1), latency=0.1)
    outcome(lambda: alpha.get_property(name=SHOP))
    outcome(lambda: alpha.list_key_events(parent=SHOP))
    assert emulator.calls.calls("GetProperty")[0].seconds >= 0.29
    assert emulator.calls.calls("ListKeyEvents")[0].seconds >= 0.09


def test_slow_answer_reaches_nobody_though_the_write_happened(
    emulator: Emulator, create: Create, names: Names
) -> None:
    emulator.faults.set(Rule("CreateKeyEvent", "ok", when="after", latency=1.0))
    assert outcome(lambda: create("trial_start", timeout=0.3)) == "DEADLINE_EXCEEDED"
    logged = _first_logged(emulator)
    assert (logged.code, logged.applied) == ("OK", True)
    assert names() == ["trial_start"]


def _first_logged(emulator: Emulator) -> LoggedCall:
    """The first call that was answered, whether or not anybody still waited for it."""
    while emulator.calls.count() == 0:
        time.sleep(0.01)
    return emulator.calls.calls()[0]


def test_stopping_refuses_calls_that_wait() -> None:
    emulator = Emulator()
    with emulator, grpc.insecure_channel(emulator.address) as channel:
        emulator.faults.set(latency=3600.0)
        remote = channel.unary_unary(
            "/google.analytics.admin.v1beta.AnalyticsAdminService/DeleteKeyEvent",
            request_serializer=Empty.SerializeToString,
            response_deserializer=Empty.FromString,
        )
        waiting = remote.future(Empty())
        while emulator.calls.peak == 0:
            time.sleep(0.01)
        emulator.stop()
        assert waiting.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
    assert not _first_logged(emulator).applied


def test_faults_outlive_the_emulator_they_served() -> None:
    faults = Faults("GetProperty=ABORTED", latency=0.05)
    for _ in range(2):
        with Emulator(faults=faults) as emulator, grpc.insecure_channel(emulator.address) as channel:
            client = Alpha(transport=AnalyticsAdminServiceGrpcTransport(channel=channel))
            assert outcome(lambda client=client: client.get_property(name=SHOP)) == "ABORTED"  # type: ignore[misc]


def test_sign_in_trouble_after_the_call_leaves_its_effect(
    emulator: Emulator, create: Create, names: Names
) -> None:
    emulator.faults.set("CreateKeyEvent=expired_token:after")
    assert outcome(lambda: create("trial_start")) == "UNAUTHENTICATED"
    assert names() == ["trial_start"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    script=st.lists(st.sampled_from(["ok", "lost", "UNAVAILABLE", "INTERNAL:after"]), min_size=1, max_size=6)
)
def test_what_was_written_is_what_a_script_let_through(
    running: Emulator, create: Create, names: Names, script: list[str]
) -> None:
    running.reset()
    running.faults.set("CreateKeyEvent=" + ",".join(script))
    codes = [outcome(lambda n=n: create(f"event_{n}")) for n in range(len(script))]  # type: ignore[misc]
    assert codes == [{"ok": "OK", "INTERNAL:after": "INTERNAL"}.get(step, "UNAVAILABLE") for step in script]
    assert names() == [f"event_{n}" for n, step in enumerate(script) if step != "UNAVAILABLE"]
    assert [each.applied for each in running.calls.calls("Create*")] == [
        step != "UNAVAILABLE" for step in script
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": "maybe"},
        {"answer": "OK "},
        {"answer": "UNAVAILABLE", "rate": 1.1},
        {"answer": "UNAVAILABLE", "rate": float("nan")},
        {"answer": "UNAVAILABLE", "count": -1},
        {"answer": "UNAVAILABLE", "when": "later"},
        {"answer": "UNAVAILABLE", "property_id": "shop"},
        {"latency": -1.0},
        {"latency": float("inf")},
        {"script": ("ok", "maybe")},
        {"script": ("ok",), "rate": 0.5},
        {"script": ("ok",), "answer": "lost"},
        {},
    ],
)
def test_rules_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(FaultError):
        Rule(**wrong)


def test_steps_carry_latency_and_message_of_their_own(emulator: Emulator, alpha: Alpha) -> None:
    emulator.faults.set(
        Rule("GetProperty", script=(Step("ABORTED", message="first", latency=0.2), Step("ok"), "INTERNAL"))
    )
    with pytest.raises(exceptions.Aborted, match="first"):
        alpha.get_property(name=SHOP)
    assert [outcome(lambda: alpha.get_property(name=SHOP)) for _ in range(2)] == ["OK", "INTERNAL"]
    assert emulator.calls.calls()[0].seconds >= 0.19
