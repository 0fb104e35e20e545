"""The Measurement Protocol: what a request that passed becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from milepost.emulator.collect.payload import Payload, PayloadEvent
from milepost.emulator.collect.rows import microseconds
from milepost.emulator.collect.sent import Sender, SentEvent, Value, within_limits
from milepost.emulator.collect.validation import OLDEST, validate

_RENAMED = {"session_id": "ga_session_id", "session_number": "ga_session_number"}


@dataclass(frozen=True)
class ProtocolRequest:
    """Who sends, and the events that are good; none where the request as a whole is not."""

    sender: Sender
    events: tuple[SentEvent, ...]


def read_protocol_request(body: bytes, now: datetime) -> ProtocolRequest:
    """A request as far as GA4 takes it.

    A message about an event costs that event, one about the request all of them; where recommendations are
    enforced, any message costs all.
    """
    payload, messages = validate(body, now)
    if payload is None:
        return ProtocolRequest(Sender("", from_server=True), ())
    sender = Sender(
        client_id=_text(payload.client_id),
        user_id=_text(payload.fields["user_id"]) if "user_id" in payload.fields else None,
        user_agent=_text(payload.fields.get("user_agent", "")),
        from_server=True,
    )
    if any(message.event is None or payload.is_strict for message in messages):
        return ProtocolRequest(sender, ())
    bad = {message.event for message in messages}
    good = [event for position, event in enumerate(payload.events) if position not in bad]
    return ProtocolRequest(sender, tuple(_sent(event, payload, microseconds(now)) for event in good))


def _sent(event: PayloadEvent, payload: Payload, now: int) -> SentEvent:
    when = event.timestamp if event.timestamp is not None else payload.timestamp
    given = {name: value for name, value in event.params.items() if name != "items"}
    return SentEvent(
        name=event.name,
        parameters=dict(_parameters(given)),
        items=tuple(_plain(item) for item in event.params.get("items", ())),
        user_properties=_plain(
            {name: holder["value"] for name, holder in payload.fields.get("user_properties", {}).items()}
        ),
        timestamp=None if when is None else min(max(when, now - OLDEST), now),
    )


def _parameters(given: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    for name, value in within_limits(_plain(given)).items():
        whole = name in _RENAMED or name == "engagement_time_msec"
        if whole and isinstance(value, str) and value.isascii() and value.isdigit():
            yield _RENAMED.get(name, name), int(value)
        else:
            yield _RENAMED.get(name, name), value


def _plain(given: Mapping[str, Any]) -> dict[str, Value]:
    """Texts and numbers; true and false are 1 and 0."""
    plain: dict[str, Value] = {}
    for name, value in given.items():
        if isinstance(value, bool):
            plain[name] = int(value)
        elif isinstance(value, int) and abs(value) >= 2**63:
            # No whole number of the export: as inexact as in a browser.
            plain[name] = float(value)
        elif isinstance(value, (str, int, float)):
            plain[name] = _text(value) if isinstance(value, str) else value
    return plain


def _text(written: str) -> str:
    """Half of a character, which JSON can write, is none."""
    return written.encode("utf-8", "replace").decode()
