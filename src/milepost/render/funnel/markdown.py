"""Funnels as Markdown: one section per property, one table per journey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.render.funnel import words
from milepost.render.report.figures import Signs, count
from milepost.render.safe import markdown, markdown_code
from milepost.render.tables import markdown_table
from milepost.reports.funnel_results import Funnel, FunnelReport

_SIGNS = Signs()


def render_funnel_markdown(reports: Sequence[FunnelReport]) -> str:
    """All properties, ending in a newline."""
    return "\n\n".join("\n".join(_section(report)) for report in reports) + "\n"


def _section(report: FunnelReport) -> Iterator[str]:
    yield f"## {markdown(report.name)}"
    for funnel in report.funnels:
        yield ""
        kind = markdown(words.kind(funnel))
        yield f"Property {markdown(report.property_id)}, {kind}, {words.period(funnel)}."
        yield ""
        headings = words.step_headings(funnel)
        yield from markdown_table(
            ("Step", "Event"),
            headings,
            (
                (
                    f"{number}. {markdown(step.label)}",
                    markdown_code(step.event),
                    *words.step_cells(funnel, step.figures, _SIGNS),
                )
                for number, step in enumerate(funnel.steps, 1)
            ),
        )
        yield ""
        for finding in words.findings(funnel, _SIGNS):
            yield f"- {markdown(finding)}"
        yield from _segments(funnel)
        yield from _next_actions(funnel)
        yield ""
        for note in funnel.notes:
            yield f"- {markdown(note)}"


def _segments(funnel: Funnel) -> Iterator[str]:
    if funnel.by is None or not funnel.segments:
        return
    yield ""
    yield from markdown_table(
        (markdown(words.dimension(funnel)),),
        [f"{number}" for number in range(1, len(funnel.steps) + 1)],
        (
            (markdown(segment.value), *(words.users(figures, _SIGNS) for figures in segment.steps))
            for segment in funnel.segments
        ),
    )


def _next_actions(funnel: Funnel) -> Iterator[str]:
    if not any(step.next_actions for step in funnel.steps):
        return
    yield ""
    yield from markdown_table(
        ("After", "Next, where it was not the following step"),
        ("Users",),
        (
            (f"{number}. {markdown(step.label)}", markdown_code(action.event), count(action.users))
            for number, step in enumerate(funnel.steps, 1)
            for action in step.next_actions
        ),
    )
