"""Who was seen before, and which sessions have begun: what makes first_visit and session_start."""

from __future__ import annotations

from collections.abc import Iterable

from milepost.emulator.collect.sent import Sender, SentEvent
from milepost.emulator.events.collected import Row

_ON_EVERY_EVENT = (
    "ga_session_id", "ga_session_number", "page_location", "page_title", "page_referrer", "session_engaged",
    "debug_mode",
)  # fmt: skip


class Visits:
    """The people and sessions of one property, as far as they were collected."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._first_touch: dict[str, int] = {}
        self._sessions: set[tuple[str, object]] = set()
        for row in rows:
            self._first_touch.setdefault(row["user_pseudo_id"], row["user_first_touch_timestamp"])
            if row["event_name"] == "session_start":
                values = {p["key"]: p["value"].get("int_value") for p in row["event_params"]}
                self._sessions.add((row["user_pseudo_id"], values.get("ga_session_id")))

    def knows(self, sender: Sender) -> bool:
        """Whether the person was here before."""
        return sender.client_id in self._first_touch

    def first_touch(self, sender: Sender, now: int) -> int:
        """When the person was first seen; now, for somebody new. µs since 1970."""
        return self._first_touch.get(sender.client_id, now)

    def beginnings(self, sender: Sender, event: SentEvent) -> list[SentEvent]:
        """What GA4 itself adds before an event of a site.

        A session begins with the first event that carries its number; whether the tag says so too changes
        nothing, so that a hit sent twice begins no second one. A first visit takes the tag's word, or a
        first session of somebody unknown.
        """
        session = event.parameters.get("ga_session_id")
        if sender.from_server or session is None or (sender.client_id, session) in self._sessions:
            return []
        names = ["session_start"]
        if not self.knows(sender) and (
            sender.first_visit or event.parameters.get("ga_session_number", 1) == 1
        ):
            names.insert(0, "first_visit")
        shared = {name: event.parameters[name] for name in _ON_EVERY_EVENT if name in event.parameters}
        return [SentEvent(name, shared, timestamp=event.timestamp) for name in names]

    def note(self, sender: Sender, event: SentEvent, first_touch: int) -> None:
        """Remember what was collected."""
        self._first_touch.setdefault(sender.client_id, first_touch)
        session = event.parameters.get("ga_session_id")
        if session is not None and event.name == "session_start":
            self._sessions.add((sender.client_id, session))
