"""A verification as Markdown: one section per property."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.render.report.figures import Signs, days, length
from milepost.render.safe import markdown, markdown_code
from milepost.render.verify import words
from milepost.reports.verification.results import Verification

_SIGNS = Signs()


def render_verify_markdown(verifications: Sequence[Verification]) -> str:
    """All properties, ending in a newline."""
    return "\n\n".join("\n".join(_section(verification)) for verification in verifications) + "\n"


def _section(verification: Verification) -> Iterator[str]:
    period = verification.period
    yield f"## {markdown(verification.name)}"
    yield ""
    yield f"Property {markdown(verification.property_id)}, {days(period)} ({length(period)})."
    yield ""
    yield f"**{words.summary(verification)}**"
    yield ""
    headings = words.headings(verification)
    yield f"| | Conversion | Event | {' | '.join(headings)} |"
    yield f"|:-:|:--|:--|{'--:|' * len(headings)}"
    for conversion in verification.conversions:
        cells = words.cells(verification, conversion, _SIGNS)
        first = (words.mark(conversion, _SIGNS), markdown(conversion.label), markdown_code(conversion.event))
        yield f"| {' | '.join((*first, *cells))} |"
    yield from _parameters(verification)
    yield ""
    for finding in verification.findings:
        yield f"- {'**Failing.** ' if finding.failing else ''}{markdown(finding.problem)}"
        yield from (f"  - {markdown(step)}" for step in finding.next_steps)
    for note in verification.notes:
        yield f"- {markdown(note)}"
    yield ""
    yield words.LEGEND
    if any(c.parameters for c in verification.conversions):
        yield words.PARAMETERS_LEGEND


def _parameters(verification: Verification) -> Iterator[str]:
    if not any(c.parameters for c in verification.conversions):
        return
    yield ""
    yield "| Event | Parameter | With it | |"
    yield "|:--|:--|--:|:--|"
    for conversion in verification.conversions:
        for parameter in conversion.parameters:
            cells = (
                markdown_code(conversion.event),
                markdown_code(parameter.parameter),
                words.share(parameter, _SIGNS),
                words.remark(parameter, verification),
            )
            yield f"| {' | '.join(cells)} |"
