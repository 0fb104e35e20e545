"""Measurement Protocol secrets: what a server needs to send a stream events of its own.

A property hands them out only after its owner has acknowledged user data collection. No call tells
whether that happened; the store keeps the acknowledgement as it was sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import grpc
from google.analytics import admin_v1alpha

from milepost.emulator.admin.kind import OUTPUT, Draft, Environment, Field, Kind, plain
from milepost.emulator.admin.names import check_access, check_name, check_not_trashed, name_pattern
from milepost.emulator.admin.paging import PageRule
from milepost.emulator.rpc import Call, Handler, RpcError, invalid_argument
from milepost.emulator.store import Record
from milepost.emulator.switches import Switches

ACKNOWLEDGEMENT = (
    "I acknowledge that I have the necessary privacy disclosures and rights from my end users "
    "for the collection and processing of their data, including the association of such data with "
    "the visitation information Google Analytics collects from my site and/or app property."
)
"""The sentence the API asks for, to the letter."""

SECRETS = "measurementProtocolSecrets"
"""The collection of a stream that holds them."""

_BYTES = 16
_TEN = PageRule(10, 10)
_PROPERTY = name_pattern(("properties",))


def measurement_protocol_secrets(_: Switches) -> Kind:
    """Secrets of a stream of any type; ten at most, which is also their page."""
    return Kind(
        message=admin_v1alpha.MeasurementProtocolSecret,
        plural="MeasurementProtocolSecrets",
        collection=SECRETS,
        parent=("properties", "dataStreams"),
        verbs=("Get", "List", "Create", "Update", "Delete"),
        fields={"name": OUTPUT, "secret_value": OUTPUT, "display_name": Field(required=True)},
        check=_check,
        fill=_fill,
        buckets=lambda _: ("measurement_protocol_secrets",),
        page=_TEN,
    )


class UserDataAcknowledgements:
    """Answers AcknowledgeUserDataCollection."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def rpcs(self) -> Mapping[str, Handler]:
        """Handler by name of the RPC."""
        return {"AcknowledgeUserDataCollection": self.acknowledge}

    def acknowledge(self, request: Any, _: Call) -> Any:
        """Take note; doing it again changes nothing.

        Raises:
            RpcError: INVALID_ARGUMENT for other words than the ones asked for.
        """
        store = self._environment.store
        with store.transaction():
            root = check_access(store, request.property)
            check_name(request.property, _PROPERTY, "property")
            check_not_trashed(plain(store.get(root).message))  # type: ignore[union-attr]  # seen to above
            if request.acknowledgement != ACKNOWLEDGEMENT:
                raise invalid_argument("acknowledgement: must be the exact sentence the API documents.")
            if store.get(_key(root)) is None:
                now = self._environment.clock.now()
                store.put(_key(root), Record(request, now, now))
        return admin_v1alpha.AcknowledgeUserDataCollectionResponse()


def _key(property_name: str) -> str:
    return f"{property_name}/userDataCollectionAcknowledgement"


def _check(draft: Draft) -> None:
    acknowledged = draft.switches.user_data_acknowledged or draft.store.get(_key(draft.root.name)) is not None
    if draft.old is None and not acknowledged:
        raise RpcError(
            grpc.StatusCode[draft.switches.acknowledgement_code],
            "User data collection must be acknowledged for this property before a secret can be made.",
        )


def new_secret() -> str:
    """A value that nobody can guess."""
    return secrets.token_urlsafe(_BYTES)


def _fill(draft: Draft) -> None:
    draft.new.secret_value = new_secret()
