"""A heat table's figures as short text, the same in every format people read."""

from __future__ import annotations

import math
from collections.abc import Iterator

from milepost.render.breakdown.words import others
from milepost.render.report.figures import Signs, percent
from milepost.reports.heat import HeatCell, HeatRow, HeatTable

BLOCKS = " ░▒▓█"
ASCII_BLOCKS = " .:*#"

LEGEND = (
    "Each cell: the share of the row's users with that conversion. "
    "Shade: against the highest share of its column."
)


def shade(cell: HeatCell) -> int:
    """How dark, from 0 for nobody at all to 4 for the highest share of the column."""
    return math.ceil((cell.warmth or 0) * (len(BLOCKS) - 1))


def rate(cell: HeatCell, signs: Signs) -> str:
    """The share, or the sign for none where nobody was there."""
    return percent(cell.rate, signs)


def shown(table: HeatTable) -> tuple[int, ...]:
    """Numbers of the columns with anything in them; all, where no column has."""
    numbers = range(len(table.columns))
    return tuple(number for number in numbers if table.total.cells[number].users) or tuple(numbers)


def nobody(table: HeatTable) -> tuple[str, ...]:
    """A sentence about the columns that are left out since nobody is in them; none where none is."""
    gone = [column.label for n, column in enumerate(table.columns) if n not in shown(table)]
    return (f"Nobody: {', '.join(gone)}.",) if gone else ()


def rows(table: HeatTable) -> Iterator[tuple[str, HeatRow]]:
    """Each row's name: the values, the others, the total."""
    yield from table.rows
    if table.others:
        yield others(table.values - len(table.rows)), table.others
    yield "Total", table.total
