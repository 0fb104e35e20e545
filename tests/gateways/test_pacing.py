"""Keeping within a quota: as fast as it allows, never faster, and patient when it is refused anyway."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.errors import HaltedError
from milepost.gateways.pacing import GOOGLE, Pacer, Rates


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def _pacer(time: Time, rates: Rates, jitter: Callable[[], float] = lambda: 0.0) -> Pacer:
    return Pacer(rates, clock=time.clock, sleep=time.sleep, jitter=jitter)


def _most_in_a_minute(times: list[float]) -> int:
    return max((sum(1 for t in times if start <= t < start + 60) for start in times), default=0)


@given(
    calls=st.integers(1, 12),
    writes=st.integers(1, 12),
    steps=st.lists(st.tuples(st.booleans(), st.floats(0, 30)), max_size=60),
)
def test_no_minute_ever_holds_more_than_the_quota(
    calls: int, writes: int, steps: list[tuple[bool, float]]
) -> None:
    time = Time()
    pacer = _pacer(time, Rates(calls, writes))
    made: list[tuple[bool, float]] = []
    for write, pause in steps:
        time.now += pause
        pacer.take(write=write)
        made.append((write, time.now))
    assert _most_in_a_minute([t for _, t in made]) <= calls
    assert _most_in_a_minute([t for write, t in made if write]) <= writes


@pytest.mark.parametrize("calls", [1, 599, 600])
def test_up_to_the_quota_nobody_waits(calls: int) -> None:
    time = Time()
    pacer = _pacer(time, GOOGLE)
    for _ in range(calls):
        pacer.take(write=False)
    assert time.slept == []


@pytest.mark.parametrize("calls", [601, 1400, 2600])
def test_a_long_run_takes_no_longer_than_the_quota_demands(calls: int) -> None:
    time = Time()
    pacer = _pacer(time, GOOGLE)
    for _ in range(calls):
        pacer.take(write=False)
    least = 60 * ((calls - 1) // 600)
    assert least <= time.now - 1000 <= 1.15 * least


def test_a_write_counts_as_a_call_too() -> None:
    time = Time()
    pacer = _pacer(time, Rates(calls=3, writes=2))
    for write in (True, True, False):
        pacer.take(write=write)
    assert time.slept == []
    pacer.take(write=False)
    assert time.now >= 1060


def test_reads_pass_while_writes_wait_their_turn() -> None:
    time = Time()
    pacer = _pacer(time, Rates(calls=10, writes=1))
    pacer.take(write=True)
    pacer.take(write=False)
    assert time.slept == []
    pacer.take(write=True)
    assert time.now >= 1060


def test_a_refusal_holds_up_everybody_for_as_long_as_it_says() -> None:
    time = Time()
    pacer = _pacer(time, Rates())
    pacer.take(write=False)
    assert pacer.refused(7.0)
    assert pacer.waiting == 0
    pacer.take(write=True)
    assert time.now == 1007


def test_a_refusal_that_names_no_time_waits_out_the_minute() -> None:
    time = Time()
    pacer = _pacer(time, Rates(), jitter=lambda: 1.0)
    assert pacer.refused(None)
    pacer.take(write=False)
    assert 1060 < time.now <= 1070


def test_refusals_one_after_the_other_end_the_patience() -> None:
    time = Time()
    pacer = _pacer(time, Rates())
    goes_on = []
    for _ in range(8):
        pacer.take(write=False)
        goes_on.append(pacer.refused(None))
    assert goes_on[0]
    assert not goes_on[-1]
    assert 180 <= sum(time.slept) <= 300


def test_a_wait_longer_than_the_patience_is_not_begun() -> None:
    assert not _pacer(Time(), Rates()).refused(3600.0)


def test_a_call_that_gets_through_renews_the_patience() -> None:
    time = Time()
    pacer = _pacer(time, Rates())
    for _ in range(20):
        pacer.take(write=False)
        assert pacer.refused(None)
        pacer.take(write=False)
        pacer.accepted()


def test_halting_ends_a_wait_that_has_begun() -> None:
    pacer = Pacer(Rates(calls=1))
    pacer.take(write=False)
    ended = Event()

    def wait() -> None:
        try:
            pacer.take(write=False)
        except HaltedError:
            ended.set()

    thread = Thread(target=wait, daemon=True)
    thread.start()
    while not pacer.waiting:
        pass
    pacer.halt()
    thread.join()
    assert ended.is_set()


def test_after_halting_only_what_need_not_wait_goes() -> None:
    pacer = Pacer(Rates(calls=1))
    pacer.halt()
    pacer.take(write=False)
    with pytest.raises(HaltedError):
        pacer.take(write=False)


def test_threads_together_keep_the_quota() -> None:
    pacer = Pacer(Rates(calls=5), window=0.3)
    began = pacer.clock()

    def work() -> None:
        for _ in range(4):
            pacer.take(write=False)

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pacer.clock() - began >= 4 * 0.3
