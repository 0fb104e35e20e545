"""One page for many properties: what every view shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from milepost.model.document import Role
from milepost.render.html.page import (
    Cell,
    Column,
    Page,
    Row,
    RowGroup,
    RowKind,
    Section,
    Table,
    Tone,
    anchor,
)
from milepost.render.html.write import write_page
from milepost.render.report.figures import Signs, change, days, length
from milepost.reports.results import Change, Period

SIGNS = Signs()
MOST_DRAWN = 20
"""Properties on a page with charts: drawing takes most of its time and of its bytes."""

ROLES: Mapping[Role, str] = {"macro": "Macro", "micro": "Micro"}


def write_properties(
    title: str,
    sections: Sequence[Section],
    headings: Sequence[str],
    summary: Iterable[Sequence[str | Cell]],
    missing: Mapping[str, str] | None = None,
) -> str:
    """The sections on one page, after a table that links to each where there are several properties.

    Of more than `MOST_DRAWN`, no chart is drawn: the tables behind them stay, and the page says so.

    Args:
        title: of the whole.
        sections: one per property, in order.
        headings: of the figures in the summary.
        summary: those figures of each section, in the same order.
        missing: why there is no section for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    gone = missing or {}
    table = _summary(sections, headings, summary, gone) if len(sections) + len(gone) > 1 or gone else None
    drawn = len(sections) <= MOST_DRAWN
    if table and not drawn:
        said = f"No charts for more than {MOST_DRAWN} properties on a page: name fewer to have them drawn."
        table = replace(table, legend=(*table.legend, said))
    return write_page(Page(title, tuple(sections), table, drawn))


def _summary(
    sections: Sequence[Section],
    headings: Sequence[str],
    summary: Iterable[Sequence[str | Cell]],
    missing: Mapping[str, str],
) -> Table:
    rows = [
        Row((Cell(section.heading), *(_cell(figure) for figure in figures)), link=anchor(number))
        for number, (section, figures) in enumerate(zip(sections, summary, strict=True))
    ]
    none = (Cell(SIGNS.none, tone="muted"),) * len(headings)
    rows += [Row((Cell(name, f"could not be read: {why}"), *none), "others") for name, why in missing.items()]
    columns = (Column("Property", words=True), *map(Column, headings))
    return Table("All properties", columns, (RowGroup(tuple(rows)),))


def _cell(figure: str | Cell) -> Cell:
    return figure if isinstance(figure, Cell) else Cell(figure)


def moved(growth: Change) -> str:
    """A change in words; none where there is nothing to compare, for a sign alone says little."""
    return "" if growth is None else "no change" if growth == 0 else change(growth, SIGNS)


def direction(growth: Change) -> Tone:
    """The tone of a change."""
    if growth is None or growth == 0:
        return "muted"
    return "up" if growth == "new" or growth > 0 else "down"


def property_lines(property_id: str, period: Period, time_zone: str, covered: str = "") -> tuple[str, ...]:
    """What stands under a property's name: which it is, and which days; `covered` is how many, in words."""
    zone = f" in {time_zone}" if time_zone else ""
    return f"Property {property_id}", f"{days(period)}, {covered or length(period)}{zone}"


def row_kind(place: int, name: str, rows: int) -> RowKind:
    """What row number `place` of a breakdown is: one of its `rows`, the others, or the total."""
    if place < rows:
        return ""
    return "total" if name == "Total" else "others"
