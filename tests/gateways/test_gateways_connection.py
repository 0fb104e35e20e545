"""Addresses of emulators: what is none, and one where nobody is."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from milepost.emulator.embedded import Emulator
from milepost.errors import InputError, SignInError, UnreachableError
from milepost.gateways.admin import AdminGateway
from milepost.gateways.connection import Connection


@pytest.mark.parametrize(
    "address",
    [
        "localhost", ":8080", "localhost:", "localhost:http", "localhost:0", "localhost:65536",
        "localhost:-1", "localhost:٨٠", "http://localhost:8080", "localhost:8080/", "local host:8080",
        "localhost:8080 ", "a:b:8080", "[::1:8080", "unix:/tmp/s:1", "localhost:8080\n",
    ],
)  # fmt: skip
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(InputError, match="is not host:port") as caught:
        Connection("read", emulator=address)
    assert caught.value.place == "ANALYTICS_EMULATOR_HOST"
    assert "127.0.0.1:8080" in caught.value.remedy


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port that is taken, so that nobody else gets it, and on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_an_address_where_nobody_is_is_told(deaf_port: int) -> None:
    with pytest.raises(UnreachableError, match="no emulator answers there") as caught:
        Connection("read", emulator=f"127.0.0.1:{deaf_port}")
    assert caught.value.place == f"ANALYTICS_EMULATOR_HOST=127.0.0.1:{deaf_port}"
    assert "milepost emulator" in caught.value.remedy


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.mark.parametrize("variable", ["http_proxy", "https_proxy", "grpc_proxy"])
def test_a_proxy_for_the_world_outside_is_not_asked_for_the_emulator(
    emulator: Emulator, deaf_port: int, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for name in ("no_proxy", "no_grpc_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, f"http://127.0.0.1:{deaf_port}")
    with Connection("read", emulator=emulator.address) as connection:
        assert AdminGateway(connection).read_property("100000001").id == "100000001"


def test_a_name_reaches_the_emulator_as_well_as_a_number(emulator: Emulator) -> None:
    port = emulator.address.rpartition(":")[2]
    with Connection("read", emulator=f"localhost:{port}") as connection:
        assert AdminGateway(connection).read_property("100000006").display_name == "Brand (demo)"


def test_without_credentials_google_is_not_reached_and_the_remedy_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")
    with Connection("read") as connection, pytest.raises(SignInError, match=r"/nowhere/key\.json") as caught:
        AdminGateway(connection).read_property("100000001")
    assert "gcloud auth application-default login" in caught.value.remedy
