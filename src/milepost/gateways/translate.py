"""Google's errors → ours: the one map, with the remedy a person can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from google.api_core import exceptions as google
from google.auth import exceptions as auth
from google.rpc import error_details_pb2

from milepost.errors import (
    NotFoundError,
    QuotaError,
    RefusedError,
    RemoteError,
    SignInError,
    UnreachableError,
)
from milepost.gateways.credentials import SIGN_IN

_NO_ACCESS = (
    "Check the property id, and that the signed-in account has a role on it "
    "(GA4: Admin → Property access management)."
)

_GCLOUD_PROJECT = "764086051850"
"""Where calls count that a person makes with gcloud's own sign-in and no project."""

_FULL = re.compile(r"maximum resource limit|quota exhausted for Custom", re.IGNORECASE)
_RATE_REASON = re.compile(r"rate_?limit|quota_?exceeded|daily_?limit", re.IGNORECASE)
_RATE_WORDS = re.compile(r"quota|rate limit", re.IGNORECASE)
_DAILY = re.compile(r"per[ _]?day|daily|\b1/d\b", re.IGNORECASE)


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turns whatever Google's clients raise inside into a RemoteError that names `place`."""
    try:
        yield
    except google.GoogleAPICallError as error:
        raise translate(error, place) from error
    except google.RetryError as error:
        cause = error.cause
        if isinstance(cause, google.GoogleAPICallError):
            raise translate(cause, place) from error
        raise UnreachableError(place, "no answer in time", "Try again.") from error
    except auth.TransportError as error:
        raise UnreachableError(
            place, f"no answer while signing in ({_sentence(str(error))})", "Check the network and try again."
        ) from error
    except auth.GoogleAuthError as error:
        raise SignInError(place, f"signing in failed ({_sentence(str(error))})", SIGN_IN) from error


def translate(error: google.GoogleAPICallError, place: str) -> RemoteError:
    """One answer other than OK as an error of ours; `place` says what was being asked."""
    message = _sentence(str(error.message))
    refusal = quota_refusal(error)
    if refusal is not None:
        refill = "Wait until the next day" if refusal.daily else "Wait until it refills"
        return QuotaError(place, message, f"{refill} and run again.")
    if _FULL.search(message):
        return RefusedError(place, message, "Declare fewer, or remove some that nobody needs.")
    match error:
        case google.Forbidden():
            return _forbidden(error, place, message)
        case google.ServiceUnavailable() if is_sign_in_failure(error):
            return SignInError(place, f"signing in failed ({message})", SIGN_IN)
        case google.Unauthenticated() | google.Unauthorized():
            return SignInError(place, message, SIGN_IN)
        case google.NotFound():
            return NotFoundError(place, message, "It may have been removed meanwhile: plan again.")
        case google.TooManyRequests():
            return QuotaError(place, message, "Wait until it refills and run again.")
        case google.MethodNotImplemented():
            return RefusedError(place, message, "The other end does not know this call.")
        case google.ServerError() | google.Cancelled():
            return UnreachableError(place, message, "Try again; nothing is done twice.")
        case _:
            return RefusedError(place, message)


def _forbidden(error: google.Forbidden, place: str, message: str) -> RemoteError:
    reason = error.reason or ""
    if reason == "SERVICE_DISABLED":
        return _switched_off(error, place)
    if reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
        return SignInError(place, "the credentials lack the scope this needs", SIGN_IN)
    return RefusedError(place, message, _NO_ACCESS)


def _switched_off(error: google.Forbidden, place: str) -> RefusedError:
    told = dict(error.metadata or {})
    service = told.get("service", "the API")
    project = told.get("consumer", "").removeprefix("projects/")
    if project == _GCLOUD_PROJECT or "quota project" in str(error.message):
        return RefusedError(
            place,
            "these credentials name no Cloud project to count the calls on",
            "Name one in which the Analytics APIs are switched on: "
            "gcloud auth application-default set-quota-project YOUR_PROJECT",
        )
    at, to = (f"?project={project}", f" --project={project}") if project else ("", "")
    return RefusedError(
        place,
        f"{service} is switched off in the project of the credentials",
        f"Switch it on: https://console.cloud.google.com/apis/library/{service}{at} "
        f"or 'gcloud services enable {service}{to}', then wait a few minutes.",
    )


@dataclass(frozen=True)
class QuotaRefusal:
    """A call that was turned away, and so not carried out, because a quota is used up.

    `daily`: it is a day's, so that waiting is no use. `retry_after`: seconds the answer asks for, None when
    it says nothing.
    """

    daily: bool
    retry_after: float | None


def quota_refusal(error: BaseException) -> QuotaRefusal | None:
    """What an error says of quotas; None when it is about something else, a property's caps for example.

    RESOURCE_EXHAUSTED alone does not tell: gRPC itself answers so to a message that is too large, which may
    come after a write. So there have to be words or a reason, as with the 403 form.
    """
    if not isinstance(error, (google.TooManyRequests, google.Forbidden)):
        return None
    message, reason = str(error.message), error.reason or ""
    by_words = isinstance(error, google.TooManyRequests) and _RATE_WORDS.search(message)
    if _FULL.search(message) or not (_RATE_REASON.search(reason) or by_words):
        return None
    about = f"{message} {reason} {dict(error.metadata or {})}"
    return QuotaRefusal(bool(_DAILY.search(about)), _retry_after(error))


def _retry_after(error: google.GoogleAPICallError) -> float | None:
    for detail in error.details or ():
        if isinstance(detail, error_details_pb2.RetryInfo):
            return float(detail.retry_delay.ToTimedelta().total_seconds())
    return None


def is_sign_in_failure(error: BaseException) -> bool:
    """Whether this is an expired or revoked sign-in, which gRPC reports as a service that is not there."""
    return isinstance(error, google.ServiceUnavailable) and "metadata from plugin failed" in str(
        error.message
    )


def _sentence(message: str) -> str:
    """What Google says, on one line and not endless."""
    text = " ".join(message.split()) or "no reason given"
    return text if len(text) <= 400 else f"{text[:397]}…"
