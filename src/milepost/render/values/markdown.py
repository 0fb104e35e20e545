"""Proposed values as Markdown: a table per property, and the lines of the file that change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.journeys.proposals import ValueReport
from milepost.render.lift.words import stop_words
from milepost.render.report.figures import Signs, count
from milepost.render.safe import markdown, markdown_code, markdown_literal
from milepost.render.tables import markdown_table
from milepost.render.values import words

_SIGNS = Signs()


def render_values_markdown(reports: Sequence[ValueReport]) -> str:
    """All properties, ending in a newline."""
    return "\n\n".join("\n".join(_section(report)) for report in reports) + "\n"


def _section(report: ValueReport) -> Iterator[str]:
    yield f"## {markdown(report.name)}"
    yield ""
    yield f"Property {markdown(report.property_id)}, {markdown(words.subject(report))}."
    yield ""
    if report.stopped:
        yield markdown(stop_words(report.stopped))
    else:
        yield markdown(words.each(report))
        yield ""
        yield from _table(report)
        yield ""
        yield from _changes(report)
    for text in (*words.legend(report), *report.notes):
        yield f"- {markdown(text)}"


def _table(report: ValueReport) -> Iterator[str]:
    return markdown_table(
        ("Step", "Event", "In the file"),
        ("Did it", "Went on", "A person", "Times", "Value", "Interval"),
        (
            (
                markdown(proposal.label),
                markdown_code(proposal.event),
                markdown(words.refusal(proposal) or words.outcome(proposal)),
                count(proposal.users),
                words.went_on(proposal, _SIGNS),
                words.amount(proposal.per_user, _SIGNS),
                words.per(proposal, _SIGNS),
                markdown(words.proposed(proposal, _SIGNS)),
                words.interval(proposal, _SIGNS),
            )
            for proposal in report.proposals
        ),
    )


def _changes(report: ValueReport) -> Iterator[str]:
    changes = [proposal for proposal in report.proposals if proposal.changes]
    for proposal in changes:
        yield f"- {markdown_literal(words.line_of_file(proposal))}"
    if changes:
        yield ""
