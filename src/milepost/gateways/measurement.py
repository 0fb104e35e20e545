"""The Measurement Protocol: what a server sends over HTTP, and what Google finds wrong with it.

The secret stands in the address of a request, as Google wants it. So no message says what an address was, and
no error carries one. Source: tracking reference, section c.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from milepost.errors import InputError, RefusedError, RemoteError, UnreachableError
from milepost.gateways.connection import READ_TIMEOUT, Connection
from milepost.gateways.translate import translated

HOST_VARIABLE = "MILEPOST_MEASUREMENT_HOST"
"""Names another address than Google's own: an emulator's, or that of Google's servers in the EU."""

SECRET_VARIABLE = "GA4_API_SECRET"  # noqa: S105 - the name of a variable
"""Holds the Measurement Protocol secret, where it is not to be read from GA4."""

GOOGLE = "https://www.google-analytics.com"

TIMEOUT = 15.0
"""Seconds that one request may take. It is made once: a second one could count the same event again."""

_UNCHECKED = "not-checked"
_LARGEST_ANSWER = 2**20
_ORIGIN = re.compile(r"(?P<scheme>https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True)
class Secret:
    """What lets a server send events to a stream; printing one shows nothing of it."""

    value: str = field(repr=False)


@dataclass(frozen=True)
class ValidationMessage:
    """One thing that the validation endpoint found; `code` is Google's, such as `NAME_INVALID`."""

    field_path: str
    description: str
    code: str


@dataclass(frozen=True)
class ServerEvent:
    """An event as a server sends it: who did it, and its parameters."""

    client_id: str
    name: str
    parameters: Mapping[str, Any]


def checked_origin(written: str) -> str:
    """`https://HOST` as it is, `HOST:PORT` with `http://`, which is how an emulator is addressed.

    Raises:
        InputError: it is neither.
    """
    origin = written.strip().rstrip("/")
    if "://" not in origin:
        origin = f"http://{origin}"
    found = _ORIGIN.fullmatch(origin)
    if found is None or (found["scheme"] == "http" and not found["port"]) or int(found["port"] or 1) > 65535:
        raise InputError(
            HOST_VARIABLE,
            # Not shown: a mistaken variable may well hold a secret.
            "holds no address",
            'Write "127.0.0.1:8081", or "https://region1.google-analytics.com".',
        )
    return origin


def read_secret(connection: Connection, stream: str) -> Secret | None:
    """The oldest secret of a web stream; None where nobody has made one.

    Args:
        connection: for reading is enough.
        stream: resource name.

    Raises:
        RemoteError: one of its kinds, naming the stream.
    """
    with translated(f"{stream}: Measurement Protocol secrets"):
        found = sorted(
            connection.admin_beta.list_measurement_protocol_secrets(
                parent=stream, retry=connection.reading, timeout=READ_TIMEOUT
            ),
            key=lambda secret: str(secret.name),
        )
    return Secret(found[0].secret_value) if found else None


class MeasurementGateway:
    """Sends events to one web stream.

    Args:
        origin: scheme and host; see `checked_origin`.
        measurement_id: the stream's.
        timeout: seconds that one request may take.
    """

    def __init__(self, origin: str, measurement_id: str, timeout: float = TIMEOUT) -> None:
        self._origin = origin
        self._measurement_id = measurement_id
        self._timeout = timeout
        # A proxy that the environment names is for the world outside, not for an emulator next door.
        proxies = [ProxyHandler({})] if origin.startswith("http:") else []
        self._opener = build_opener(_NoRedirect, *proxies)

    def validate(self, event: ServerEvent) -> tuple[ValidationMessage, ...]:
        """What is wrong with an event, its recommendations included; nothing of it is counted.

        Google checks neither the secret nor the measurement id here, so none is given away.

        Raises:
            RemoteError: no answer, or none that could be read.
        """
        body = {**_body(event), "validation_behavior": "ENFORCE_RECOMMENDATIONS"}
        answer = self._post("/debug/mp/collect", Secret(_UNCHECKED), body)
        try:
            return tuple(_message(entry) for entry in json.loads(answer)["validationMessages"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise RemoteError(
                f"{self._origin}: validation", "answered something else than validation messages"
            ) from None

    def send(self, event: ServerEvent, secret: Secret) -> None:
        """Send an event that counts. The answer tells nothing of whether it was good.

        Raises:
            RemoteError: no answer, or a refusal. It was sent once and is not sent again.
        """
        self._post("/mp/collect", secret, _body(event))

    def _post(self, path: str, secret: Secret, body: Mapping[str, Any]) -> bytes:
        query = urlencode({"measurement_id": self._measurement_id, "api_secret": secret.value})
        request = Request(  # noqa: S310 - the origin is http or https
            f"{self._origin}{path}?{query}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        place = f"{self._origin}{path}"
        # What urllib raises knows the address, and with it the secret: nothing of it goes on.
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return bytes(response.read(_LARGEST_ANSWER))
        except HTTPError as error:
            status = error.code
            error.close()
        except TimeoutError:
            raise _unreachable(place, f"no answer within {self._timeout:g} seconds") from None
        except URLError as error:
            timed_out = isinstance(error.reason, TimeoutError)
            cause = f"no connection within {self._timeout:g} seconds" if timed_out else _cause(error.reason)
            raise _unreachable(place, cause) from None
        except (HTTPException, OSError) as error:
            raise _unreachable(place, _cause(error)) from None
        raise RefusedError(place, f"answered with status {status}", f"Check {HOST_VARIABLE}.")


class _NoRedirect(HTTPRedirectHandler):
    """A secret goes where it was meant to go, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _body(event: ServerEvent) -> dict[str, Any]:
    return {
        "client_id": event.client_id,
        "events": [{"name": event.name, "params": dict(event.parameters)}],
    }


def _message(entry: Mapping[str, Any]) -> ValidationMessage:
    return ValidationMessage(
        str(entry.get("fieldPath", "")),
        str(entry.get("description", "")),
        str(entry.get("validationCode", "")),
    )


def _cause(reason: object) -> str:
    """The system's own words, which name no address."""
    return (reason.strerror if isinstance(reason, OSError) else None) or "the connection broke off"


def _unreachable(place: str, cause: str) -> UnreachableError:
    return UnreachableError(
        place, cause, f"Check the network, and {HOST_VARIABLE} if it is set. It was not sent again."
    )
