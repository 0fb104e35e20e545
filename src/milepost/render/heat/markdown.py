"""A heat table as Markdown: a block before each share tells how dark it would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.render.breakdown.markdown import heading, remarks, table_row, table_rule
from milepost.render.breakdown.words import dimension_legend
from milepost.render.heat.words import BLOCKS, LEGEND, nobody, rate, rows, shade, shown
from milepost.render.report.figures import Signs, count
from milepost.render.safe import markdown, markdown_inert
from milepost.reports.heat import HeatTable

_SIGNS = Signs()


def render_heat_markdown(tables: Sequence[HeatTable]) -> str:
    """One section and one table per property, with every conversion that anybody did; ends in a newline."""
    return "\n\n".join("\n".join(_section(table)) for table in tables) + "\n"


def _section(table: HeatTable) -> Iterator[str]:
    yield from heading(table.name, table.property_id, table.period, f"{table.by}, per conversion")
    columns = shown(table)
    labels = (markdown(table.columns[number].label) for number in columns)
    yield table_row((markdown(table.by), "Users", *labels))
    yield table_rule(1 + len(columns))
    for place, (name, row) in enumerate(rows(table)):
        title = markdown_inert(name, in_table=True) if place < len(table.rows) else f"**{name}**"
        warm = (row.cells[number] for number in columns)
        cells = (f"{BLOCKS[shade(cell)]} {rate(cell, _SIGNS)}".lstrip() for cell in warm)
        yield table_row((title, count(row.users), *cells))
    yield from remarks(table.notes, [*dimension_legend(table.by, table.dimension), LEGEND, *nobody(table)])
