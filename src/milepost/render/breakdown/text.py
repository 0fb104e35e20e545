"""A breakdown on a terminal, at whatever width it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render.breakdown.words import HEADINGS, LEFT_OUT_FIRST, column_name, columns, legend, lines
from milepost.render.report.figures import ASCII_SIGNS, Signs, days, length
from milepost.render.safe import plain
from milepost.render.tables import print_title
from milepost.reports.breakdown import Breakdown
from milepost.reports.results import Period

_GAP = 2
_VALUE_LEAST = 16
_VALUE_WISHED = 28


def render_breakdown_text(results: Sequence[Breakdown], console: Console) -> None:
    """Prints one block per property. Values fold; numbers are never cut, columns that do not fit are told."""
    signs = ASCII_SIGNS if console.options.ascii_only else Signs()
    for number, result in enumerate(results):
        if number:
            console.print()
        print_heading(console, result.name, result.property_id, result.period, result.time_zone, result.by)
        table, left_out = _table(result, signs, console.width)
        console.print(table, crop=False)
        console.print()
        print_remarks(console, signs, result.notes, legend(result, left_out))


def print_heading(
    console: Console, name: str, property_id: str, period: Period, time_zone: str, by: str
) -> None:
    """Which property, which days, by what."""
    print_title(name, property_id, console)
    zone = f" in {plain(time_zone)}" if time_zone else ""
    console.print(Text(f"{days(period)}, {length(period)}{zone}, by {plain(by)}"), soft_wrap=True)
    console.print()


def print_remarks(console: Console, signs: Signs, notes: Iterable[str], legends: Iterable[str]) -> None:
    """What a reader must know, and how to read the columns."""
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(width=1)
    grid.add_column()
    for note in notes:
        grid.add_row(Text(signs.bullet), Text(plain(note)))
    for line in legends:
        grid.add_row(Text(), Text(line, style="dim"))
    console.print(grid)


def _table(result: Breakdown, signs: Signs, width: int) -> tuple[Table, tuple[str, ...]]:
    """The table, and the headings of columns that there was no room for."""
    rows = list(lines(result, signs))
    sizes = [
        max(len(heading), *(cell_len(figures[n]) for _, figures in rows))
        for n, heading in enumerate(HEADINGS)
    ]
    shown = list(columns(result))
    dropped: list[str] = []
    wished = min(max(cell_len(plain(value)) for value, _ in rows), _VALUE_WISHED)
    for number in (n for n in LEFT_OUT_FIRST if n in shown):
        # Sessions make room for long values, money only where these would hardly be seen.
        if width - sum(sizes[n] + _GAP for n in shown) >= (_VALUE_LEAST if dropped else wished):
            break
        shown.remove(number)
        dropped.append(column_name(number))
    taken = sum(sizes[n] + _GAP for n in shown)
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(Text(plain(result.by)), overflow="fold", max_width=max(width - taken, _VALUE_LEAST))
    for number in shown:
        table.add_column(Text(HEADINGS[number]), justify="right", no_wrap=True)
    if width - taken < _VALUE_LEAST:
        # Told its width, rich does not shrink the columns: better over the edge than cut numbers.
        table.width = taken + _VALUE_LEAST
    for place, (value, figures) in enumerate(rows):
        style = "" if place < len(result.rows) else "dim" if place < len(rows) - 1 else "bold"
        table.add_row(Text(plain(value), style=style), *(Text(figures[n], style=style) for n in shown))
    return table, tuple(dropped)
