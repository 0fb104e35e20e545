"""The web server of a preview: its page at every path, what the page loads, and the collector."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from milepost.errors import InputError
from milepost.tracking.preview.received import Inbox, Received

COLLECT = "/g/collect"
TAG = "/gtag/js"
OWN = "/_milepost/"
"""Under it stands what the page itself loads; every other path is the page."""

_HOST = "127.0.0.1"
_LARGEST = 2**20
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Nothing that stands on the page can ask another address for anything."""


@dataclass(frozen=True)
class Content:
    """Something to serve; `kind` is its media type."""

    kind: str
    body: bytes


class PreviewServer:
    """Listens on this machine from the start, and answers inside a `with` statement.

    Args:
        port: on the loopback address; 0 takes any free one.
        on_event: called with each event received, in another thread.

    Attributes:
        origin: where it is, such as `http://127.0.0.1:8080`.
        inbox: what was received.

    Raises:
        InputError: the port cannot be listened on.
    """

    def __init__(self, port: int = 0, on_event: Callable[[Received], None] = lambda _: None) -> None:
        self.inbox = Inbox()
        try:
            self._server = _Server((_HOST, port), self.inbox, on_event)
        except OSError as error:
            raise InputError(
                f"--port {port}",
                f"cannot be listened on ({error.strerror})",
                "Leave it out to take any free one.",
            ) from None
        self.origin = f"http://{_HOST}:{self._server.server_address[1]}"
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="preview", daemon=True
        )

    def publish(self, page: Content, tag: Content, files: Mapping[str, Content]) -> None:
        """Set what it serves: the page, what stands in for gtag.js, and files under `OWN` by their names."""
        self._server.page = page
        self._server.files = {TAG: tag, **{OWN + name: content for name, content in files.items()}}

    def __enter__(self) -> PreviewServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.inbox.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], inbox: Inbox, on_event: Callable[[Received], None]) -> None:
        self.inbox = inbox
        self.on_event = on_event
        self.page = Content("text/plain", b"")
        self.files: Mapping[str, Content] = {}
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is nothing to tell."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        own = f"{_HOST}:{self.server.server_address[1]}"
        if self.headers.get("Host") != own:
            # By another name the page would be another origin, and somebody else's name might lead here.
            self._send(HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": f"http://{own}/"})
        elif path == COLLECT:
            self._collect()
        elif path == f"{OWN}events":
            self._stream()
        elif path in self.server.files:
            self._send(HTTPStatus.OK, self.server.files[path])
        elif path.startswith(OWN) or path == "/favicon.ico":
            self._send(HTTPStatus.NOT_FOUND)
        else:
            self._send(HTTPStatus.OK, self.server.page, {"Content-Security-Policy": _POLICY})

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        if path == COLLECT:
            self._collect()
        elif path == f"{OWN}clear":
            self.server.inbox.clear()
            self._send(HTTPStatus.NO_CONTENT)
        else:
            self._send(HTTPStatus.METHOD_NOT_ALLOWED)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: events are told by `on_event`."""

    def _collect(self) -> None:
        written = self.headers.get("Content-Length") or "0"
        if not (written.isascii() and written.isdigit()) or int(written) > _LARGEST:
            self.close_connection = True
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(int(written)).decode("utf-8", "replace")
        received = self.server.inbox.take(urlsplit(self.path).query, body)
        self._send(HTTPStatus.NO_CONTENT)
        for event in received:
            self.server.on_event(event)

    def _stream(self) -> None:
        """Every event as it comes, those before included, until the browser goes or the preview ends."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        last = self.headers.get("Last-Event-ID") or "0"
        number = int(last) if last.isascii() and last.isdigit() else 0
        try:
            while (events := self.server.inbox.after(number, timeout=10)) is not None:
                for event in events:
                    number = event.number
                    self.wfile.write(f"id: {number}\ndata: {json.dumps(asdict(event))}\n\n".encode())
                # A sign of life, by which a browser that has gone is noticed.
                self.wfile.write(b": \n\n")
        except OSError:
            return

    def _send(
        self, status: HTTPStatus, content: Content | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if status != HTTPStatus.NO_CONTENT:
            body = content.body if content else b""
            self.send_header("Content-Type", content.kind if content else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            self.end_headers()
