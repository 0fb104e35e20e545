"""Lift as Markdown: one section per property, one table per macro conversion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.journeys.results import LiftReport, LiftTable
from milepost.render.lift import words
from milepost.render.report.figures import Signs
from milepost.render.safe import markdown, markdown_code
from milepost.render.tables import markdown_table

_SIGNS = Signs()


def render_lift_markdown(reports: Sequence[LiftReport]) -> str:
    """All properties, ending in a newline."""
    return "\n\n".join("\n".join(_section(report)) for report in reports) + "\n"


def _section(report: LiftReport) -> Iterator[str]:
    yield f"## {markdown(report.name)}"
    yield ""
    yield f"Property {markdown(report.property_id)}, {words.subject(report)}."
    written = words.style(report, _SIGNS)
    for table in report.tables:
        yield ""
        yield f"### {markdown(words.title(table))}"
        yield ""
        yield markdown(words.people(report, table, written))
        if table.stopped:
            yield ""
            yield markdown(words.stopped(table))
            continue
        yield from _steps(table, written)
        yield from _refused(table, written)
        yield from _credits(table, report, written)
        yield ""
        for text in (*words.reading(table, report, written), *words.legend(table, report)):
            yield f"- {markdown(text)}"
    yield ""
    for note in report.notes:
        yield f"- {markdown(note)}"
    yield ""
    yield f"**{markdown(words.FOOTER)}**"


def _steps(table: LiftTable, written: words.Style) -> Iterator[str]:
    shown = [row for row in table.rows if row.ratio is not None]
    if not shown:
        return
    yield ""
    yield from markdown_table(
        ("Step", "Event", "Verdict"),
        ("Did it", "Went on", "Rate", "Base", "× base", "q", "Worth", "Above base", "Median time"),
        (
            (
                markdown(row.label),
                markdown_code(row.event),
                markdown(f"{row.verdict} {words.marks(row)}".strip()),
                written.users(row.users),
                written.users(row.reached),
                written.share(row.rate),
                written.share(row.base),
                written.times(row),
                markdown(written.chance(row.q_value)),
                markdown(written.money(row.value, table.value)),
                written.above(row),
                written.time(row.median_seconds),
            )
            for row in shown
        ),
    )


def _refused(table: LiftTable, written: words.Style) -> Iterator[str]:
    refused = [row for row in table.rows if row.ratio is None]
    if not refused:
        return
    yield ""
    yield from markdown_table(
        ("No ratio", "Event", "Why"),
        ("Did it", "Went on", "Rate"),
        (
            (
                markdown(row.label),
                markdown_code(row.event),
                markdown(words.refusal(row, table)),
                written.users(row.users),
                written.users(row.reached),
                written.share(row.rate),
            )
            for row in refused
        ),
    )


def _credits(table: LiftTable, report: LiftReport, written: words.Style) -> Iterator[str]:
    if table.by is None or not table.credits:
        return
    steps = table.credits[0].steps
    yield ""
    yield from markdown_table(
        (markdown(table.by.capitalize()),),
        (
            *("People", "Leading", f"{markdown(table.label)} so far", "Expected"),
            *(markdown(step.label) for step in steps),
        ),
        (
            (
                markdown(words.value_name(row)),
                written.users(row.users),
                written.users(row.leading_users),
                written.users(row.macro_users),
                written.expected(row),
                *(written.users(step.users) for step in row.steps),
            )
            for row in table.credits
        ),
    )
    yield ""
    for text in words.credit_legend(table, report):
        yield f"- {markdown(text)}"
