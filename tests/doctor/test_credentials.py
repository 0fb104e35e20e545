"""Credentials as google-auth finds them in real files: whose they are, and what they are good for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from google.oauth2.credentials import Credentials

from milepost.errors import SignInError
from milepost.gateways.credentials import (
    EDIT_SCOPE,
    READ_SCOPE,
    Found,
    SignedIn,
    find_credentials,
    identity_of,
    sign_in,
)
from milepost.model.diagnosis import Identity

from .conftest import SECRETS, SERVICE_ACCOUNT, Files, TokenServer

POOL = "workload identity pool github, provider milepost-repo"


def _source(path: Path) -> str:
    return f"{path} (GOOGLE_APPLICATION_CREDENTIALS)"


def test_service_account_is_known_by_its_e_mail(files: Files) -> None:
    path = files.use(files.service_account())
    assert find_credentials("read").identity == Identity(
        "service account", SERVICE_ACCOUNT, source=_source(path), project="shop-123"
    )


def test_user_is_known_by_the_quota_project(files: Files) -> None:
    path = files.use(files.user(quota_project_id="shop-123", account="ana@example.com"))
    assert find_credentials("read").identity == Identity(
        "user", "ana@example.com", source=_source(path), quota_project="shop-123"
    )


def test_user_without_quota_project_has_none(files: Files) -> None:
    files.use(files.user())
    identity = find_credentials("read").identity
    assert (identity.kind, identity.principal, identity.quota_project) == ("user", "", "")


def test_quota_project_of_the_environment_counts(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    files.use(files.user())
    monkeypatch.setenv("GOOGLE_CLOUD_QUOTA_PROJECT", "other-7")
    assert find_credentials("read").identity.quota_project == "other-7"


def test_impersonated_account_tells_who_acts_as_it(files: Files) -> None:
    source = files.service_account() | {"client_email": "robot@home-1.iam.gserviceaccount.com"}
    files.use(files.impersonated(source))
    identity = find_credentials("read").identity
    assert (identity.kind, identity.principal) == ("impersonated service account", SERVICE_ACCOUNT)
    assert identity.through == "service account robot@home-1.iam.gserviceaccount.com"


def test_account_impersonated_by_a_user_tells_so(files: Files) -> None:
    files.use(files.impersonated(files.user()))
    assert find_credentials("read").identity.through == "user"


def test_federated_account_tells_pool_and_provider(files: Files) -> None:
    files.use(files.federated())
    identity = find_credentials("read").identity
    assert (identity.kind, identity.principal) == ("federated service account", SERVICE_ACCOUNT)
    assert identity.through == POOL
    assert files.tokens.asked == []


def test_federation_without_a_service_account_has_no_e_mail(files: Files) -> None:
    files.use(files.federated(acts_as=None))
    identity = find_credentials("read").identity
    assert (identity.kind, identity.principal, identity.through) == ("federated identity", "", POOL)


def test_workforce_user_is_a_user(files: Files) -> None:
    files.use(
        {
            "type": "external_account_authorized_user",
            "audience": "//iam.googleapis.com/locations/global/workforcePools/staff/providers/okta",
            "refresh_token": "1//refresh-token",
            "token_url": f"{files.tokens.url}/token",
            "client_id": "1",
            "client_secret": "GOCSPX-client-secret",
        }
    )
    identity = find_credentials("read").identity
    assert (identity.kind, identity.through) == ("user", "workforce pool staff, provider okta")


def test_gcloud_sign_in_is_found_where_gcloud_keeps_it(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = files.folder / "gcloud"
    folder.mkdir()
    path = folder / "application_default_credentials.json"
    path.write_text(json.dumps(files.user(quota_project_id="shop-123")), encoding="utf-8")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("PATH", "")
    assert find_credentials("read").identity == Identity("user", source=str(path), quota_project="shop-123")


@pytest.mark.parametrize(("access", "scope"), [("read", READ_SCOPE), ("edit", EDIT_SCOPE)])
@pytest.mark.parametrize("sort", ["service_account", "federated"])
def test_credentials_are_limited_to_what_was_asked_for(
    files: Files, sort: str, access: Any, scope: str
) -> None:
    files.use(getattr(files, sort)())
    assert find_credentials(access).credentials.scopes == [scope]


BROKEN: dict[str, Any] = {
    "empty": "",
    "no JSON": "-----BEGIN PRIVATE KEY-----",
    "a list": [1, "1//refresh-token"],
    "a text": '"1//refresh-token"',
    "no type": {"refresh_token": "1//refresh-token"},
    "unknown type": {"type": "magic", "refresh_token": "1//refresh-token"},
    "service account without key": {"type": "service_account", "client_email": SERVICE_ACCOUNT},
    "service account with a broken key": {
        "type": "service_account",
        "client_email": SERVICE_ACCOUNT,
        "token_uri": "x",
        "private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    },
    "user without secret": {"type": "authorized_user", "refresh_token": "1//refresh-token"},
    "user with odd expiry": {
        "type": "authorized_user",
        "refresh_token": "1//refresh-token",
        "client_id": "1",
        "client_secret": "GOCSPX-client-secret",
        "expiry": "tomorrow",
    },
    "federation without audience": {"type": "external_account", "token_url": "x", "credential_source": {}},
    "federation from nothing": {"type": "external_account", "credential_source": "subject-token"},
    "impersonation of nobody": {"type": "impersonated_service_account"},
    "impersonation by a list": {
        "type": "impersonated_service_account",
        "source_credentials": ["1//refresh-token"],
        "service_account_impersonation_url": "x",
    },
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_broken_file_is_a_sign_in_error_that_shows_no_secret(files: Files, content: Any) -> None:
    files.use(content)
    with pytest.raises(SignInError) as caught:
        find_credentials("read")
    assert "gcloud auth application-default login" in caught.value.remedy
    assert not [secret for secret in SECRETS if secret in str(caught.value)]


def test_file_that_is_not_there_is_named(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(files.folder / "gone.json"))
    with pytest.raises(SignInError, match=r"gone\.json was not found"):
        find_credentials("read")


def test_folder_in_place_of_a_file_is_a_sign_in_error(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(files.folder))
    with pytest.raises(SignInError, match="cannot be used"):
        find_credentials("read")


def test_federated_sign_in_acts_as_the_service_account(files: Files) -> None:
    files.use(files.federated())
    signed_in = sign_in(find_credentials("read"))
    assert (signed_in.email, signed_in.scopes) == (SERVICE_ACCOUNT, (READ_SCOPE,))
    exchange, impersonation = files.tokens.asked
    assert exchange[1]["subject_token"] == ["subject-token"]
    assert impersonation[1]["scope"] == [READ_SCOPE]


def test_federated_sign_in_refused_tells_how_to_allow_it(files: Files) -> None:
    files.tokens.answers["generateAccessToken"] = (403, {"error": {"message": "subject-token may not"}})
    files.use(files.federated())
    with pytest.raises(SignInError, match="Unable to acquire impersonated credentials") as caught:
        sign_in(find_credentials("read"))
    assert "roles/iam.workloadIdentityUser" in caught.value.remedy
    assert SERVICE_ACCOUNT in caught.value.remedy
    assert "subject-token" not in str(caught.value)


def test_subject_token_that_is_not_there_is_a_sign_in_error(files: Files) -> None:
    files.use(files.federated())
    (files.folder / "subject").unlink()
    with pytest.raises(SignInError, match="was not found"):
        sign_in(find_credentials("read"))


def test_key_of_a_service_account_asks_nobody(files: Files) -> None:
    files.use(files.service_account())
    assert sign_in(find_credentials("read")).email == SERVICE_ACCOUNT
    assert files.tokens.asked == []


def _user(tokens: TokenServer) -> Found:
    """As from gcloud's file, but with its tokens from the loopback server instead of Google's address."""
    credentials = Credentials(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token="1//refresh-token",  # noqa: S106 - made up
        token_uri=f"{tokens.url}/token",
        client_id="1",
        client_secret="GOCSPX-client-secret",  # noqa: S106 - made up
    )
    return Found(credentials, identity_of(credentials))


def test_user_signed_in_is_looked_up_with_the_scopes_granted(tokens: TokenServer) -> None:
    tokens.answers["tokeninfo"] = (200, {"email": "ana@example.com", "scope": f"openid {READ_SCOPE}"})
    signed_in = sign_in(_user(tokens), f"{tokens.url}/tokeninfo")
    assert signed_in.email == "ana@example.com"
    assert signed_in.may([READ_SCOPE])
    assert not signed_in.may([EDIT_SCOPE])


@pytest.mark.parametrize(
    "answer", [(500, {}), (200, {}), (200, []), (200, None), (400, {"error": "invalid"})]
)
def test_user_who_cannot_be_looked_up_is_signed_in_all_the_same(tokens: TokenServer, answer: Any) -> None:
    tokens.answers["tokeninfo"] = answer
    signed_in = sign_in(_user(tokens), f"{tokens.url}/tokeninfo")
    assert signed_in.scopes is None
    assert signed_in.may([EDIT_SCOPE])


def test_revoked_user_is_told_to_sign_in_again(tokens: TokenServer) -> None:
    refusal = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    tokens.answers["token"] = (400, refusal)
    with pytest.raises(SignInError, match="expired or revoked") as caught:
        sign_in(_user(tokens), f"{tokens.url}/tokeninfo")
    assert "gcloud auth application-default login --scopes=" in caught.value.remedy
    assert READ_SCOPE in caught.value.remedy
    assert EDIT_SCOPE in caught.value.remedy


def _elsewhere(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """google-auth reads some variables only when it is loaded, so it needs a process of its own."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", script], env=kept | environment, capture_output=True, text=True, check=True
    )


_FIND = """
from milepost.errors import SignInError
from milepost.gateways.credentials import find_credentials, sign_in
try:
    found = find_credentials("read")
    print(found.identity.kind, found.identity.source, sign_in(found, {token_info!r}), sep="|")
except SignInError as error:
    print(error)
"""


def test_without_any_credentials_the_remedy_is_the_sign_in_command(tmp_path: Path) -> None:
    ran = _elsewhere(
        _FIND.format(token_info=""),
        NO_GCE_CHECK="true",
        CLOUDSDK_CONFIG=str(tmp_path),
        GCE_METADATA_MTLS_MODE="none",
    )
    assert "credentials were not found" in ran.stdout
    assert f"--scopes={READ_SCOPE},{EDIT_SCOPE}," in ran.stdout


def test_machine_has_the_scopes_it_was_made_with(tmp_path: Path, tokens: TokenServer) -> None:
    host = tokens.url.removeprefix("http://")
    ran = _elsewhere(
        _FIND.format(token_info=f"{tokens.url}/tokeninfo"),
        GCE_METADATA_HOST=host,
        GCE_METADATA_IP=host,
        GCE_METADATA_MTLS_MODE="none",
        CLOUDSDK_CONFIG=str(tmp_path),
    )
    signed_in = SignedIn("ana@example.com", ("openid",))
    assert ran.stdout.strip() == f"machine's service account|metadata server|{signed_in}"
