"""Data retention: how long GA4 keeps data of single people."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.model.declared import DeclaredProperty
from milepost.model.findings import dotted
from milepost.model.resources import Resource, ResourceType
from milepost.reconcile.kinds.kind import Entry, Fields, Kind

_DURATIONS = {
    "2_months": "TWO_MONTHS",
    "14_months": "FOURTEEN_MONTHS",
    "26_months": "TWENTY_SIX_MONTHS",
    "38_months": "THIRTY_EIGHT_MONTHS",
    "50_months": "FIFTY_MONTHS",
}


def _desired(declared: DeclaredProperty) -> Iterator[Resource]:
    retention = declared.retention
    fields: dict[str, object] = {}
    if retention.events is not None:
        fields["event_data_retention"] = _DURATIONS[retention.events]
    if retention.users is not None:
        fields["user_data_retention"] = _DURATIONS[retention.users]
    if retention.reset_on_new_activity is not None:
        fields["reset_user_data_on_new_activity"] = retention.reset_on_new_activity
    if fields:
        yield Resource(fields, origin=dotted(("properties", declared.name, "retention")))


def _declare(fields: Fields) -> Entry:
    words = {duration: word for word, duration in _DURATIONS.items()}
    values: dict[str, object] = {}
    for key, field in (("events", "event_data_retention"), ("users", "user_data_retention")):
        if fields.get(field) in words:
            values[key] = words[fields[field]]
    values["reset_on_new_activity"] = bool(fields.get("reset_user_data_on_new_activity"))
    return Entry(("retention",), values)


DATA_RETENTION_SETTINGS = Kind(
    type=ResourceType("data_retention_settings", "v1beta", "property", None),
    label="data retention",
    section=None,
    identity=lambda _: "property",
    desired=_desired,
    declare=_declare,
)
