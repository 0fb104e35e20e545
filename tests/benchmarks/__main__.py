"""Every benchmark in one table: `python tests/benchmarks`, or some of them by name: `… start calls`.

Figures are ratios or counts, so that they can be compared between machines. It exits with 1 when a bar is
missed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

# Run as a folder, Python looks for modules in it, and not beside `tests`.
sys.path[0] = str(Path(__file__).parents[2])

from tests.benchmarks import calls, fleet, latency, lift, real_report, start  # noqa: E402 - see above
from tests.benchmarks.table import print_table  # noqa: E402

BENCHMARKS = {
    "start": start.rows,
    "latency": latency.rows,
    "calls": calls.rows,
    "fleet": fleet.rows,
    "real-report": real_report.rows,
    "lift": lift.rows,
}


def main(names: Sequence[str]) -> int:
    """Run those named, by default all; returns the exit code."""
    if unknown := sorted(set(names) - BENCHMARKS.keys()):
        print(f"no benchmark {unknown[0]}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    return print_table(row for name in names or BENCHMARKS for row in BENCHMARKS[name]())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
