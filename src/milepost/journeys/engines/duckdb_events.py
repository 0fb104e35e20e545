"""An export as Parquet files, read by DuckDB within a bounded memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, datetime
from glob import glob
from pathlib import Path
from shutil import rmtree
from types import TracebackType
from typing import Self

import duckdb

from milepost.errors import InputError
from milepost.journeys.engines.dialect import Staging, staging, to_duckdb
from milepost.journeys.engines.engine import Days
from milepost.journeys.engines.query import Query, Row

_MEMORY = "2GiB"
"""For DuckDB's buffers; beyond it spills to disk. The process needs some more for itself."""

_ROWS_AT_ONCE = 6_000_000
"""Staged rows of one share of the people: a quarter of the memory goes for sorting them."""

_ROWS_HELD = 100_000
"""Rows of one share that are kept in memory before they go to its file."""

_REQUIRED = ("event_date", "event_timestamp", "event_name", "event_params", "user_pseudo_id")
_REMEDY = "Name Parquet files of a GA4 BigQuery export, such as 'export/events_*.parquet'."

_OPTIONAL = {
    "device": "STRUCT(category VARCHAR)",
    "geo": "STRUCT(country VARCHAR)",
    "traffic_source": 'STRUCT("source" VARCHAR, medium VARCHAR, "name" VARCHAR)',
}
"""Columns that an export cut down by hand may lack: read as unknown."""

_PLACEHOLDER = "`your-project.analytics_123456789.events_*`"


class DuckDbEvents:
    """Events in Parquet files, columns by name, whatever their year."""

    bytes_billed: int | None = None

    def __init__(self, pattern: str) -> None:
        self.source = pattern
        self._closing = ExitStack()
        folder = self._closing.enter_context(tempfile.TemporaryDirectory(prefix="milepost-events-"))
        self._folder = Path(folder)
        self._connection = self._closing.enter_context(duckdb.connect())
        self._connection.execute(f"SET temp_directory = '{folder}/spill'".replace("\\", "/"))
        self._connection.execute(f"SET memory_limit = '{_MEMORY}'")
        self._connection.execute("SET preserve_insertion_order = false")
        # In a notebook it would draw one into the answer.
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute(f"SET partitioned_write_flush_threshold = {_ROWS_HELD}")
        self._staged: tuple[str, Days] | None = None
        self._columns: dict[str, str] | None = None

    def days(self, first: date | None = None, last: date | None = None) -> Days:
        """The days within those asked for that have events, by `event_date`.

        Raises:
            InputError: no file matches, one is unreadable, it is no GA4 export, or there is no such day.
        """
        self._open()
        rows = self._run("SELECT DISTINCT event_date FROM export WHERE event_date IS NOT NULL").fetchall()
        present = [datetime.strptime(text, "%Y%m%d").date() for (text,) in rows]
        days = Days.of(present, first, last)
        if days is None:
            known = f"it has {min(present)} to {max(present)}" if present else "it holds no event"
            raise InputError(
                self.source, f"no events from {first or '…'} to {last or '…'}: {known}", "Choose other days."
            )
        return days

    def estimate(self, query: Query, days: Days) -> int | None:
        """None: reading files costs nothing."""
        del query, days
        return None

    def google_sql(self, query: Query, days: Days) -> str:
        """The query for BigQuery, with a name to be replaced for the dataset."""
        return query.google_sql(
            _PLACEHOLDER, f"_TABLE_SUFFIX BETWEEN '{days.first:%Y%m%d}' AND '{days.last:%Y%m%d}'"
        )

    def rows(self, query: Query, days: Days) -> Sequence[Row]:
        """The answer; of a staged query, once per share of the people.

        Raises:
            InputError: a file is unreadable, or lacks what the query needs.
        """
        self._open()
        self._run(
            "CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM export"
            f" WHERE event_date BETWEEN '{days.first:%Y%m%d}' AND '{days.last:%Y%m%d}'"
        )
        if query.staged is None:
            return self._fetched(to_duckdb(f"WITH {query.text}"))
        parts = staging(f"WITH {query.text}", query.staged)
        self._stage(parts, days)
        return [row for share in sorted(self._shares.iterdir()) for row in self._share(parts, share)]

    def _stage(self, parts: Staging, days: Days) -> None:
        """Write the staged rows, unless they are there, by shares of the people: a folder of files for each.

        People become numbers: 64 bits of a hash, so that two of ten million meet once in 400,000 exports.
        """
        if self._staged == (parts.stage, days):
            return
        self._staged = None
        rmtree(self._shares, ignore_errors=True)
        (count,) = self._run("SELECT COUNT(*) FROM events").fetchall()[0]
        shares = -(-int(count) // _ROWS_AT_ONCE)
        self._run(
            f"COPY (SELECT *, COALESCE(person, 0) % {shares} AS share FROM (SELECT * REPLACE ("
            "CASE WHEN person IS NOT NULL THEN CAST(hash(person) >> 1 AS BIGINT) END AS person)"
            f" FROM ({parts.stage}))) TO '{self._shares.as_posix()}'"
            " (FORMAT parquet, COMPRESSION lz4, PARTITION_BY (share))"
        )
        self._staged = (parts.stage, days)

    @property
    def _shares(self) -> Path:
        return self._folder / "shares"

    def _share(self, parts: Staging, share: Path) -> Sequence[Row]:
        self._run(
            f"CREATE OR REPLACE TEMP VIEW {parts.name} AS"
            f" SELECT * FROM read_parquet('{share.as_posix()}/*.parquet', hive_partitioning = false)"
        )
        return self._fetched(parts.rest)

    def _fetched(self, sql: str) -> list[Row]:
        answer = self._run(sql)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def _open(self) -> None:
        """Look at the columns, and make a view `export` of them in the shape that queries expect."""
        if self._columns is not None:
            return
        read = f"read_parquet('{self.source.replace(chr(39), chr(39) * 2)}', union_by_name = true)"
        self._columns = {
            name: kind for name, kind, *_ in self._run(f"DESCRIBE SELECT * FROM {read}").fetchall()
        }
        if missing := [name for name in _REQUIRED if name not in self._columns]:
            raise InputError(self.source, f"no GA4 export, for it lacks {', '.join(missing)}", _REMEDY)
        extras = [
            f"CAST(NULL AS {kind}) AS {name}" for name, kind in _OPTIONAL.items() if name not in self._columns
        ]
        if self._columns["event_date"] != "VARCHAR":
            extras.append("strftime(TRY_CAST(CAST(event_date AS VARCHAR) AS DATE), '%Y%m%d') AS event_date")
        if self._columns["event_date"] in ("BIGINT", "INTEGER"):
            extras[-1] = "CAST(event_date AS VARCHAR) AS event_date"
        own = "* EXCLUDE (event_date)" if self._columns["event_date"] != "VARCHAR" else "*"
        self._run(f"CREATE OR REPLACE TEMP VIEW export AS SELECT {', '.join((own, *extras))} FROM {read}")

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql)
        except (duckdb.Error, UnicodeError) as error:
            raise self._explained(error) from None

    def _explained(self, error: Exception) -> InputError:
        """DuckDB's error with the file that causes it, which DuckDB often does not name."""
        cause = str(error).partition("\n")[0]
        if isinstance(error, (duckdb.OutOfMemoryException, duckdb.InterruptException)):
            return InputError(self.source, cause, "Free some memory or disk, or choose fewer days.")
        if "No files found" in cause:
            return InputError(self.source, f"no file matches, seen from {Path.cwd()}", _REMEDY)
        for path in sorted(glob(self.source, recursive=True)):  # noqa: PTH207 - it may be absolute
            if (fault := self._fault_of(path)) is not None:
                return InputError(path, fault, "Export this day again, or leave the file out.")
        return InputError(self.source, cause, _REMEDY)

    def _fault_of(self, path: str) -> str | None:
        if not os.access(path, os.R_OK):
            return "it may not be read"
        try:
            with duckdb.connect() as connection:
                connection.execute("SELECT COUNT(event_params) FROM read_parquet(?)", [path]).fetchall()
        except duckdb.Error as error:
            return f"it is unreadable as Parquet of a GA4 export ({str(error).partition(chr(10))[0]})"
        return None

    def __enter__(self) -> Self:
        """As it is."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of what was staged."""
        self._closing.close()
