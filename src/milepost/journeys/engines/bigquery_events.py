"""An export in BigQuery itself, through the official client, with what it costs known before."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import google.auth
from google.api_core import exceptions as api
from google.api_core.client_options import ClientOptions
from google.auth import exceptions as auth
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from milepost.errors import (
    InputError,
    MilepostError,
    NotFoundError,
    QuotaError,
    RefusedError,
    RemoteError,
    SignInError,
    UnreachableError,
)
from milepost.journeys.engines.engine import Days
from milepost.journeys.engines.query import Query, Row, literals

EMULATOR_VARIABLE = "BIGQUERY_EMULATOR_HOST"
"""Address of an emulator, `host:port` or with `http://`; Google's clients read it too."""

_SCOPE = "https://www.googleapis.com/auth/cloud-platform.read-only"
"""Enough for reading tables and for `jobs.query`, which writes nothing but its own temporary answer."""

_T = TypeVar("_T")

_DAILY = re.compile(r"events_(\d{8})")
_INTRADAY = re.compile(r"events_intraday_(\d{8})")
_SIGN_IN = "Sign in with 'gcloud auth application-default login', or set GOOGLE_APPLICATION_CREDENTIALS."


class BigQueryEvents:
    """The tables `events_YYYYMMDD` of a dataset; `events_intraday_YYYYMMDD` for days that have no other.

    Args:
        project: of the dataset, and the one that is billed unless the credentials name another.
        dataset: such as `analytics_123456789`.
        max_bytes: the most that one query may bill; BigQuery refuses it beyond, and bills nothing.
    """

    def __init__(self, project: str, dataset: str, *, max_bytes: int | None = None) -> None:
        self.source = f"bigquery://{project}.{dataset}"
        self.bytes_billed: int | None = 0
        self._dataset = f"{project}.{dataset}"
        self._max_bytes = max_bytes
        self._client = self._asked(lambda: _client(project))
        self._location: str | None = None
        self._tables: dict[date, str] | None = None

    def days(self, first: date | None = None, last: date | None = None) -> Days:
        """The days within those asked for that have a table. Listing tables bills nothing.

        Raises:
            InputError: there is none.
            RemoteError: the dataset does not exist, or may not be read.
        """
        tables = self._suffixes()
        days = Days.of(sorted(tables), first, last)
        if days is None:
            known = (
                f"it has {min(tables)} to {max(tables)}" if tables else "it holds no events_YYYYMMDD table"
            )
            raise InputError(
                self.source,
                f"no events from {first or '…'} to {last or '…'}: {known}",
                "Choose other days." if tables else "Link the property to BigQuery, or name another dataset.",
            )
        return days

    def estimate(self, query: Query, days: Days) -> int | None:
        """Bytes that the query would bill, by a dry run, which bills nothing."""
        config = bigquery.QueryJobConfig(dry_run=True, use_query_cache=False)
        answer = self._answer(self.google_sql(query, days), config)
        return int(answer.total_bytes_processed or 0)

    def google_sql(self, query: Query, days: Days) -> str:
        """The query with the tables of these days, and of no others, by their suffix."""
        wanted = [
            suffix for day, suffix in sorted(self._suffixes().items()) if days.first <= day <= days.last
        ]
        where = f"_TABLE_SUFFIX BETWEEN '{days.first:%Y%m%d}' AND '{days.last:%Y%m%d}'"
        if any(suffix.startswith("intraday_") for suffix in wanted):
            where = f"_TABLE_SUFFIX IN ({literals(wanted)})"
        return query.google_sql(f"`{self._dataset}.events_*`", where)

    def rows(self, query: Query, days: Days) -> Sequence[Row]:
        """The answer, whole: BigQuery needs no shares.

        Raises:
            InputError: it would bill more than `max_bytes`.
            RemoteError: BigQuery refuses it, or does not answer.
        """
        config = bigquery.QueryJobConfig()
        if self._max_bytes is not None:
            config.maximum_bytes_billed = self._max_bytes
        answer = self._answer(self.google_sql(query, days), config)
        rows = self._asked(lambda: [dict(row.items()) for row in answer])
        self.bytes_billed = (self.bytes_billed or 0) + _billed(answer)
        return rows

    def _answer(self, sql: str, config: bigquery.QueryJobConfig) -> Any:
        return self._asked(
            lambda: self._client.query_and_wait(sql, job_config=config, location=self._location)
        )

    def _suffixes(self) -> dict[date, str]:
        """What follows `events_` in the name of each day's table."""
        if self._tables is None:
            self._location = self._asked(lambda: self._client.get_dataset(self._dataset)).location
            names = self._asked(lambda: [table.table_id for table in self._client.list_tables(self._dataset)])
            intraday = {_day(m[1]): f"intraday_{m[1]}" for n in names if (m := _INTRADAY.fullmatch(n))}
            self._tables = intraday | {_day(m[1]): m[1] for n in names if (m := _DAILY.fullmatch(n))}
        return self._tables

    def _asked(self, call: Callable[[], _T]) -> _T:
        try:
            return call()
        except (api.GoogleAPIError, auth.GoogleAuthError, OSError) as error:
            raise explained(error, self.source, self._max_bytes) from None

    def __enter__(self) -> Self:
        """As it is."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._client.close()  # type: ignore[no-untyped-call]


def _client(project: str) -> bigquery.Client:
    host = os.environ.get(EMULATOR_VARIABLE, "").strip()
    if host:
        address = host if "://" in host else f"http://{host}"
        options = ClientOptions(api_endpoint=address)
        anonymous = AnonymousCredentials()  # type: ignore[no-untyped-call]
        return bigquery.Client(project, credentials=anonymous, client_options=options)
    credentials, _ = google.auth.default(scopes=[_SCOPE])
    return bigquery.Client(project, credentials=credentials)


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()


def _billed(answer: Any) -> int:
    # Billing rounds up and has a least amount per table; where it is not told, what was read is the nearest.
    return int(getattr(answer, "total_bytes_billed", None) or answer.total_bytes_processed or 0)


def _cause(error: Exception) -> str:
    """What Google says is wrong, without the address of the call that its client puts before it."""
    told = next(
        (of.get("message") for of in getattr(error, "errors", None) or () if isinstance(of, dict)), None
    )
    return str(told or getattr(error, "message", "") or error).partition("\n")[0]


def explained(error: Exception, source: str, max_bytes: int | None) -> MilepostError:
    """Google's error as one of ours, with what to do."""
    cause = _cause(error)
    if isinstance(error, auth.GoogleAuthError):
        return SignInError(source, "no usable Google credentials", _SIGN_IN)
    if "bytesBilledLimitExceeded" in str(error) or "limit for bytes billed" in cause.lower():
        limit = f"{max_bytes:,} bytes" if max_bytes else "the limit"
        return InputError(
            "--max-bytes",
            f"the query would bill more than {limit}; BigQuery refused it",
            "Choose fewer days, or raise --max-bytes.",
        )
    if isinstance(error, api.NotFound):
        if "location" in cause.lower():
            return NotFoundError(
                source, cause, "The dataset lies in another region: check its location in BigQuery."
            )
        return NotFoundError(
            source,
            "there is no such dataset, or it is not yours to see",
            "Check project and dataset: bigquery://project.analytics_123456789.",
        )
    if isinstance(error, (api.Forbidden, api.Unauthorized)):
        if "quota" in cause.lower() or "rate limit" in cause.lower():
            return QuotaError(source, cause, "Wait, or ask for less at once.")
        return RefusedError(
            source,
            cause,
            "Ask for BigQuery Data Viewer on the dataset and BigQuery Job User on the project.",
        )
    if isinstance(error, api.TooManyRequests):
        return QuotaError(source, cause, "Wait, or ask for less at once.")
    if isinstance(error, (api.RetryError, api.ServerError, OSError)):
        return UnreachableError(source, cause, "Try again; look at the network if it stays.")
    return RemoteError(source, cause)
