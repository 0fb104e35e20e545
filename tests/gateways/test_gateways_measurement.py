"""Where server-side events are sent, how long that may take, and what is shown of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from milepost.errors import UnreachableError
from milepost.gateways.measurement import (
    GOOGLE,
    MeasurementGateway,
    Secret,
    ServerEvent,
    checked_origin,
)
from milepost.model.declared import DeclaredProperty
from milepost.operations.session import Session

EVENT = ServerEvent("1.2", "lead", {})
HIDDEN = Secret("nobody-may-see-this")


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("127.0.0.1:8081", "http://127.0.0.1:8081"),
        (" emulator:1/ ", "http://emulator:1"),
        ("[::1]:8081", "http://[::1]:8081"),
        ("http://localhost:8081", "http://localhost:8081"),
        ("https://region1.google-analytics.com", "https://region1.google-analytics.com"),
        ("https://proxy.example:8443/", "https://proxy.example:8443"),
    ],
)
def test_addresses_of_emulators_and_of_the_eu_are_taken(written: str, origin: str) -> None:
    assert checked_origin(written) == origin


def test_property_of_google_is_sent_to_google() -> None:
    declared = DeclaredProperty("shop", "123456", ("ecommerce",), None, (), (), ())
    with Session("read", {}) as session:
        assert session.measurement_origin(declared) == GOOGLE
    with Session("read", {"MILEPOST_MEASUREMENT_HOST": "https://region1.google-analytics.com"}) as session:
        assert session.measurement_origin(declared) == "https://region1.google-analytics.com"


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_answer_in_time_is_told_in_seconds(silent: str, scheme: str) -> None:
    gateway = MeasurementGateway(f"{scheme}://{silent}", "G-1", timeout=0.2)
    with pytest.raises(UnreachableError, match=r"within 0\.2 seconds.* not sent again") as raised:
        gateway.send(EVENT, HIDDEN)
    assert raised.value.__cause__ is None
    assert HIDDEN.value not in str(raised.value)


def test_broken_encryption_is_told_without_the_secret() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def talk_nonsense() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"no encryption here\r\n\r\n")

        thread = Thread(target=talk_nonsense)
        thread.start()
        with pytest.raises(UnreachableError) as raised:
            MeasurementGateway(f"https://127.0.0.1:{port}", "G-1").send(EVENT, HIDDEN)
        thread.join()
    assert HIDDEN.value not in str(raised.value)


def test_secret_is_not_shown_when_printed() -> None:
    assert HIDDEN.value not in f"{HIDDEN} {HIDDEN!r}"
