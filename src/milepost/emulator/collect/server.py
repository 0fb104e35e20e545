"""The HTTP port beside the gRPC one: where tags and servers send events."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from milepost.emulator.collect.collector import Collector
from milepost.emulator.server import PortError

_log = logging.getLogger(__name__)

TAG = "/g/collect"
PROTOCOL = "/mp/collect"
VALIDATION = "/debug/mp/collect"
_LARGEST = 4 * 2**20


class CollectServer:
    """Serves the collection paths until stopped; any other path is 404.

    Raises:
        PortError: the port cannot be listened on.
    """

    def __init__(self, collector: Collector, *, port: int = 0, host: str = "127.0.0.1") -> None:
        try:
            self._server = _Server((host, port), collector)
        except OSError as error:
            raise PortError(
                f"{host}:{port}: cannot be listened on ({error.strerror}). "
                "Choose another port, or 0 for any free one."
            ) from None
        self.address = f"{host}:{self._server.server_address[1]}"
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to answer."""
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="collect", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Answer nothing any more and close the port."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A browser keeps connections open: nobody waits for those at the end.
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], collector: Collector) -> None:
        self.collector = collector
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_OPTIONS(self) -> None:
        """What a browser asks before it sends to another site's address."""
        self._send(HTTPStatus.NO_CONTENT)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: addresses carry secrets."""

    def _answer(self) -> None:
        address = urlsplit(self.path)
        body = self._body()
        if body is None:
            return
        try:
            self._route(address.path, address.query, body)
        except Exception:  # noqa: BLE001 - whatever fails inside is an error of the server outside
            _log.exception("%s failed", address.path)
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR)

    def _route(self, path: str, query: str, body: bytes) -> None:
        collector = self.server.collector
        if path == TAG:
            agent = self.headers.get("User-Agent", "")
            collector.take_tag_hit(query, body.decode("utf-8", "replace"), agent)
            self._send(HTTPStatus.NO_CONTENT)
        elif path not in (PROTOCOL, VALIDATION):
            self._send(HTTPStatus.NOT_FOUND)
        elif self.command != "POST":
            self._send(HTTPStatus.METHOD_NOT_ALLOWED)
        elif path == PROTOCOL:
            collector.take_protocol_request(query, body)
            self._send(HTTPStatus.NO_CONTENT)
        else:
            self._send(HTTPStatus.OK, {"validationMessages": collector.validation_messages(body)})

    def _body(self) -> bytes | None:
        """The body; None when there was none to be had, which is answered already."""
        written = self.headers.get("Content-Length") or "0"
        if not (written.isascii() and written.isdigit()) or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._send(HTTPStatus.LENGTH_REQUIRED)
            return None
        if int(written) > _LARGEST:
            self.close_connection = True
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return None
        return self.rfile.read(int(written))

    def _send(self, status: HTTPStatus, answer: Any = None) -> None:
        body = b"" if answer is None else json.dumps(answer, indent=2).encode()
        self.send_response(status)
        self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin") or "*")
        self.send_header("Access-Control-Allow-Credentials", "true")
        self.send_header("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
        self.send_header("Access-Control-Allow-Headers", "Content-Type")
        self.send_header("Cache-Control", "no-store")
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
