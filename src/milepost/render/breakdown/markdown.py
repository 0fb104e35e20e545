"""A breakdown as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from milepost.render.breakdown.words import HEADINGS, columns, legend, lines
from milepost.render.report.figures import Signs, count, days, length
from milepost.render.safe import markdown, markdown_inert
from milepost.reports.breakdown import Breakdown
from milepost.reports.results import Period

_SIGNS = Signs()


def render_breakdown_markdown(results: Sequence[Breakdown]) -> str:
    """One section and one table per property, a table of all of several, ending in a newline."""
    parts = ["\n".join(_section(result)) for result in results]
    if len(results) > 1:
        parts.append("\n".join(_summary(results)))
    return "\n\n".join(parts) + "\n"


def _section(result: Breakdown) -> Iterator[str]:
    yield from heading(result.name, result.property_id, result.period, result.by)
    shown = columns(result)
    yield table_row((markdown(result.by), *(HEADINGS[n] for n in shown)))
    yield table_rule(len(shown))
    rows = list(lines(result, _SIGNS))
    for place, (value, figures) in enumerate(rows):
        name = markdown_inert(value, in_table=True) if place < len(result.rows) else f"**{value}**"
        yield table_row((name, *(markdown(figures[n]) for n in shown)))
    yield from remarks(result.notes, legend(result))


def heading(name: str, property_id: str, period: Period, by: str) -> Iterator[str]:
    """Which property, which days, by what."""
    yield f"## {markdown(name)} by {markdown(by)}"
    yield ""
    yield f"Property {markdown(property_id)}, {days(period)} ({length(period)})."
    yield ""


def table_row(cells: Iterable[str]) -> str:
    """A line of a table; the cells are Markdown already."""
    return f"| {' | '.join(cells)} |"


def table_rule(numbers: int) -> str:
    """The line under the headings: a name, and so many numbers."""
    return f"|:--|{'--:|' * numbers}"


def remarks(notes: Sequence[str], legends: Iterable[str]) -> Iterator[str]:
    """How to read the columns, and what a reader must know."""
    yield ""
    yield " ".join(markdown(line) for line in legends)
    if notes:
        yield ""
    for note in notes:
        yield f"- {markdown(note)}"


def _summary(results: Sequence[Breakdown]) -> Iterator[str]:
    yield "## All properties"
    yield ""
    yield table_row(("Property", "Users", "Any macro", "Any micro"))
    yield table_rule(3)
    for result in results:
        total = result.total
        figures = (total.users, total.macro.users, total.micro.users)
        yield table_row((markdown(result.name), *(count(figure) for figure in figures)))
