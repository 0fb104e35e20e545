"""The same figures from BigQuery, through Google's client, as from DuckDB; and what goes wrong there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from google.api_core import exceptions as api
from google.auth import exceptions as auth

from milepost.__main__ import main
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
from milepost.journeys.counts import LiftCounts
from milepost.journeys.definitions import EventDefinition
from milepost.journeys.engines import open_events
from milepost.journeys.engines.bigquery_events import explained as explain
from milepost.journeys.export import LiftQuestion, lift_counts, lift_sql
from milepost.model.part import Comparison
from tests.journeys.bigquery import VARIABLE, Dataset, emulator
from tests.journeys.exports import Event, table
from tests.journeys.test_export_counts import LATER, crowd

SEEN = EventDefinition(
    "seen", "page_view", (("page_location", Comparison(matches=r"/(a|b)\?x=\d+$", ignore_case=True)),)
)
QUESTION = LiftQuestion(
    (EventDefinition("purchase"),),
    (EventDefinition("signup"), EventDefinition("video"), SEEN),
    2 * 86_400,
    "device",
)


@pytest.fixture(scope="module")
def bigquery() -> Iterator[str]:
    """Address of a BigQuery emulator; the test is skipped without one."""
    where = os.environ.get(VARIABLE, "")
    if not where:
        if "bigquery-emulator" in os.environ.get("MILEPOST_REQUIRE", ""):
            pytest.fail(f"no BigQuery emulator: name its Python in {VARIABLE}")
        pytest.skip(f"no BigQuery emulator: name its Python in {VARIABLE}, see CONTRIBUTING.md")
    with emulator(where) as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("BIGQUERY_EMULATOR_HOST", address)
        yield address


def people() -> list[Event]:
    """A crowd with devices, values, pages that a rule matches, and rows that repeat or belong to nobody."""
    events = []
    for number, event in enumerate(crowd(4, 120)):
        params: dict[str, str | float] = {"page_location": f"https://x.test/{'aBc'[number % 3]}?x={number}"}
        if event.name == "purchase" and number % 4:
            params["value"] = number % 50 + 0.5
        device = (None, "desktop", "mobile")[number % 3]
        events.append(replace(event, params=params, device=device))
    return [*events, *events[:40], Event(None, 5, "page_view"), Event(None, 5, "signup")]


@pytest.fixture(scope="module")
def dataset(bigquery: str) -> Dataset:
    """Two days have two tables each, one of them left behind by the running day; the last has only that."""
    days: dict[str, list[Event]] = {}
    for event in people():
        days.setdefault(str(event.row()["event_date"]), []).append(event)
    dataset = Dataset(bigquery, "analytics_1")
    for day, events in days.items():
        dataset.load(f"events_intraday_{day}" if day == max(days) else f"events_{day}", table(events))
    dataset.load(f"events_intraday_{min(days)}", table(days[min(days)]))
    dataset.load("users_20260302", table([LATER]))
    return dataset


def same_figures(counts: LiftCounts) -> LiftCounts:
    """Without what says where they come from."""
    return replace(counts, read=replace(counts.read, source="", bytes_billed=None))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("export")
    pq.write_table(table(people()), folder / "events.parquet")
    return str(folder / "events.parquet")


@pytest.mark.parametrize("road", [(), ("signup",)])
def test_bigquery_and_duckdb_give_the_same_figures(
    road: tuple[str, ...], dataset: Dataset, files: str
) -> None:
    question = replace(QUESTION, road=road)
    with open_events(dataset.events) as there, open_events(files) as here:
        (theirs,) = lift_counts(there, question)
        (ours,) = lift_counts(here, question)
    assert same_figures(theirs) == same_figures(ours)
    assert ours.read.duplicate_rows == 40
    assert ours.read.rows_without_user == 2
    assert all(step.users for step in ours.steps)


def test_bigquery_reads_the_days_asked_for(dataset: Dataset, files: str) -> None:
    first, last = date(2026, 3, 3), date(2026, 3, 4)
    with open_events(dataset.events) as there, open_events(files) as here:
        (theirs,) = lift_counts(there, QUESTION, first, last)
        (ours,) = lift_counts(here, QUESTION, first, last)
    assert same_figures(theirs) == same_figures(ours)
    assert (theirs.first_day, theirs.last_day) == (first, last)


def test_running_day_is_read_only_where_it_has_no_other_table(dataset: Dataset) -> None:
    with open_events(dataset.events) as events:
        (sql,) = lift_sql(events, QUESTION)
    assert "'20260302', '20260303', '20260304', '20260307', 'intraday_20260311')" in sql
    assert f"FROM `{dataset.name}.events_*`" in sql


def test_estimate_runs_nothing(dataset: Dataset) -> None:
    with open_events(dataset.events) as events:
        days = events.days()
        assert events.estimate(QUESTION.query(QUESTION.macros[0], 0), days) is not None
        assert events.bytes_billed == 0


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        ("bigquery://test-project.elsewhere", NotFoundError, "no such dataset"),
        ("bigquery://test-project", InputError, "does not name a dataset"),
    ],
)
def test_dataset_that_is_not_there_is_named(
    address: str, error: type[MilepostError], words: str, bigquery: str
) -> None:
    with pytest.raises(error, match=words), open_events(address) as events:
        events.days()


def test_size_is_told_before_the_query_and_stays(
    dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conversions = tmp_path / "conversions.toml"
    conversions.write_text(
        'version = 1\n[properties.shop]\nid = "1"\nbusiness_types = ["shop"]\n'
        "[business_types.shop.macro.purchase]\n[business_types.shop.micro.signup]\n",
        encoding="utf-8",
    )
    options = ("--events", dataset.events, "--within", "2d", "--format", "json")
    assert main(["lift", "--config", str(conversions), *options]) == 0
    told = capsys.readouterr()
    assert re.fullmatch(r"shop: BigQuery will read about [\d.,]+ [MG]iB\.\n", told.err)
    assert "BigQuery billed" in told.out


def test_dataset_without_export_says_so(bigquery: str) -> None:
    empty = Dataset(bigquery, "empty")
    with (
        pytest.raises(InputError, match="holds no events_YYYYMMDD table"),
        open_events(empty.events) as events,
    ):
        events.days()


def test_days_without_table_are_named(dataset: Dataset) -> None:
    with (
        open_events(dataset.events) as events,
        pytest.raises(InputError, match="it has 2026-03-02 to 2026-03-11"),
    ):
        events.days(date(2026, 5, 1), date(2026, 5, 2))


def test_google_that_does_not_answer_is_unreachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", "")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    with pytest.raises(MilepostError, match="no usable Google credentials"):
        open_events("bigquery://test-project.analytics_1")


API: Any = api
AUTH: Any = auth
"""Their errors are untyped."""


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (API.BadRequest("Query exceeded limit for bytes billed: 5. 10485760 is needed."), InputError,
         "--max-bytes: the query would bill more than 5 bytes; BigQuery refused it"),
        (API.Forbidden("Access Denied: Table t: User does not have permission"), RefusedError, "Data Viewer"),
        (API.Forbidden("Quota exceeded: Your project exceeded quota"), QuotaError, "Wait"),
        (API.NotFound("Not found: Dataset p:d not found in location US"), NotFoundError, "another region"),
        (API.NotFound("Not found: Dataset p:d"), NotFoundError, "there is no such dataset"),
        (API.ServiceUnavailable("try later"), UnreachableError, "Try again"),
        (API.BadRequest("Unrecognized name: event_parms"), RemoteError, "Unrecognized name"),
        (AUTH.RefreshError("expired"), SignInError, "Sign in with"),
    ],
)  # fmt: skip
def test_what_google_says_becomes_what_to_do(error: Exception, kind: type[MilepostError], words: str) -> None:
    told = explain(error, "bigquery://p.d", 5)
    assert type(told) is kind
    assert words in str(told)
