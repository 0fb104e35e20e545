"""Every error of Google's clients becomes one of ours, on one line, with what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.analytics.admin_v1beta import AnalyticsAdminServiceClient
from google.analytics.admin_v1beta.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)
from google.api_core import exceptions
from google.auth import exceptions as auth_exceptions
from google.auth.transport.grpc import AuthMetadataPlugin
from google.oauth2.credentials import Credentials
from google.rpc import error_details_pb2
from hypothesis import given
from hypothesis import strategies as st

from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import Faults
from milepost.errors import (
    MilepostError,
    NotFoundError,
    QuotaError,
    RefusedError,
    RemoteError,
    SignInError,
    UnreachableError,
)
from milepost.gateways.admin import AdminGateway
from milepost.gateways.calls import Calls
from milepost.gateways.connection import Connection
from milepost.gateways.pacing import UNLIMITED, Pacer
from milepost.gateways.translate import translate, translated
from milepost.reconcile.kinds import KEY_EVENT

# Their constructors have no types.
google: Any = exceptions
auth: Any = auth_exceptions

# One line per error class that Google's clients may raise: a class that is not here has to be thought about.
REFUSED = """
    GoogleAPICallError Redirection MovedPermanently NotModified TemporaryRedirect ResumeIncomplete
    ClientError BadRequest InvalidArgument FailedPrecondition OutOfRange Forbidden PermissionDenied
    MethodNotAllowed Conflict AlreadyExists Aborted LengthRequired PreconditionFailed
    RequestRangeNotSatisfiable MethodNotImplemented ResumableTransferError TransferStalledError
    UnseekableStreamError UploadCancelledError MissingStatusHeaderError
"""
UNREACHABLE = """
    ServerError InternalServerError Unknown DataLoss BadGateway ServiceUnavailable GatewayTimeout
    DeadlineExceeded Cancelled
"""
OURS: dict[str, type[RemoteError]] = {
    **dict.fromkeys(REFUSED.split(), RefusedError),
    **dict.fromkeys(UNREACHABLE.split(), UnreachableError),
    "Unauthorized": SignInError,
    "Unauthenticated": SignInError,
    "NotFound": NotFoundError,
    "TooManyRequests": QuotaError,
    "ResourceExhausted": QuotaError,
}


def family(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for below in kind.__subclasses__():
        yield from family(below)


GOOGLES = sorted(
    {kind for kind in family(google.GoogleAPICallError) if kind.__module__ == google.__name__},
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", GOOGLES, ids=lambda kind: str(kind.__name__))
def test_every_class_of_google_s_has_one_of_ours(kind: type[Any]) -> None:
    with pytest.raises(RemoteError) as caught, translated("property 7"):
        raise kind("first line\n  second line")
    assert type(caught.value) is OURS[kind.__name__]
    assert caught.value.place == "property 7"
    assert caught.value.cause == "first line second line"
    assert isinstance(caught.value.__cause__, kind)


def test_nothing_else_that_google_s_clients_raise_is_left_out() -> None:
    others = {kind for kind in family(google.GoogleAPIError) if kind.__module__ == google.__name__} - set(
        GOOGLES
    )
    # The third is about arguments of ours that no code of ours gives.
    assert {kind.__name__ for kind in others} <= {"GoogleAPIError", "RetryError", "DuplicateCredentialArgs"}


@given(st.text(), st.sampled_from(GOOGLES))
def test_whatever_google_says_stays_on_one_short_line(message: str, kind: type[Any]) -> None:
    error = translate(kind(message), "here")
    assert error.cause
    assert len(str(error).splitlines()) == 1
    assert len(error.cause) <= 400


def info(reason: str, **metadata: str) -> dict[str, Any]:
    told = error_details_pb2.ErrorInfo(reason=reason, domain="googleapis.com", metadata=metadata)
    return {"error_info": told, "details": [told]}


SERVICE = "analyticsadmin.googleapis.com"
SITUATIONS: dict[str, tuple[exceptions.GoogleAPICallError, type[RemoteError], tuple[str, ...]]] = {
    "sign-in": (
        google.Unauthenticated("Request had invalid authentication credentials."),
        SignInError,
        ("invalid authentication credentials", "gcloud auth application-default login", "--scopes="),
    ),
    "scope": (
        google.PermissionDenied("Too narrow.", **info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", service=SERVICE)),
        SignInError,
        ("lack the scope", "auth/analytics.edit"),
    ),
    "API disabled": (
        google.PermissionDenied(
            "Not used before.", **info("SERVICE_DISABLED", service=SERVICE, consumer="projects/5")
        ),
        RefusedError,
        (f"{SERVICE} is switched off", f"https://console.cloud.google.com/apis/library/{SERVICE}"),
    ),
    "no role": (
        google.PermissionDenied("The caller does not have permission"),
        RefusedError,
        ("The caller does not have permission", "Check the property id", "Property access management"),
    ),
    "quota": (
        google.ResourceExhausted(
            "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'."
        ),
        QuotaError,
        ("Quota exceeded", "Wait until it refills"),
    ),
    "quota as 403": (
        google.Forbidden("Slow down.", **info("RATE_LIMIT_EXCEEDED")),
        QuotaError,
        ("Slow down.", "Wait until it refills"),
    ),
    "quota of the day": (
        google.ResourceExhausted("Quota exceeded for limit 'Requests per day'."),
        QuotaError,
        ("Wait until the next day",),
    ),
    "no room": (
        google.InvalidArgument(
            "This resource could not be created because it is already at the maximum resource limit."
        ),
        RefusedError,
        ("maximum resource limit", "Declare fewer"),
    ),
    "unavailable": (
        google.ServiceUnavailable("Socket closed"),
        UnreachableError,
        ("Socket closed", "Try again"),
    ),
    "gone": (google.NotFound("Requested entity was not found."), NotFoundError, ("not found", "plan again")),
    "unknown call": (
        google.MethodNotImplemented("Method not found!"),
        RefusedError,
        ("does not know this call",),
    ),
}


@pytest.mark.parametrize(("error", "kind", "words"), SITUATIONS.values(), ids=SITUATIONS.keys())
def test_each_situation_has_its_remedy(
    error: exceptions.GoogleAPICallError, kind: type[RemoteError], words: tuple[str, ...]
) -> None:
    told = translate(error, "property 7")
    assert type(told) is kind
    assert told.remedy
    assert all(word in str(told) for word in ("property 7: ", *words))


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (google.RetryError("gave up", google.ServiceUnavailable("down")), UnreachableError, "down"),
        (google.RetryError("gave up", google.PermissionDenied("no")), RefusedError, "no"),
        (google.RetryError("gave up", None), UnreachableError, "no answer in time"),
        (auth.RefreshError("('invalid_grant: Bad Request',\n {})"), SignInError, "invalid_grant"),
        (auth.DefaultCredentialsError("No credentials"), SignInError, "gcloud auth"),
        (auth.TransportError("Failed to resolve 'oauth2.googleapis.com'"), UnreachableError, "network"),
    ],
    ids=["retried", "retried and refused", "timed out", "refresh", "no credentials", "no network"],
)
def test_what_is_raised_around_a_call_is_told_too(
    raised: Exception, kind: type[MilepostError], words: str
) -> None:
    with pytest.raises(kind) as caught, translated("property 7"):
        raise raised
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is raised


@pytest.mark.parametrize("raised", [ValueError("a bug"), KeyboardInterrupt()])
def test_what_is_not_google_s_passes_as_it_is(raised: BaseException) -> None:
    with pytest.raises(type(raised)), translated("property 7"):
        raise raised


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Faults, AdminGateway]]:
    faults = Faults()
    with Emulator(faults=faults) as emulator, Connection("edit", emulator=emulator.address) as connection:
        yield faults, AdminGateway(connection)


CODES = {
    **dict.fromkeys(
        ("INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED", "UNKNOWN", "CANCELLED", "DATA_LOSS"),
        UnreachableError,
    ),
    **dict.fromkeys(("INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE", "ABORTED"), RefusedError),
    **dict.fromkeys(("ALREADY_EXISTS", "PERMISSION_DENIED", "UNIMPLEMENTED"), RefusedError),
    "UNAUTHENTICATED": SignInError,
    "NOT_FOUND": NotFoundError,
}


def test_no_grpc_code_is_forgotten() -> None:
    assert {code.name for code in grpc.StatusCode} == {*CODES, "OK", "RESOURCE_EXHAUSTED"}


@pytest.mark.parametrize(("code", "kind"), CODES.items(), ids=CODES.keys())
def test_a_write_answered_by_a_code_is_told_and_made_once(
    served: tuple[Faults, AdminGateway], code: str, kind: type[RemoteError]
) -> None:
    faults, gateway = served
    # A second call of the kind would be carried out, and so raise nothing or something else.
    faults.set(f"DeleteKeyEvent={code}@1")
    name = "properties/100000001/keyEvents/1"
    with pytest.raises(RemoteError) as caught:
        gateway.end(KEY_EVENT.type, name)
    assert type(caught.value) is kind
    assert caught.value.place == f"{name}: delete"


class Counted(Credentials):
    """A person's credentials that cannot be refreshed; they count how often that was tried."""

    def __init__(self) -> None:
        super().__init__(token=None)  # type: ignore[no-untyped-call]
        self.tried = 0

    def refresh(self, request: Any) -> None:
        self.tried += 1
        super().refresh(request)  # type: ignore[no-untyped-call]


@pytest.fixture
def signed_out(tmp_path: Path) -> Iterator[tuple[Callable[[], Any], Counted]]:
    """A read through a channel that wants a token, and the credentials which have none."""
    address = f"unix:{tmp_path / 's'}"
    server = grpc.server(ThreadPoolExecutor(1))
    credentials = Counted()
    plugin: Any = AuthMetadataPlugin
    server.add_secure_port(address, grpc.local_server_credentials(grpc.LocalConnectionType.UDS))
    server.start()
    channel = grpc.secure_channel(
        address,
        grpc.composite_channel_credentials(
            grpc.local_channel_credentials(grpc.LocalConnectionType.UDS),
            grpc.metadata_call_credentials(plugin(credentials, None)),
        ),
    )
    with AnalyticsAdminServiceClient(transport=AnalyticsAdminServiceGrpcTransport(channel=channel)) as client:
        reading: Any = Calls(Pacer(UNLIMITED), write=False)
        yield lambda: client.get_property(name="properties/7", retry=reading), credentials
    server.stop(None).wait()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a socket in the file system")
def test_an_expired_sign_in_is_told_as_such_and_not_waited_for(
    signed_out: tuple[Callable[[], Any], Counted],
) -> None:
    read, credentials = signed_out
    with (
        pytest.raises(SignInError, match=r"property 7: signing in failed.*refresh") as caught,
        translated("property 7"),
    ):
        read()
    assert "gcloud auth application-default login" in caught.value.remedy
    assert credentials.tried == 1
