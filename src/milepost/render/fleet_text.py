"""Many properties on one screen: a line for each, after all that was said about them one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render.safe import plain


@dataclass(frozen=True)
class FleetLine:
    """One property: its figures, one per column and None for none, and what went wrong, if anything did."""

    name: str
    figures: tuple[int | None, ...]
    error: str = ""


def print_fleet(console: Console, columns: Sequence[str], lines: Iterable[FleetLine]) -> None:
    """A table with one line per property, in the order given. A figure of 0 is a dot, none a dash."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("Property", no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("")
    for line in lines:
        figures = [_figure(figure) for figure in line.figures]
        table.add_row(Text(plain(line.name)), *figures, Text(plain(line.error), style="red"))
    console.print()
    console.print(table, crop=False)


def _figure(figure: int | None) -> Text:
    if figure is None:
        return Text("–", style="dim")
    return Text(f"{figure:,}") if figure else Text("·", style="dim")
