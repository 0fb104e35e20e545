"""Tables and paragraphs as several commands print them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import chop_cells
from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render.safe import plain

WIDE = 1000
"""Cells of a screen that nothing is wider than."""

GAP = 2
"""Cells between columns."""


def print_title(name: str, property_id: str, console: Console) -> None:
    """Which property the block below is about."""
    title = Text.assemble((plain(name), "bold"), (f"  property {plain(property_id)}", "dim"))
    console.print(title, soft_wrap=True)


def figures_table(texts: Sequence[str], numbers: Sequence[str], room: int = WIDE) -> Table:
    """An empty table without lines: columns of text, then of figures; headings of text cut to `room`."""
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for heading in texts:
        table.add_column(shortened(heading, room), no_wrap=True)
    for heading in numbers:
        table.add_column(Text(heading), justify="right", no_wrap=True)
    return table


def print_table(table: Table, console: Console) -> None:
    """Print a table and an empty line."""
    # Told its width, rich does not shrink the columns: better over the edge than cut numbers.
    table.width = console.measure(table, options=console.options.update_width(WIDE)).maximum
    console.print(table, crop=False)
    console.print()


def print_lines(lines: Sequence[tuple[str, str, str]], console: Console, *, last: bool = False) -> None:
    """Print remarks, each with its sign, text and style, and an empty line where more follows."""
    if not lines:
        return
    grid = Table.grid(padding=(0, GAP, 0, 0))
    grid.add_column(width=1)
    grid.add_column()
    for sign, text, style in lines:
        grid.add_row(Text(sign, style=style), Text(text, style=style))
    console.print(grid)
    if not last:
        console.print()


def print_paragraphs(texts: Iterable[str], console: Console, style: str = "") -> None:
    """Print texts of any origin from the edge of the screen, wrapped, and an empty line after the last."""
    lines = [Text(plain(text), style=style) for text in texts]
    for line in lines:
        console.print(line)
    if lines:
        console.print()


def shortened(text: str, room: int, style: str = "") -> Text:
    """Text of any origin on one line, with an ellipsis where it is longer than `room` cells."""
    short = Text(plain(text), style=style)
    short.truncate(room, overflow="ellipsis")
    return short


def folded(text: str, room: int, style: str = "") -> Text:
    """Text of any origin, whole, on as many lines of at most `room` cells as it takes."""
    return Text("\n".join(chop_cells(plain(text), room)), style=style)


def markdown_table(
    texts: Sequence[str], numbers: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[str]:
    """The lines of a table: columns of text, then of figures. Cells must be Markdown already."""
    yield f"| {' | '.join((*texts, *numbers))} |"
    yield f"|{':--|' * len(texts)}{'--:|' * len(numbers)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
