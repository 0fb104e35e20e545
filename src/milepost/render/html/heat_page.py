"""Heat tables as a page: the share of each row's users with each conversion, the warmest cells tinted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.render.breakdown.words import dimension_legend
from milepost.render.heat.words import LEGEND, nobody, rate, rows, shown
from milepost.render.html.page import Cell, Column, Part, Remarks, Row, RowGroup, RowKind, Section, Table, row
from milepost.render.html.properties import SIGNS, property_lines, row_kind, write_properties
from milepost.render.report.figures import count
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
    return Section(table.name, (*lines, f"By {table.by}"), tuple(_parts(table)))


def _parts(table: HeatTable) -> Iterator[Part]:
    if table.notes:
        yield Remarks(table.notes)
    columns = (
        Column(table.by, words=True),
        Column("Users"),
        *(Column(table.columns[n].label, tone=table.columns[n].role) for n in shown(table)),
    )
    lines = tuple(
        _row(table, name, line, row_kind(place, name, len(table.rows)))
        for place, (name, line) in enumerate(rows(table))
    )
    legend = (*dimension_legend(table.by, table.dimension), LEGEND, *nobody(table))
    yield Table(f"Users with each conversion, by {table.by}", columns, (RowGroup(lines),), legend, broad=True)


def _row(table: HeatTable, name: str, line: HeatRow, kind: RowKind) -> Row:
    cells = (
        Cell(rate(cell, SIGNS), tone=table.columns[n].role if cell.users else "muted", shade=cell.warmth)
        for n, cell in ((n, line.cells[n]) for n in shown(table))
    )
    return row(name, (count(line.users), *cells), kind)
