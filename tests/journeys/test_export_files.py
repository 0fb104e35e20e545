"""Files as they come: schemas of several years, damaged or missing days, columns cut away, rows twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from milepost.errors import InputError
from milepost.journeys.engines import Query, literal, open_events
from milepost.journeys.engines import duckdb_events as engine
from milepost.journeys.export import lift_sql
from tests.journeys.exports import SIX_USERS, Event, table, write_export
from tests.journeys.test_export_bigquery import QUESTION
from tests.journeys.test_export_counts import LATER, cells, counted, crowd, step

CHECKED = {(1, 1, 3): (2, 1, 4, 3)}
"""What the worked check comes to."""


def test_schemas_of_several_years_lie_in_one_glob(tmp_path: Path) -> None:
    files = write_export(tmp_path, [*SIX_USERS, LATER])
    newer = table([Event("u7", 86_400, "page_view"), Event("u7", 86_420, "page_view")])
    newer = newer.append_column("batch_page_id", pa.array([1, 2])).drop_columns(["device"])
    pq.write_table(newer.select(sorted(newer.column_names)), tmp_path / "events_20260303.parquet")
    counts = counted(files, "signup", by="device")
    assert counts.read.rows == len(SIX_USERS) + 3
    assert cells(step(counts, "signup")) == {(1, 1, 3): (2, 1, 5, 3)}


def test_column_that_was_cut_away_is_unknown(tmp_path: Path) -> None:
    rows = table([*SIX_USERS, LATER]).drop_columns(["device", "traffic_source"])
    pq.write_table(rows, tmp_path / "events.parquet")
    counts = counted(str(tmp_path / "events.parquet"), "signup", by="campaign")
    assert [(row.value, row.users) for row in counts.rows] == [(None, 7)]


@pytest.mark.parametrize("kind", [pa.int64(), pa.date32()])
def test_days_may_be_numbers_or_dates(kind: pa.DataType, tmp_path: Path) -> None:
    rows = table([*SIX_USERS, LATER])
    days = pc.strptime(rows["event_date"], "%Y%m%d", "s") if kind == pa.date32() else rows["event_date"]
    index = rows.column_names.index("event_date")
    pq.write_table(rows.set_column(index, "event_date", days.cast(kind)), tmp_path / "events.parquet")
    counts = counted(str(tmp_path / "events.parquet"), "signup")
    assert (counts.first_day, counts.last_day) == (date(2026, 3, 2), date(2026, 3, 11))
    assert cells(step(counts, "signup")) == CHECKED


def test_day_that_lies_there_twice_changes_no_figure(tmp_path: Path) -> None:
    files = write_export(tmp_path, [*SIX_USERS, LATER])
    (tmp_path / "events_20260302 (1).parquet").write_bytes(
        (tmp_path / "events_20260302.parquet").read_bytes()
    )
    counts = counted(files, "signup")
    assert (counts.read.rows, counts.read.duplicate_rows) == (2 * len(SIX_USERS) + 1, len(SIX_USERS))
    assert cells(step(counts, "signup")) == CHECKED
    assert step(counts, "signup").occurrences == 4


def test_rows_of_nobody_are_left_out_and_told(tmp_path: Path) -> None:
    nobody = [Event(None, 3, "signup"), Event(None, 0, "page_view")]
    counts = counted(write_export(tmp_path, [*SIX_USERS, *nobody, LATER]), "signup")
    assert (counts.read.rows_without_user, counts.read.users) == (2, 7)
    assert cells(step(counts, "signup")) == CHECKED


def test_export_of_nobody_counts_nobody(tmp_path: Path) -> None:
    counts = counted(write_export(tmp_path, [Event(None, 3, "signup")]), "signup")
    assert (counts.read.users, counts.macro.users, step(counts, "signup").ever) == (0, 0, 0)


@pytest.mark.parametrize("content", [b"", b"no Parquet at all", b"PAR1 cut off"])
def test_unreadable_day_is_named(content: bytes, tmp_path: Path) -> None:
    files = write_export(tmp_path, [*SIX_USERS, LATER])
    (tmp_path / "events_20260305.parquet").write_bytes(content)
    with pytest.raises(
        InputError, match=r"events_20260305\.parquet: it is unreadable.*Export this day again"
    ):
        counted(files, "signup")


def test_day_damaged_in_its_middle_is_named(tmp_path: Path) -> None:
    files = write_export(tmp_path, crowd(1, 60))
    path = tmp_path / "events_20260302.parquet"
    content = bytearray(path.read_bytes())
    content[200:-2000] = bytes(len(content) - 2200)
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match=r"events_20260302\.parquet: it is unreadable"):
        counted(files, "signup")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ("none_*.parquet", "no file matches, seen from"),
        ("it's.parquet", "no file matches"),
        ("odd.parquet", "it lacks event_date"),
    ],
)
def test_files_that_are_no_export_say_so(files: str, words: str, tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "odd.parquet")
    with pytest.raises(InputError, match=words):
        counted(str(tmp_path / files), "signup")


def test_days_that_are_not_there_are_named(tmp_path: Path) -> None:
    files = write_export(tmp_path, [*SIX_USERS, LATER])
    with open_events(files) as events, pytest.raises(InputError, match="it has 2026-03-02 to 2026-03-11"):
        events.days(date(2025, 1, 1), date(2025, 1, 31))


def test_shares_of_the_people_add_up_to_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = write_export(tmp_path, crowd(5))
    whole = counted(files, "signup", "video")
    monkeypatch.setattr(engine, "_ROWS_AT_ONCE", 700)
    assert counted(files, "signup", "video") == whole


@pytest.mark.parametrize(
    "text", ["", "it's", 'a "b"', "\\", "\\d+'", r"^/a\?b$", "a\nb\r", "ä \\n", "'); --", "$macro {}", "`x`"]
)
def test_literal_comes_back_as_it_went_in(text: str, tmp_path: Path) -> None:
    files = write_export(tmp_path, [LATER])
    query = Query(f"one AS (SELECT {literal(text)} AS text) SELECT text FROM one", ("event_name",))
    with open_events(files) as events:
        assert [row["text"] for row in events.rows(query, events.days())] == [text]


def test_sql_to_paste_names_its_table_its_days_and_the_columns_it_bills(tmp_path: Path) -> None:
    with open_events(write_export(tmp_path, [*SIX_USERS, LATER])) as events:
        (sql,) = lift_sql(events, QUESTION)
    assert sql.startswith(
        "WITH\nevents AS (\n  SELECT event_timestamp, event_name, event_params, user_pseudo_id, device\n"
    )
    assert "FROM `your-project.analytics_123456789.events_*`" in sql
    assert "_TABLE_SUFFIX BETWEEN '20260302' AND '20260311'" in sql
    assert "$" not in sql.replace("$'", "")
