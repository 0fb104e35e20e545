"""What was asked of the emulator, so that tests can count it."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from milepost.emulator.faults.call import RemoteCall
from milepost.emulator.rpc import RpcError

KEPT = 100_000
"""How many calls are remembered; older ones are forgotten."""


@dataclass(frozen=True)
class LoggedCall:
    """One call that was answered.

    Attributes:
        call: what it was about.
        code: gRPC code the caller got, such as `OK`.
        applied: the emulator carried it out without refusing; with another code than OK its answer
            was lost.
        started: seconds since the log was begun, in real time.
        seconds: how long the answer took.
    """

    call: RemoteCall
    code: str
    applied: bool
    started: float
    seconds: float

    @property
    def method(self) -> str:
        """Such as `admin.v1alpha/CreateKeyEvent`."""
        return self.call.method

    @property
    def lost(self) -> bool:
        """Whether it was carried out without its caller being told."""
        return self.applied and self.code != "OK"


class Recording:
    """A call in flight."""

    def __init__(self) -> None:
        self.applied = False

    def carry_out(self, handler: Callable[[], Any]) -> Any:
        """The handler's answer; whether it gave one is remembered."""
        answer = handler()
        self.applied = True
        return answer


class CallLog:
    """Calls in the order they were answered, and how many were in flight at once at most."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._in_flight = 0
        self.clear()

    def clear(self) -> None:
        """Forget all calls; those in flight still appear when they are answered."""
        with self._lock:
            self._calls: deque[LoggedCall] = deque(maxlen=KEPT)
            self._peak = self._in_flight
            self._began = time.monotonic()

    @property
    def peak(self) -> int:
        """Most calls that were in flight at the same time."""
        with self._lock:
            return self._peak

    def calls(self, method: str = "*", property_id: str = "") -> list[LoggedCall]:
        """Those that match a glob over methods and, if given, are about one property."""
        with self._lock:
            remembered = list(self._calls)
        return [each for each in remembered if each.call.matches(method, property_id)]

    def count(self, method: str = "*", property_id: str = "") -> int:
        """How many match."""
        return len(self.calls(method, property_id))

    def by_method(self, method: str = "*", property_id: str = "") -> dict[str, int]:
        """How many of each method, most frequent first."""
        counter = Counter(each.method for each in self.calls(method, property_id))
        return dict(counter.most_common())

    @contextmanager
    def recording(self, call: RemoteCall) -> Iterator[Recording]:
        """Log the call that is answered inside, with the code it ends with."""
        recording, code, started = Recording(), "OK", time.monotonic()
        with self._lock:
            self._in_flight += 1
            self._peak = max(self._peak, self._in_flight)
        try:
            yield recording
        except RpcError as error:
            code = error.code.name
            raise
        except BaseException:
            code = "INTERNAL"
            raise
        finally:
            ended = time.monotonic()
            with self._lock:
                self._in_flight -= 1
                self._calls.append(
                    LoggedCall(call, code, recording.applied, started - self._began, ended - started)
                )
