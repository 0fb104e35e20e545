"""Trying out what a server must send: a sample of each event, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from milepost.gateways.measurement import ServerEvent, ValidationMessage
from milepost.tracking.means import Tracked

SHAPE_ONLY = (
    "Passing proves the shape alone: the validation endpoint checks neither the measurement id nor the "
    "secret, and counts nothing."
)

STAYS = (
    "What was sent to be counted stays in your reports, amounts of zero, in debug mode: a data filter for "
    "developer traffic keeps such events out."
)

_REMEDIES = {
    "NAME_INVALID": "Names begin with a letter and have letters, digits and underscores, 40 at most.",
    "NAME_RESERVED": "Choose another name: GA4 keeps this one, or its beginning, for itself.",
    "NAME_DUPLICATED": "Give each name once.",
    "VALUE_REQUIRED": "Send it too: add it to the conversion's parameters.",
    "VALUE_INVALID": "Send a value of the kind that GA4 expects there.",
    "VALUE_OUT_OF_BOUNDS": "Send a shorter value.",
    "EXCEEDED_MAX_ENTITIES": "Send fewer: 25 parameters of an event, 25 events of a request.",
}

_TEXT = "milepost-test"
_ITEM = {"item_id": _TEXT, "item_name": "Milepost test", "price": 0, "quantity": 1}

Arrival = Literal["seen", "not_seen"]


@dataclass(frozen=True)
class ServerTest:
    """One event that was tried out.

    `messages` are the validation endpoint's; empty: its shape is good. `arrival` is None where it was not
    sent to be counted.
    """

    event: str
    label: str
    parameters: tuple[tuple[str, Any], ...]
    messages: tuple[ValidationMessage, ...]
    arrival: Arrival | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong as far as was tried."""
        return not self.messages and self.arrival != "not_seen"


@dataclass(frozen=True)
class ServerTests:
    """What came of one property's events, in the file's order; none: no server sends any.

    `measurement_id` is None where nothing was sent. `sent` tells whether they were sent to be counted.
    """

    name: str
    property_id: str
    measurement_id: str | None
    sent: bool
    tests: tuple[ServerTest, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all are good."""
        return all(test.passed for test in self.tests)


def remedy_of(message: ValidationMessage) -> str:
    """What to do about a message; empty for a code that Google has added since."""
    return _REMEDIES.get(message.code, "")


def sample_event(tracked: Tracked, number: int) -> ServerEvent:
    """The event as the server would send it, with values that mean nothing.

    Amounts are zero, so that a sample that counts adds nothing to revenue. It carries a session and a time of
    engagement, without which realtime does not show it, and marks itself as a test.

    Args:
        tracked: the conversion.
        number: makes a visitor and a session of their own; such as the seconds since 1970.
    """
    parameters = {
        parameter.name: _sample(tracked, parameter.name, number) for parameter in tracked.parameters
    }
    for parameter in tracked.parameters:
        if parameter.source is not None and parameter.source.value is not None:
            parameters[parameter.name] = parameter.source.value
        elif parameter.is_number:
            parameters[parameter.name] = 0
    parameters |= {"session_id": str(number), "engagement_time_msec": 1, "debug_mode": 1}
    return ServerEvent(f"555.{number}", tracked.event, parameters)


def _sample(tracked: Tracked, name: str, number: int) -> Any:
    if name == "items":
        return [dict(_ITEM)]
    if name == "currency":
        return tracked.conversion.currency or "USD"
    return f"{_TEXT}-{number}" if name == "transaction_id" else _TEXT


def parameters_shown(event: ServerEvent) -> tuple[tuple[str, Any], ...]:
    """The parameters that are the event's own, in order."""
    aside = ("session_id", "engagement_time_msec", "debug_mode")
    return tuple((name, value) for name, value in event.parameters.items() if name not in aside)


def all_passed(found: Sequence[ServerTests]) -> bool:
    """Whether everything tried is good."""
    return all(tests.passed for tests in found)
