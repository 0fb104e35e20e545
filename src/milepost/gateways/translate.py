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
    "Sign in with 'gcloud auth application-default login', or point GOOGLE_APPLICATION_CREDENTIALS at the "
    "key of a service account."
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
    except auth.GoogleAuthError as error:
        raise SignInError(place, f"signing in failed ({error})", _SIGN_IN) from error


def translate(error: google.GoogleAPICallError, place: str) -> RemoteError:
    """One answer other than OK as an error of ours; `place` says what was being asked."""
    message = str(error.message).strip()
    match error:
        case google.Forbidden() if error.reason == "SERVICE_DISABLED":
            service = dict(error.metadata or {}).get("service", "the API")
            return RefusedError(
                place,
                f"{service} is switched off in the project of the credentials",
                f"Switch it on: https://console.cloud.google.com/apis/library/{service}",
            )
        case google.Forbidden() if error.reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
            return SignInError(place, "the credentials lack the scope this needs", _SIGN_IN)
        case google.Forbidden() if "rate" in (error.reason or "").lower():
            return QuotaError(place, message, "Wait a minute and run again.")
        case google.Forbidden():
            return RefusedError(place, _sentence(message), _NO_ACCESS)
        case google.Unauthenticated() | google.Unauthorized():
            return SignInError(place, _sentence(message), _SIGN_IN)
        case google.NotFound():
            return NotFoundError(place, _sentence(message), "It may have been removed meanwhile: plan again.")
        case google.TooManyRequests():
            return QuotaError(place, _sentence(message), "Wait until it refills and run again.")
        case google.ServerError() | google.Cancelled() | google.Unknown():
            return UnreachableError(place, _sentence(message), "Try again; nothing is done twice.")
        case google.MethodNotImplemented():
            return RefusedError(place, _sentence(message), "The other end does not know this call.")
        case _:
            return RefusedError(place, _sentence(message))


def _sentence(message: str) -> str:
    """The first line of what Google says, on one line and not endless."""
    text = " ".join(message.split())
    return text if len(text) <= 400 else f"{text[:397]}…"
