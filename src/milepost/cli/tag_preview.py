"""The preview of `milepost tag --preview`: put together, and run until Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milepost.model.declared import DeclaredProperty
    from milepost.tracking.preview.received import Received
    from milepost.tracking.preview.server import PreviewServer

PLACEHOLDER = "G-PREVIEW"
"""The measurement id where nobody names one: nothing is sent to Google."""


def make_preview(
    declared: DeclaredProperty,
    measurement_id: str,
    *,
    port: int = 0,
    on_event: Callable[[Received], None] = lambda _: None,
) -> PreviewServer:
    """The preview of one property, listening; it answers inside a `with` statement.

    Raises:
        InputError: the port cannot be listened on.
    """
    from milepost.render.preview.page import preview_files, render_preview
    from milepost.tracking import preview
    from milepost.tracking.means import BY_SITE, tracked_conversions
    from milepost.tracking.preview.server import OWN, Content, PreviewServer
    from milepost.tracking.preview.steps import preview_step
    from milepost.tracking.preview.video import silent_video
    from milepost.tracking.script import render_script

    conversions = tracked_conversions(declared)
    steps = [preview_step(tracked) for tracked in conversions if tracked.means in BY_SITE]
    others = [tracked for tracked in conversions if tracked.means not in BY_SITE]
    server = PreviewServer(port, on_event)
    code = "text/javascript; charset=utf-8"
    files = {name: Content(*content) for name, content in preview_files().items()}
    files["milepost.js"] = Content(code, render_script(declared, measurement_id, server.origin).encode())
    files["video.wav"] = Content("audio/wav", silent_video())
    server.publish(
        page=Content("text/html; charset=utf-8", render_preview(declared.name, steps, others, OWN).encode()),
        tag=Content(code, resources.files(preview).joinpath("site", "gtag.js").read_bytes()),
        files=files,
    )
    return server


def run_preview(declared: DeclaredProperty, measurement_id: str, *, port: int, opens: bool) -> None:
    """Serve it, tell of each event on a line, and in the end what was not seen."""
    from milepost.cli.console import write
    from milepost.render.preview.text import ended_line, received_line
    from milepost.tracking.means import sent_by_site

    seen: set[str] = set()
    ended = threading.Event()

    def tell(received: Received) -> None:
        if received.consent:
            seen.add(received.event)
        write(received_line(received, datetime.now()))
        sys.stdout.flush()

    with make_preview(declared, measurement_id, port=port, on_event=tell) as server:
        write(f"{server.origin}/")
        write(
            "Grant consent there, try each event, watch the lights. Nothing goes to Google. Ctrl-C ends it."
        )
        sys.stdout.flush()
        if opens:
            import webbrowser

            webbrowser.open(f"{server.origin}/")
        _wait(ended)
    write(ended_line([tracked.event for tracked in sent_by_site(declared)], seen))


def _wait(ended: threading.Event) -> None:
    """Until Ctrl-C or SIGTERM, by which a preview ends as it should."""
    before = {
        number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        # Without a time, Windows would hear no signal meanwhile.
        while not ended.wait(0.2):
            pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
