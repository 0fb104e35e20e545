"""The general machinery: Get, List, Create, Update, Delete and Archive of any kind of resource.

The order of checks is that of the reference (Admin API, section 5): role on the property or account,
shape of the request, existence of what it names, rules of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import grpc
from google.analytics import admin_v1alpha
from google.protobuf.empty_pb2 import Empty

from milepost.emulator.admin.fields import check_fields, clear_output, keep_immutable, restore_output
from milepost.emulator.admin.history import record_changes
from milepost.emulator.admin.kind import Change, Draft, Environment, Kind, copy_of, plain
from milepost.emulator.admin.masks import copy_path, mask_paths, value_at
from milepost.emulator.admin.names import check_access, check_name, check_not_trashed, name_pattern
from milepost.emulator.admin.paging import Key, cut_page
from milepost.emulator.rpc import Call, Handler, RpcError, already_exists, invalid_argument, not_found
from milepost.emulator.store import Record

CAP_MESSAGE = "This resource could not be created because it is already at the maximum resource limit."


class Resources:
    """Answers the methods of one kind."""

    def __init__(self, kind: Kind, environment: Environment) -> None:
        self.kind = kind
        self.environment = environment
        self.store = environment.store
        self.switches = environment.switches
        self._name = name_pattern((*kind.parent, kind.collection), kind.id_pattern)
        self._parent = name_pattern(kind.parent)

    def rpcs(self) -> Mapping[str, Handler]:
        """Handler by name of the RPC, such as `GetKeyEvent`."""
        handlers: dict[str, Callable[[Any, Call], Any]] = {
            "Get": self.get,
            "List": self.list,
            "Create": self.create,
            "Update": self.update,
            "Delete": self.delete,
            "Archive": self.archive,
        }
        return {
            verb + (self.kind.plural if verb == "List" else self.kind.singular): handlers[verb]
            for verb in self.kind.verbs
        }

    def get(self, request: Any, _: Call) -> Any:
        """The resource of that name.

        Raises:
            RpcError: PERMISSION_DENIED, INVALID_ARGUMENT or NOT_FOUND, as for every method.
        """
        with self.store.reading():
            check_access(self.store, request.name)
            check_name(request.name, self._name, "name")
            return self.shown(self.require(request.name, reading=True))

    def list(self, request: Any, call: Call) -> Any:
        """One page of the parent's resources, in the order they were made.

        Raises:
            RpcError: INVALID_ARGUMENT for a filter, size or token that is none.
        """
        with self.store.reading():
            check_access(self.store, request.parent)
            check_name(request.parent, self._parent, "parent")
            self._require_parent(request.parent)
            records = self.store.children(request.parent, self.kind.collection)
            if self.kind.list_filter is not None:
                wanted = self.kind.list_filter(request)
                records = [pair for pair in records if wanted(plain(pair[1].message))]
            return self.page_of(records, request, call)

    def page_of(self, records: Iterable[tuple[str, Record]], request: Any, call: Call) -> Any:
        """The List response that holds the page asked for."""
        delay = timedelta(seconds=self.switches.list_delay_seconds)
        until = self.environment.clock.now() - delay if delay else None
        items = [
            (_key(name, record), self.shown(record))
            for name, record in records
            if until is None or record.created <= until
        ]
        page, token = cut_page(
            sorted(items, key=lambda item: item[0]),
            plain(request),
            call.path,
            rule=self.kind.page,
            short=self.switches.short_pages,
        )
        response_type = getattr(admin_v1alpha, f"List{self.kind.plural}Response")
        response = response_type.pb(response_type(next_page_token=token))
        field = next(field.name for field in response.DESCRIPTOR.fields if field.is_repeated)
        getattr(response, field).extend(page)
        return response

    def shown(self, record: Record) -> Any:
        """A record's resource as the API answers it now, as a plain message."""
        message = plain(record.message)
        if self.kind.derive is None:
            return message
        copy = copy_of(message)
        self.kind.derive(self.store, copy)
        return copy

    def create(self, request: Any, call: Call) -> Any:
        """A new resource, as stored.

        Raises:
            RpcError: INVALID_ARGUMENT for a broken rule or a full cap, ALREADY_EXISTS for a taken
                identity or name.
        """
        with self.store.transaction():
            root = self.writable_root(request.parent)
            check_name(request.parent, self._parent, "parent")
            new = self.input_of(request)
            self._check_chosen_id(request)
            self._require_parent(request.parent)
            draft = self.draft_of(root, request.parent, new, actor=call.actor)
            self.kind.check(draft)
            new.name = f"{request.parent}/{self.kind.collection}/{self._new_id(request)}"
            self.kind.fill(draft)
            self._derive(new)
            self._check_unique(draft)
            self._check_caps(draft)
            self.put(draft)
            self.kind.created(draft)
            self._settle(call, draft.now, (new.name, None, new))
            return self.shown(self.require(new.name))

    def update(self, request: Any, call: Call) -> Any:
        """The resource after the masked fields were taken over. What changes nothing leaves no history.

        Raises:
            RpcError: INVALID_ARGUMENT for a missing or wrong mask, a changed immutable field or a
                broken rule; ALREADY_EXISTS for a taken name.
        """
        with self.store.transaction():
            sent = getattr(plain(request), self._resource_field(request))
            root = self.writable_root(sent.name)
            check_name(sent.name, self._name, "name")
            paths = self._masked_paths(request, sent)
            old = self.shown(self.require(sent.name))
            new = copy_of(old)
            for path in paths:
                copy_path(sent, new, path)
            keep_immutable(self.kind, old, new, silently=self.switches.ignore_immutable_paths)
            restore_output(self.kind, old, new)
            check_fields(self.kind, new, old)
            draft = self.draft_of(root, self.parent_of(old.name), new, old, actor=call.actor)
            self.kind.check(draft)
            self._derive(new)
            self._check_unique(draft)
            if new == old:
                return old
            self.put(draft)
            self._settle(call, draft.now, (new.name, old, new))
            return self.shown(self.require(new.name))

    def delete(self, request: Any, call: Call) -> Any:
        """Take a resource away, with all that belongs to it.

        Raises:
            RpcError: by default FAILED_PRECONDITION for one that GA4 keeps.
        """
        with self.store.transaction():
            old = self._removable(request.name)
            self.store.remove_below(request.name)
            self.store.remove(request.name)
            self._settle(call, self.environment.clock.now(), (request.name, old, None))
            return Empty()

    def archive(self, request: Any, call: Call) -> Any:
        """Take a resource out of sight for good; its identity stays taken. History calls it a deletion."""
        with self.store.transaction():
            old = self._removable(request.name)
            record = self.require(request.name)
            moment = self.environment.clock.now()
            self.store.put(request.name, Record(record.message, record.created, moment, archived=True))
            record_changes(self.store, call.actor, moment, [(request.name, old, None)])
            return Empty()

    def _removable(self, name: str) -> Any:
        self.writable_root(name)
        check_name(name, self._name, "name")
        old = self.shown(self.require(name))
        if not self.kind.removable(old):
            raise RpcError(
                grpc.StatusCode[self.switches.undeletable_code],
                f"{self.kind.singular} {name} cannot be deleted.",
            )
        return old

    def writable_root(self, name: str) -> Any:
        """The property or account a name begins with, as a plain message; None when the name has neither.

        Raises:
            RpcError: PERMISSION_DENIED when it is unknown, FAILED_PRECONDITION when it is in the trash.
        """
        root = check_access(self.store, name)
        if not root:
            return None
        record = self.store.get(root)
        message = plain(record.message) if record else None
        check_not_trashed(message)
        return message

    def input_of(self, request: Any) -> Any:
        """The resource a Create request brings, without what callers cannot set.

        Raises:
            RpcError: INVALID_ARGUMENT when it is missing, or a single field breaks a rule.
        """
        field = self._resource_field(request)
        message = plain(request)
        if not message.HasField(field):
            raise invalid_argument(f"{field} is required.")
        new = copy_of(getattr(message, field))
        clear_output(self.kind, new)
        check_fields(self.kind, new)
        return new

    def _settle(self, call: Call, moment: datetime, change: Change) -> None:
        """Draw the consequences of a write, and write down all of it."""
        name, _, after = change
        others = self.kind.settle(self.store, self.parent_of(name), after, moment)
        record_changes(self.store, call.actor, moment, [change, *others])

    def _check_chosen_id(self, request: Any) -> None:
        field = self.kind.id_field
        if field and not re.fullmatch(self.kind.id_pattern, getattr(request, field)):
            raise invalid_argument(f"{field}: {getattr(request, field)!r} is not an id this method takes.")

    def _new_id(self, request: Any) -> str:
        return str(getattr(request, self.kind.id_field)) if self.kind.id_field else self.store.new_id()

    def _derive(self, message: Any) -> None:
        if self.kind.derive is not None:
            self.kind.derive(self.store, message)

    def _resource_field(self, request: Any) -> str:
        name = self.kind.singular
        fields = plain(request).DESCRIPTOR.fields
        return str(next(f.name for f in fields if f.message_type and f.message_type.name == name))

    def _masked_paths(self, request: Any, sent: Any) -> Any:
        paths = request.update_mask.paths
        if paths:
            return mask_paths(sent, paths, skip_unknown=self.switches.ignore_unknown_paths)
        if not (self.kind.mask_optional or self.switches.update_without_mask):
            raise invalid_argument("update_mask is required.")
        return [field.name for field, _ in sent.ListFields()]

    def require(self, name: str, *, reading: bool = False) -> Record:
        """The record of that name.

        Raises:
            RpcError: NOT_FOUND.
        """
        record = self.find(name)
        if record is None and reading and self.switches.archived_readable:
            archived = self.store.children(self.parent_of(name), self.kind.collection, archived=True)
            record = dict(archived).get(name)
        if record is None:
            raise not_found()
        return record

    def find(self, name: str) -> Record | None:
        """The live record of that name."""
        return self.store.get(name)

    def _require_parent(self, parent: str) -> None:
        if self.store.get(parent) is None:
            raise not_found()

    def parent_of(self, name: str) -> str:
        """Name of the resource that one of this kind belongs to; empty at the top."""
        return re.sub(r"(^|/)[^/]+/[^/]+$", "", name)

    def draft_of(self, root: Any, parent: str, new: Any, old: Any = None, *, actor: str = "") -> Draft:
        """A draft as of now."""
        now = self.environment.clock.now()
        return Draft(self.kind, self.environment, parent, root, new, old, now, actor)

    def put(self, draft: Draft) -> None:
        """Store a draft, with its times."""
        fields = draft.new.DESCRIPTOR.fields_by_name
        if draft.old is None and "create_time" in fields:
            draft.new.create_time.FromDatetime(draft.now)
        if "update_time" in fields:
            draft.new.update_time.FromDatetime(draft.now)
        previous = self.store.get(draft.new.name)
        created = previous.created if previous else draft.now
        message = self.kind.message.wrap(copy_of(draft.new))
        self.store.put(draft.new.name, Record(message, created, draft.now))

    def _check_unique(self, draft: Draft) -> None:
        if self.kind.clashes(draft) or (self.kind.identity and self._identity_taken(draft)):
            raise already_exists()

    def _identity_taken(self, draft: Draft) -> bool:
        wanted = self._identity(draft.new)
        if any(self._identity(sibling) == wanted for sibling in draft.siblings()):
            return True
        archived = self.store.children(draft.parent, self.kind.collection, archived=True)
        return any(
            self._identity(plain(record.message)) == wanted and not self._free_again(record, draft.now)
            for _, record in archived
        )

    def _free_again(self, record: Record, now: datetime) -> bool:
        waited = now - record.updated >= timedelta(hours=self.switches.recreate_after_hours)
        return self.switches.recreate_after_archive and waited

    def _identity(self, message: Any) -> tuple[Any, ...]:
        return tuple(value_at(message, path) for path in self.kind.identity)

    def _check_caps(self, draft: Draft) -> None:
        for bucket in self.kind.buckets(draft.new):
            held = sum(bucket in self.kind.buckets(sibling) for sibling in draft.siblings())
            if held >= self.environment.limits.cap(bucket, draft.root.service_level):
                raise RpcError(grpc.StatusCode[self.switches.cap_code], CAP_MESSAGE)


def _key(name: str, record: Record) -> Key:
    # Ids count up, so that length before text is their numeric order.
    return [int(record.created.timestamp() * 1_000_000), len(name), name]
