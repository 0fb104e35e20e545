"""Faults on demand: what stands between a call and the method that answers it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock
from typing import Any

import grpc

from milepost.emulator.clock import Clock
from milepost.emulator.faults.answers import Answer, Stage
from milepost.emulator.faults.call import RemoteCall
from milepost.emulator.faults.log import CallLog
from milepost.emulator.faults.plan import FaultPlan
from milepost.emulator.faults.quota import GOOGLE, Buckets, Quota
from milepost.emulator.faults.roles import as_seen
from milepost.emulator.faults.rules import Rule, RunningRule, Step
from milepost.emulator.faults.short import parse_rule
from milepost.emulator.rpc import Call, Handler, RpcError


@dataclass(frozen=True)
class _Fate:
    """What becomes of one call: the step that decided, if any, and seconds to wait on either side."""

    step: Step
    before: float
    after: float


class Faults:
    """Latency, errors, lost answers and quotas, settable while the emulator runs.

    Rules are asked in order. The first that hits a call decides its answer; latencies add up. Checks
    come in Google's order: sign-in, then quota, then everything else.

    Args:
        rules: `Rule`s, or their short form such as `"CreateKeyEvent=lost@1"`.
        latency: seconds every call takes longer.
        seed: what rates are drawn from; the same seed and the same number of calls give the same
            number of faults.
        quota: the Admin API's limits; Google's by default, `UNLIMITED` for none.

    Raises:
        FaultError: a rule that cannot be.
    """

    def __init__(
        self, *rules: Rule | str, latency: float = 0.0, seed: int = 0, quota: Quota = GOOGLE
    ) -> None:
        self._lock = Lock()
        self._closing = Event()
        self._clock: Clock | None = None
        self._buckets = Buckets(quota, self._seconds(quota))
        self.set(*rules, latency=latency, seed=seed)
        self._first = FaultPlan(self.rules, seed, quota)

    @classmethod
    def from_plan(cls, plan: FaultPlan) -> Faults:
        """Those that a file or options describe."""
        return cls(*plan.rules, seed=plan.seed, quota=plan.quota or GOOGLE)

    def set(
        self, *rules: Rule | str, latency: float = 0.0, seed: int = 0, quota: Quota | None = None
    ) -> None:
        """Put these in the place of all rules so far; scripts, counts and rates begin anew.

        Without `quota` the limits stay, and so does what is used of them.

        Raises:
            FaultError: a rule that cannot be; then nothing is changed.
        """
        parsed = [parse_rule(rule) if isinstance(rule, str) else rule for rule in rules]
        if latency:
            parsed.append(Rule(latency=latency))
        running = [RunningRule(rule, f"{seed} {number}") for number, rule in enumerate(parsed)]
        with self._lock:
            self._running = running
            if quota is not None:
                self._buckets = Buckets(quota, self._seconds(quota))

    def load(self, plan: FaultPlan) -> None:
        """Put a plan in the place of all rules so far, as `set` does."""
        self.set(*plan.rules, seed=plan.seed, quota=plan.quota)

    def clear(self) -> None:
        """No rule any more, and full quotas; their limits stay."""
        self.set(quota=self.quota)

    def reset(self) -> None:
        """Go back to what it was when made."""
        self.load(self._first)

    def close(self) -> None:
        """End all waiting at once: calls that wait are refused, for the emulator is about to stop."""
        self._closing.set()

    def follow(self, clock: Clock) -> None:
        """Serve an emulator that is about to start: quotas by the emulator's clock go by this one."""
        self._clock = clock
        self._closing.clear()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force, in the order they are asked."""
        with self._lock:
            return tuple(running.rule for running in self._running)

    @property
    def quota(self) -> Quota:
        """The limits in force."""
        return self._buckets.quota

    def around(self, call: RemoteCall, carry_out: Callable[[], Any]) -> Any:
        """The answer of a call, with everything in its way.

        Raises:
            RpcError: a fault, an empty bucket, or what `carry_out` raises.
        """
        fate = self._fate(call)
        fault = fate.step.fault
        self._wait(fate.before)
        if fault is not None and fault.stage is Stage.SIGN_IN and not fate.step.after:
            raise _refusal(fault, fate.step, call)
        self._buckets.charge(call)
        if fault is not None and not fate.step.after:
            raise _refusal(fault, fate.step, call)
        if fault is not None:
            # Whatever the method answers, a refusal too, is what gets lost.
            with suppress(RpcError):
                carry_out()
            self._wait(fate.after)
            raise _refusal(fault, fate.step, call)
        answer = carry_out()
        self._wait(fate.after)
        return as_seen(answer, call, self.rules)

    def _fate(self, call: RemoteCall) -> _Fate:
        decided, before, after = Step(""), 0.0, 0.0
        with self._lock:
            for running in self._running:
                if decided.answer and running.rule.decides:
                    continue
                step = running.next_step(call)
                if step is None:
                    continue
                if running.rule.decides:
                    decided = step
                before += 0.0 if step.after else step.latency
                after += step.latency if step.after else 0.0
        return _Fate(decided, before, after)

    def _wait(self, seconds: float) -> None:
        if seconds and self._closing.wait(seconds):
            raise RpcError(grpc.StatusCode.UNAVAILABLE, "The emulator is stopping.")

    def _seconds(self, quota: Quota) -> Callable[[], float]:
        if quota.clock == "real":
            return time.monotonic
        return lambda: self._clock.now().timestamp() if self._clock else time.monotonic()


def _refusal(fault: Answer, step: Step, call: RemoteCall) -> RpcError:
    """The fault's error, in the step's own words if it has any."""
    error = fault.make(call)
    if step.message:
        error.message = step.message
    return error


def guarded(handler: Handler, faults: Faults, log: CallLog) -> Handler:
    """The handler, with faults in its way and every call in the log."""

    def answer(request: Any, call: Call) -> Any:
        remote = RemoteCall.of(call, request)
        with log.recording(remote) as recording:
            return faults.around(remote, lambda: recording.carry_out(lambda: handler(request, call)))

    return answer
