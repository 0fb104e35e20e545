"""Keeping within Google's quotas: how many calls a minute, and what to do when one is refused anyway."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock

from milepost.errors import HaltedError


@dataclass(frozen=True)
class Rates:
    """Calls a minute; None for no limit. A write counts as a call of its own and as a write.

    Source: Admin API reference, section 6.
    """

    calls: int | None = None
    writes: int | None = None


GOOGLE = Rates(calls=600, writes=180)
"""What Google gives one user."""

UNLIMITED = Rates()

WINDOW = 60.0
"""Seconds after which a quota is full again."""

_MARGIN = 1.0
"""Seconds by which calls may differ in how long they travel, without a window's quota being overrun."""

_PATIENCE = 300.0
"""Seconds of nothing but refusals after which a quota counts as used up."""

_JITTER = 0.1
"""The largest part by which a wait is drawn out, so that several runs do not come back at one moment."""


class Pacer:
    """Lets calls go as fast as the quota allows: at once up to its size, and never more in any window.

    One pacer serves all threads that share a quota. A refusal, which means that somebody else uses the
    same quota, holds up all of them.

    Args:
        rates: calls and writes a minute.
        window: seconds that the quota is for.
        patience: seconds of nothing but refusals to sit through.
        clock: seconds that only ever grow.
        sleep: waits some seconds; by default so that `halt` ends the wait.
        jitter: a fraction from 0 to 1.
    """

    def __init__(
        self,
        rates: Rates = UNLIMITED,
        *,
        window: float = WINDOW,
        patience: float = _PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.rates = rates
        self.patience = patience
        self.clock = clock
        self._window = window
        self._halted = Event()
        self._sleep = sleep or self._halted.wait
        self._jitter = jitter
        self._lock = Lock()
        self._calls = _Log(rates.calls, window + _MARGIN * window / WINDOW)
        self._writes = _Log(rates.writes, window + _MARGIN * window / WINDOW)
        self._held_until = 0.0
        self._first_refusal: float | None = None
        self._last_refusal = 0.0
        self._waits_until = 0.0

    def take(self, *, write: bool) -> None:
        """Waits until one more call may be made, and counts it.

        Raises:
            HaltedError: `halt` came first.
        """
        while True:
            with self._lock:
                now = self.clock()
                logs = (self._calls, self._writes) if write else (self._calls,)
                free = max(self._held_until, *(log.free_at() for log in logs))
                if free <= now:
                    for log in logs:
                        log.add(now)
                    return
                self._waits_until = max(self._waits_until, free)
            self.wait(free - now)

    def wait(self, seconds: float) -> None:
        """Waits, whatever for.

        Raises:
            HaltedError: `halt` came first.
        """
        if not self._halted.is_set():
            self._sleep(seconds)
        if self._halted.is_set():
            raise HaltedError("", "stopped while waiting", "Run it again to go on.")

    def refused(self, retry_after: float | None) -> bool:
        """Notes that a quota was used up; until it is refilled no call goes.

        Args:
            retry_after: seconds the answer asks for; None when it says nothing.

        Returns:
            Whether to try again; False when there have been nothing but refusals for too long.
        """
        with self._lock:
            now = self.clock()
            if self._first_refusal is None or now - self._last_refusal > self.patience:
                self._first_refusal = now
            self._last_refusal = now
            pause = (self._window if retry_after is None else retry_after) * (1 + _JITTER * self._jitter())
            if now + pause - self._first_refusal > self.patience:
                return False
            self._held_until = max(self._held_until, now + pause)
            return True

    def accepted(self) -> None:
        """Notes that a call got through."""
        if self._first_refusal is not None:
            with self._lock:
                self._first_refusal = None

    def halt(self) -> None:
        """Ends all waiting, now and later: who waits gets a HaltedError."""
        self._halted.set()

    @property
    def waiting(self) -> float:
        """Seconds until the next call that now waits may go; 0 when none waits."""
        with self._lock:
            return max(0.0, self._waits_until - self.clock())


class _Log:
    """When the last calls went; as many as one window may hold."""

    def __init__(self, limit: int | None, window: float) -> None:
        self._limit = limit
        self._window = window
        self._times: deque[float] = deque(maxlen=limit or 0)

    def free_at(self) -> float:
        """The moment from which one more does not overfill any window."""
        if self._limit is None or len(self._times) < self._limit:
            return 0.0
        return self._times[0] + self._window

    def add(self, now: float) -> None:
        if self._limit is not None:
            self._times.append(now)
