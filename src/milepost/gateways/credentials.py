"""Who the commands are at Google: what google-auth finds, and whose it is. Nothing told here is secret."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

import google.auth
from google.auth import credentials as base
from google.auth import exceptions

from milepost.errors import SignInError
from milepost.model.diagnosis import AccountKind, Identity

Access = Literal["read", "edit"]

READ_SCOPE = "https://www.googleapis.com/auth/analytics.readonly"
EDIT_SCOPE = "https://www.googleapis.com/auth/analytics.edit"
SCOPES: dict[Access, str] = {"read": READ_SCOPE, "edit": EDIT_SCOPE}

CREDENTIALS_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"

LOG_IN = (
    f"gcloud auth application-default login --scopes={READ_SCOPE},{EDIT_SCOPE},"
    "https://www.googleapis.com/auth/cloud-platform"
)
"""The command that signs a person in with all that Milepost asks for.

The Data API does not take `analytics.edit` for reading, so both are needed.
"""

SIGN_IN = f"Sign in with '{LOG_IN}', or point {CREDENTIALS_VARIABLE} at a credentials file."

TOKEN_INFO = "https://oauth2.googleapis.com/tokeninfo"  # noqa: S105 - an address

_POOL = re.compile(r"/locations/[^/]+/(workloadIdentityPools|workforcePools)/([^/]+)/providers/([^/]+)")

_SCOPED_ELSEWHERE: tuple[AccountKind, ...] = ("user", "machine's service account")

# google-auth takes what a credentials file holds as given, and fails with these where it is something else.
_MISSHAPEN = (OSError, ValueError, TypeError, AttributeError, KeyError)


@dataclass(frozen=True)
class Found:
    """Credentials ready for use, limited to what was asked for where they can be, and whose they are."""

    credentials: Any
    identity: Identity


@dataclass(frozen=True)
class SignedIn:
    """A token was given. `scopes` are those it carries, None where that is not told; `email` whose it is."""

    email: str = ""
    scopes: tuple[str, ...] | None = None

    def may(self, scopes: Sequence[str]) -> bool:
        """Whether the token carries one of these scopes; True where it is not known."""
        return self.scopes is None or bool(set(scopes) & set(self.scopes))


def find_credentials(access: Access) -> Found:
    """Application default credentials, as google-auth looks for them. Nobody at Google is asked for a token.

    A person's own credentials keep the scopes they were made with; all others are limited to `access`.

    Raises:
        SignInError: there are none, or the file that should hold them does not.

    Source: https://cloud.google.com/docs/authentication/application-default-credentials
    """
    try:
        with warnings.catch_warnings():
            # It warns of a person's credentials without a quota project; `doctor` tells that with the remedy.
            warnings.simplefilter("ignore")
            # Without scopes: with them, federated credentials would be used to look up a project's name.
            found, project = google.auth.default()
    except exceptions.GoogleAuthError as error:
        raise SignInError("signing in to Google", reason(error), SIGN_IN) from error
    except _MISSHAPEN as error:
        raise SignInError(
            "signing in to Google",
            f"the credentials file cannot be used ({type(error).__name__})",
            f"Make it anew with '{LOG_IN}', or point {CREDENTIALS_VARIABLE} at another one.",
        ) from error
    limited: Any = base.with_scopes_if_required
    return Found(limited(found, [SCOPES[access]]), identity_of(found, project or ""))


def identity_of(credentials: Any, project: str = "") -> Identity:
    """Whose credentials these are, as far as it is known without asking anybody."""
    told = _told_source(credentials)
    quota_project = getattr(credentials, "quota_project_id", None) or ""
    kind, principal, through = _who(credentials)
    return Identity(kind, principal, through, told, quota_project, project)


def reason(error: Exception) -> str:
    """What google-auth says, without the answers from outside that it carries along."""
    words = error.args[0] if error.args else ""
    if isinstance(words, Exception):
        return reason(words)
    text = " ".join(str(words).split()).rstrip(".") or type(error).__name__
    return text if len(text) <= 300 else f"{text[:299]}…"


def _who(credentials: Any) -> tuple[AccountKind, str, str]:
    from google.auth import (
        compute_engine,
        external_account,
        external_account_authorized_user,
        impersonated_credentials,
    )
    from google.oauth2 import credentials as user
    from google.oauth2 import service_account

    match credentials:
        case service_account.Credentials():
            return "service account", credentials.service_account_email, ""
        case impersonated_credentials.Credentials():
            # There is no public way to the credentials below.
            below = _below(getattr(credentials, "_source_credentials", None))
            return "impersonated service account", credentials.service_account_email, below
        case external_account.Credentials():
            email = credentials.service_account_email
            pool = _pool(credentials.info.get("audience", ""))
            return ("federated service account", email, pool) if email else ("federated identity", "", pool)
        case external_account_authorized_user.Credentials():
            return "user", "", _pool(credentials.audience or "")
        case user.Credentials():
            return "user", credentials.account or "", ""
        case compute_engine.Credentials():
            email = credentials.service_account_email
            return "machine's service account", "" if email == "default" else email, ""
        case _:
            return "other", getattr(credentials, "service_account_email", None) or "", ""


def _below(credentials: Any) -> str:
    if credentials is None:
        return ""
    kind, principal, _ = _who(credentials)
    return f"{kind} {principal}".strip()


def _told_source(credentials: Any) -> str:
    info = credentials.get_cred_info() or {}
    source = str(info.get("credential_source", ""))
    path, by_variable, _ = source.partition(f" file via the {CREDENTIALS_VARIABLE}")
    return f"{path} ({CREDENTIALS_VARIABLE})" if by_variable else source


def _pool(audience: str) -> str:
    """`workload identity pool NAME, provider NAME`; the audience itself where it has another shape."""
    found = _POOL.search(audience)
    if found is None:
        return audience
    sort = "workload identity pool" if found.group(1).startswith("workload") else "workforce pool"
    return f"{sort} {found.group(2)}, provider {found.group(3)}"


def sign_in(found: Found, token_info: str = TOKEN_INFO) -> SignedIn:
    """Has a token made, which proves that the credentials work, and learns what it may do.

    The key of a service account makes its tokens itself, so there the first call is the proof, and nothing
    is asked here. A person's or a machine's token is looked up, at Google's own address for that: its scopes
    were chosen when the person signed in or the machine was made, whatever is asked for now.

    Args:
        found: credentials; they keep the token for the calls that follow.
        token_info: where such a token is looked up.

    Raises:
        SignInError: they are expired, revoked, or not allowed to act as the account they name.
    """
    from google.auth.transport.requests import Request

    if found.identity.kind == "service account":
        return SignedIn(found.identity.principal)
    request = Request()
    try:
        found.credentials.refresh(request)
    except exceptions.GoogleAuthError as error:
        raise SignInError("signing in to Google", reason(error), _remedy(found.identity)) from error
    except _MISSHAPEN as error:
        cause = f"the answer to the sign-in made no sense ({type(error).__name__})"
        raise SignInError("signing in to Google", cause, _remedy(found.identity)) from error
    if found.identity.kind in _SCOPED_ELSEWHERE:
        return _looked_up(found, request, token_info)
    scopes = getattr(found.credentials, "scopes", None)
    return SignedIn(identity_of(found.credentials).principal, tuple(scopes) if scopes else None)


def _looked_up(found: Found, request: Any, address: str) -> SignedIn:
    known = SignedIn(identity_of(found.credentials).principal)
    try:
        answer = request(
            address,
            method="POST",
            body=urlencode({"access_token": found.credentials.token}).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            timeout=10,
        )
        told = json.loads(answer.data)
        if answer.status != 200:
            return known
        return SignedIn(str(told.get("email", "")) or known.email, tuple(str(told["scope"]).split()))
    except (exceptions.GoogleAuthError, *_MISSHAPEN):
        # Only the looking-up failed: the calls will show what the token may do.
        return known


def _remedy(identity: Identity) -> str:
    match identity.kind:
        case "user":
            return f"Sign in again: {LOG_IN}"
        case "impersonated service account":
            return (
                "Let the account that signs in act as this one: gcloud iam service-accounts "
                f"add-iam-policy-binding {identity.principal} --role=roles/iam.serviceAccountTokenCreator "
                "--member=user:YOUR_E-MAIL; and switch on iamcredentials.googleapis.com in its project."
            )
        case "federated service account":
            return (
                "Let the pool's identities act as this account: gcloud iam service-accounts "
                f"add-iam-policy-binding {identity.principal} --role=roles/iam.workloadIdentityUser "
                "--member=principalSet://iam.googleapis.com/POOL/attribute.repository/OWNER/REPOSITORY; "
                "and in GitHub Actions, give the job 'permissions: id-token: write'."
            )
        case _:
            return f"Check the credentials, or point {CREDENTIALS_VARIABLE} at others."
