"""One run of `lift` over an export, in a process of its own: prints what it took as JSON.

`python tests/benchmarks/lift_run.py duckdb|pandas GLOB EVENT,EVENT…`. The work is the same: counts per micro
conversion and point of the visit. Peak memory is the whole process's, Python and its packages included.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from glob import glob
from pathlib import Path

WEEK = 7 * 86_400
_KIBIBYTES = 1 if sys.platform == "darwin" else 1024
"""`ru_maxrss` is in bytes on one of them."""


def with_duckdb(files: str, micros: Sequence[str]) -> int:
    """Milepost's own way; returns how many events there were."""
    from milepost.journeys.definitions import EventDefinition
    from milepost.journeys.engines import open_events
    from milepost.journeys.export import LiftQuestion, lift_counts

    question = LiftQuestion((EventDefinition("purchase"),), tuple(map(EventDefinition, micros)), WEEK)
    with open_events(files) as events:
        return lift_counts(events, question)[0].read.rows


def with_pandas(files: str, micros: Sequence[str]) -> int:
    """The same counts in pandas, out of the same columns of the same files."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from milepost.journeys.export import SECOND
    from tests.journeys import pandas_counts

    columns = ["user_pseudo_id", "event_timestamp", "event_name", "event_params"]
    table = pa.concat_tables([pq.read_table(path, columns=columns) for path in sorted(glob(files))])  # noqa: PTH207
    frame = pandas_counts.flat_frame(table)
    end = -(-int(frame.ts.max()) // (86_400 * SECOND)) * 86_400 * SECOND
    pandas_counts.count(frame, "purchase", micros, WEEK * SECOND, end - WEEK * SECOND)
    return len(frame)


def main(way: str, files: str, micros: str) -> None:
    """Run one way, and tell what it took."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    began, worked = time.perf_counter(), time.process_time()
    events = {"duckdb": with_duckdb, "pandas": with_pandas}[way](files, micros.split(","))
    told = {
        "events": events,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - worked,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIBIBYTES,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
