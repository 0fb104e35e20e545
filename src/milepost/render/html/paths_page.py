"""Roads as a page: the commonest ones, and the steps after which people leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.journeys.path_results import PathReport, PathTable, Road
from milepost.render.html.charts.bars import Bar, Panel, draw_bars
from milepost.render.html.page import (
    Cell,
    Chart,
    Column,
    Part,
    Remarks,
    RowGroup,
    Section,
    Table,
    data_table,
    row,
)
from milepost.render.html.properties import SIGNS, write_properties
from milepost.render.paths import words
from milepost.render.report.figures import count

_ARROWS = words.Arrows(SIGNS)


def render_paths_html(reports: Sequence[PathReport], missing: Mapping[str, str] | None = None) -> str:
    """One page for all properties, each with a part per macro conversion.

    Args:
        reports: one section each.
        missing: why there is none for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    return write_properties(
        "How do people get there?",
        [_section(report) for report in reports],
        ("Reached the goal",),
        [(", ".join(count(table.macro_users) for table in report.tables),) for report in reports],
        missing,
    )


def _section(report: PathReport) -> Section:
    lines = (f"Property {report.property_id}", words.subject(report))
    parts = (part for table in report.tables for part in _parts(table))
    return Section(report.name, lines, (*parts, *([Remarks(report.notes)] if report.notes else [])))


def _parts(table: PathTable) -> Iterator[Part]:
    if not table.roads:
        yield Remarks((words.people(table), words.nothing(table)))
        return
    yield _roads_chart(table)
    yield Remarks(tuple(words.findings(table, _ARROWS)), "finding")
    yield _roads(table)
    yield _steps(table)


def _roads_chart(table: PathTable) -> Chart:
    bars = tuple(_bar(number, road) for number, road in enumerate(table.roads, 1))
    return Chart(
        words.title(table),
        f"People on each road. Road 1: {_ARROWS.road(table.roads[0], table.label)}.",
        lambda frame: draw_bars(frame, [Panel("", bars)]),
        data_table(
            words.title(table),
            "Road",
            ("People", "Arrived"),
            (
                (f"Road {number}", (count(road.users), _ARROWS.arrived(road)))
                for number, road in enumerate(table.roads, 1)
            ),
        ),
        f"{words.people(table)} Bar: people on the road, the first part of it those who arrived.",
    )


def _bar(number: int, road: Road) -> Bar:
    parts = ((float(road.reached), "macro"), (float(road.users - road.reached), "micro"))
    return Bar(f"Road {number}", parts, _ARROWS.arrived(road))


def _roads(table: PathTable) -> Table:
    rows = tuple(
        row(
            Cell(f"Road {number}"),
            (
                _ARROWS.road(road, table.label),
                count(road.users),
                _ARROWS.share(road.users, table),
                _ARROWS.arrived(road),
                _ARROWS.time(road.median_seconds),
            ),
        )
        for number, road in enumerate(table.roads, 1)
    )
    columns = (
        Column("Road", words=True),
        Column("Steps and the time between", words=True),
        *map(Column, ("People", "Share", "Arrived", "Time")),
    )
    legend = tuple(text for text in (words.others(table), *words.legend(table, _ARROWS)) if text)
    return Table("Roads", columns, (RowGroup(rows),), legend, broad=True)


def _steps(table: PathTable) -> Table:
    rows = tuple(
        row(
            Cell(step.label, step.event),
            (
                count(step.users),
                _ARROWS.arrived(step),
                _ARROWS.left(step),
                _ARROWS.time(step.median_seconds),
            ),
        )
        for step in table.steps
    )
    columns = (Column("Step", words=True), *map(Column, ("Took it", "Arrived", "Left", "To next")))
    return Table("Where people leave", columns, (RowGroup(rows),))
