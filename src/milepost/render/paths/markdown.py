"""Roads as Markdown: per macro conversion, a table of roads and one of steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.journeys.path_results import PathReport, PathTable
from milepost.render.paths import words
from milepost.render.report.figures import Signs, count
from milepost.render.safe import markdown, markdown_code
from milepost.render.tables import markdown_table

_ARROWS = words.Arrows(Signs())


def render_paths_markdown(reports: Sequence[PathReport]) -> str:
    """All properties, ending in a newline."""
    return "\n\n".join("\n".join(_section(report)).rstrip() for report in reports) + "\n"


def _section(report: PathReport) -> Iterator[str]:
    yield f"## {markdown(report.name)}"
    yield ""
    yield f"Property {markdown(report.property_id)}, {words.subject(report)}."
    yield ""
    for table in report.tables:
        yield f"### {markdown(words.title(table))}"
        yield ""
        yield markdown(words.people(table))
        yield ""
        yield from _table(table) if table.roads else (markdown(words.nothing(table)),)
        yield ""
    for note in report.notes:
        yield f"- {markdown(note)}"


def _table(table: PathTable) -> Iterator[str]:
    yield from markdown_table(
        ("Road",),
        ("People", "Share", "Arrived", "Time"),
        (
            (
                markdown(_ARROWS.road(road, table.label)),
                count(road.users),
                _ARROWS.share(road.users, table),
                _ARROWS.arrived(road),
                _ARROWS.time(road.median_seconds),
            )
            for road in table.roads
        ),
    )
    yield ""
    yield from markdown_table(
        ("Step", "Event"),
        ("Took it", "Arrived", "Left", "To next"),
        (
            (
                markdown(step.label),
                markdown_code(step.event),
                count(step.users),
                _ARROWS.arrived(step),
                _ARROWS.left(step),
                _ARROWS.time(step.median_seconds),
            )
            for step in table.steps
        ),
    )
    yield ""
    for text in (words.others(table), *words.findings(table, _ARROWS), *words.legend(table, _ARROWS)):
        if text:
            yield f"- {markdown(text)}"
