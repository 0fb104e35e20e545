"""What the preview's collector has received, as GA4 would read it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Condition
from typing import Any

# The emulator's reading of the tag's requests: plain Python, which needs none of the emulator's packages.
from milepost.emulator.collect.sent import SentEvent
from milepost.emulator.collect.tag_hits import TagHit, read_tag_hit

_REMEMBERED = 1000
_OF_THE_TAG = frozenset(
    {"debug_mode", "engaged_session_event", "engagement_time_msec", "entrances", "ga_session_id",
     "ga_session_number", "page_location", "page_referrer", "page_title", "session_engaged"}
)  # fmt: skip


@dataclass(frozen=True)
class Received:
    """One event that arrived.

    `number` counts from 1. `parameters` stand under GA4's names; `own` names those of them that the site
    sent along, while the tag adds the others to every event.
    `consent` tells whether storage for analytics was granted: without it, GA4 counts the event nowhere.
    `fields` are those of the request's address, as sent.
    """

    number: int
    event: str
    parameters: Mapping[str, Any]
    own: tuple[str, ...]
    consent: bool
    fields: Mapping[str, str]


class Inbox:
    """The last thousand events received; takes and gives them in any thread."""

    def __init__(self) -> None:
        self._events: deque[Received] = deque(maxlen=_REMEMBERED)
        self._count = 0
        self._news = Condition()
        self._closed = False

    def take(self, query: str, body: str) -> tuple[Received, ...]:
        """Keep the events of one request, and tell which they were."""
        hit = read_tag_hit(query, body)
        with self._news:
            taken = [
                _received(self._count + place, event, hit) for place, event in enumerate(hit.events, start=1)
            ]
            self._count += len(taken)
            self._events.extend(taken)
            self._news.notify_all()
        return tuple(taken)

    @property
    def events(self) -> tuple[Received, ...]:
        """All that are remembered, oldest first."""
        with self._news:
            return tuple(self._events)

    def after(self, number: int, timeout: float) -> tuple[Received, ...] | None:
        """Those that came after the one with a number, as soon as there are any.

        Returns:
            Nothing when none came in `timeout` seconds; None when the inbox was closed.
        """
        with self._news:
            self._news.wait_for(lambda: self._closed or self._count > number, timeout)
            if self._closed:
                return None
            return tuple(event for event in self._events if event.number > number)

    def clear(self) -> None:
        """Forget all events; numbers go on."""
        with self._news:
            self._events.clear()

    def close(self) -> None:
        """Let go of everybody who waits."""
        with self._news:
            self._closed = True
            self._news.notify_all()


def _received(number: int, event: SentEvent, hit: TagHit) -> Received:
    goods = {"items": [dict(item) for item in event.items]} if event.items else {}
    parameters = {**event.parameters, **goods}
    own = tuple(name for name in parameters if name not in _OF_THE_TAG)
    return Received(number, event.name, parameters, own, hit.analytics_consent, hit.fields)
