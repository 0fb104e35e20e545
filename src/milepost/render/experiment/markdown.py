"""An experiment as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.render.breakdown.markdown import remarks, table_row
from milepost.render.experiment.words import HEADINGS, legend, needed, rows, title
from milepost.render.report.figures import Signs
from milepost.render.safe import markdown, markdown_inert
from milepost.reports.experiment_results import Experiment

_SIGNS = Signs()


def render_experiment_markdown(results: Sequence[Experiment]) -> str:
    """One section per property, one table per conversion, ending in a newline."""
    return "\n\n".join("\n".join(_section(result)) for result in results) + "\n"


def _section(result: Experiment) -> Iterator[str]:
    yield f"## {markdown(result.name)}: experiment {markdown_inert(result.experiment)}".rstrip()
    yield ""
    yield f"Property {markdown(result.property_id)}, {markdown(title(result))}."
    for conversion in result.conversions:
        yield ""
        yield f"**{markdown(conversion.label)}** ({conversion.role}): {needed(conversion)}."
        yield ""
        yield table_row(HEADINGS)
        yield f"|:--|{'--:|' * (len(HEADINGS) - 2)}:--|"
        for _, (arm, *cells) in rows(result, conversion, _SIGNS):
            yield table_row((markdown_inert(arm, in_table=True), *map(markdown, cells)))
    yield from remarks(result.notes, legend(result) if result.conversions else ())
