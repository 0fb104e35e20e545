"""The sign-in looked at: whose credentials there are, whether they work, and what they may do."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

from milepost.errors import RemoteError
from milepost.gateways.connection import Connection
from milepost.gateways.credentials import EDIT_SCOPE, LOG_IN, READ_SCOPE, SCOPES, SignedIn, sign_in
from milepost.model.diagnosis import Check, Identity

_ALL_SCOPE = "https://www.googleapis.com/auth/analytics"
"""Older and wider than the two others; the Data API takes it too."""


def failed(name: str, error: RemoteError) -> Check:
    """A check that ended with an error."""
    return Check(name, "failed", error.cause, error.remedy)


class SignIn:
    """Looks at the credentials once, when the first property at Google is reached, and for all of them.

    Attributes:
        identity: whose they are; None when there are none, or nobody asked.
        email: of the account that roles in GA4 are given to; empty while it is not known.
        checks: what was found, in order; empty when nobody asked.
    """

    def __init__(self) -> None:
        self.identity: Identity | None = None
        self.email = ""
        self.checks: tuple[Check, ...] = ()
        self._lock = Lock()
        self._works: bool | None = None

    def works(self, connection: Connection) -> bool:
        """Whether calls over this connection to Google have a sign-in to go with."""
        with self._lock:
            if self._works is None:
                self.checks = tuple(self._look(connection))
                self._works = all(check.status != "failed" for check in self.checks)
            return self._works

    def _look(self, connection: Connection) -> Iterator[Check]:
        try:
            found = connection.found
        except RemoteError as error:
            yield failed("credentials", error)
            return
        self.identity, self.email = found.identity, found.identity.principal
        yield _account(found.identity)
        if found.identity.kind == "federated identity":
            return
        if found.identity.kind == "user":
            yield _quota_project(found.identity)
        try:
            signed_in = sign_in(found)
        except RemoteError as error:
            yield failed("sign-in", error)
            return
        self.email = signed_in.email or self.email
        yield Check("sign-in", "ok", _proof(found.identity, signed_in))
        yield _scopes(connection, found.identity, signed_in)


def _account(identity: Identity) -> Check:
    source = f", found in {identity.source}" if identity.source else ""
    through = f", through {identity.through}" if identity.through else ""
    who = f"{identity.kind} {identity.principal}".strip() + through + source
    if identity.kind != "federated identity":
        return Check("credentials", "ok", who)
    return Check(
        "credentials",
        "failed",
        f"{who}: it has no e-mail address, and GA4 gives roles to e-mail addresses",
        "Let it act as a service account: 'service_account:' for google-github-actions/auth, "
        "'--service-account=' for 'gcloud iam workload-identity-pools create-cred-config'.",
    )


def _quota_project(identity: Identity) -> Check:
    if identity.quota_project:
        return Check("quota project", "ok", identity.quota_project)
    return Check(
        "quota project",
        "warning",
        "none: calls count on a project of Google's own, where these APIs may be off",
        "gcloud auth application-default set-quota-project YOUR_PROJECT",
    )


def _proof(identity: Identity, signed_in: SignedIn) -> str:
    if identity.kind == "service account":
        return "this key makes its own tokens: the calls below are the proof"
    return f"Google gave a token{f' to {signed_in.email}' if signed_in.email else ''}"


def _scopes(connection: Connection, identity: Identity, signed_in: SignedIn) -> Check:
    if signed_in.scopes is None:
        return Check("scopes", "ok", f"{_short(SCOPES[connection.access])} is asked for")
    told = ", ".join(_short(s) for s in signed_in.scopes if "/auth/analytics" in s) or "none for Analytics"
    remedy = f"Sign in again: {LOG_IN}"
    if identity.kind == "machine's service account":
        remedy = (
            f"Give the machine the scopes {READ_SCOPE} and {EDIT_SCOPE}: "
            "gcloud compute instances set-service-account INSTANCE --scopes=…"
        )
    if not signed_in.may([READ_SCOPE, _ALL_SCOPE]):
        return Check("scopes", "failed", f"{told}: not enough to read reports", remedy)
    if identity.kind == "user" and not signed_in.may([EDIT_SCOPE]):
        return Check("scopes", "warning", f"{told}: enough for plan and report, not for sync", remedy)
    return Check("scopes", "ok", told)


def _short(scope: str) -> str:
    return scope.rpartition("/")[2]
