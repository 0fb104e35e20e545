"""An event as a site or a server sends it, whichever way it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int | float

VALUE_LENGTH = 100
_LONGER = {"page_title": 300, "page_referrer": 420, "page_location": 1000}
PARAMETERS_PER_EVENT = 25
NAME_LENGTH = 40


@dataclass(frozen=True)
class SentEvent:
    """One event, named as reports name things.

    `parameters` are under the export's names (`ga_session_id`, `engagement_time_msec`, `page_location`);
    `items` and `user_properties` likewise. `timestamp` is in µs since 1970, None for "now".
    """

    name: str
    parameters: Mapping[str, Value] = field(default_factory=dict)
    items: tuple[Mapping[str, Value], ...] = ()
    user_properties: Mapping[str, Value] = field(default_factory=dict)
    timestamp: int | None = None


@dataclass(frozen=True)
class Sender:
    """Who sends: the browser's id for a person, the site's own if it has one, and the device.

    `starts_session` and `first_visit` are what the tag itself says of it; a server says neither.
    """

    client_id: str
    user_id: str | None = None
    user_agent: str = ""
    language: str | None = None
    starts_session: bool = False
    first_visit: bool = False
    from_server: bool = False


def within_limits(parameters: Mapping[str, Value]) -> dict[str, Value]:
    """What GA4 keeps: 25 parameters of an event, names of 40 characters; longer values are cut.

    Source: tracking reference, section a.3.
    """
    kept = [(name, value) for name, value in parameters.items() if 0 < len(name) <= NAME_LENGTH]
    return {name: _cut(name, value) for name, value in kept[:PARAMETERS_PER_EVENT]}


def longest_value(name: str) -> int:
    """How many characters of a parameter's text GA4 keeps."""
    return _LONGER.get(name, VALUE_LENGTH)


def _cut(name: str, value: Value) -> Value:
    return value[: longest_value(name)] if isinstance(value, str) else value


def as_number(text: str) -> Value:
    """The number that a text stands for, whole where it is; the text itself where it is none."""
    try:
        number = float(text)
    except ValueError:
        return text
    if number != number or number in (float("inf"), float("-inf")):
        return text
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
