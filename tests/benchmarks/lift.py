"""`lift` on events: beside pandas on real ones, as they grow, and what BigQuery would bill.

Needs the real export (`MILEPOST_REAL_EXPORT`). Growth is measured at the millions of generated events that
`MILEPOST_BENCHMARK_MILLIONS` names (default `1,10`; `1,10,100` takes 8 GB of disk and the better part of an
hour, most of it for making events); they are kept in the folder `MILEPOST_BENCHMARK_EVENTS` if that is set.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from milepost.emulator.events.generator import write_parquet
from tests.benchmarks.table import Row

GIB = 2**30
_REAL = Path(__file__).parents[3] / "shared" / "data" / "ga4-export"
_REAL_MICROS = "scroll,view_promotion,select_item,view_search_results,select_promotion,add_to_cart"
_MADE_MICROS = (
    "view_promotion,select_promotion,view_search_results,filter_apply,select_item,video_start,add_to_wishlist"
)
_FIRST, _LAST = date(2026, 7, 1), date(2026, 7, 28)
_EVENTS_PER_USER = 19.4
"""Of the shop, over four weeks: to come near a number of events."""

_READ = (
    "event_timestamp",
    "event_name",
    "user_pseudo_id",
    "event_params.list.element.key",
    "event_params.list.element.value.int_value",
    "event_params.list.element.value.float_value",
    "event_params.list.element.value.double_value",
)
"""Leaf columns that the query of `lift` mentions, without conditions on parameters."""


def rows() -> Iterator[Row]:
    """Beside pandas, growth, bytes."""
    folder = Path(os.environ.get("MILEPOST_REAL_EXPORT") or _REAL)
    yield from _beside_pandas(str(folder / "events_*.parquet"))
    yield from _bytes(sorted(folder.glob("events_*.parquet"))[0])
    yield from _growth()


def _beside_pandas(files: str) -> Iterator[Row]:
    ours, theirs = (_run(way, files, _REAL_MICROS) for way in ("duckdb", "pandas"))
    cpu, memory = (tuple(of[key] for of in (ours, theirs)) for key in ("cpu_seconds", "peak_bytes"))
    note = f"{ours['events']:,} real events, 6 micros: {cpu[0]:.1f} s of CPU, pandas {cpu[1]:.1f} s"
    yield Row("lift: time, beside pandas", cpu[0] / cpu[1], 1.0, note=note)
    note = f"{memory[0] / GIB:.2f} GiB, pandas {memory[1] / GIB:.2f} GiB"
    yield Row("lift: peak memory, beside pandas", memory[0] / memory[1], 1.0, note=note)


def _growth() -> Iterator[Row]:
    millions = [int(word) for word in os.environ.get("MILEPOST_BENCHMARK_MILLIONS", "1,10").split(",")]
    with ExitStack() as closing:
        kept = os.environ.get("MILEPOST_BENCHMARK_EVENTS")
        folder = Path(kept or closing.enter_context(tempfile.TemporaryDirectory()))
        first: dict[str, Any] = {}
        for million in millions:
            took = _run("duckdb", str(_made(folder, million) / "*.parquet"), _MADE_MICROS)
            first = first or took
            each, at_first = (of["cpu_seconds"] / of["events"] for of in (took, first))
            name, note = f"lift: {took['events'] / 1e6:,.1f} million events", f"{took['seconds']:.0f} s"
            yield Row(
                f"{name}, time per event",
                each / at_first,
                1.25,
                "x of the first",
                f"{note}, {each * 1e6:.1f} µs",
            )
            yield Row(f"{name}, peak memory", took["peak_bytes"] / GIB, 4.0, "GiB", "the whole process")


def _made(folder: Path, million: int) -> Path:
    """Generated events, unless they are there."""
    made = folder / f"{million}"
    if not (made / "done").exists():
        users = round(million * 1_000_000 / _EVENTS_PER_USER / ((_LAST - _FIRST).days + 1))
        write_parquet(made, "ecommerce", first_day=_FIRST, last_day=_LAST, users_per_day=users)
        (made / "done").touch()
    return made


def _run(way: str, files: str, micros: str) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).with_name("lift_run.py")), way, files, micros]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(json.loads(told))


def _bytes(day: Path) -> Iterator[Row]:
    """By BigQuery's rule: 8 bytes a number, 2 and its length a string, nothing a NULL; leaf by leaf."""
    everything = _size(pq.ParquetFile(day).read())
    read = _size(pq.ParquetFile(day).read(columns=list(_READ)))
    whole = _size(pq.ParquetFile(day).read(columns=[*_READ[:3], "event_params"]))
    note = f"a day of real events: {read / 1e6:.1f} of {everything / 1e6:.1f} MB"
    yield Row("lift: bytes billed, beside SELECT *", read / everything, 0.5, note=note)
    yield Row(
        "lift: the same, if all of event_params is billed", whole / everything, note=f"{whole / 1e6:.1f} MB"
    )


def _size(table: pa.Table) -> int:
    return sum(_column_size(column.combine_chunks()) for column in table.columns)


def _column_size(column: Any) -> int:
    if pa.types.is_list(column.type):
        return _column_size(column.flatten())
    if pa.types.is_struct(column.type):
        return sum(_column_size(part) for part in column.flatten())
    filled = int(len(column) - column.null_count)
    if pa.types.is_string(column.type):
        return 2 * filled + int(pc.sum(pc.binary_length(column)).as_py() or 0)
    return (1 if pa.types.is_boolean(column.type) else 8) * filled
