"""Ctrl-C while GA4 is being changed: the first ends after the change in flight, the second at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from milepost.operations.session import Session

EXIT_CODE = 130
"""Of an interrupted command, whether by Ctrl-C or by SIGTERM: what a shell says of the former."""

_GENTLY = "\nStopping after the change in flight. Once more stops at once.\n"
_AT_ONCE = "\nStopped at once: whether the change in flight was made, 'milepost plan' shows.\n"
_SHOW_CURSOR = "\x1b[?25h"


@contextmanager
def ending_gently(session: Session) -> Iterator[None]:
    """While inside, SIGINT and SIGTERM halt the session; a second one ends the process.

    Signals come to the main thread only; anywhere else this changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_signal: int, _frame: FrameType | None) -> None:
        if session.halted:
            _say(_AT_ONCE + (_SHOW_CURSOR if sys.stderr.isatty() else ""))
            # Threads wait for answers that may take a minute, and an orderly end would wait for the threads.
            os._exit(EXIT_CODE)
        session.halt()
        _say(_GENTLY)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    """Past all buffers and locks: what was interrupted may hold them."""
    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, text.encode())
