"""Tables made of exported events, kept in files: the next process that asks for the same events has them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import duckdb

from milepost.emulator.data.layers import EVENTS, LATER, Layer
from milepost.emulator.data.sql import literal
from milepost.emulator.events.source import Cache


@dataclass(frozen=True)
class KeptTables:
    """The files of one set of events: one database per layer.

    `stem` names the place the events came from, `version` all that the tables depend on: of a stem, the
    last version alone is kept.
    """

    folder: Path
    stem: str
    version: str

    def attach(self, cursor: duckdb.DuckDBPyConnection, layer: Layer) -> bool:
        """Read a layer's tables from their file; False when there is none that can be read."""
        path = self._path(layer)
        if not path.exists():
            return False
        with suppress(duckdb.Error):
            cursor.execute(f"ATTACH IF NOT EXISTS {literal(str(path))} AS kept_{layer.name} (READ_ONLY)")
            for table in layer.tables:
                cursor.execute(f"CREATE OR REPLACE VIEW {table} AS FROM kept_{layer.name}.{table}")
            return True
        return False

    def keep(self, cursor: duckdb.DuckDBPyConnection, layer: Layer) -> None:
        """Write a layer's tables; whoever looks meanwhile finds the whole file or none.

        A folder that cannot be written to is no reason to refuse a report: then nothing is kept.
        """
        unfinished = self.folder / f"{uuid4().hex}.unfinished"
        with suppress(OSError, duckdb.Error):
            self.folder.mkdir(parents=True, exist_ok=True)
            cursor.execute(f"ATTACH {literal(str(unfinished))} AS unfinished")
            try:
                for table in layer.tables:
                    cursor.execute(f"CREATE TABLE unfinished.{table} AS FROM {table}")
            finally:
                cursor.execute("DETACH unfinished")
            unfinished.replace(self._path(layer))
            for older in self.folder.glob(f"{self.stem}-*-{layer.name}.duckdb"):
                if older != self._path(layer):
                    older.unlink()
        with suppress(OSError):
            unfinished.unlink()

    def _path(self, layer: Layer) -> Path:
        return self.folder / f"{self.stem}-{self.version}-{layer.name}.duckdb"


def kept_tables(cache: Cache | None, relation: duckdb.DuckDBPyRelation) -> KeptTables | None:
    """Where the tables made of `relation` are kept; None where nothing is."""
    if cache is None:
        return None
    # Whatever decides what is in the tables: the events, how they are read, and who writes the file.
    statements = [sql for layer in (EVENTS, *LATER) for sql in layer.statements(relation)]
    version = _digest(duckdb.__version__, *cache.version, *statements)
    return KeptTables(cache.folder, _digest(cache.place), version)


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:16]
