"""The body of a Measurement Protocol request: JSON of a message whose fields are known.

Source: tracking reference, section c. Keys may be written in snake case or in camel case, as in all JSON of
protocol messages.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_CANNOT_PARSE = "Unable to parse Measurement Protocol JSON payload."
_UPPER = re.compile(r"(?<=[a-z])[A-Z]")

_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "client_id": str,
    "user_id": str,
    "timestamp_micros": (int, str),
    "user_properties": dict,
    "consent": dict,
    "user_data": dict,
    "user_location": dict,
    "device": dict,
    "user_agent": str,
    "ip_override": str,
    "non_personalized_ads": bool,
    "validation_behavior": str,
    "events": list,
}
_EVENT_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "name": str,
    "params": dict,
    "timestamp_micros": (int, str),
}


class PayloadError(Exception):
    """The body is no such message; `str()` is the text of the validation message."""


@dataclass(frozen=True)
class PayloadEvent:
    """One event of a body. `timestamp` is in µs since 1970, None where it does not say."""

    name: str
    params: Mapping[str, Any]
    timestamp: int | None


@dataclass(frozen=True)
class Payload:
    """A body. `duplicated` are keys that one object of it has twice."""

    fields: Mapping[str, Any]
    events: Sequence[PayloadEvent]
    timestamp: int | None = None
    duplicated: Sequence[str] = field(default_factory=tuple)

    @property
    def client_id(self) -> str:
        """The browser's id of the person, empty where there is none."""
        return str(self.fields.get("client_id", ""))

    @property
    def is_strict(self) -> bool:
        """Whether recommendations count as rules."""
        return self.fields.get("validation_behavior") == "ENFORCE_RECOMMENDATIONS"


def read_payload(body: bytes) -> Payload:
    """What a body says.

    Raises:
        PayloadError: it is no JSON, or it has fields or types that the message has not.
    """
    duplicated: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        duplicated.extend(sorted({name for name in names if names.count(name) > 1}))
        return dict(pairs)

    try:
        document = json.loads(
            body, object_pairs_hook=unique, parse_int=_whole, parse_float=_finite, parse_constant=_finite
        )
    except (ValueError, RecursionError):
        raise PayloadError(_CANNOT_PARSE) from None
    if not isinstance(document, dict):
        raise PayloadError(_CANNOT_PARSE)
    fields = _known(document, _FIELDS, "")
    if fields.get("validation_behavior") not in (None, "RELAXED", "ENFORCE_RECOMMENDATIONS"):
        raise PayloadError(f"{_CANNOT_PARSE} validation_behavior: invalid value.")
    events = [_event(entry, f"events[{n}]") for n, entry in enumerate(fields.get("events", ()))]
    return Payload(fields, events, _micros(fields, ""), tuple(duplicated))


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError("no number of JSON")
    return number


def _whole(written: str) -> int:
    _finite(written)
    return int(written)


def _event(entry: Any, place: str) -> PayloadEvent:
    if not isinstance(entry, dict):
        raise PayloadError(f"{_CANNOT_PARSE} {place}: invalid value.")
    fields = _known(entry, _EVENT_FIELDS, place)
    return PayloadEvent(fields.get("name", ""), fields.get("params", {}), _micros(fields, place))


def _known(
    entry: Mapping[str, Any], types: Mapping[str, type | tuple[type, ...]], place: str
) -> dict[str, Any]:
    """The fields in snake case; null is as good as missing."""
    where = f"({place}) " if place else ""
    fields: dict[str, Any] = {}
    for key, value in entry.items():
        name = _UPPER.sub(lambda found: "_" + found.group().lower(), key)
        if name not in types:
            raise PayloadError(f"{_CANNOT_PARSE} {where}{key}: Cannot find field.")
        if value is None:
            continue
        if not isinstance(value, types[name]) or (isinstance(value, bool) and types[name] is not bool):
            raise PayloadError(f"{_CANNOT_PARSE} {where}{key}: invalid value.")
        fields[name] = value
    return fields


def _micros(fields: Mapping[str, Any], place: str) -> int | None:
    """A 64-bit number, which JSON may carry as a text."""
    value = fields.get("timestamp_micros")
    if value is None:
        return None
    try:
        number = int(value)
    except ValueError:
        number = -1
    if not 0 <= number < 2**63:
        where = f"({place}) " if place else ""
        raise PayloadError(f"{_CANNOT_PARSE} {where}timestamp_micros: invalid value.")
    return number
