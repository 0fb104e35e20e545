"""milepost report --by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from milepost.cli.options import PageFormat
    from milepost.operations.outcome import Failure
    from milepost.reports.breakdown import Breakdown


def print_breakdowns(found: Sequence[Breakdown | Failure], output: PageFormat) -> None:
    """Prints breakdowns in the format asked for, and why the others are missing.

    Raises:
        typer.Exit: 1, when a property could not be read.
    """
    from milepost.cli.console import stderr, stdout, write
    from milepost.cli.output import causes
    from milepost.operations.outcome import Failure
    from milepost.render.breakdown_data import render_breakdown_csv, render_breakdown_json
    from milepost.render.breakdown_markdown import render_breakdown_markdown
    from milepost.render.breakdown_text import render_breakdown_text
    from milepost.render.failure_text import print_failure
    from milepost.render.html.breakdown_page import render_breakdown_html

    results = [result for result in found if not isinstance(result, Failure)]
    failures = [result for result in found if isinstance(result, Failure)]
    if output == "text":
        render_breakdown_text(results, stdout())
    elif output == "html":
        write(render_breakdown_html(results, causes(failures)))
    else:
        render = {
            "json": render_breakdown_json,
            "csv": render_breakdown_csv,
            "markdown": render_breakdown_markdown,
        }[output]
        write(render(results))
    if output == "csv":
        # Rows have no place for them.
        for result in results:
            for note in result.notes:
                stderr().print(f"{result.name}: {note}", soft_wrap=True)
    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
