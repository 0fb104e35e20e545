"""What the Measurement Protocol's validation endpoint finds wrong with a request.

Source: tracking reference, section c, for codes and limits, and sections a.3 and a.4 for names. Of the texts,
those about invalid names, a missing client id, the form of a client id and unknown fields are Google's on
record; the others only say as much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from milepost.emulator.collect.payload import Payload, PayloadError, PayloadEvent, read_payload
from milepost.emulator.collect.rows import microseconds
from milepost.emulator.collect.sent import NAME_LENGTH, PARAMETERS_PER_EVENT, longest_value

Code = Literal[
    "VALUE_INVALID",
    "VALUE_REQUIRED",
    "NAME_INVALID",
    "NAME_RESERVED",
    "VALUE_OUT_OF_BOUNDS",
    "EXCEEDED_MAX_ENTITIES",
    "NAME_DUPLICATED",
]

EVENTS_PER_REQUEST = 25
BODY_BYTES = 130_000
OLDEST = 72 * 3_600_000_000
"""How far back an event may lie, in µs."""
_AHEAD = 15 * 60_000_000
_ITEMS_PER_EVENT = 200
_USER_PROPERTIES = 25
_USER_PROPERTY_NAME, _USER_PROPERTY_VALUE, _USER_ID = 24, 36, 256

_CLIENT_ID = re.compile(r"[0-9]+\.[0-9]+")
_LETTER_FIRST = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[A-Za-z0-9_]*")
_RESERVED_PREFIXES = ("_", "firebase_", "ga_", "google_", "gtag.")

RESERVED_EVENTS = (
    "ad_activeview", "ad_click", "ad_exposure", "ad_impression", "ad_query", "ad_reward",
    "adunit_exposure", "app_clear_data", "app_exception", "app_install", "app_remove",
    "app_store_refund", "app_store_subscription_cancel", "app_store_subscription_renew", "app_update",
    "app_upgrade", "dynamic_link_app_open", "dynamic_link_app_update", "dynamic_link_first_open",
    "error", "firebase_campaign", "firebase_in_app_message_action", "firebase_in_app_message_dismiss",
    "firebase_in_app_message_impression", "first_open", "first_visit", "in_app_purchase",
    "notification_dismiss", "notification_foreground", "notification_open", "notification_receive",
    "notification_send", "os_update", "screen_view", "session_start", "user_engagement",
)  # fmt: skip
"""Names a server cannot send. Those that a tag sends by itself, such as page_view or scroll, it can."""


@dataclass(frozen=True)
class Message:
    """One thing that is wrong; `event` is the event's position, None where the whole request is meant."""

    field_path: str
    description: str
    code: Code
    event: int | None = None

    def as_json(self) -> dict[str, str]:
        """As the endpoint answers it: no path where the description names the place."""
        path = {"fieldPath": self.field_path} if self.field_path else {}
        return {**path, "description": self.description, "validationCode": self.code}


def validate(body: bytes, now: datetime) -> tuple[Payload | None, tuple[Message, ...]]:
    """The request as far as it can be read, and all that is wrong with it."""
    try:
        payload = read_payload(body)
    except PayloadError as error:
        return None, (Message("", str(error), "VALUE_INVALID"),)
    return payload, (*_of_request(payload, len(body), microseconds(now)), *_of_events(payload, now))


def _of_request(payload: Payload, size: int, now: int) -> Iterator[Message]:
    if size >= BODY_BYTES:
        yield Message("", f"The payload has {size} bytes; it must be below 130 kB.", "VALUE_OUT_OF_BOUNDS")
    for name in payload.duplicated:
        yield Message(name, f"The name [{name}] is given more than once.", "NAME_DUPLICATED")
    if not payload.client_id:
        yield Message("client_id", "Measurement requires a client_id.", "VALUE_REQUIRED")
    elif payload.is_strict and not _CLIENT_ID.fullmatch(payload.client_id):
        text = f"client_id [{payload.client_id}] has invalid format. "
        yield Message("client_id", text + "It should be in <number>.<number> format.", "VALUE_INVALID")
    if len(str(payload.fields.get("user_id", ""))) > _USER_ID:
        yield Message("user_id", f"user_id is longer than {_USER_ID} characters.", "VALUE_OUT_OF_BOUNDS")
    yield from _of_time(payload, payload.timestamp, "timestamp_micros", now, None)
    for name, value in payload.fields.get("consent", {}).items():
        if name not in ("ad_user_data", "ad_personalization") or value not in ("GRANTED", "DENIED"):
            yield Message(f"consent.{name}", "Consent is GRANTED or DENIED.", "VALUE_INVALID")
    yield from _of_user_properties(payload)
    if not payload.events:
        yield Message("events", "Measurement requires at least one event.", "VALUE_REQUIRED")
    elif len(payload.events) > EVENTS_PER_REQUEST:
        text = f"The request has {len(payload.events)} events; {EVENTS_PER_REQUEST} are allowed."
        yield Message("events", text, "EXCEEDED_MAX_ENTITIES")


def _of_user_properties(payload: Payload) -> Iterator[Message]:
    given: Mapping[str, Any] = payload.fields.get("user_properties", {})
    if len(given) > _USER_PROPERTIES:
        text = f"The request has {len(given)} user properties; {_USER_PROPERTIES} are allowed."
        yield Message("user_properties", text, "EXCEEDED_MAX_ENTITIES")
    for name, holder in given.items():
        path = f"user_properties.{name}"
        yield from _of_name(path, f"User property [{name}]", name, _USER_PROPERTY_NAME, None)
        value = holder.get("value") if isinstance(holder, dict) else None
        if not isinstance(value, (str, int, float)):
            yield Message(path, f"User property [{name}] has no value.", "VALUE_INVALID")
        elif payload.is_strict and len(str(value)) > _USER_PROPERTY_VALUE:
            text = f"The value of user property [{name}] is longer than {_USER_PROPERTY_VALUE} characters."
            yield Message(path, text, "VALUE_OUT_OF_BOUNDS")


def _of_events(payload: Payload, now: datetime) -> Iterator[Message]:
    for position, event in enumerate(payload.events):
        yield from _of_event_name(event.name, position)
        path = f"events[{position}]"
        yield from _of_time(payload, event.timestamp, f"{path}.timestamp_micros", microseconds(now), position)
        if len(event.params) > PARAMETERS_PER_EVENT:
            text = f"Event at index: [{position}] has {len(event.params)} parameters; 25 are allowed."
            yield Message(f"{path}.params", text, "EXCEEDED_MAX_ENTITIES", position)
        for name, value in event.params.items():
            at = f"{path}.params.{name}"
            yield from _of_name(at, f"Event parameter [{name}]", name, NAME_LENGTH, position)
            yield from _of_value(at, name, value, position, strict=payload.is_strict)
        if payload.is_strict:
            yield from _of_money(event, path, position)


def _of_event_name(name: str, position: int) -> Iterator[Message]:
    place = f"Event at index: [{position}]"
    if not name:
        yield Message("events", f"{place} requires a name.", "VALUE_REQUIRED", position)
    elif name in RESERVED_EVENTS:
        yield Message("events", f"{place} has reserved name [{name}].", "NAME_RESERVED", position)
    elif fault := _fault(name, NAME_LENGTH):
        yield Message("events", f"{place} has invalid name [{name}]. {fault}", "NAME_INVALID", position)


def _of_name(path: str, place: str, name: str, longest: int, position: int | None) -> Iterator[Message]:
    if name.startswith(_RESERVED_PREFIXES):
        yield Message(path, f"{place} has a reserved prefix.", "NAME_RESERVED", position)
    elif fault := _fault(name, longest):
        yield Message(path, f"{place} has an invalid name. {fault}", "NAME_INVALID", position)


def _fault(name: str, longest: int) -> str | None:
    if not _LETTER_FIRST.match(name):
        return "Names must start with an alphabetic character."
    if not _WORD.fullmatch(name):
        return "Only alphanumeric characters and underscores are allowed."
    return f"Names have {longest} characters at most." if len(name) > longest else None


def _of_value(path: str, name: str, value: Any, position: int, *, strict: bool) -> Iterator[Message]:
    if name == "items":
        yield from _of_items(path, value, position)
    elif not isinstance(value, (str, int, float)):
        yield Message(path, f"Event parameter [{name}] is no text and no number.", "VALUE_INVALID", position)
    elif strict and isinstance(value, str) and len(value) > longest_value(name):
        text = f"The value of event parameter [{name}] is longer than {longest_value(name)} characters."
        yield Message(path, text, "VALUE_OUT_OF_BOUNDS", position)


def _of_items(path: str, items: Any, position: int) -> Iterator[Message]:
    if not isinstance(items, Sequence) or not all(isinstance(item, dict) for item in items):
        yield Message(path, "items is a list of objects.", "VALUE_INVALID", position)
        return
    if len(items) > _ITEMS_PER_EVENT:
        text = f"The event has {len(items)} items; {_ITEMS_PER_EVENT} are allowed."
        yield Message(path, text, "EXCEEDED_MAX_ENTITIES", position)
    for number, item in enumerate(items):
        if not (item.get("item_id") or item.get("item_name")):
            at = f"{path}[{number}]"
            yield Message(at, "An item requires item_id or item_name.", "VALUE_REQUIRED", position)


def _of_money(event: PayloadEvent, path: str, position: int) -> Iterator[Message]:
    for name, other in (("value", "currency"), ("currency", "value")):
        if name in event.params and other not in event.params and "items" not in event.params:
            text = f"Event at index: [{position}] requires [{other}] beside [{name}]."
            yield Message(f"{path}.params.{other}", text, "VALUE_REQUIRED", position)


def _of_time(
    payload: Payload, timestamp: int | None, path: str, now: int, position: int | None
) -> Iterator[Message]:
    """Nothing without recommendations enforced: then a time that lies too far back is moved."""
    if timestamp is None or not payload.is_strict:
        return
    if timestamp < now - OLDEST:
        text = f"Measurement timestamp_micros has timestamp [{timestamp}], more than 72 hours ago."
        yield Message(path, text, "VALUE_INVALID", position)
    elif timestamp > now + _AHEAD:
        text = f"Measurement timestamp_micros has timestamp [{timestamp}] in the future."
        yield Message(path, text, "VALUE_INVALID", position)
