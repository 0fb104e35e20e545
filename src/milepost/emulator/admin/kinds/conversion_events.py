"""Conversion events: the deprecated view of key events, under their old name and the same ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.admin.kind import Environment, plain
from milepost.emulator.admin.kinds.key_events import key_events
from milepost.emulator.admin.resources import Resources
from milepost.emulator.rpc import Call, Handler, invalid_argument

_OLD, _NEW = "/conversionEvents/", "/keyEvents/"
_PATHS = {
    "default_conversion_value": "default_value",
    "default_conversion_value.value": "default_value.numeric_value",
    "default_conversion_value.currency_code": "default_value.currency_code",
}
_SAME = ("event_name", "create_time", "deletable", "custom", "counting_method")
_ONCE_PER_EVENT = 1


class ConversionEvents:
    """Translates each call to key events and its answer back, so that both names show one set."""

    def __init__(self, environment: Environment) -> None:
        self._key_events = Resources(key_events(environment.switches), environment)

    def rpcs(self) -> Mapping[str, Handler]:
        """Handler by name of the RPC, such as `GetConversionEvent`."""
        return {
            "GetConversionEvent": self.get,
            "ListConversionEvents": self.list,
            "CreateConversionEvent": self.create,
            "UpdateConversionEvent": self.update,
            "DeleteConversionEvent": self.delete,
        }

    def get(self, request: Any, call: Call) -> Any:
        """The key event of that id, as a conversion event."""
        wanted = admin_v1alpha.GetKeyEventRequest(name=_key_event_name(request.name))
        return _conversion_event(self._key_events.get(wanted, call))

    def list(self, request: Any, call: Call) -> Any:
        """One page of the property's key events, as conversion events."""
        wanted = admin_v1alpha.ListKeyEventsRequest.deserialize(type(request).serialize(request))
        found = self._key_events.list(wanted, call)
        response = plain(admin_v1alpha.ListConversionEventsResponse(next_page_token=found.next_page_token))
        response.conversion_events.extend(_conversion_event(event) for event in found.key_events)
        return response

    def create(self, request: Any, call: Call) -> Any:
        """A new key event; without a counting method it counts once per event."""
        wanted = admin_v1alpha.CreateKeyEventRequest(parent=request.parent)
        message = plain(wanted)
        if plain(request).HasField("conversion_event"):
            message.key_event.CopyFrom(_key_event(plain(request.conversion_event)))
            message.key_event.counting_method = message.key_event.counting_method or _ONCE_PER_EVENT
        return _conversion_event(self._key_events.create(wanted, call))

    def update(self, request: Any, call: Call) -> Any:
        """The key event after the update; mask paths are those of a conversion event."""
        wanted = admin_v1alpha.UpdateKeyEventRequest()
        plain(wanted).key_event.CopyFrom(_key_event(plain(request.conversion_event)))
        plain(wanted).update_mask.paths.extend(_PATHS.get(path, path) for path in request.update_mask.paths)
        return _conversion_event(self._key_events.update(wanted, call))

    def delete(self, request: Any, call: Call) -> Any:
        """Take the key event away."""
        wanted = admin_v1alpha.DeleteKeyEventRequest(name=_key_event_name(request.name))
        return self._key_events.delete(wanted, call)


def _key_event_name(name: str) -> str:
    if _NEW in name:
        raise invalid_argument(f"name: {name!r} is not a resource name this method takes.")
    return name.replace(_OLD, _NEW)


def _key_event(old: Any) -> Any:
    new = plain(admin_v1alpha.KeyEvent(name=_key_event_name(old.name)))
    _copy_same(old, new)
    if old.HasField("default_conversion_value"):
        new.default_value.numeric_value = old.default_conversion_value.value
        new.default_value.currency_code = old.default_conversion_value.currency_code
    return new


def _conversion_event(new: Any) -> Any:
    old = plain(admin_v1alpha.ConversionEvent(name=new.name.replace(_NEW, _OLD)))
    _copy_same(new, old)
    if new.HasField("default_value"):
        old.default_conversion_value.value = new.default_value.numeric_value
        old.default_conversion_value.currency_code = new.default_value.currency_code
    return old


def _copy_same(source: Any, target: Any) -> None:
    for field in _SAME:
        if field == "create_time":
            if source.HasField(field):
                target.create_time.CopyFrom(source.create_time)
        else:
            setattr(target, field, getattr(source, field))
