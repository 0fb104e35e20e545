"""Tables made of exported events are kept in files, and are never those of other events."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from milepost.emulator.data.dataset import Dataset, Markings
from milepost.emulator.events.source import ExportFiles

_TODAY = date(2026, 3, 15)
_KEPT = "SELECT database_name FROM duckdb_databases() WHERE database_name LIKE 'kept%' ORDER BY 1"
_FIGURES = """
    SELECT count(*), count(DISTINCT session_key),
        (SELECT list(texts ORDER BY event_id)::VARCHAR FROM parameters), (SELECT count(*) FROM items),
        (SELECT list(text)::VARCHAR FROM user_properties), (SELECT list(channel) FROM sessions)
    FROM all_events"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    kept = tmp_path / "kept" / "deep"
    monkeypatch.setenv("MILEPOST_EMULATOR_CACHE", str(kept))
    return kept


@pytest.fixture
def export(tmp_path: Path, analytics: Callable[..., Any], event: Any) -> Callable[[int], ExportFiles]:
    """Writes so many page views of one session into a file."""

    def write(views: int) -> ExportFiles:
        one = event("page_view", parameters={"page_location": "https://x.example/"}, user_properties={"a": 1})
        pq.write_table(analytics(*[one] * views).table, tmp_path / "events_1.parquet")
        return ExportFiles(str(tmp_path / "*.parquet"))

    return write


def _rows(source: ExportFiles, *statements: str) -> list[list[tuple[Any, ...]]]:
    with Dataset(source).reading(_TODAY, Markings) as reading:
        return [reading.execute(sql).fetchall() for sql in statements]


def test_kept_tables_answer_like_those_just_made(folder: Path, export: Callable[[int], ExportFiles]) -> None:
    source = export(3)
    made, none = _rows(source, _FIGURES, _KEPT)
    kept, names = _rows(source, _FIGURES, _KEPT)
    assert made == kept
    assert made[0][:2] == (3, 1)
    assert none == []
    assert names == [("kept_events",), ("kept_items",), ("kept_parameters",), ("kept_user_properties",)]
    assert {path.suffix for path in folder.iterdir()} == {".duckdb"}


def test_only_what_a_statement_names_is_made(folder: Path, export: Callable[[int], ExportFiles]) -> None:
    _rows(export(1), "SELECT count(*) FROM all_events")
    assert [path.stem.rpartition("-")[2] for path in folder.iterdir()] == ["events"]


def test_changed_files_are_read_again_and_old_tables_go(
    folder: Path, export: Callable[[int], ExportFiles]
) -> None:
    for views in (1, 2):
        assert _rows(export(views), "SELECT count(*) FROM all_events") == [[(views,)]]
        assert len(list(folder.iterdir())) == 1


def test_several_emulators_read_one_file_at_once(folder: Path, export: Callable[[int], ExportFiles]) -> None:
    source = export(2)
    _rows(source, _FIGURES)
    with ExitStack() as stack:
        open_at_once = [stack.enter_context(Dataset(source).reading(_TODAY, Markings)) for _ in range(3)]
        assert {str(each.execute(_FIGURES).fetchall()) for each in open_at_once} == {
            str(_rows(source, _FIGURES)[0])
        }


def test_broken_file_is_made_anew(folder: Path, export: Callable[[int], ExportFiles]) -> None:
    source = export(2)
    _rows(source, "SELECT count(*) FROM all_events")
    (path,) = folder.iterdir()
    path.write_bytes(b"no database")
    assert _rows(source, "SELECT count(*) FROM all_events", _KEPT) == [[(2,)], []]
    assert _rows(source, _KEPT) == [[("kept_events",)]]


def test_folder_that_cannot_be_written_to_keeps_nothing(
    tmp_path: Path, export: Callable[[int], ExportFiles], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("MILEPOST_EMULATOR_CACHE", str(tmp_path / "taken" / "kept"))
    assert _rows(export(2), "SELECT count(*) FROM all_events") == [[(2,)]]
