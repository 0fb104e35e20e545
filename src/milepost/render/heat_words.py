"""A heat table's figures as short text, the same in every format people read."""

from __future__ import annotations

import math
from collections.abc import Iterator

from milepost.render.breakdown_words import others
from milepost.render.report_figures import Signs, percent
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


def rows(table: HeatTable) -> Iterator[tuple[str, HeatRow]]:
    """Each row's name: the values, the others, the total."""
    yield from table.rows
    if table.others:
        yield others(table.values - len(table.rows)), table.others
    yield "Total", table.total
