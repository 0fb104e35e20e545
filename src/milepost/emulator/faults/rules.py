"""Which calls go wrong, how, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from milepost.emulator.faults.answers import LOST, OK, Answer, answer_named
from milepost.emulator.faults.call import RemoteCall
from milepost.emulator.faults.errors import FaultError

When = Literal["before", "after"]


@dataclass(frozen=True)
class Step:
    """What one call gets.

    Attributes:
        answer: `ok`, a named answer or a gRPC code; empty leaves that to the rules further down.
        when: before the call is carried out, or after it: then its effect is there and only the
            answer differs. `lost` is always after.
        message: text in the place of the answer's own.
        latency: seconds to wait, at the moment `when` says.
    """

    answer: str = OK
    when: When = "before"
    message: str = ""
    latency: float = 0.0

    def __post_init__(self) -> None:
        if self.when not in ("before", "after"):
            raise FaultError(f"when = {self.when!r}: must be before or after")
        if not 0 <= self.latency < float("inf"):
            raise FaultError(f"latency {self.latency}: must be seconds, not below 0")
        if self.answer not in ("", OK):
            answer_named(self.answer)

    @property
    def after(self) -> bool:
        """Whether the call is carried out first."""
        return self.when == "after" or self.answer == LOST

    def spares(self, call: RemoteCall) -> bool:
        """Whether it leaves this call alone, as a refusal of writes leaves reads."""
        return self.fault is not None and self.fault.spares(call)

    @property
    def fault(self) -> Answer | None:
        """The answer in the place of the call's own; None lets that through."""
        return None if self.answer in ("", OK) else answer_named(self.answer)


@dataclass(frozen=True)
class Rule:
    """Calls that match, and what they get: the same each time, or one step of a script after the other.

    Attributes:
        method: glob over methods (`Create*`, `v1alpha/*`, `admin.*`, `*`).
        answer: see `Step`; empty for a rule that only slows down.
        property_id: digits; only calls that name this property.
        rate: share of matching calls, 0 to 1, drawn from a seeded generator; None means all.
        count: how many calls at most; None means no end.
        when: see `Step`.
        message: see `Step`.
        latency: see `Step`, in seconds.
        script: what the first, second, third… matching call gets, in the place of `answer`.
        repeat: begin the script anew when it is over; else the rule is then done.

    Raises:
        FaultError: it contradicts itself, or names an answer that is not there.
    """

    method: str = "*"
    answer: str = ""
    property_id: str = ""
    rate: float | None = None
    count: int | None = None
    when: When = "before"
    message: str = ""
    latency: float = 0.0
    script: tuple[Step | str, ...] = ()
    repeat: bool = False

    def __post_init__(self) -> None:
        own = Step(self.answer, self.when, self.message, self.latency)
        if self.script and (own != Step("") or self.rate is not None or self.count is not None):
            raise FaultError(f"{self.method}: a script takes no answer, rate, count or latency beside it")
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise FaultError(f"{self.method}: rate {self.rate} must be from 0 to 1")
        if self.count is not None and self.count < 0:
            raise FaultError(f"{self.method}: count {self.count} must not be below 0")
        if self.property_id and not (self.property_id.isascii() and self.property_id.isdigit()):
            raise FaultError(f"{self.method}: property {self.property_id!r} must be digits")
        if not self.script and not self.answer and not self.latency:
            raise FaultError(f"{self.method}: names neither an answer nor a latency nor a script")
        for step in self.steps:
            if not isinstance(step, Step):
                raise FaultError(f"{self.method}: {step!r} is no step of a script")

    @property
    def steps(self) -> tuple[Step, ...]:
        """The script, or the one step that every call gets."""
        if not self.script:
            return (Step(self.answer, self.when, self.message, self.latency),)
        return tuple(Step(step) if isinstance(step, str) else step for step in self.script)

    def applies(self, call: RemoteCall) -> bool:
        """Whether it is about this call's method and property."""
        return call.matches(self.method, self.property_id)

    @property
    def decides(self) -> bool:
        """Whether it settles the answer of the calls it hits, so that no rule further down is asked."""
        return bool(self.script or self.answer)


class RunningRule:
    """A rule and how far it has got. Not thread-safe: its owner holds a lock."""

    def __init__(self, rule: Rule, seed: str) -> None:
        self.rule = rule
        self._steps = rule.steps
        # Each rule draws from a generator of its own: one rule's faults do not depend on another's.
        self._random = Random(seed)  # noqa: S311 - nothing here is a secret
        self._hits = 0

    def next_step(self, call: RemoteCall) -> Step | None:
        """What this call gets; None when the rule is not about it, is over, or spares it this time."""
        if not self.rule.applies(call) or self._over():
            return None
        step = self._steps[self._hits % len(self._steps)]
        if step.spares(call) or not self._drawn():
            return None
        self._hits += 1
        return step

    def _over(self) -> bool:
        if self.rule.script:
            return not self.rule.repeat and self._hits >= len(self._steps)
        return self.rule.count is not None and self._hits >= self.rule.count

    def _drawn(self) -> bool:
        return self.rule.rate is None or self._random.random() < self.rule.rate
