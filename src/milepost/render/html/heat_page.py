"""Heat tables as a page: the share of each row's users with each conversion, the warmest cells tinted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.render.heat_words import LEGEND, rate, rows
from milepost.render.html.page import Cell, Column, Part, Remarks, Row, RowGroup, RowKind, Section, Table, row
from milepost.render.html.properties import SIGNS, property_lines, row_kind, write_properties
from milepost.render.report_figures import count
from milepost.reports.heat import HeatRow, HeatTable


def render_heat_html(tables: Sequence[HeatTable], missing: Mapping[str, str] | None = None) -> str:
    """One page for all properties.

    Args:
        tables: one section each.
        missing: why there is none for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    return write_properties(
        "Where people do what",
        [_section(table) for table in tables],
        ("Users", "Rows", "Conversions"),
        [(count(table.total.users), count(table.values), count(len(table.columns))) for table in tables],
        missing,
    )


def _section(table: HeatTable) -> Section:
    lines = property_lines(table.property_id, table.period, table.time_zone)
    return Section(table.name, (*lines, f"By {table.dimension}"), tuple(_parts(table)))


def _parts(table: HeatTable) -> Iterator[Part]:
    if table.notes:
        yield Remarks(table.notes)
    columns = (
        Column(table.dimension, words=True),
        Column("Users"),
        *(Column(column.label, tone=column.role) for column in table.columns),
    )
    lines = tuple(
        _row(table, name, line, row_kind(place, name, len(table.rows)))
        for place, (name, line) in enumerate(rows(table))
    )
    yield Table(
        f"Users with each conversion, by {table.by}", columns, (RowGroup(lines),), (LEGEND,), broad=True
    )


def _row(table: HeatTable, name: str, line: HeatRow, kind: RowKind) -> Row:
    cells = (
        Cell(rate(cell, SIGNS), tone=column.role if cell.users else "muted", shade=cell.warmth)
        for column, cell in zip(table.columns, line.cells, strict=True)
    )
    return row(name, (count(line.users), *cells), kind)
