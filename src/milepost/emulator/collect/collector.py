"""What becomes of a request: events of the property whose stream it names, or nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Literal
from urllib.parse import parse_qsl

from milepost.emulator.clock import Clock
from milepost.emulator.collect.protocol import read_protocol_request
from milepost.emulator.collect.rows import microseconds, row_of
from milepost.emulator.collect.sent import Sender, SentEvent
from milepost.emulator.collect.streams import WebStream, find_stream, is_secret_of
from milepost.emulator.collect.tag_hits import read_tag_hit
from milepost.emulator.collect.validation import validate
from milepost.emulator.collect.visits import Visits
from milepost.emulator.events.collected import CollectedEvents
from milepost.emulator.store import Store

Fate = Literal["collected", "unknown_stream", "consent_denied", "wrong_secret", "invalid"]
_REMEMBERED = 1000


@dataclass(frozen=True)
class Hit:
    """One request that was received, and what became of it.

    `property_id` is None where no property has the measurement id. `fields` are those of the address, a
    secret left out. `events` are those sent, whether or not they were collected.
    """

    path: str
    fate: Fate
    measurement_id: str
    property_id: str | None
    events: tuple[SentEvent, ...]
    fields: Mapping[str, str] = field(default_factory=dict)


class Collector:
    """Takes requests of any thread, and answers none with an error, as Google does.

    Args:
        store: where streams and secrets are looked up, at each request.
        clock: tells when an event happened that does not say so.
        collected: where events go.
    """

    def __init__(self, store: Store, clock: Clock, collected: CollectedEvents) -> None:
        self._store = store
        self._clock = clock
        self._collected = collected
        self._hits: deque[Hit] = deque(maxlen=_REMEMBERED)
        self._lock = Lock()
        self._visits: dict[str, Visits] = {}

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The last thousand requests, oldest first."""
        return tuple(self._hits)

    def clear(self) -> None:
        """Forget what was collected, and by whom."""
        with self._lock:
            self._collected.clear()
            self._visits.clear()
            self._hits.clear()

    def take_tag_hit(self, query: str, body: str, user_agent: str) -> None:
        """A request of the Google tag: `/g/collect`."""
        hit = read_tag_hit(query, body, user_agent)
        stream = find_stream(self._store, hit.measurement_id)
        fate: Fate = "unknown_stream" if stream is None else "collected"
        if stream is not None and not hit.analytics_consent:
            fate = "consent_denied"
        elif stream is not None and not (hit.events and hit.sender.client_id):
            fate = "invalid"
        elif stream is not None:
            self._keep(stream, hit.sender, hit.events)
        property_id = stream.property_id if stream else None
        self._hits.append(Hit("/g/collect", fate, hit.measurement_id, property_id, hit.events, hit.fields))

    def take_protocol_request(self, query: str, body: bytes) -> None:
        """A server's request: `/mp/collect`. What is not good is dropped without a word."""
        fields = dict(parse_qsl(query))
        secret = fields.pop("api_secret", "")
        measurement_id = fields.get("measurement_id", "")
        stream = find_stream(self._store, measurement_id)
        request = read_protocol_request(body, self._clock.now())
        fate: Fate = "unknown_stream" if stream is None else "collected"
        if stream is not None and not is_secret_of(self._store, stream, secret):
            fate = "wrong_secret"
        elif stream is not None and not request.events:
            fate = "invalid"
        elif stream is not None:
            self._keep(stream, request.sender, request.events)
        property_id = stream.property_id if stream else None
        self._hits.append(Hit("/mp/collect", fate, measurement_id, property_id, request.events, fields))

    def validation_messages(self, body: bytes) -> list[dict[str, str]]:
        """A server's question: `/debug/mp/collect`. Neither stream nor secret matter to the answer."""
        _, messages = validate(body, self._clock.now())
        return [message.as_json() for message in messages]

    def _keep(self, stream: WebStream, sender: Sender, events: Sequence[SentEvent]) -> None:
        with self._lock:
            if stream.property_id not in self._visits:
                self._visits[stream.property_id] = Visits(self._collected.rows(stream.property_id))
            visits = self._visits[stream.property_id]
            rows = list(self._rows(stream, sender, events, visits))
            try:
                self._collected.append(stream.property_id, rows)
            except OSError:
                # What is not on the disk was not seen either.
                del self._visits[stream.property_id]
                raise

    def _rows(
        self, stream: WebStream, sender: Sender, events: Sequence[SentEvent], visits: Visits
    ) -> Iterator[dict[str, Any]]:
        now = self._clock.now()
        for position, event in enumerate(events):
            # Events of one request keep their order.
            moment = now + timedelta(microseconds=position)
            if event.timestamp is not None:
                moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=event.timestamp)
            for each in (*visits.beginnings(sender, event), event):
                touched = visits.first_touch(sender, microseconds(moment))
                yield row_of(each, sender, stream, moment, touched, fresh=not visits.knows(sender))
                visits.note(sender, each, touched)
