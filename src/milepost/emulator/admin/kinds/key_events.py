"""Key events: the events a property counts as its conversions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from google.analytics import admin_v1alpha

from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind, Text
from milepost.emulator.admin.words import CURRENCIES, DEFAULT_KEY_EVENTS, EVENT_NAME, EVENT_PREFIXES
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.store import Record, Store
from milepost.emulator.switches import Switches

_ONCE_PER_EVENT = 1


def key_events(switches: Switches) -> Kind:
    """Key events. Only custom ones count against the cap; GA4's own may be undeletable."""
    return Kind(
        message=admin_v1alpha.KeyEvent,
        plural="KeyEvents",
        collection="keyEvents",
        parent=("properties",),
        verbs=("Get", "List", "Create", "Update", "Delete"),
        fields={
            "name": OUTPUT,
            "create_time": OUTPUT,
            "deletable": OUTPUT,
            "custom": OUTPUT,
            "event_name": Field(
                required=True, immutable=True, text=Text(switches.event_name_max_length, EVENT_NAME)
            ),
            "counting_method": Field(required=not switches.counting_method_optional),
            "default_value.currency_code": Field(required=True),
        },
        check=_check,
        fill=_fill,
        identity=("event_name",),
        buckets=lambda event: ("key_events",) if event.custom else (),
        removable=lambda event: bool(event.deletable),
    )


def check_event_name(label: str, name: str, switches: Switches) -> None:
    """Refuse an event name that begins like one of Google's own.

    Raises:
        RpcError: INVALID_ARGUMENT, unless the switch `reserved_event_prefixes` is off.
    """
    if switches.reserved_event_prefixes and name.startswith(EVENT_PREFIXES):
        raise invalid_argument(f"{label}: {name!r} begins with a reserved prefix.")


def add_default_key_events(
    store: Store, property_name: str, events: Mapping[str, bool], moment: datetime
) -> None:
    """Give a property GA4's own key events, those it has not; call inside a transaction.

    Args:
        store: where the property is.
        property_name: such as `properties/1`.
        events: event names, and whether each can be deleted.
        moment: their creation time.
    """
    present = {record.message.event_name for _, record in store.children(property_name, "keyEvents")}
    for event_name, deletable in events.items():
        if event_name in present:
            continue
        name = f"{property_name}/keyEvents/{store.new_id()}"
        message = admin_v1alpha.KeyEvent(
            name=name,
            event_name=event_name,
            create_time=moment,
            deletable=deletable,
            counting_method=_ONCE_PER_EVENT,
        )
        store.put(name, Record(message, moment, moment))


def _check(draft: Draft) -> None:
    event = draft.new
    if draft.old is None:
        check_event_name("KeyEvent.event_name", event.event_name, draft.switches)
    event.counting_method = event.counting_method or _ONCE_PER_EVENT
    if event.HasField("default_value"):
        if event.default_value.currency_code not in CURRENCIES:
            code = event.default_value.currency_code
            raise invalid_argument(f"KeyEvent.default_value.currency_code: {code!r} is no ISO 4217 code.")
        if not math.isfinite(event.default_value.numeric_value):
            raise invalid_argument("KeyEvent.default_value.numeric_value must be a finite number.")


def _fill(draft: Draft) -> None:
    name = draft.new.event_name
    draft.new.custom = name not in DEFAULT_KEY_EVENTS
    draft.new.deletable = DEFAULT_KEY_EVENTS.get(name, True)
