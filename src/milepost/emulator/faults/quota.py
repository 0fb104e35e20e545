"""The Admin API's quotas: requests and writes per minute, for each user and each Cloud project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from threading import Lock
from typing import Literal

from milepost.emulator.faults.answers import rate_limited
from milepost.emulator.faults.call import RemoteCall
from milepost.emulator.faults.errors import FaultError


@dataclass(frozen=True)
class Quota:
    """How many calls there may be; the defaults are Google's (reference: Admin API, section 6).

    Attributes:
        requests: calls per window and user; None means no limit, here and below.
        writes: calls that change something, per window and user; each is a request, too.
        project_requests: calls per window of all users of a Cloud project.
        project_writes: writes per window of all users of a Cloud project.
        window: seconds; it opens with the first call and is refilled whole when it is over.
        clock: whose seconds: `real`, or the `emulator`'s clock, which may stand still.
        code: gRPC code of the refusal; `PERMISSION_DENIED` carries the reason rateLimitExceeded.

    Raises:
        FaultError: a figure or a word that cannot be.
    """

    requests: int | None = 600
    writes: int | None = 180
    project_requests: int | None = 1_200
    project_writes: int | None = 600
    window: float = 60.0
    clock: Literal["real", "emulator"] = "real"
    code: Literal["RESOURCE_EXHAUSTED", "PERMISSION_DENIED"] = "RESOURCE_EXHAUSTED"

    def __post_init__(self) -> None:
        for name in LIMITS:
            limit = getattr(self, name)
            if limit is not None and limit < 0:
                raise FaultError(f"quota: {name} = {limit} must not be below 0")
        if not 0 < self.window < float("inf"):
            raise FaultError(f"quota: a window of {self.window} seconds cannot be")
        if self.clock not in ("real", "emulator"):
            raise FaultError(f"quota: clock = {self.clock!r} must be real or emulator")
        if self.code not in ("RESOURCE_EXHAUSTED", "PERMISSION_DENIED"):
            raise FaultError(f"quota: code = {self.code!r} must be RESOURCE_EXHAUSTED or PERMISSION_DENIED")


LIMITS = ("requests", "writes", "project_requests", "project_writes")
SETTINGS = tuple(each.name for each in fields(Quota))
GOOGLE = Quota()
UNLIMITED = Quota(requests=None, writes=None, project_requests=None, project_writes=None)


@dataclass
class _Window:
    opened: float
    used: int = 0


@dataclass
class Buckets:
    """How much of a quota is used. A call that is refused uses nothing; both API versions share one.

    `seconds` tells the time by the clock the quota goes by.
    """

    quota: Quota
    seconds: Callable[[], float]
    _windows: dict[tuple[str, str], _Window] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def charge(self, call: RemoteCall) -> None:
        """Take one request, and one write if it is one. Calls to other APIs are free.

        Raises:
            RpcError: a bucket is empty.
        """
        if call.api != "admin" or self.quota == UNLIMITED:
            return
        with self._lock:
            now = self.seconds()
            windows = []
            for name, holder, limit in self._limits(call):
                window = self._open(name, holder, now)
                if window.used >= limit:
                    raise rate_limited(
                        call,
                        "Writes" if name.endswith("writes") else "Requests",
                        per_user=not name.startswith("project"),
                        limit=limit,
                        code=self.quota.code,
                    )
                windows.append(window)
            for window in windows:
                window.used += 1

    def _limits(self, call: RemoteCall) -> list[tuple[str, str, int]]:
        """Name, holder and size of each bucket the call draws on, the user's before the project's."""
        user = f"{call.project} {call.actor}"
        holders = {"requests": user, "project_requests": call.project}
        if call.is_write:
            holders |= {"writes": user, "project_writes": call.project}
        return [
            (name, holder, limit)
            for name, holder in holders.items()
            if (limit := getattr(self.quota, name)) is not None
        ]

    def _open(self, name: str, holder: str, now: float) -> _Window:
        window = self._windows.get((name, holder))
        # A clock that was set back opens a new window, too.
        if window is None or not 0 <= now - window.opened < self.quota.window:
            window = self._windows[name, holder] = _Window(now)
        return window
