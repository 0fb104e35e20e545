"""A server that answers one method in a way the emulator never would of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from milepost.emulator.rpc import Call, Method
from milepost.emulator.server import RpcServer
from milepost.gateways.connection import Connection


@contextmanager
def answering(
    path: str, request_type: Any, answer: Callable[[Any], Any]
) -> Iterator[tuple[Connection, list[Any]]]:
    """A connection to a server that answers requests this way, and the requests it got."""
    requests: list[Any] = []

    def handle(request: Any, _: Call) -> Any:
        requests.append(request)
        return answer(request)

    server = RpcServer([Method(path, request_type, handle)])
    server.start()
    try:
        with Connection("read", server.address) as connection:
            yield connection, requests
    finally:
        server.stop()
