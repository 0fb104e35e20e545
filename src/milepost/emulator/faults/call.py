"""What a call is about, as far as faults, quotas and the call log care."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from milepost.emulator.rpc import Call

PROJECT_NUMBER = "123456789012"
"""The Cloud project that callers use unless they name another."""
PROJECT_HEADER = "x-goog-user-project"

_PATH = re.compile(r"/google\.analytics\.(admin|data)\.(v\w+)\.\w+/(\w+)")
_PROPERTY = re.compile(r"properties/(\d+)(?:/|$)")
_NAMING_FIELDS = ("name", "parent", "property", "entity")
_READS = re.compile(r"(Get|List|Search|Run|BatchGet|BatchRun|Fetch|Check|Query)[A-Z]")


@dataclass(frozen=True)
class RemoteCall:
    """One call: which method of which API, about which property, by whom.

    `method` is short and exact, such as `admin.v1alpha/CreateKeyEvent`; `property_id` is empty where
    a call names no property, as ListAccountSummaries does.
    """

    path: str
    api: str
    version: str
    rpc: str
    property_id: str
    actor: str
    project: str

    @classmethod
    def of(cls, call: Call, request: Any) -> RemoteCall:
        """Read from the path, the request (proto-plus or plain protobuf) and the metadata."""
        found = _PATH.fullmatch(call.path)
        api, version, rpc = found.groups() if found else ("", "", call.path.rpartition("/")[2])
        project = call.metadata.get(PROJECT_HEADER, PROJECT_NUMBER)
        return cls(call.path, api, version, rpc, _property_of(request), call.actor, project)

    @property
    def method(self) -> str:
        """Short name that still tells API and version apart."""
        return f"{self.api}.{self.version}/{self.rpc}" if self.api else self.path.removeprefix("/")

    @property
    def service(self) -> str:
        """Host name of the service, as quota and sign-in errors call it."""
        return f"analytics{self.api}.googleapis.com"

    @property
    def dotted(self) -> str:
        """The method as ErrorInfo writes it, such as `google.analytics….ListKeyEvents`."""
        return self.path.removeprefix("/").replace("/", ".")

    @property
    def is_write(self) -> bool:
        """Whether it changes configuration: what Admin API quotas count as a write and Viewers may not do."""
        return self.api == "admin" and _READS.match(self.rpc) is None

    def matches(self, method: str, property_id: str = "") -> bool:
        """Whether a pattern means this call.

        Args:
            method: glob, as in `Create*`, `v1alpha/*`, `data.*`; tried against the bare method, with its
                version, with API and version, and against the full path.
            property_id: digits; empty for any, and for calls that name none.
        """
        if property_id and property_id != self.property_id:
            return False
        names = (self.rpc, f"{self.version}/{self.rpc}", self.method, self.path.removeprefix("/"))
        return any(fnmatchcase(name, method.removeprefix("/")) for name in names)


def _property_of(request: Any) -> str:
    for name in _names(request):
        found = _PROPERTY.match(name)
        if found:
            return found.group(1)
    return ""


def _names(request: Any) -> Iterator[str]:
    """Resource names in a request: its own, and that of the resource it carries, as updates do."""
    message = plain(request)
    for field in _NAMING_FIELDS:
        value = getattr(message, field, None)
        if isinstance(value, str):
            yield value
    for _, value in message.ListFields():
        name = getattr(value, "name", None)
        if isinstance(name, str):
            yield name


def plain(message: Any) -> Any:
    """The protobuf message inside a proto-plus one, or the message itself."""
    return type(message).pb(message) if hasattr(type(message), "pb") else message
