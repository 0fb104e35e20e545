"""Properties: made below an account, listed by filter, and trashed before they go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from google.analytics import admin_v1alpha

from milepost.emulator.admin.history import record_changes
from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind, Text, copy_of, plain
from milepost.emulator.admin.kinds.audiences import add_default_audiences
from milepost.emulator.admin.kinds.channel_groups import add_default_channel_group
from milepost.emulator.admin.kinds.key_events import add_default_key_events
from milepost.emulator.admin.names import check_access, check_name, name_pattern
from milepost.emulator.admin.resources import Resources
from milepost.emulator.admin.words import CURRENCIES, WEB_DEFAULT_KEY_EVENTS
from milepost.emulator.rpc import Call, invalid_argument, not_found
from milepost.emulator.store import Record, Store

TRASH = timedelta(days=35)
"""How long a deleted property waits for its end. Here it never comes: nobody would miss the resource."""

_FIRST_NEW_ID = 300_000_000
_ORDINARY = 1
_STANDARD = 1
_ACCOUNT = name_pattern(("accounts",))
_PROPERTY = name_pattern(("properties",))
_FILTERS = "parent:accounts/…, parent:properties/…, ancestor:accounts/… or firebase_project:…"


def _check(draft: Draft) -> None:
    new = draft.new
    if draft.old is None and new.property_type > _ORDINARY:
        raise invalid_argument("Property.property_type: only ordinary properties are made this way.")
    if new.time_zone not in available_timezones():
        raise invalid_argument(f"Property.time_zone: {new.time_zone!r} is no IANA time zone.")
    if new.currency_code and new.currency_code not in CURRENCIES:
        raise invalid_argument(f"Property.currency_code: {new.currency_code!r} is no ISO 4217 code.")


PROPERTY = Kind(
    message=admin_v1alpha.Property,
    plural="Properties",
    collection="properties",
    parent=(),
    verbs=("Get", "List", "Create", "Update", "Delete"),
    fields={
        "name": OUTPUT,
        "create_time": OUTPUT,
        "update_time": OUTPUT,
        "delete_time": OUTPUT,
        "expire_time": OUTPUT,
        "service_level": OUTPUT,
        "account": Field(immutable=True),
        "parent": Field(required=True, immutable=True),
        "property_type": Field(immutable=True),
        "display_name": Field(required=True, text=Text(100, utf16=True)),
        "time_zone": Field(required=True),
    },
    check=_check,
)


class Properties(Resources):
    """Properties, where they differ from what is listed by parent and deleted for good."""

    def list(self, request: Any, call: Call) -> Any:
        """One page of the properties a filter names; those in the trash only when asked for.

        Raises:
            RpcError: INVALID_ARGUMENT for a missing or unknown filter.
        """
        with self.store.reading():
            wanted = self._filter(request.filter)
            records = [
                (name, record)
                for name, record in self.store.children("", "properties")
                if wanted(record.message) and (request.show_deleted or not is_trashed(record.message))
            ]
            return self.page_of(records, request, call)

    def create(self, request: Any, call: Call) -> Any:
        """A new ordinary property with all that GA4 gives every one, and no data stream.

        Raises:
            RpcError: INVALID_ARGUMENT for a broken rule, or a parent that is no account.
        """
        with self.store.transaction():
            parent = request.property.parent
            root = self.writable_root(parent)
            new = self.input_of(request)
            check_name(parent, _ACCOUNT, "property.parent")
            new.account = parent
            draft = self.draft_of(root, "", new)
            self.kind.check(draft)
            new.name = self._free_name()
            new.property_type = _ORDINARY
            new.service_level = _STANDARD
            new.currency_code = new.currency_code or "USD"
            self.put(draft)
            add_default_key_events(self.store, new.name, WEB_DEFAULT_KEY_EVENTS, draft.now)
            add_default_audiences(self.store, new.name, draft.now)
            add_default_channel_group(self.store, new.name, draft.now)
            record_changes(self.store, call.actor, draft.now, [(new.name, None, new)])
            return new

    def delete(self, request: Any, call: Call) -> Any:
        """The property, now in the trash.

        Raises:
            RpcError: FAILED_PRECONDITION when it is there already.
        """
        with self.store.transaction():
            self.writable_root(request.name)
            check_name(request.name, _PROPERTY, "name")
            moment = self.environment.clock.now()
            before, after = trash_property(self.store, request.name, moment)
            record_changes(self.store, call.actor, moment, [(request.name, before, None)])
            return after

    def _filter(self, text: str) -> Callable[[Any], bool]:
        field, _, value = text.strip().partition(":")
        if field == "firebase_project" and value:
            # No Firebase link is modelled, so that no property is linked to any project.
            return lambda _: False
        if field not in ("parent", "ancestor"):
            raise invalid_argument(f"filter: {text!r}: must be {_FILTERS}.")
        check_access(self.store, value)
        if field == "ancestor" or not _PROPERTY.fullmatch(value):
            check_name(value, _ACCOUNT, f"filter: {field}")
        attribute = "account" if field == "ancestor" else "parent"
        return lambda message: bool(getattr(message, attribute) == value)

    def _free_name(self) -> str:
        while True:
            name = f"properties/{_FIRST_NEW_ID + int(self.store.new_id())}"
            if self.store.get(name) is None:
                return name


def is_trashed(message: Any) -> bool:
    """Whether a property (proto-plus) is in the trash."""
    return "delete_time" in message


def trash_property(store: Store, name: str, moment: datetime) -> tuple[Any, Any]:
    """Put a property into the trash; call inside a transaction.

    Returns:
        The property before and after, as plain messages.
    """
    record = store.get(name)
    if record is None:
        raise not_found()
    before = plain(record.message)
    after = copy_of(before)
    after.delete_time.FromDatetime(moment)
    after.expire_time.FromDatetime(moment + TRASH)
    store.put(name, Record(admin_v1alpha.Property.wrap(copy_of(after)), record.created, moment))
    return before, after
