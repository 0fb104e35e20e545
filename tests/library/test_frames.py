"""Results as data frames: the rows that CSV has, with types."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from datetime import datetime
from typing import Any

import pandas
import polars
import pytest

import milepost
from milepost.errors import InputError
from milepost.model.frames import Tabular
from milepost.render.csv_table import render_csv
from milepost.render.safe import csv_cell
from tests.library.results import RESULTS, breakdown
from tests.render.reports import hostile_report, report_with_everything

every_result = pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)


def _as_csv(cell: Any) -> str:
    if cell is None or cell is pandas.NA or cell is pandas.NaT:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime):
        return str(cell.date())
    return csv_cell(cell) if isinstance(cell, str) else str(cell)


@every_result
def test_both_frames_hold_what_csv_holds(result: Tabular) -> None:
    rows = list(csv.DictReader(io.StringIO(render_csv(result.COLUMNS, [result]))))
    frame = result.to_polars()
    assert frame.columns == list(rows[0])
    for row, record in zip(rows, frame.iter_rows(named=True), strict=True):
        for name, kind in result.COLUMNS.items():
            shown = _as_csv(record[name])
            assert (float(shown) == float(row[name])) if kind == "number" and shown else shown == row[name]
    pandas_rows = result.to_pandas().astype(object).to_dict("records")
    for record, other in zip(frame.iter_rows(named=True), pandas_rows, strict=True):
        days = {
            k: v.date() if isinstance(v, datetime) and v is not pandas.NaT else v for k, v in other.items()
        }
        assert [_as_csv(cell) for cell in days.values()] == [_as_csv(cell) for cell in record.values()]


@every_result
def test_columns_have_the_types_they_promise(result: Tabular) -> None:
    kinds = {
        "text": "string",
        "count": "Int64",
        "number": "Float64",
        "flag": "boolean",
        "day": "datetime64[s]",
    }
    assert {name: str(dtype) for name, dtype in result.to_pandas().dtypes.items()} == {
        name: kinds.get(kind, "datetime64[s]") for name, kind in result.COLUMNS.items()
    }
    types = {"text": polars.String, "count": polars.Int64, "number": polars.Float64, "flag": polars.Boolean}
    assert dict(result.to_polars().schema) == {
        name: types.get(kind, polars.Date) for name, kind in result.COLUMNS.items()
    }


def test_every_public_result_with_data_frames_is_among_these() -> None:
    public = {getattr(milepost, name) for name in milepost.__all__}
    tables = {kind for kind in public if isinstance(kind, type) and issubclass(kind, Tabular)}
    assert tables <= {type(result) for result in RESULTS.values()}


@every_result
def test_records_have_no_cell_without_a_column(result: Tabular) -> None:
    assert {name for record in result.records() for name in record} <= set(result.COLUMNS)


def test_frame_keeps_names_as_they_are_and_adds_up() -> None:
    frame = report_with_everything().to_pandas()
    conversions = frame[frame["row"] == "conversion"]
    trend = frame[frame["row"] == "trend"]
    assert list(conversions["events"]) == [851, 15_253, 6_230, 0, 8_354]
    assert trend["events"].sum() == sum(sum(c.trend) for c in report_with_everything().conversions)
    assert hostile_report().to_polars()["name"][0] == "=HYPERLINK(1)|<b>"


def test_unknown_is_null_and_never_zero() -> None:
    frame = hostile_report().to_polars()
    assert frame["user_rate"].to_list() == [None] * 4
    assert frame["key_event"].null_count() == 4
    assert frame["users"].to_list() == [0] * 4


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_missing_package_is_an_error_with_its_remedy(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError) as missing:
        getattr(breakdown(), f"to_{package}")()
    assert missing.value.remedy == f"pip install {package}"


def test_results_cost_no_import_of_data_frames() -> None:
    names = [name for name in milepost.__all__ if name[0].isupper()]
    code = f"""
import sys, milepost
for name in {names}:
    getattr(milepost, name)
print({{"pandas", "polars"}} & set(sys.modules))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
