from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from milepost.emulator.data.dataset import Dataset, Markings
from milepost.emulator.events.source import EventsError, ExportFiles, NoEvents

TODAY = date(2026, 3, 15)


def broken(folder: Path, name: str) -> str:
    target = folder / "events_1.parquet"
    if name == "text":
        target.write_text("no parquet")
    elif name == "empty":
        target.touch()
    elif name == "other":
        pq.write_table(pa.table({"x": [1]}), target)
    return str(folder / "events_*.parquet")


@pytest.mark.parametrize(
    "name,cause",
    [
        ("none", "no file matches"),
        ("text", "Parquet|parquet|magic"),
        ("empty", "too small|Parquet|parquet"),
        ("other", "it lacks event_date, event_timestamp"),
    ],
)
def test_unusable_files_name_pattern_cause_and_remedy(tmp_path: Path, name: str, cause: str) -> None:
    glob = broken(tmp_path, name)
    with pytest.raises(EventsError, match=cause) as caught:
        ExportFiles(glob).relation(duckdb.connect(), TODAY)
    assert str(caught.value).startswith(f"{glob}: ")
    assert "Name Parquet files of a GA4 BigQuery export" in str(caught.value)
    assert "\n" not in str(caught.value)


def rows(source: Any, sql: str) -> list[tuple[Any, ...]]:
    with Dataset(source).reading(TODAY, Markings) as cursor:
        return cursor.execute(sql).fetchall()


def test_property_without_events_has_empty_tables() -> None:
    for table in ("all_events", "sessions", "users", "active_days", "parameters"):
        assert rows(NoEvents(), f"SELECT * FROM {table}") == []


def test_optional_columns_may_be_missing(tmp_path: Path, analytics: Callable[..., Any], event: Any) -> None:
    table = analytics(event("page_view", parameters={"page_location": "https://x.example/"})).table
    needed = ["event_date", "event_timestamp", "event_name", "event_params", "user_pseudo_id"]
    pq.write_table(table.select(needed), tmp_path / "events_1.parquet")
    (row,) = rows(
        ExportFiles(str(tmp_path / "*.parquet")), "SELECT event_name, country, browser FROM all_events"
    )
    assert row == ("page_view", None, None)


def test_newer_columns_win_and_years_mix(tmp_path: Path, analytics: Callable[..., Any], event: Any) -> None:
    old, new = (
        analytics(event("page_view", user=user, parameters={"source": "old.example", "medium": "referral"}))
        for user in ("a", "b")
    )
    campaign = {"source": "new.example", "medium": "email", "campaign_name": "spring"}
    last_click = pa.array([{"cross_channel_campaign": campaign}])
    newer = new.table.append_column("session_traffic_source_last_click", last_click)
    newer = newer.append_column("is_active_user", pa.array([True]))
    newer = newer.append_column("app_info", pa.array([{"version": "2.1"}]))
    pq.write_table(old.table, tmp_path / "events_1.parquet")
    pq.write_table(newer, tmp_path / "events_2.parquet")
    source = ExportFiles(str(tmp_path / "*.parquet"))
    traffic = rows(source, "SELECT traffic.source, traffic.medium, channel FROM sessions ORDER BY 1")
    assert traffic == [("new.example", "email", "Email"), ("old.example", "referral", "Referral")]
    assert rows(source, "SELECT count(*) FROM active_days") == [(1,)]
    assert rows(source, "SELECT app_version FROM all_events ORDER BY 1") == [("2.1",), (None,)]


def test_events_load_again_only_when_the_source_says_so(analytics: Callable[..., Any], event: Any) -> None:
    table = analytics(event("page_view")).table

    class Counting:
        loads = 0

        def fingerprint(self, today: date) -> date:
            return today

        def relation(self, connection: Any, today: date) -> Any:
            self.loads += 1
            return connection.from_arrow(table)

        def cache(self) -> None:
            return None

    source = Counting()
    dataset = Dataset(source)
    for day in (14, 14, 15, 15):
        with dataset.reading(date(2026, 3, day), Markings) as cursor:
            assert cursor.execute("SELECT count(*) FROM all_events").fetchone() == (1,)
    assert source.loads == 2
