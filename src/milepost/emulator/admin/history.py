"""Change history: written with every change, searched by SearchChangeHistoryEvents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from google.analytics import admin_v1alpha, admin_v1beta

from milepost.emulator.admin.kind import Change, Environment, copy_of, plain
from milepost.emulator.admin.names import check_access, check_name, name_pattern
from milepost.emulator.admin.paging import FIFTY, Key, cut_page
from milepost.emulator.rpc import Call, invalid_argument, permission_denied
from milepost.emulator.store import Store

_CREATED, _UPDATED, _DELETED = 1, 2, 3
_SNAPSHOTS = {
    field.message_type.name: field.name
    for field in admin_v1alpha.ChangeHistoryChange.ChangeHistoryResource.pb(
        admin_v1alpha.ChangeHistoryChange.ChangeHistoryResource()
    ).DESCRIPTOR.fields
}


def _resource_types(request_type: Any) -> dict[str, int]:
    values = request_type.pb(request_type()).DESCRIPTOR.fields_by_name["resource_type"].enum_type.values
    return {value.name: value.number for value in values if value.number}


_TYPES = _resource_types(admin_v1alpha.SearchChangeHistoryEventsRequest)
_BETA_TYPES = _resource_types(admin_v1beta.SearchChangeHistoryEventsRequest)
_ACCOUNT = name_pattern(("accounts",))
_PROPERTY = name_pattern(("properties",))


def record_changes(store: Store, actor: str, moment: datetime, changes: Sequence[Change]) -> None:
    """Write one event by a user; call inside a transaction.

    Args:
        store: where history is kept.
        actor: e-mail address of who did it.
        moment: when.
        changes: all that came of one call. Kinds that GA4's history does not know leave no trace.
    """
    event = plain(admin_v1alpha.ChangeHistoryEvent(actor_type="USER", user_actor_email=actor))
    event.change_time.FromDatetime(moment)
    for name, before, after in changes:
        field = _SNAPSHOTS.get((before or after).DESCRIPTOR.name)
        if field is None:
            continue
        change = event.changes.add(resource=name, action=_action(before, after))
        if before is not None:
            getattr(change.resource_before_change, field).CopyFrom(before)
        if after is not None:
            getattr(change.resource_after_change, field).CopyFrom(after)
    if event.changes:
        event.id = store.new_id()
        store.record_history(admin_v1alpha.ChangeHistoryEvent.wrap(event))


def _action(before: Any, after: Any) -> int:
    if before is None:
        return _CREATED
    return _DELETED if after is None else _UPDATED


class ChangeHistory:
    """Answers SearchChangeHistoryEvents in both versions.

    v1beta knows fewer resource types: changes to the others are left out and the event is marked
    `changes_filtered`. Of some types it knows only the name, so that their snapshots are empty.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def search(self, request: Any, call: Call) -> Any:
        """One page of events, newest first, each with the changes that fit the request.

        Raises:
            RpcError: PERMISSION_DENIED for an unknown account or property; INVALID_ARGUMENT for a
                malformed name, an unknown resource type or action, a property of another account.
        """
        wanted = plain(request)
        beta = ".v1beta." in call.path
        with self._environment.store.reading():
            self._check(wanted, beta)
            found = [
                (_key(event), fitting)
                for event in self._visible()
                if (fitting := self._fit(event, wanted, beta)) is not None
            ]
        page, token = cut_page(
            sorted(found, key=lambda pair: pair[0]),
            wanted,
            call.path,
            rule=FIFTY,
            short=self._environment.switches.short_pages,
        )
        response = plain(admin_v1alpha.SearchChangeHistoryEventsResponse(next_page_token=token))
        response.change_history_events.extend(page)
        return _as_beta(response) if beta else response

    def _check(self, wanted: Any, beta: bool) -> None:
        store = self._environment.store
        check_access(store, wanted.account)
        check_name(wanted.account, _ACCOUNT, "account")
        if wanted.property:
            check_access(store, wanted.property)
            check_name(wanted.property, _PROPERTY, "property")
            record = store.get(wanted.property)
            if record is None or record.message.account != wanted.account:
                raise permission_denied()
        known = (_BETA_TYPES if beta else _TYPES).values()
        if unknown := [number for number in wanted.resource_type if number not in known]:
            raise invalid_argument(f"resource_type: no such value: {unknown[0]}.")
        if unknown := [number for number in wanted.action if number not in (_CREATED, _UPDATED, _DELETED)]:
            raise invalid_argument(f"action: no such value: {unknown[0]}.")

    def _visible(self) -> list[Any]:
        delay = timedelta(seconds=self._environment.switches.history_delay_seconds)
        events = [plain(event) for event in self._environment.store.history]
        if not delay:
            return events
        until = self._environment.clock.now() - delay
        return [event for event in events if event.change_time.ToDatetime(UTC) <= until]

    def _fit(self, event: Any, wanted: Any, beta: bool) -> Any | None:
        if not _in_time(event, wanted) or (
            wanted.actor_email and event.user_actor_email not in wanted.actor_email
        ):
            return None
        changes = [
            change
            for change in event.changes
            if self._belongs(change, wanted) and _of_kind(change, wanted, beta)
        ]
        if len(changes) == len(event.changes):
            return event
        return _with_changes(event, changes) if changes else None

    def _belongs(self, change: Any, wanted: Any) -> bool:
        root = "/".join(change.resource.split("/")[:2])
        if wanted.property:
            return bool(root == wanted.property)
        if root == wanted.account:
            return True
        record = self._environment.store.get(root)
        return record is not None and bool(record.message.account == wanted.account)


def _with_changes(event: Any, changes: Sequence[Any]) -> Any:
    fitting = copy_of(event)
    del fitting.changes[:]
    fitting.changes.extend(changes)
    fitting.changes_filtered = True
    return fitting


def _key(event: Any) -> Key:
    return [-event.change_time.ToMicroseconds(), -int(event.id)]


def _in_time(event: Any, wanted: Any) -> bool:
    moment = event.change_time.ToNanoseconds()
    if wanted.HasField("earliest_change_time") and moment < wanted.earliest_change_time.ToNanoseconds():
        return False
    return not (wanted.HasField("latest_change_time") and moment > wanted.latest_change_time.ToNanoseconds())


def _of_kind(change: Any, wanted: Any, beta: bool) -> bool:
    if wanted.action and change.action not in wanted.action:
        return False
    number = _resource_type(change)
    if beta and number not in _BETA_TYPES.values():
        return False
    return not wanted.resource_type or number in wanted.resource_type


def _resource_type(change: Any) -> int:
    snapshot = "resource_before_change" if change.action == _DELETED else "resource_after_change"
    field = getattr(change, snapshot).WhichOneof("resource")
    return _TYPES[field.upper()]


def _as_beta(response: Any) -> Any:
    narrower = admin_v1beta.SearchChangeHistoryEventsResponse.pb(
        admin_v1beta.SearchChangeHistoryEventsResponse()
    )
    narrower.ParseFromString(response.SerializeToString())
    narrower.DiscardUnknownFields()
    return narrower
