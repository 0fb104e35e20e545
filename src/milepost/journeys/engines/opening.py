"""From what stands behind `--events` to an engine."""

from __future__ import annotations

import re

from milepost.errors import InputError
from milepost.journeys.engines.engine import EventsEngine

_BIGQUERY = "bigquery://"
_DATASET = re.compile(r"(?P<project>[A-Za-z0-9.:-]*[A-Za-z0-9-])\.(?P<dataset>[A-Za-z0-9_]+)")
"""A project may carry its domain, `example.com:project`."""


def open_events(address: str, *, max_bytes: int | None = None) -> EventsEngine:
    """An engine on the events of an export.

    Args:
        address: a glob of Parquet files (`events_*.parquet`), or `bigquery://project.dataset`.
        max_bytes: the most that one BigQuery query may bill; it is refused on the server beyond.

    Raises:
        InputError: the address is neither, or a package for it is missing.
    """
    try:
        if not address.startswith(_BIGQUERY):
            from milepost.journeys.engines.duckdb_events import DuckDbEvents

            return DuckDbEvents(address)
        match = _DATASET.fullmatch(address.removeprefix(_BIGQUERY).strip("/"))
        if match is None:
            raise InputError(
                "--events",
                f'"{address}" does not name a dataset',
                "Write bigquery://project.dataset, such as bigquery://my-project.analytics_123456789.",
            )
        from milepost.journeys.engines.bigquery_events import BigQueryEvents

        return BigQueryEvents(match["project"], match["dataset"], max_bytes=max_bytes)
    except ModuleNotFoundError as error:
        extra = "bigquery" if address.startswith(_BIGQUERY) else "lift"
        raise InputError(
            "--events", f"a package is missing ({error.name})", f"pip install 'milepost[{extra}]'"
        ) from None
