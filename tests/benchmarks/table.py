"""What a benchmark comes to: one row per figure, each with the bar it has to meet if there is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure.

    `figure` and `bar` are in `unit`; the bar is the most that is allowed, None where the figure is only
    told. `note` says where it comes from, for those who wonder.
    """

    name: str
    figure: float
    bar: float | None = None
    unit: str = "x"
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether it is within its bar."""
        return self.bar is None or self.figure <= self.bar


def print_table(rows: Iterable[Row]) -> int:
    """Print the rows; returns the exit code: 1 when a bar is missed."""
    told = list(rows)
    width = max(len(row.name) for row in told)
    print(f"{'':<{width}}  {'figure':>8}  {'at most':>8}  {'':<7}  note")
    for row in told:
        bar = "" if row.bar is None else f"{row.bar:.2f}"
        verdict = "" if row.bar is None else "met" if row.met else "MISSED"
        print(f"{row.name:<{width}}  {row.figure:8.2f}  {bar:>8}  {verdict:<7}  {row.unit}; {row.note}")
    return 0 if all(row.met for row in told) else 1
