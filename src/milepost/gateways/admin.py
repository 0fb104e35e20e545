"""The Admin API: properties, streams, change history, and any resource kind by its description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from milepost.gateways.connection import READ_TIMEOUT, WRITE_TIMEOUT, Connection
from milepost.gateways.translate import translated
from milepost.model.resources import HistoryEntry, PropertyFacts, Resource, ResourceType, Stream

PAGE_SIZE = 200
"""The most the API gives; larger values are silently lowered."""

_HISTORY_ENTRIES = 2000
"""Enough to find who changed a thing; older changes are not looked for."""


class AdminGateway:
    """Reads and writes one property at a time.

    Every method raises RemoteError (see `translate`), or HaltedError when told to stop before its call was
    made. Reads are retried, a write only where Google turned it away for want of quota: after an
    UnreachableError from a write, whether it was carried out is for the caller to read.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read_property(self, property_id: str) -> PropertyFacts:
        """The property's own settings."""
        with translated(f"property {property_id}"):
            found = self._connection.admin_beta.get_property(
                name=f"properties/{property_id}", retry=self._connection.reading, timeout=READ_TIMEOUT
            )
        return PropertyFacts(
            id=property_id,
            display_name=found.display_name,
            account=found.account or found.parent,
            time_zone=found.time_zone,
            currency_code=found.currency_code,
            service_level="360" if found.service_level.name == "GOOGLE_ANALYTICS_360" else "standard",
        )

    def read_web_streams(self, property_id: str) -> tuple[Stream, ...]:
        """The property's web streams, by resource name."""
        with translated(f"property {property_id}: data streams"):
            found = self._list(self._connection.admin_beta.list_data_streams, f"properties/{property_id}")
            streams = [
                Stream(
                    s.name, s.display_name, s.web_stream_data.default_uri, s.web_stream_data.measurement_id
                )
                for s in found
                if s.type_.name == "WEB_DATA_STREAM"
            ]
        return tuple(sorted(streams, key=lambda s: s.name))

    def read_resources(self, kind: ResourceType, parent: str) -> tuple[Resource, ...]:
        """All live resources of a kind under a parent, by resource name; of a singleton, the one."""
        client = self._client(kind)
        if kind.singleton:
            return (self._read_singleton(kind, f"{parent}/{kind.path}"),)
        with translated(f"{parent}: {_plural(kind.kind).replace('_', ' ')}"):
            found = [
                Resource(_plain(message), message.name)
                for message in self._list(getattr(client, f"list_{_plural(kind.kind)}"), parent)
            ]
        return tuple(sorted(found, key=lambda r: r.name))

    def _read_singleton(self, kind: ResourceType, name: str) -> Resource:
        call = getattr(self._client(kind), f"get_{kind.kind}")
        with translated(name):
            found = call(name=name, retry=self._connection.reading, timeout=READ_TIMEOUT)
        return Resource(_plain(found), name)

    def create(self, kind: ResourceType, parent: str, fields: Mapping[str, Any]) -> str:
        """Create one resource; returns its name."""
        call = getattr(self._client(kind), f"create_{kind.kind}")
        with translated(f"{parent}: create {kind.kind}"):
            own = {name: value for name, value in fields.items() if name != kind.id_field}
            request = {"parent": parent, kind.kind: own}
            if kind.id_field:
                request[kind.id_field] = fields[kind.id_field]
            return str(call(request=request, retry=self._connection.writing, timeout=WRITE_TIMEOUT).name)

    def update(self, kind: ResourceType, name: str, fields: Mapping[str, Any]) -> None:
        """Set exactly these fields of one resource."""
        call = getattr(self._client(kind), f"update_{kind.kind}")
        with translated(f"{name}: update"):
            request = {kind.kind: {"name": name, **fields}, "update_mask": {"paths": sorted(fields)}}
            call(request=request, retry=self._connection.writing, timeout=WRITE_TIMEOUT)

    def end(self, kind: ResourceType, name: str) -> None:
        """Delete or archive one resource, as its kind does."""
        call = getattr(self._client(kind), f"{kind.ending}_{kind.kind}")
        with translated(f"{name}: {kind.ending}"):
            call(request={"name": name}, retry=self._connection.writing, timeout=WRITE_TIMEOUT)

    def read_history(self, facts: PropertyFacts, kinds: Iterable[ResourceType]) -> tuple[HistoryEntry, ...]:
        """What happened to resources of these kinds, newest first.

        v1alpha, because v1beta's history knows neither key events nor rules.
        """
        request = {
            "account": facts.account,
            "property": f"properties/{facts.id}",
            "resource_type": [kind.kind.upper() for kind in kinds],
            "page_size": PAGE_SIZE,
        }
        with translated(f"property {facts.id}: change history"):
            events = self._connection.admin_alpha.search_change_history_events(
                request=request, retry=self._connection.reading, timeout=READ_TIMEOUT
            )
            entries = [
                _history_entry(event, change)
                for event in islice(events, _HISTORY_ENTRIES)
                for change in event.changes
            ]
        return tuple(sorted(entries, key=lambda e: e.at, reverse=True))

    def _client(self, kind: ResourceType) -> Any:
        return self._connection.admin_alpha if kind.api == "v1alpha" else self._connection.admin_beta

    def _list(self, call: Any, parent: str) -> Any:
        request = {"parent": parent, "page_size": PAGE_SIZE}
        return call(request=request, retry=self._connection.reading, timeout=READ_TIMEOUT)


def _plural(kind: str) -> str:
    return f"{kind}s"


def _plain(message: Any) -> dict[str, Any]:
    """A proto-plus message as plain values; sub-messages that are not set are left out."""
    fields = type(message).to_dict(message, use_integers_for_enums=False)
    return {name: value for name, value in fields.items() if value is not None}


def _history_entry(event: Any, change: Any) -> HistoryEntry:
    moment = event.change_time
    return HistoryEntry(
        at=datetime.fromtimestamp(moment.timestamp(), UTC),
        actor=event.user_actor_email or event.actor_type.name.lower(),
        action=change.action.name.lower(),
        resource=change.resource,
        before=_snapshot(change.resource_before_change),
        after=_snapshot(change.resource_after_change),
    )


def _snapshot(snapshot: Any) -> dict[str, Any]:
    """The one resource inside a ChangeHistoryResource, as plain values; empty when there is none."""
    kind = type(snapshot).pb(snapshot).WhichOneof("resource")
    return _plain(getattr(snapshot, kind)) if kind else {}
