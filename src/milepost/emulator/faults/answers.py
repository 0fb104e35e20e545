"""Everything a fault can answer: gRPC codes, and Google's own refusals under names of their own.

Texts and details are those of the reference, Admin API section 5 and Data API section 12.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

import grpc
from google.rpc import error_details_pb2

from milepost.emulator.data.errors import exhausted, no_access
from milepost.emulator.data.quota import (
    CONCURRENT_TEXT,
    DAY_TEXT,
    PROJECT_HOUR_TEXT,
    THRESHOLDED_TEXT,
)
from milepost.emulator.faults.call import RemoteCall
from milepost.emulator.faults.errors import FaultError
from milepost.emulator.rpc import RpcError, permission_denied

OK = "ok"
LOST = "lost"

_TITLES = {"admin": "Google Analytics Admin API", "data": "Google Analytics Data API"}
_CONSOLE = "https://console.developers.google.com/apis/api"
_GCLOUD_PROJECT = "764086051850"  # owner of the client that `gcloud auth application-default login` uses
_HOW_TO_SIGN_IN = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. "
    "See https://developers.google.com/identity/sign-in/web/devconsole-project."
)


class Stage(Enum):
    """When Google finds out: sign-in comes before the quota, everything else after it."""

    SIGN_IN = auto()
    CALL = auto()


def _no_call(_: RemoteCall) -> bool:
    return False


def _reads(call: RemoteCall) -> bool:
    return not call.is_write


def _summaries(call: RemoteCall) -> bool:
    # Whoever has no role is not refused there, but shown nothing.
    return call.rpc == "ListAccountSummaries"


@dataclass(frozen=True)
class Answer:
    """One answer other than OK; `spares` tells which calls it leaves alone."""

    meaning: str
    make: Callable[[RemoteCall], RpcError]
    stage: Stage = Stage.CALL
    spares: Callable[[RemoteCall], bool] = _no_call


def answer_named(name: str) -> Answer:
    """The answer of that name or gRPC code.

    Raises:
        FaultError: there is none.
    """
    if name in NAMED:
        return NAMED[name]
    code = grpc.StatusCode.__members__.get(name.upper())
    if code is None or code is grpc.StatusCode.OK:
        raise FaultError(
            f"no answer {name!r}; there are: {OK}, {', '.join(NAMED)}, and gRPC codes such as UNAVAILABLE"
        )
    return _of_code(code)


_CODE_TEXTS = {
    grpc.StatusCode.UNAVAILABLE: "The service is currently unavailable.",
    grpc.StatusCode.DEADLINE_EXCEEDED: "Deadline expired before operation could complete.",
    grpc.StatusCode.INTERNAL: "Internal error encountered.",
    grpc.StatusCode.ABORTED: "The operation was aborted.",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "Resource has been exhausted (e.g. check quota).",
    grpc.StatusCode.NOT_FOUND: "Requested entity was not found.",
    grpc.StatusCode.ALREADY_EXISTS: "Requested entity already exists",
    grpc.StatusCode.PERMISSION_DENIED: "The caller does not have permission",
    grpc.StatusCode.INVALID_ARGUMENT: "Request contains an invalid argument.",
    grpc.StatusCode.FAILED_PRECONDITION: "Precondition check failed.",
    grpc.StatusCode.UNAUTHENTICATED: f"Request had invalid authentication credentials. {_HOW_TO_SIGN_IN}",
}


def _of_code(code: grpc.StatusCode) -> Answer:
    text = _CODE_TEXTS.get(code, f"{code.name}, as asked for.")
    return Answer(f"gRPC code {code.name}", lambda _: RpcError(code, text))


def rate_limited(
    call: RemoteCall, what: str = "Requests", *, per_user: bool = True, limit: int = 0, code: str = ""
) -> RpcError:
    """The per-minute quota is used up.

    Args:
        call: the call refused.
        what: `Requests` or `Writes`.
        per_user: whether it is the user's limit, not the project's.
        limit: how many a minute there are; 0 leaves it out.
        code: `PERMISSION_DENIED` for the form that the REST documentation describes.
    """
    scope = " per user" if per_user else ""
    message = (
        f"Quota exceeded for quota metric '{what}' and limit '{what} per minute{scope}' of service "
        f"'{call.service}' for consumer 'project_number:{call.project}'."
    )
    metadata = {
        "service": call.service,
        "consumer": f"projects/{call.project}",
        "quota_metric": f"{call.service}/{what.lower()}",
        "quota_limit": f"{what}PerMinutePer{'User' if per_user else 'Project'}",
        "quota_location": "global",
    }
    if limit:
        metadata["quota_limit_value"] = str(limit)
    if code == grpc.StatusCode.PERMISSION_DENIED.name:
        return RpcError(
            grpc.StatusCode.PERMISSION_DENIED,
            message,
            reason="rateLimitExceeded",
            domain="usageLimits",
            metadata=metadata,
        )
    help_link = _help("Request a higher quota limit.", "https://cloud.google.com/docs/quotas")
    return RpcError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        message,
        reason="RATE_LIMIT_EXCEEDED",
        metadata=metadata,
        details=[help_link],
    )


def _api_disabled(call: RemoteCall) -> RpcError:
    title = _TITLES.get(call.api, call.service)
    url = f"{_CONSOLE}/{call.service}/overview?project={call.project}"
    return RpcError(
        grpc.StatusCode.PERMISSION_DENIED,
        f"{title} has not been used in project {call.project} before or it is disabled. Enable it by "
        f"visiting {url} then retry. If you enabled this API recently, wait a few minutes for the action "
        "to propagate to our systems and retry.",
        reason="SERVICE_DISABLED",
        metadata={
            "service": call.service,
            "consumer": f"projects/{call.project}",
            "serviceTitle": title,
            "activationUrl": url,
        },
        details=[_help("Google developers console API activation", url)],
    )


def _no_quota_project(call: RemoteCall) -> RpcError:
    return RpcError(
        grpc.StatusCode.PERMISSION_DENIED,
        "Your application is authenticating by using local Application Default Credentials. The "
        f"{call.service} API requires a quota project, which is not set by default. To learn how to set "
        "your quota project, see "
        "https://cloud.google.com/docs/authentication/adc-troubleshooting/user-creds .",
        reason="SERVICE_DISABLED",
        metadata={"service": call.service, "consumer": f"projects/{_GCLOUD_PROJECT}"},
    )


def _missing_scope(call: RemoteCall) -> RpcError:
    return RpcError(
        grpc.StatusCode.PERMISSION_DENIED,
        "Request had insufficient authentication scopes.",
        reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        metadata={"service": call.service, "method": call.dotted},
    )


def _unauthenticated(reason: str, text: str) -> Callable[[RemoteCall], RpcError]:
    return lambda call: RpcError(
        grpc.StatusCode.UNAUTHENTICATED,
        f"{text} {_HOW_TO_SIGN_IN}",
        reason=reason,
        metadata={"service": call.service, "method": call.dotted},
    )


def _denied(call: RemoteCall) -> RpcError:
    return no_access() if call.api == "data" else permission_denied()


def _help(description: str, url: str) -> error_details_pb2.Help:
    return error_details_pb2.Help(links=[error_details_pb2.Help.Link(description=description, url=url)])


NAMED: dict[str, Answer] = {
    LOST: Answer(
        "UNAVAILABLE, but only after the call was carried out: the write happened, its answer was lost",
        _of_code(grpc.StatusCode.UNAVAILABLE).make,
    ),
    "rate_limit": Answer("RESOURCE_EXHAUSTED, RATE_LIMIT_EXCEEDED: requests per minute", rate_limited),
    "rate_limit_403": Answer(
        "the same as PERMISSION_DENIED with reason `rateLimitExceeded`",
        lambda call: rate_limited(call, code="PERMISSION_DENIED"),
    ),
    "tokens_per_hour": Answer(
        "Data API: the project's tokens for the hour are used up", lambda _: exhausted(PROJECT_HOUR_TEXT)
    ),
    "tokens_per_day": Answer(
        "Data API: the property's tokens for the day are used up", lambda _: exhausted(DAY_TEXT)
    ),
    "concurrent_requests": Answer(
        "Data API: too many requests in flight", lambda _: exhausted(CONCURRENT_TEXT)
    ),
    "thresholded_requests": Answer(
        "Data API: too many requests with thresholded dimensions", lambda _: exhausted(THRESHOLDED_TEXT)
    ),
    "no_credentials": Answer(
        "UNAUTHENTICATED: the call carries no credential",
        _unauthenticated("CREDENTIALS_MISSING", "Request is missing required authentication credential."),
        Stage.SIGN_IN,
    ),
    "expired_token": Answer(
        "UNAUTHENTICATED: the access token has run out",
        _unauthenticated("ACCESS_TOKEN_EXPIRED", "Request had invalid authentication credentials."),
        Stage.SIGN_IN,
    ),
    "missing_scope": Answer(
        "PERMISSION_DENIED: the token has no Analytics scope at all", _missing_scope, Stage.SIGN_IN
    ),
    "read_only_scope": Answer(
        "the same for writes only: the token has `analytics.readonly`", _missing_scope, Stage.SIGN_IN, _reads
    ),
    "api_disabled": Answer(
        "PERMISSION_DENIED, SERVICE_DISABLED: the API is switched off in the caller's project",
        _api_disabled,
        Stage.SIGN_IN,
    ),
    "no_quota_project": Answer(
        "PERMISSION_DENIED: end-user credentials without a quota project", _no_quota_project, Stage.SIGN_IN
    ),
    "viewer": Answer(
        "PERMISSION_DENIED for writes only: the caller's role is Viewer", _denied, spares=_reads
    ),
    "no_role": Answer(
        "PERMISSION_DENIED: the caller has no role on the property", _denied, spares=_summaries
    ),
}
