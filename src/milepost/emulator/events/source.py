"""Where a property's events come from: exported files, or the seeded generator."""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import duckdb

if TYPE_CHECKING:
    import pyarrow

_REQUIRED = ("event_date", "event_timestamp", "event_name", "event_params", "user_pseudo_id")
_REMEDY = "Name Parquet files of a GA4 BigQuery export, such as 'export/events_*.parquet'."


class EventsError(Exception):
    """The events cannot be had; `str()` names where they were sought, the cause and the remedy."""


CACHE_VARIABLE = "MILEPOST_EMULATOR_CACHE"
"""Names the folder where tables made of exported events are kept; without it they are made each time."""


@dataclass(frozen=True)
class Cache:
    """Where tables made of events may be kept.

    `place` is where the events come from; `version` what tells them from other events of the same place.
    """

    folder: Path
    place: str
    version: tuple[str, ...]


class EventSource(Protocol):
    """Events in the schema of GA4's BigQuery export, one row per event."""

    def fingerprint(self, today: date) -> Hashable:
        """What the events depend on: while it stays equal, nobody needs to read them again."""

    def relation(self, connection: duckdb.DuckDBPyConnection, today: date) -> duckdb.DuckDBPyRelation:
        """The events, not yet read.

        Args:
            connection: the database that will read them.
            today: the present day in the property's time zone; generated history ends the day before.

        Raises:
            EventsError: they are missing or unreadable.
        """

    def cache(self) -> Cache | None:
        """Where tables made of the events are kept for other processes; None where that is not wanted."""


@dataclass(frozen=True)
class ExportFiles:
    """Parquet files of an export, by glob pattern; columns are read by name, whatever their year."""

    glob: str

    def fingerprint(self, today: date) -> Hashable:  # noqa: ARG002 - files do not depend on the day
        """The pattern, for files do not change while the emulator runs."""
        return self.glob

    def relation(self, connection: duckdb.DuckDBPyConnection, today: date) -> duckdb.DuckDBPyRelation:  # noqa: ARG002
        """The rows of all matching files.

        Raises:
            EventsError: nothing matches, a file is no Parquet, or it is no GA4 export.
        """
        try:
            relation = connection.read_parquet(self.glob, union_by_name=True)
            columns = relation.columns
        except (duckdb.Error, UnicodeError) as error:
            cause = str(error).partition("\n")[0]
            if "No files found" in cause:
                cause = f"no file matches, seen from {Path.cwd()}"
            raise EventsError(f"{self.glob}: {cause}. {_REMEDY}") from None
        missing = [column for column in _REQUIRED if column not in columns]
        if missing:
            raise EventsError(f"{self.glob}: no GA4 export, for it lacks {', '.join(missing)}. {_REMEDY}")
        return relation

    def cache(self) -> Cache | None:
        """In the folder that MILEPOST_EMULATOR_CACHE names, for as long as no file changes."""
        folder = os.environ.get(CACHE_VARIABLE)
        if not folder:
            return None
        with duckdb.connect() as connection:
            paths = connection.execute("SELECT file FROM glob(?)", [self.glob]).fetchall()
        try:
            files = [(path, Path(path).stat()) for (path,) in paths]
        except OSError:
            # Not on this machine: nobody can tell whether it has changed.
            return None
        version = [f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in files]
        return Cache(Path(folder), self.glob, tuple(version))


@dataclass(frozen=True)
class GeneratedEvents:
    """Events made by the seeded generator: whole days, the last one being yesterday."""

    business_type: str
    seed: int = 7
    days: int = 90

    def fingerprint(self, today: date) -> Hashable:
        """The arguments and the day, since history grows by a day each day."""
        return (self, today)

    def relation(self, connection: duckdb.DuckDBPyConnection, today: date) -> duckdb.DuckDBPyRelation:
        """The events of the last `days` days before `today`.

        Raises:
            EventsError: there is no such business type.
        """
        try:
            table = _generated(self, today)
        except ValueError as error:
            raise EventsError(f"{self.business_type}: {error}") from None
        return connection.from_arrow(table)

    def cache(self) -> None:
        """Nowhere: making them is quick."""


@lru_cache(maxsize=2)
def _generated(events: GeneratedEvents, today: date) -> pyarrow.Table:
    """The events as a table, kept for a while: each further part that is asked for reads them again."""
    from milepost.emulator.events.generator import generate

    return generate(
        events.business_type,
        first_day=today - timedelta(days=events.days),
        last_day=today - timedelta(days=1),
        seed=events.seed,
    )


@dataclass(frozen=True)
class NoEvents:
    """A property that nobody has visited yet, such as one just made through the API."""

    def fingerprint(self, today: date) -> Hashable:  # noqa: ARG002 - nothing stays nothing
        """Always the same."""
        return self

    def relation(self, connection: duckdb.DuckDBPyConnection, today: date) -> duckdb.DuckDBPyRelation:  # noqa: ARG002
        """The required columns, and no row."""
        value = "STRUCT(string_value VARCHAR, int_value BIGINT, float_value DOUBLE, double_value DOUBLE)"
        return connection.sql(
            "SELECT NULL::VARCHAR AS event_date, NULL::BIGINT AS event_timestamp,"
            " NULL::VARCHAR AS event_name,"
            f' NULL::STRUCT("key" VARCHAR, "value" {value})[] AS event_params,'
            " NULL::VARCHAR AS user_pseudo_id LIMIT 0"
        )

    def cache(self) -> None:
        """Nowhere: there are none."""
