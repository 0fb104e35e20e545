"""Roads on a terminal: the commonest ones, and where people leave them."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from milepost.journeys.path_results import PathReport, PathTable
from milepost.render.paths import words
from milepost.render.report.figures import ASCII_SIGNS, Signs, count
from milepost.render.safe import plain
from milepost.render.tables import (
    figures_table,
    print_lines,
    print_paragraphs,
    print_table,
    print_title,
    shortened,
)

_LABEL_MOST = 34


def render_paths_text(reports: Sequence[PathReport], console: Console) -> None:
    """Prints one block per property."""
    ascii_only = console.options.ascii_only
    arrows = words.Arrows(ASCII_SIGNS, "->", "...") if ascii_only else words.Arrows(Signs())
    for number, report in enumerate(reports):
        if number:
            console.print()
        print_title(report.name, report.property_id, console)
        print_paragraphs([words.subject(report)], console)
        for table in report.tables:
            _print_table(table, arrows, console)
        print_lines([(arrows.signs.bullet, plain(note), "") for note in report.notes], console, last=True)


def _print_table(table: PathTable, arrows: words.Arrows, console: Console) -> None:
    console.print(Text(plain(words.title(table)), style="bold magenta"), soft_wrap=True)
    print_paragraphs([words.people(table)], console)
    if not table.roads:
        print_paragraphs([words.nothing(table)], console, "yellow")
        return
    _print_roads(table, arrows, console)
    _print_steps(table, arrows, console)
    print_paragraphs(words.findings(table, arrows), console)
    print_paragraphs(words.legend(table, arrows), console, "dim")


def _print_roads(table: PathTable, arrows: words.Arrows, console: Console) -> None:
    grid = figures_table((), ("People", "Share", "Arrived", "Time"))
    grid.add_column("Road", overflow="fold")
    for road in table.roads:
        grid.add_row(
            Text(count(road.users)),
            Text(arrows.share(road.users, table)),
            Text(arrows.arrived(road)),
            Text(arrows.time(road.median_seconds)),
            Text(plain(arrows.road(road, table.label))),
        )
    console.print(grid)
    if more := words.others(table):
        console.print(Text(f"and {plain(more)}", style="dim"))
    console.print()


def _print_steps(table: PathTable, arrows: words.Arrows, console: Console) -> None:
    headings = ("Took it", "Arrived", "Left", "To next")
    taken = [step for step in table.steps if step.users]
    rows = [
        (count(step.users), arrows.arrived(step), arrows.left(step), arrows.time(step.median_seconds))
        for step in taken
    ]
    width = sum(max(map(len, column)) + 2 for column in zip(headings, *rows, strict=True))
    room = max(min(console.width - width, _LABEL_MOST), 16)
    grid = figures_table(("Step",), headings)
    for step, cells in zip(taken, rows, strict=True):
        grid.add_row(shortened(step.label, room), *map(Text, cells))
    print_table(grid, console)
