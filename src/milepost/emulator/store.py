"""What the emulated Google Analytics holds, kept in one file that is replaced whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any

from filelock import FileLock, Timeout
from google.analytics import admin_v1alpha
from google.protobuf import json_format

FORMAT_VERSION = 1


class StateError(Exception):
    """The state file cannot be used; `str()` names the file, the cause and the remedy."""


@dataclass(frozen=True)
class Record:
    """One resource and what Google knows about it beside its fields.

    `message` is a proto-plus message of the v1alpha package, which is a superset of v1beta.
    `archived` records are invisible to every call; they still hold their parameter name.
    Never change a message in place: put a new record, so that a failed transaction can be taken back,
    and that what is saved of this one stays true.
    """

    message: Any
    created: datetime
    updated: datetime
    archived: bool = False

    @cached_property
    def saved(self) -> str:
        """What the state file says of it beside its name: written anew only when the record is."""
        entry = {
            "type": type(self.message).__name__,
            "created": self.created.isoformat(),
            "updated": self.updated.isoformat(),
            "archived": self.archived,
            "resource": _to_json(self.message),
        }
        return json.dumps(entry)[1:]


@dataclass(frozen=True)
class _Event:
    message: Any

    @cached_property
    def saved(self) -> str:
        return json.dumps(_to_json(self.message))


@dataclass
class _Content:
    records: dict[str, Record] = field(default_factory=dict)
    history: list[_Event] = field(default_factory=list)
    next_id: int = 1

    def copy(self) -> _Content:
        return _Content(dict(self.records), list(self.history), self.next_id)


class Store:
    """Resources by name (`properties/1/keyEvents/2`), change history, and the id counter.

    Every write happens inside `transaction()`: saved at its end, taken back when it raises. With a
    path, one process at a time holds the file; a second one gets a StateError after `wait` seconds.
    """

    def __init__(self, path: Path | None = None, *, wait: float = 5.0) -> None:
        self._path = path
        self._lock = RLock()
        self._content = _Content()
        self._depth = 0
        self._file_lock: FileLock | None = None
        self.fresh = True
        if path is not None:
            self._open(path, wait)

    def _open(self, path: Path, wait: float) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Not per thread: whoever opened the store, any thread may close it.
            lock = FileLock(f"{path}.lock", timeout=wait, thread_local=False)
            lock.acquire()
        except Timeout:
            raise StateError(
                f"{path}: another milepost process is using this state file. "
                "Wait until it has ended, or give each process a file of its own."
            ) from None
        except OSError as error:
            raise StateError(
                f"{path}: cannot be used as a state file ({error.strerror}). Name another."
            ) from None
        self._file_lock = lock
        try:
            if path.exists():
                self._content = _load(path)
                self.fresh = False
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Let go of the state file."""
        if self._file_lock is not None:
            self._file_lock.release()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One write: alone, saved whole at the end, without a trace when it raises."""
        with self._lock:
            before = self._content.copy() if self._depth == 0 else None
            self._depth += 1
            try:
                yield
                if self._depth == 1 and self._path is not None:
                    _save(self._path, self._content)
            except BaseException:
                if before is not None:
                    self._content = before
                raise
            finally:
                self._depth -= 1

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A view that no write changes until it ends."""
        with self._lock:
            yield

    def new_id(self) -> str:
        """A number never given before; call inside a transaction."""
        number = self._content.next_id
        self._content.next_id += 1
        return str(number)

    def get(self, name: str) -> Record | None:
        """The live record of that name; None when there is none or it is archived."""
        record = self._content.records.get(name)
        return record if record and not record.archived else None

    def put(self, name: str, record: Record) -> None:
        """Add or replace a record; call inside a transaction."""
        self._content.records[name] = record

    def remove(self, name: str) -> None:
        """Forget a record altogether; call inside a transaction."""
        del self._content.records[name]

    def remove_below(self, name: str) -> None:
        """Forget all that belongs to a resource, at any depth; call inside a transaction."""
        for below in [other for other in self._content.records if other.startswith(f"{name}/")]:
            del self._content.records[below]

    def clear(self) -> None:
        """Forget everything, ids and history too, as if new; call inside a transaction."""
        self._content = _Content()

    def children(self, parent: str, collection: str, *, archived: bool = False) -> list[tuple[str, Record]]:
        """Records `PARENT/COLLECTION/ID` in the order they were made.

        Args:
            parent: resource name, or the empty string for top-level collections.
            collection: such as `keyEvents`.
            archived: the archived ones instead of the live ones.
        """
        prefix = f"{parent}/{collection}/" if parent else f"{collection}/"
        return [
            (name, record)
            for name, record in self._content.records.items()
            if name.startswith(prefix) and "/" not in name[len(prefix) :] and record.archived is archived
        ]

    def record_history(self, event: Any) -> None:
        """Append a v1alpha ChangeHistoryEvent; call inside a transaction."""
        self._content.history.append(_Event(event))

    @property
    def history(self) -> list[Any]:
        """All change history events (v1alpha), oldest first."""
        return [event.message for event in self._content.history]


def _save(path: Path, content: _Content) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.writelines(_lines(content))
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _lines(content: _Content) -> Iterator[str]:
    """The state file: JSON, one line per record and per event, from texts that are mostly there already."""
    yield f'{{"format_version": {FORMAT_VERSION}, "next_id": {content.next_id},\n"records": ['
    records = (f'{{"name": {json.dumps(name)}, {record.saved}' for name, record in content.records.items())
    yield from _separated(records)
    yield '],\n"history": ['
    yield from _separated(event.saved for event in content.history)
    yield "]}\n"


def _separated(texts: Iterable[str]) -> Iterator[str]:
    separator = "\n"
    for text in texts:
        yield separator + text
        separator = ",\n"


def _load(path: Path) -> _Content:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format_version"] != FORMAT_VERSION:
            raise StateError(
                f"{path}: written in format {document['format_version']}; "
                f"this version reads {FORMAT_VERSION}. "
                "Use the version of milepost that wrote it, or name another file."
            )
        records = {
            entry["name"]: Record(
                message=_from_json(getattr(admin_v1alpha, entry["type"]), entry["resource"]),
                created=datetime.fromisoformat(entry["created"]),
                updated=datetime.fromisoformat(entry["updated"]),
                archived=entry["archived"],
            )
            for entry in document["records"]
        }
        history = [
            _Event(_from_json(admin_v1alpha.ChangeHistoryEvent, event)) for event in document["history"]
        ]
        return _Content(records, history, document["next_id"])
    except (ValueError, KeyError, TypeError, AttributeError, OSError, json_format.ParseError) as error:
        raise StateError(
            f"{path}: not a complete emulator state ({type(error).__name__}: {error}). "
            "It was left as it is. Restore a copy, or move it away and start afresh."
        ) from None


def _to_json(message: Any) -> dict[str, Any]:
    return dict(json_format.MessageToDict(type(message).pb(message), preserving_proto_field_name=True))


def _from_json(message_type: Any, resource: dict[str, Any]) -> Any:
    message = message_type()
    json_format.ParseDict(resource, message_type.pb(message))
    return message
