"""One sync of a property at a time on this machine."""

from __future__ import annotations

import re
import time
from pathlib import Path
from threading import Event, Lock

from filelock import FileLock, Timeout

from milepost.errors import BusyError, HaltedError, InputError

_STEP = 0.2
"""Seconds between looks at whether a lock has become free."""


class PropertyLocks:
    """Locks of properties, held until released; the system lets go of them when the process ends.

    Args:
        folder: where the lock files stand; made when needed.
        wait: seconds to wait for another process.
        halted: ends all waiting once it is set.
    """

    def __init__(self, folder: Path, wait: float, halted: Event) -> None:
        self._folder = folder
        self._wait = wait
        self._halted = halted
        self._held: dict[str, FileLock] = {}
        self._lock = Lock()

    def acquire(self, name: str, key: str) -> None:
        """Take the lock of a property; nothing happens when it is held under this name already.

        Args:
            name: the property's name in the file.
            key: what tells properties apart on this machine.

        Raises:
            BusyError: another process is at it, or the file names it twice.
            HaltedError: somebody asked to stop while this one waited.
            InputError: the folder cannot be used.
        """
        with self._lock:
            if name in self._held:
                return
        path = self._folder / f"{re.sub(r'[^A-Za-z0-9.-]', '_', key)}.lock"
        # Threads take turns: one that plans takes it, another that applies lets go.
        lock = FileLock(path, thread_local=False)
        until = time.monotonic() + self._wait
        while not self._is_taken(lock):
            left = until - time.monotonic()
            if left <= 0:
                raise self._busy(name)
            if self._halted.wait(min(left, _STEP)):
                raise HaltedError(f"property {name}", "not begun, because of the interruption")
        with self._lock:
            self._held[name] = lock

    def _is_taken(self, lock: FileLock) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError as error:
            raise InputError(
                str(self._folder),
                f"cannot hold the locks of properties ({error.strerror})",
                "Name a folder that can be written to in MILEPOST_STATE_DIR.",
            ) from None
        return True

    def _busy(self, name: str) -> BusyError:
        waited = f" after {self._wait:g} s" if self._wait else ""
        return BusyError(
            f"property {name}",
            f"another sync of it is still running on this machine{waited}",
            "Wait until it has ended, or let this one wait for it with --wait 300.",
        )

    def release(self, name: str) -> None:
        """Let go of a property; nothing happens when it is not held."""
        with self._lock:
            lock = self._held.pop(name, None)
        if lock is not None:
            lock.release()

    def release_all(self) -> None:
        """Let go of every property."""
        for name in tuple(self._held):
            self.release(name)
