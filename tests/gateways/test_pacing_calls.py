"""Quotas and errors as the Admin gateway meets them: the official clients, an emulator that makes trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Timer
from typing import Any

import pytest
from google.api_core import exceptions as google
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from tests.gateways.test_pacing import Time

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import UNLIMITED, Faults, Quota
from milepost.emulator.switches import Switches
from milepost.errors import HaltedError, QuotaError, RefusedError, UnreachableError
from milepost.gateways.admin import AdminGateway
from milepost.gateways.connection import Connection
from milepost.gateways.pacing import Pacer, Rates
from milepost.gateways.translate import quota_refusal, translate
from milepost.reconcile.kinds import KEY_EVENT

PARENT = "properties/100000001"


class SharedTime(Time):
    """The emulator's clock moves along when somebody sleeps."""

    def __init__(self, clock: Clock, start: datetime) -> None:
        super().__init__()
        self._emulated = clock
        self._start = start - timedelta(seconds=self.now)

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._emulated.set(self._start + timedelta(seconds=self.now))


Reach = Callable[[Emulator, Pacer], AdminGateway]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pacer(time: Time) -> Pacer:
    return Pacer(clock=time.clock, sleep=time.sleep)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(faults=Faults(quota=UNLIMITED)) as running:
        yield running


@pytest.fixture
def reach() -> Iterator[Reach]:
    """Makes gateways to emulators; all their connections are closed at the end."""
    opened: list[Connection] = []

    def connect(emulator: Emulator, pacer: Pacer) -> AdminGateway:
        opened.append(Connection("edit", emulator.address, pacer))
        return AdminGateway(opened[-1])

    yield connect
    for connection in opened:
        connection.close()


def _create(gateway: AdminGateway, event: str = "quote_sent") -> None:
    gateway.create(KEY_EVENT.type, PARENT, {"event_name": event, "counting_method": "ONCE_PER_EVENT"})


def _events(gateway: AdminGateway) -> set[str]:
    return {str(r.fields["event_name"]) for r in gateway.read_resources(KEY_EVENT.type, PARENT)}


@pytest.mark.parametrize("form", ["rate_limit", "rate_limit_403"])
def test_a_read_refused_for_the_quota_waits_and_goes_on(
    emulator: Emulator, reach: Reach, time: Time, pacer: Pacer, form: str
) -> None:
    emulator.faults.set(f"ListKeyEvents={form}@2")
    assert "purchase" in _events(reach(emulator, pacer))
    assert emulator.calls.count("*ListKeyEvents") == 3
    assert sum(time.slept) >= 120


@pytest.mark.parametrize("form", ["rate_limit", "rate_limit_403"])
def test_a_write_refused_for_the_quota_is_made_once_it_may(
    emulator: Emulator, reach: Reach, time: Time, pacer: Pacer, form: str
) -> None:
    emulator.faults.set(f"CreateKeyEvent={form}@1")
    gateway = reach(emulator, pacer)
    _create(gateway)
    assert "quote_sent" in _events(gateway)
    assert [call.code == "OK" for call in emulator.calls.calls("*CreateKeyEvent")] == [False, True]
    assert sum(time.slept) >= 60


def test_a_quota_that_stays_used_up_ends_in_an_error_after_some_minutes(
    emulator: Emulator, reach: Reach, time: Time, pacer: Pacer
) -> None:
    emulator.faults.set("ListKeyEvents=rate_limit")
    with pytest.raises(QuotaError, match="per minute"):
        _events(reach(emulator, pacer))
    assert 180 <= sum(time.slept) <= 300


@pytest.mark.parametrize(
    "answer", ["lost", "UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED:after"]
)
def test_a_write_that_may_have_been_made_is_never_repeated(
    emulator: Emulator, reach: Reach, pacer: Pacer, answer: str
) -> None:
    emulator.faults.set(f"CreateKeyEvent={answer}@1")
    with pytest.raises(UnreachableError):
        _create(reach(emulator, pacer))
    assert emulator.calls.count("*CreateKeyEvent") == 1


@pytest.mark.parametrize("answer", ["UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED"])
def test_a_read_goes_through_trouble_that_passes(
    emulator: Emulator, reach: Reach, pacer: Pacer, answer: str
) -> None:
    emulator.faults.set(f"ListKeyEvents={answer}@5")
    assert "purchase" in _events(reach(emulator, pacer))


def test_trouble_that_does_not_pass_ends_in_an_error(
    emulator: Emulator, reach: Reach, time: Time, pacer: Pacer
) -> None:
    emulator.faults.set("ListKeyEvents=INTERNAL")
    with pytest.raises(UnreachableError, match="Internal error"):
        _events(reach(emulator, pacer))
    assert 10 <= sum(time.slept) <= 45


@pytest.mark.parametrize("answer", ["PERMISSION_DENIED", "viewer", "INVALID_ARGUMENT", "FAILED_PRECONDITION"])
def test_a_refusal_that_stays_is_asked_for_once(
    emulator: Emulator, reach: Reach, time: Time, pacer: Pacer, answer: str
) -> None:
    emulator.faults.set(f"CreateKeyEvent={answer}")
    with pytest.raises(RefusedError):
        _create(reach(emulator, pacer))
    assert emulator.calls.count("*CreateKeyEvent") == 1
    assert time.slept == []


@pytest.mark.parametrize("code", ["INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"])
def test_a_full_property_is_no_quota_to_wait_for(reach: Reach, time: Time, pacer: Pacer, code: str) -> None:
    switches = Switches(limits="key_events=1", cap_code=code)
    with Emulator(switches=switches, faults=Faults(quota=UNLIMITED)) as emulator:
        gateway = reach(emulator, pacer)
        _create(gateway)
        with pytest.raises(RefusedError, match=r"maximum resource limit.*Declare fewer"):
            _create(gateway, "quote_read")
    assert time.slept == []


def test_every_page_of_a_list_counts(reach: Reach, time: Time) -> None:
    with Emulator(switches=Switches(short_pages=True)) as emulator:
        pacer = Pacer(Rates(calls=1), clock=time.clock, sleep=time.sleep)
        _events(reach(emulator, pacer))
        pages = emulator.calls.count("*ListKeyEvents")
    assert pages > 1
    assert len(time.slept) == pages - 1


def test_a_paced_run_is_never_refused(reach: Reach) -> None:
    start = datetime(2026, 3, 16, 12, tzinfo=UTC)
    quota = Quota(requests=10, writes=4, clock="emulator")
    with Emulator(clock=Clock(start), faults=Faults(quota=quota)) as emulator:
        time = SharedTime(emulator.clock, start)
        gateway = reach(emulator, Pacer(Rates(calls=10, writes=4), clock=time.clock, sleep=time.sleep))
        for number in range(12):
            _create(gateway, f"quote_{number}")
            _events(gateway)
        codes = [call.code for call in emulator.calls.calls()]
    assert codes == ["OK"] * 24
    assert time.slept != []


def test_halting_ends_the_wait_for_a_quota_before_the_write_is_made(emulator: Emulator, reach: Reach) -> None:
    emulator.faults.set("CreateKeyEvent=rate_limit")
    pacer = Pacer()
    gateway = reach(emulator, pacer)
    timer = Timer(0.3, pacer.halt)
    timer.start()
    with pytest.raises(HaltedError):
        _create(gateway)
    timer.join()
    assert "quote_sent" not in _events(reach(emulator, Pacer()))


def _error(kind: Any, message: str, **details: Any) -> google.GoogleAPICallError:
    """Their constructors are not annotated."""
    error: google.GoogleAPICallError = kind(message, **details)
    return error


def _retry_info(seconds: int) -> RetryInfo:
    return RetryInfo(retry_delay=Duration(seconds=seconds))


def _info(reason: str, **metadata: str) -> ErrorInfo:
    return ErrorInfo(reason=reason, domain="googleapis.com", metadata=metadata)


@pytest.mark.parametrize(
    ("error", "daily", "retry_after"),
    [
        (_error(google.ResourceExhausted, "Quota exceeded for limit 'Requests per minute'"), False, None),
        (_error(google.TooManyRequests, "Quota exceeded", details=[_retry_info(17)]), False, 17.0),
        (_error(google.ResourceExhausted, "Resource has been exhausted (e.g. check quota)."), False, None),
        (_error(google.ResourceExhausted, "Quota exceeded for limit 'Requests per day'"), True, None),
        (_error(google.ResourceExhausted, "x", error_info=_info("RATE_LIMIT_EXCEEDED")), False, None),
        (
            _error(
                google.ResourceExhausted,
                "x",
                error_info=_info("RATE_LIMIT_EXCEEDED", quota_unit="1/d/{project}"),
            ),
            True,
            None,
        ),
        (_error(google.Forbidden, "x", error_info=_info("userRateLimitExceeded")), False, None),
        (_error(google.Forbidden, "x", error_info=_info("quotaExceeded")), False, None),
        (_error(google.PermissionDenied, "x", error_info=_info("dailyLimitExceeded")), True, None),
    ],
)
def test_quota_refusals_are_told_with_how_long_to_wait(
    error: google.GoogleAPICallError, daily: bool, retry_after: float | None
) -> None:
    refusal = quota_refusal(error)
    assert refusal is not None
    assert (refusal.daily, refusal.retry_after) == (daily, retry_after)
    assert isinstance(translate(error, "property 1"), QuotaError)


@pytest.mark.parametrize(
    "error",
    [
        _error(google.PermissionDenied, "The caller does not have permission"),
        _error(google.PermissionDenied, "x", error_info=_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT")),
        _error(google.PermissionDenied, "Set a quota project", error_info=_info("SERVICE_DISABLED")),
        _error(google.ResourceExhausted, "CLIENT: Received message larger than max (5000000 vs. 4194304)"),
        _error(google.ResourceExhausted, "already at the maximum resource limit."),
        _error(google.ServiceUnavailable, "quota server is down"),
    ],
)
def test_other_refusals_are_no_quota(error: google.GoogleAPICallError) -> None:
    assert quota_refusal(error) is None
