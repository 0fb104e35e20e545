"""Google's errors → ours: the one map, with the remedy a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core import exceptions as google
from google.auth import exceptions as auth

from milepost.errors import (
    NotFoundError,
    QuotaError,
    RefusedError,
    RemoteError,
    SignInError,
    UnreachableError,
)

_NO_ACCESS = (
    "Check the property id, and that the signed-in account has a role on it "
    "(GA4: Admin → Property access management)."
)
_SIGN_IN = (
    "Sign in with 'gcloud auth application-default login "
    "--scopes=https://www.googleapis.com/auth/analytics.edit,"
    "https://www.googleapis.com/auth/cloud-platform', "
    "or point GOOGLE_APPLICATION_CREDENTIALS at the key of a service account."
)


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
        raise SignInError(place, f"signing in failed ({_sentence(str(error))})", _SIGN_IN) from error


def translate(error: google.GoogleAPICallError, place: str) -> RemoteError:
    """One answer other than OK as an error of ours; `place` says what was being asked."""
    message = _sentence(str(error.message))
    match error:
        case google.Forbidden():
            return _forbidden(error, place, message)
        case google.ServiceUnavailable() if is_sign_in_failure(error):
            return SignInError(place, f"signing in failed ({message})", _SIGN_IN)
        case google.Unauthenticated() | google.Unauthorized():
            return SignInError(place, message, _SIGN_IN)
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
        service = dict(error.metadata or {}).get("service", "the API")
        return RefusedError(
            place,
            f"{service} is switched off in the project of the credentials",
            f"Switch it on: https://console.cloud.google.com/apis/library/{service}",
        )
    if reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
        return SignInError(place, "the credentials lack the scope this needs", _SIGN_IN)
    if "rate" in reason.lower():
        return QuotaError(place, message, "Wait a minute and run again.")
    return RefusedError(place, message, _NO_ACCESS)


def is_sign_in_failure(error: BaseException) -> bool:
    """Whether this is an expired or revoked sign-in, which gRPC reports as a service that is not there."""
    return isinstance(error, google.ServiceUnavailable) and "metadata from plugin failed" in str(
        error.message
    )


def _sentence(message: str) -> str:
    """What Google says, on one line and not endless."""
    text = " ".join(message.split()) or "no reason given"
    return text if len(text) <= 400 else f"{text[:397]}…"
