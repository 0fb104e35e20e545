"""A heat table as Markdown: a block before each share tells how dark it would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.render.breakdown_markdown import heading, remarks, table_row, table_rule
from milepost.render.heat_words import BLOCKS, LEGEND, rate, rows, shade
from milepost.render.report_figures import Signs, count
from milepost.render.safe import markdown, markdown_inert
from milepost.reports.heat import HeatTable

_SIGNS = Signs()


def render_heat_markdown(tables: Sequence[HeatTable]) -> str:
    """One section and one table per property, with every conversion; ends in a newline."""
    return "\n\n".join("\n".join(_section(table)) for table in tables) + "\n"


def _section(table: HeatTable) -> Iterator[str]:
    yield from heading(table.name, table.property_id, table.period, f"{table.by}, per conversion")
    labels = (markdown(column.label) for column in table.columns)
    yield table_row((markdown(table.dimension), "Users", *labels))
    yield table_rule(1 + len(table.columns))
    for place, (name, row) in enumerate(rows(table)):
        title = markdown_inert(name, in_table=True) if place < len(table.rows) else f"**{name}**"
        cells = (f"{BLOCKS[shade(cell)]} {rate(cell, _SIGNS)}".lstrip() for cell in row.cells)
        yield table_row((title, count(row.users), *cells))
    yield from remarks(table.notes, [LEGEND])
