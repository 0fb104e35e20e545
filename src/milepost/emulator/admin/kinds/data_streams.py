"""Data streams: the web sites and apps that send a property its events."""

from __future__ import annotations

import hashlib

from google.analytics import admin_v1alpha

from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind, Text
from milepost.emulator.admin.kinds.enhanced_measurement import add_to_new_stream
from milepost.emulator.admin.kinds.key_events import add_default_key_events
from milepost.emulator.admin.words import APP_DEFAULT_KEY_EVENTS
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.switches import Switches

_WEB = 1
_DATA = {1: "web_stream_data", 2: "android_app_stream_data", 3: "ios_app_stream_data"}
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_APP_FIELDS = {
    f"{data}.{field}": behaviour
    for data, fields in {
        "android_app_stream_data": {"package_name": Field(immutable=True)},
        "ios_app_stream_data": {"bundle_id": Field(required=True, immutable=True)},
    }.items()
    for field, behaviour in (fields | {"firebase_app_id": OUTPUT}).items()
}


def data_streams(_: Switches) -> Kind:
    """Data streams. Their display names are unique in a property."""
    return Kind(
        message=admin_v1alpha.DataStream,
        plural="DataStreams",
        collection="dataStreams",
        parent=("properties",),
        verbs=("Get", "List", "Create", "Update", "Delete"),
        fields={
            "name": OUTPUT,
            "create_time": OUTPUT,
            "update_time": OUTPUT,
            "type_": Field(required=True, immutable=True),
            "display_name": Field(text=Text(255, utf16=True)),
            "web_stream_data.measurement_id": OUTPUT,
            "web_stream_data.firebase_app_id": OUTPUT,
            **_APP_FIELDS,
        },
        check=_check,
        fill=_fill,
        clashes=_clashes,
        buckets=lambda stream: (
            ("data_streams",) if stream.type_ == _WEB else ("data_streams", "app_data_streams")
        ),
        created=_created,
    )


def measurement_id(stream_id: str) -> str:
    """The `G-…` id of a web stream: ten letters and digits that follow from the stream's number."""
    number = int.from_bytes(hashlib.sha256(f"stream {stream_id}".encode()).digest()[:8], "big")
    letters = ""
    for _ in range(10):
        number, index = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[index]
    return f"G-{letters}"


def _fill(draft: Draft) -> None:
    if draft.new.type_ == _WEB:
        draft.new.web_stream_data.measurement_id = measurement_id(draft.new.name.rpartition("/")[2])


def _created(draft: Draft) -> None:
    add_to_new_stream(draft)
    if draft.new.type_ != _WEB and draft.switches.app_default_key_events:
        add_default_key_events(draft.store, draft.parent, APP_DEFAULT_KEY_EVENTS, draft.now)


def _check(draft: Draft) -> None:
    stream = draft.new
    wanted = _DATA[stream.type_]
    for field in _DATA.values():
        if stream.HasField(field) and field != wanted:
            raise invalid_argument(f"DataStream.{field} does not fit the type of the stream.")
    if not stream.HasField(wanted):
        raise invalid_argument(f"DataStream.{wanted} is required for a stream of this type.")
    if stream.type_ == _WEB and not stream.display_name:
        raise invalid_argument("DataStream.display_name is required for web data streams.")


def _clashes(draft: Draft) -> bool:
    name = draft.new.display_name
    return bool(name) and any(sibling.display_name == name for sibling in draft.siblings())
