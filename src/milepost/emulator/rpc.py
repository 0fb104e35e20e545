"""What one remote call is: who asked for what, and the errors that answer it the way Google's do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.rpc import code_pb2, error_details_pb2, status_pb2

DEFAULT_ACTOR = "emulator-user@example.com"
ACTOR_HEADER = "x-emulator-actor"
"""Metadata key by which a caller says who it is; change history and annotations name that person."""


@dataclass(frozen=True)
class Call:
    """One call as the server sees it.

    `path` is the full gRPC method, for example
    `/google.analytics.admin.v1beta.AnalyticsAdminService/ListKeyEvents`.
    """

    path: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        """E-mail address of the caller."""
        return self.metadata.get(ACTOR_HEADER, DEFAULT_ACTOR)


Handler = Callable[[Any, Call], Any]
"""Takes the request (proto-plus) and the call; returns the response, or raises RpcError."""


@dataclass(frozen=True)
class Method:
    """One RPC the emulator answers: its full path, how the request is read, and what answers it."""

    path: str
    request_type: Any
    handler: Handler


class RpcError(Exception):
    """An answer other than OK.

    `reason` fills a google.rpc.ErrorInfo in the status details: Google sends one for sign-in and
    quota errors, and none for violated rules (reference: Admin API, section 5). `details` are further
    google.rpc messages, such as Help.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        *,
        reason: str | None = None,
        domain: str = "googleapis.com",
        metadata: Mapping[str, str] | None = None,
        details: Sequence[Any] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason
        self.domain = domain
        self.metadata = dict(metadata or {})
        self.details = tuple(details)

    def to_status(self) -> status_pb2.Status:
        """The google.rpc.Status that travels in the `grpc-status-details-bin` trailer."""
        status = status_pb2.Status(code=code_pb2.Code.Value(self.code.name), message=self.message)
        if self.reason:
            info = error_details_pb2.ErrorInfo(reason=self.reason, domain=self.domain, metadata=self.metadata)
            status.details.add().Pack(info)
        for detail in self.details:
            status.details.add().Pack(detail)
        return status


def invalid_argument(message: str) -> RpcError:
    """A broken rule of the request itself."""
    return RpcError(grpc.StatusCode.INVALID_ARGUMENT, message)


def failed_precondition(message: str) -> RpcError:
    """A request that is well formed but not allowed in the present state."""
    return RpcError(grpc.StatusCode.FAILED_PRECONDITION, message)


def already_exists() -> RpcError:
    """Something with the same key is there."""
    return RpcError(grpc.StatusCode.ALREADY_EXISTS, "Requested entity already exists")


def not_found() -> RpcError:
    """The child of an accessible parent is missing."""
    return RpcError(grpc.StatusCode.NOT_FOUND, "Requested entity was not found.")


def permission_denied(message: str = "The caller does not have permission") -> RpcError:
    """No role on the property, or no such property: Google answers both alike."""
    return RpcError(grpc.StatusCode.PERMISSION_DENIED, message)
