"""A heat table on a terminal: shaded by colour where there is any, else by blocks before the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render.breakdown.text import print_heading, print_remarks
from milepost.render.breakdown.words import dimension_legend
from milepost.render.heat.words import ASCII_BLOCKS, BLOCKS, LEGEND, nobody, rate, rows, shade
from milepost.render.heat.words import shown as with_users
from milepost.render.report.figures import ASCII_SIGNS, Signs, count
from milepost.render.safe import plain
from milepost.reports.heat import HeatCell, HeatRow, HeatTable

_GAP = 2
_VALUE_LEAST, _VALUE_MOST = 16, 40
_HEADING_MOST = 11
_RAMP = ("", "black on #fde7c8", "black on #fbc078", "black on #f3843e", "white on #b3361a")
"""From nobody to the highest share; each pair of colours has a contrast of 4.5 to 1 at least."""


@dataclass(frozen=True)
class _Look:
    """How this screen shows things."""

    signs: Signs
    blocks: str
    colour: bool

    def cell(self, cell: HeatCell, style: str) -> Text:
        """A share with its shade."""
        figure = rate(cell, self.signs)
        if self.colour:
            return Text(f" {figure} ", style=_RAMP[shade(cell)] or style)
        return Text(f"{self.blocks[shade(cell)]} {figure}".lstrip(), style=style)


def render_heat_text(tables: Sequence[HeatTable], console: Console) -> None:
    """Prints one block per property. Conversions that find no room are named, with those of fewest users."""
    ascii_only = console.options.ascii_only
    colour = console.color_system is not None and not console.no_color
    look = _Look(ASCII_SIGNS if ascii_only else Signs(), ASCII_BLOCKS if ascii_only else BLOCKS, colour)
    for number, table in enumerate(tables):
        if number:
            console.print()
        by = f"{table.by}, per conversion"
        print_heading(console, table.name, table.property_id, table.period, table.time_zone, by)
        shown = _shown(table, look, console.width)
        console.print(_grid(table, shown, look, console.width), crop=False)
        console.print()
        print_remarks(console, look.signs, table.notes, _legends(table, shown))


def _shown(table: HeatTable, look: _Look, width: int) -> list[int]:
    """Numbers of the columns that fit, at least one: the macro ones first of all, then the micro ones."""
    sizes = _sizes(table, look)
    room = width - _value_width(table, width) - _users_width(table) - 2 * _GAP
    wanted = sorted(with_users(table), key=lambda number: table.columns[number].role != "macro")
    shown: list[int] = []
    for number in wanted:
        room -= sizes[number] + _GAP
        if room < -_GAP and shown:
            break
        shown.append(number)
    return sorted(shown)


def _sizes(table: HeatTable, look: _Look) -> list[int]:
    """Widths of all columns; headings fold between words."""
    return [
        max(
            min(max(map(cell_len, plain(column.label).split()), default=0), _HEADING_MOST),
            *(look.cell(row.cells[number], "").cell_len for _, row in rows(table)),
        )
        for number, column in enumerate(table.columns)
    ]


def _value_width(table: HeatTable, width: int) -> int:
    longest = max(cell_len(plain(name)) for name, _ in [*rows(table), (table.by, None)])
    return max(min(longest, _VALUE_MOST, width // 3), _VALUE_LEAST)


def _users_width(table: HeatTable) -> int:
    return max(len("Users"), *(len(count(row.users)) for _, row in rows(table)))


def _grid(table: HeatTable, shown: Sequence[int], look: _Look, width: int) -> Table:
    sizes, first = _sizes(table, look), _value_width(table, width)
    grid = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    grid.add_column(Text(plain(table.by)), overflow="fold", width=first, vertical="bottom")
    grid.add_column(Text("Users"), justify="right", no_wrap=True)
    for number in shown:
        column = table.columns[number]
        style = "bold magenta" if column.role == "macro" else "bold cyan"
        heading = Text(plain(column.label), style=style)
        grid.add_column(heading, justify="right", overflow="fold", width=sizes[number])
    # Told its width, rich does not shrink the columns: better over the edge than cut numbers.
    grid.width = first + _users_width(table) + sum(sizes[number] + _GAP for number in shown) + _GAP
    for place, (name, row) in enumerate(rows(table)):
        style = "" if place < len(table.rows) else "bold" if row is table.total else "dim"
        grid.add_row(Text(plain(name), style=style), *_cells(row, shown, look, style))
    return grid


def _cells(row: HeatRow, shown: Sequence[int], look: _Look, style: str) -> list[Text]:
    return [Text(count(row.users), style=style), *(look.cell(row.cells[number], style) for number in shown)]


def _legends(table: HeatTable, shown: Sequence[int]) -> tuple[str, ...]:
    gone = [plain(table.columns[number].label) for number in with_users(table) if number not in shown]
    return (
        *dimension_legend(table.by, table.dimension),
        LEGEND,
        *map(plain, nobody(table)),
        *([f"And {count(len(gone))} more, too wide for here: {', '.join(gone)}."] if gone else []),
    )
