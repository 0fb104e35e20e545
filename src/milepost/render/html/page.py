"""What a page holds, as frozen values: every text in them is plain text, escaped when the page is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Tone = Literal["", "macro", "micro", "up", "down", "met", "missed", "muted"]
"""What colour adds to a text, which says the same without it."""

RowKind = Literal["", "others", "total"]

Spec = Mapping[str, Any]
"""A Vega-Lite specification with its data inside."""


@dataclass(frozen=True)
class Frame:
    """A size that a chart is drawn for: its width and its type size in CSS pixels."""

    name: Literal["wide", "narrow"]
    width: int
    type_size: int


WIDE = Frame("wide", 760, 13)
NARROW = Frame("narrow", 330, 13)
"""For a phone. Each is shown at 0.86 to 1.5 of its size, so that type never falls under 11 pixels."""


@dataclass(frozen=True)
class Cell:
    """A text in a table, with a second line in small type that ends in short marks.

    `shade` from 0 to 1 tints the cell: how much of the largest there is.
    """

    text: str
    detail: str = ""
    tone: Tone = ""
    marks: tuple[str, ...] = ()
    shade: float | None = None


@dataclass(frozen=True)
class Column:
    """A column of numbers, unless it is said to be one of words."""

    heading: str
    words: bool = False
    tone: Tone = ""


@dataclass(frozen=True)
class Row:
    """As many cells as the table has columns; the first one names the row. `link` is a section's `anchor`."""

    cells: tuple[Cell, ...]
    kind: RowKind = ""
    link: str = ""


@dataclass(frozen=True)
class RowGroup:
    """Rows that belong together, under a heading of their own unless that is empty."""

    rows: tuple[Row, ...]
    heading: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Table:
    """A table that is read as it stands; `legend` says how. A `broad` one may be broader than the text."""

    caption: str
    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    legend: tuple[str, ...] = ()
    broad: bool = False
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Chart:
    """A picture of the figures in `data`, which can be unfolded under it, or are from the start.

    `description` stands in for the picture where nobody sees it; `legend` tells everybody how to read it.
    """

    title: str
    description: str
    draw: Callable[[Frame], Spec]
    data: Table
    legend: str = ""
    unfolded: bool = False
    kind: ClassVar[str] = "chart"


@dataclass(frozen=True)
class KeyFigure:
    """One figure on its own. `change` says how it moved, in a few signs."""

    label: str
    value: str
    detail: str = ""
    change: str = ""
    change_tone: Tone = ""
    tone: Tone = ""


@dataclass(frozen=True)
class KeyFigures:
    """Figures side by side, and what a reader must know about them; `minor` ones are smaller."""

    figures: tuple[KeyFigure, ...]
    notes: tuple[str, ...] = ()
    minor: bool = False
    kind: ClassVar[str] = "figures"


@dataclass(frozen=True)
class Remarks:
    """Sentences: what was found (`finding`), or what a reader must know (`note`).

    One may have `steps` under it: what to do, by the number of the sentence.
    """

    sentences: tuple[str, ...]
    about: Literal["finding", "note"] = "note"
    steps: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    kind: ClassVar[str] = "remarks"


Part = KeyFigures | Chart | Table | Remarks


@dataclass(frozen=True)
class Section:
    """One result. `lines` stand under its heading: which property, which days."""

    heading: str
    lines: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Page:
    """A document with a title and the sections under it.

    `summary` stands before them, where there are several; row by row it may link to them (`anchor`). Unless
    it is `drawn`, charts show the figures behind them and no picture.
    """

    title: str
    sections: tuple[Section, ...]
    summary: Table | None = None
    drawn: bool = True


def anchor(number: int) -> str:
    """Where section `number` of a page, from 0, can be linked to."""
    return f"section-{number + 1}"


def row(name: str | Cell, figures: Iterable[str | Cell], kind: RowKind = "") -> Row:
    """A row of plain figures."""
    cells = (cell if isinstance(cell, Cell) else Cell(cell) for cell in (name, *figures))
    return Row(tuple(cells), kind)


def data_table(
    caption: str, name: str, headings: Iterable[str], rows: Iterable[tuple[str, Iterable[str]]]
) -> Table:
    """The table behind a chart: a column of names, and columns of figures."""
    columns = (Column(name, words=True), *map(Column, headings))
    return Table(caption, columns, (RowGroup(tuple(row(label, figures) for label, figures in rows)),))
