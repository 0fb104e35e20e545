"""Events that sites and servers have sent: rows of the export schema, kept in a file that only grows."""

from __future__ import annotations

import json
import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO

from milepost.emulator.store import StateError

if TYPE_CHECKING:
    import duckdb
    import pyarrow

Row = Mapping[str, Any]
"""One event: columns of the export schema, those that are known, and `from_server`."""


class CollectedEvents:
    """What was collected, by property, in the order in which it came.

    With a path, an append has reached the disk when it returns. A line that a killed process left
    unfinished was never acknowledged, and is cut off. One process at a time: the state file's lock sees to
    that.

    Args:
        path: the file, made with the first event; None keeps everything in memory.

    Raises:
        StateError: the file is none of ours, or cannot be read or written.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = Lock()
        self._rows: dict[str, list[Row]] = {}
        self._begun_anew = 0
        self._stream: BinaryIO | None = None
        self._closed = False
        if path is not None and path.exists():
            self._load(path)

    def append(self, property_id: str, rows: Sequence[Row]) -> None:
        """Keep events of one request: all of them or, when it raises, none.

        Raises:
            OSError: they cannot be written.
        """
        # What could not be read back must not be kept: every later report would fail.
        _table(rows)
        with self._lock:
            if self._closed:
                raise OSError("closed")
            if self._path is not None:
                self._write(self._path, json.dumps({"property": property_id, "rows": rows}) + "\n")
            self._rows.setdefault(property_id, []).extend(rows)

    def of(self, property_id: str) -> PropertyEvents:
        """The events of one property, now and later."""
        return PropertyEvents(self, property_id)

    def revision(self, property_id: str) -> Hashable:
        """Differs whenever the property's events do; None as long as there are none."""
        with self._lock:
            count = len(self._rows.get(property_id, ()))
            return (self._begun_anew, count) if count else None

    def rows(self, property_id: str) -> list[Row]:
        """The property's events."""
        with self._lock:
            return list(self._rows.get(property_id, ()))

    def properties(self) -> tuple[str, ...]:
        """The ids of properties that have events."""
        with self._lock:
            return tuple(self._rows)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._rows.clear()
            self._begun_anew += 1
            if self._path is not None and self._path.exists():
                self._close()
                self._path.unlink()

    def close(self) -> None:
        """Let go of the file; nothing is kept any more."""
        with self._lock:
            self._closed = True
            self._close()

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _write(self, path: Path, line: str) -> None:
        if self._stream is None:
            # Unbuffered: what could not be written whole is not left behind for later.
            self._stream = path.open("ab", buffering=0)
        before = self._stream.seek(0, os.SEEK_END)
        try:
            left = memoryview(line.encode())
            while left:
                left = left[self._stream.write(left) :]
            os.fsync(self._stream.fileno())
        except OSError:
            self._stream.truncate(before)
            raise

    def _load(self, path: Path) -> None:
        try:
            written = path.read_bytes()
            whole = written.rfind(b"\n") + 1
            for property_id, rows in _parsed(written[:whole]):
                self._rows.setdefault(property_id, []).extend(rows)
            if whole < len(written):
                os.truncate(path, whole)
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise StateError(
                f"{path}: no collected events ({type(error).__name__}: {error}). "
                "It was left as it is. Restore a copy, or move it away and start afresh."
            ) from None


@dataclass(frozen=True)
class PropertyEvents:
    """The events of one property among those collected."""

    collected: CollectedEvents
    property_id: str

    def revision(self) -> Hashable:
        """Differs whenever the events do; None as long as there are none."""
        return self.collected.revision(self.property_id)

    def relation(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """The events as a table of the export, one row per event."""
        return connection.from_arrow(_table(self.collected.rows(self.property_id)))


def _parsed(text: bytes) -> Iterator[tuple[str, list[Row]]]:
    for line in text.splitlines():
        entry = json.loads(line)
        yield entry["property"], entry["rows"]


def _table(rows: Sequence[Row]) -> pyarrow.Table:
    """The export's columns, and whether a server sent the event: no export tells."""
    import pyarrow

    from milepost.emulator.events.generator.schema import EXPORT

    fields = [field.with_nullable(True) for field in EXPORT]
    schema = pyarrow.schema([*fields, pyarrow.field("from_server", pyarrow.bool_())])
    return pyarrow.Table.from_pylist([dict(row) for row in rows], schema=schema)
