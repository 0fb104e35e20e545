"""How conversions come to be, as Markdown: one table per property."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.render.safe import markdown_code, markdown_inert
from milepost.render.tag.words import MEANS, what_makes_it, who_acts
from milepost.tracking.results import PropertyTracking


def render_tag_markdown(found: Sequence[PropertyTracking]) -> str:
    """All properties, ending in a newline."""
    return "\n\n".join("\n".join(_section(tracking)) for tracking in found) + "\n"


def _section(tracking: PropertyTracking) -> Iterator[str]:
    yield f"## {markdown_inert(tracking.name)}"
    yield ""
    yield "| Conversion | Event | By | What makes it | Who acts | Parameters |"
    yield "|:--|:--|:--|:--|:--|:--|"
    for tracked in tracking.conversions:
        cells = (
            markdown_inert(tracked.conversion.label, in_table=True),
            markdown_code(tracked.event),
            MEANS[tracked.means],
            markdown_inert(what_makes_it(tracked), in_table=True),
            who_acts(tracked),
            ", ".join(markdown_code(p.name) for p in tracked.parameters),
        )
        yield f"| {' | '.join(cells)} |"
    if tracking.notes:
        yield ""
    for note in tracking.notes:
        yield f"- {markdown_code(note.event)}: {markdown_inert(note.cause)}. {markdown_inert(note.remedy)}"
