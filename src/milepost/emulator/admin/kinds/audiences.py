"""Audiences: the people a property tells apart by what they did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.admin.audience_filters import check_clauses, field_names
from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind, Text, never, plain
from milepost.emulator.admin.words import EVENT_NAME
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.store import Record, Store
from milepost.emulator.switches import Switches

COLLECTION = "audiences"
DEFAULT_AUDIENCES = {"All Users": "All users", "Purchasers": "Users that made a purchase"}
"""Display name → description of the audiences every property is born with."""

_IMMUTABLE = Field(required=True, immutable=True)
_MOST_DAYS = 540
_DEFAULT_DAYS = 30
_USER = 2
_USER_PREFIX = "customUser:"


def audiences(switches: Switches) -> Kind:
    """Audiences. GA4's own come without filter clauses, by which they are told from others."""
    return Kind(
        message=admin_v1alpha.Audience,
        plural="Audiences",
        collection=COLLECTION,
        parent=("properties",),
        verbs=("Get", "List", "Create", "Update", "Archive"),
        fields={
            "name": OUTPUT,
            "ads_personalization_enabled": OUTPUT,
            "create_time": OUTPUT,
            "display_name": Field(required=True),
            "description": Field(required=True),
            "membership_duration_days": _IMMUTABLE,
            "filter_clauses": _IMMUTABLE,
            "exclusion_duration_mode": Field(immutable=True),
            "event_trigger.event_name": Field(
                required=True, text=Text(switches.event_name_max_length, EVENT_NAME)
            ),
            "event_trigger.log_condition": Field(required=True),
        },
        check=_check,
        fill=_fill,
        clashes=_name_taken if switches.unique_audience_names else never,
        buckets=lambda audience: (
            ("audiences",) if switches.default_audiences_count or not _is_default(audience) else ()
        ),
        removable=lambda audience: switches.default_audiences_archivable or not _is_default(audience),
    )


def add_default_audiences(store: Store, property_name: str, moment: datetime) -> None:
    """Give a property GA4's own audiences unless it has, or had, any; call inside a transaction.

    Args:
        store: where the property is.
        property_name: such as `properties/1`.
        moment: their creation time.
    """
    held = [
        record
        for archived in (False, True)
        for _, record in store.children(property_name, COLLECTION, archived=archived)
    ]
    if any(_is_default(plain(record.message)) for record in held):
        return
    for display_name, description in DEFAULT_AUDIENCES.items():
        name = f"{property_name}/{COLLECTION}/{store.new_id()}"
        message = admin_v1alpha.Audience(
            name=name,
            display_name=display_name,
            description=description,
            membership_duration_days=_DEFAULT_DAYS,
            ads_personalization_enabled=True,
            create_time=moment,
        )
        store.put(name, Record(message, moment, moment))


def _is_default(audience: Any) -> bool:
    return not audience.filter_clauses


def _check(draft: Draft) -> None:
    if draft.old is not None:
        return
    days = draft.new.membership_duration_days
    if not 1 <= days <= _MOST_DAYS:
        raise invalid_argument(f"Audience.membership_duration_days: 1 to {_MOST_DAYS}, not {days}.")
    check_clauses(draft.new.filter_clauses)


def _fill(draft: Draft) -> None:
    dimensions = draft.store.children(draft.parent, "customDimensions")
    off_limits = {
        f"{_USER_PREFIX}{record.message.parameter_name}"
        for _, record in dimensions
        if record.message.scope == _USER and record.message.disallow_ads_personalization
    }
    draft.new.ads_personalization_enabled = off_limits.isdisjoint(field_names(draft.new))


def _name_taken(draft: Draft) -> bool:
    return any(sibling.display_name == draft.new.display_name for sibling in draft.siblings())
