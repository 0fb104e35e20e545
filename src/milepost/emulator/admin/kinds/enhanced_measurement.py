"""Enhanced measurement settings: what a web stream measures beside page views without any code."""

from __future__ import annotations

from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind, Text
from milepost.emulator.store import Record
from milepost.emulator.switches import SwitchError, Switches

COLLECTION = "enhancedMeasurementSettings"

_WEB = 1
_SEARCH_PARAMETERS = "q,s,search,query,keyword"
_LONGEST = Text(1024)
_ON_FROM_BIRTH = (
    "stream_enabled",
    "scrolls_enabled",
    "outbound_clicks_enabled",
    "site_search_enabled",
    "video_engagement_enabled",
    "file_downloads_enabled",
    "page_changes_enabled",
)
_AT_BIRTH: dict[str, dict[str, Any]] = {
    "on": dict.fromkeys(_ON_FROM_BIRTH, True) | {"search_query_parameter": _SEARCH_PARAMETERS},
    "off": {"search_query_parameter": _SEARCH_PARAMETERS},
    "empty": {},
}


def enhanced_measurement(switches: Switches) -> Kind:
    """Enhanced measurement settings of web streams; other streams have none.

    Raises:
        SwitchError: `enhanced_measurement_at_birth` is none of its words.
    """
    if switches.enhanced_measurement_at_birth not in _AT_BIRTH:
        raise SwitchError(f"enhanced_measurement_at_birth: must be one of {', '.join(_AT_BIRTH)}")
    return Kind(
        message=admin_v1alpha.EnhancedMeasurementSettings,
        plural="",
        collection=COLLECTION,
        parent=("properties", "dataStreams"),
        verbs=(),
        fields={
            "name": OUTPUT,
            "search_query_parameter": Field(required=True, text=_LONGEST),
            "uri_query_parameter": Field(text=_LONGEST),
        },
        initial=lambda stream: _settings("on") if stream.type_ == _WEB else None,
    )


def add_to_new_stream(draft: Draft) -> None:
    """Give a web stream made through the API the settings the switch names; call after it was stored.

    Streams from elsewhere, such as the seeded ones, have what Google's own pages give a new stream.
    """
    if draft.new.type_ == _WEB:
        name = f"{draft.new.name}/{COLLECTION}"
        settings = _settings(draft.switches.enhanced_measurement_at_birth)
        settings.name = name
        draft.store.put(name, Record(settings, draft.now, draft.now))


def _settings(at_birth: str) -> Any:
    return admin_v1alpha.EnhancedMeasurementSettings(**_AT_BIRTH[at_birth])
