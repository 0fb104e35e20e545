"""What a property's calls may cost, and how much of it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from google.analytics import data_v1beta

from milepost.emulator.clock import Clock
from milepost.emulator.data.errors import exhausted

_PACIFIC = ZoneInfo("America/Los_Angeles")
_QUOTAS_HELP = "To learn more, see https://developers.google.com/analytics/devguides/reporting/data/v1/quotas"
CONCURRENT_TEXT = "Exhausted concurrent requests quota."
THRESHOLDED_TEXT = "Exhausted potentially thresholded requests quota."
DAY_TEXT = "Exhausted property tokens per day. These quota tokens will return in under 24 hours."
PROJECT_HOUR_TEXT = (
    "Exhausted property tokens for a project per hour. "
    f"These quota tokens will return in under an hour. {_QUOTAS_HELP}"
)


@dataclass(frozen=True)
class Limits:
    """Quotas of one property and one pool (reference: Data API, section 11)."""

    day: int = 200_000
    hour: int = 40_000
    project_hour: int = 14_000
    concurrent: int = 10
    server_errors: int = 10
    thresholded: int = 120


STANDARD = Limits()
PREMIUM = Limits(2_000_000, 400_000, 140_000, 50, 50)


def report_tokens(dimensions: int, metrics: int, days: int) -> int:
    """Tokens a report costs.

    Fitted to the four prices on record: 1 for one metric over 30 days, 2 for 1 dimension and 10
    metrics, 4 for 9 and 10, 7 for one metric over 365 days.
    """
    return max(1, round(days / 52 + metrics / 10 + dimensions / 4))


@dataclass
class _Usage:
    day: object = None
    hour: object = None
    day_tokens: int = 0
    hour_tokens: int = 0
    running: int = 0


@dataclass
class Pool:
    """One pool of every property, such as Core, on which reports, batches and metadata draw.

    Days end at midnight Pacific, hours at the full hour. Kept in memory: a new server starts afresh.
    """

    clock: Clock
    _usage: dict[str, _Usage] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def refill(self) -> None:
        """Fill every bucket of every property; requests in flight stay counted."""
        with self._lock:
            for usage in self._usage.values():
                usage.day_tokens = usage.hour_tokens = 0

    @contextmanager
    def running(self, property_id: str, limits: Limits) -> Iterator[None]:
        """One request in flight.

        Raises:
            RpcError: as many are in flight as may be.
        """
        with self._lock:
            usage = self._current(property_id)
            if usage.running >= limits.concurrent:
                raise exhausted(CONCURRENT_TEXT)
            usage.running += 1
        try:
            yield
        finally:
            with self._lock:
                usage.running -= 1

    def charge(self, property_id: str, limits: Limits, tokens: int) -> data_v1beta.PropertyQuota:
        """Take tokens from all three buckets, and tell what is left.

        A call may overdraw a bucket; the next one finds it empty.

        Raises:
            RpcError: a bucket is empty.
        """
        with self._lock:
            usage = self._current(property_id)
            if usage.day_tokens >= limits.day:
                raise exhausted(DAY_TEXT)
            if usage.hour_tokens >= limits.project_hour:
                raise exhausted(PROJECT_HOUR_TEXT)
            usage.day_tokens += tokens
            usage.hour_tokens += tokens
            return _quota(usage, limits, tokens)

    def state(self, property_id: str, limits: Limits) -> data_v1beta.PropertyQuota:
        """What is left of each bucket, none of it taken by asking."""
        with self._lock:
            return _quota(self._current(property_id), limits, 0)

    def _current(self, property_id: str) -> _Usage:
        usage = self._usage.setdefault(property_id, _Usage())
        now = self.clock.now()
        day, hour = now.astimezone(_PACIFIC).date(), _hour(now)
        if usage.day != day:
            usage.day, usage.day_tokens = day, 0
        if usage.hour != hour:
            usage.hour, usage.hour_tokens = hour, 0
        return usage


@dataclass(frozen=True)
class Pools:
    """The separate pools with equal figures; a request draws on one of them."""

    clock: Clock
    core: Pool = field(init=False)
    realtime: Pool = field(init=False)
    funnel: Pool = field(init=False)

    def __post_init__(self) -> None:
        for name in ("core", "realtime", "funnel"):
            object.__setattr__(self, name, Pool(self.clock))

    def refill(self) -> None:
        """Fill every bucket of every pool."""
        for pool in (self.core, self.realtime, self.funnel):
            pool.refill()


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _quota(usage: _Usage, limits: Limits, tokens: int) -> data_v1beta.PropertyQuota:
    return data_v1beta.PropertyQuota(
        tokens_per_day=_status(tokens, limits.day - usage.day_tokens),
        tokens_per_hour=_status(tokens, limits.hour - usage.hour_tokens),
        tokens_per_project_per_hour=_status(tokens, limits.project_hour - usage.hour_tokens),
        concurrent_requests=_status(0, limits.concurrent),
        server_errors_per_project_per_hour=_status(0, limits.server_errors),
        potentially_thresholded_requests_per_hour=_status(0, limits.thresholded),
    )


def _status(consumed: int, remaining: int) -> data_v1beta.QuotaStatus:
    return data_v1beta.QuotaStatus(consumed=consumed, remaining=max(0, remaining))
