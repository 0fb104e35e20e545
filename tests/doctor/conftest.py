"""Credentials files of every sort, made on the spot, and a loopback server that hands out tokens for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SERVICE_ACCOUNT = "milepost@shop-123.iam.gserviceaccount.com"
AUDIENCE = (
    "//iam.googleapis.com/projects/42/locations/global/workloadIdentityPools/github/providers/milepost-repo"
)
KEY_ID = "0123456789abcdef0123456789abcdef01234567"
SECRETS = (
    KEY_ID,
    "GOCSPX-client-secret",
    "1//refresh-token",
    "ya29.access-token",
    "subject-token",
    "PRIVATE KEY",
)
"""What no output may show."""


@pytest.fixture(scope="session")
def private_key() -> str:
    """A key that is good for nothing."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@dataclass
class TokenServer:
    """What google-auth asks for tokens, on the loopback address; a machine's metadata, too.

    `answers` are by the last part of the path, as status and JSON (or text); `asked` holds each request's
    last part of the path, and its body.
    """

    url: str
    answers: dict[str, tuple[int, Any]]
    asked: list[tuple[str, dict[str, list[str]] | Any]] = field(default_factory=list)


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            name = self.path.partition("?")[0].rstrip("/").replace(":", "/").rpartition("/")[2]
            server.asked.append((name, json.loads(body) if body.startswith("{") else parse_qs(body)))
            status, answer = server.answers[name]
            content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            self.send_response(status)
            self.send_header("Metadata-Flavor", "Google")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST  # noqa: N815 - the name that the base class looks for

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as listening:
        token = {"access_token": "ya29.access-token", "expires_in": 3600, "token_type": "Bearer"}
        server = TokenServer(
            f"http://127.0.0.1:{listening.server_port}",
            {
                "token": (
                    200,
                    {**token, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"},
                ),
                "generateAccessToken": (
                    200,
                    {"accessToken": "ya29.access-token", "expireTime": "2099-01-01T00:00:00Z"},
                ),
                "": (200, ""),
                "project-id": (200, "shop-123"),
                "universe-domain": (200, "googleapis.com"),
                "default": (200, {"email": SERVICE_ACCOUNT, "scopes": ["cloud-platform"]}),
                "tokeninfo": (200, {"email": "ana@example.com", "scope": "openid"}),
            },
        )
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        listening.shutdown()
        thread.join()


@dataclass(frozen=True)
class Files:
    """Writes credentials files as Google's tools do, and points google-auth at the last one."""

    folder: Path
    environment: pytest.MonkeyPatch
    private_key: str
    tokens: TokenServer

    def use(self, content: Any) -> Path:
        path = self.folder / "credentials.json"
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        self.environment.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        return path

    def service_account(self) -> dict[str, Any]:
        return {
            "type": "service_account",
            "project_id": "shop-123",
            "private_key_id": KEY_ID,
            "private_key": self.private_key,
            "client_email": SERVICE_ACCOUNT,
            "client_id": "1234567890",
            "token_uri": f"{self.tokens.url}/token",
        }

    def user(self, **more: str) -> dict[str, Any]:
        return {
            "type": "authorized_user",
            "client_id": "1234.apps.googleusercontent.com",
            "client_secret": "GOCSPX-client-secret",
            "refresh_token": "1//refresh-token",
            **more,
        }

    def impersonated(self, source: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "impersonated_service_account",
            "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/projects/-/"
            f"serviceAccounts/{SERVICE_ACCOUNT}:generateAccessToken",
            "delegates": [],
            "source_credentials": source,
        }

    def federated(self, *, acts_as: str | None = SERVICE_ACCOUNT) -> dict[str, Any]:
        subject = self.folder / "subject"
        subject.write_text("subject-token", encoding="utf-8")
        content = {
            "type": "external_account",
            "audience": AUDIENCE,
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": f"{self.tokens.url}/v1/token",
            "credential_source": {"file": str(subject)},
        }
        if acts_as:
            content["service_account_impersonation_url"] = (
                f"{self.tokens.url}/v1/projects/-/serviceAccounts/{acts_as}:generateAccessToken"
            )
        return content


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, private_key: str, tokens: TokenServer) -> Files:
    """Nothing of the user's own credentials is around."""
    for variable in ("GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "GOOGLE_CLOUD_QUOTA_PROJECT"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))
    return Files(tmp_path, monkeypatch, private_key, tokens)
