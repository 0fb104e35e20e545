"""milepost paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from milepost.cli.events_options import EventsOption, MacroOption, MaxBytesOption
from milepost.cli.options import ConfigOption, DaysOption, FromOption, PageFormat, PropertyNames, ToOption
from milepost.cli.output import OutputOption

if TYPE_CHECKING:
    from milepost.journeys.path_results import PathReport
    from milepost.operations.outcome import Failure


def paths(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    days: DaysOption = None,
    first: FromOption = None,
    last: ToOption = None,
    events: EventsOption = None,
    macro: MacroOption = None,
    top: Annotated[int, typer.Option(metavar="N", min=1, max=500, help="Roads to show.")] = 10,
    depth: Annotated[int, typer.Option(metavar="N", min=1, max=50, help="Stops of a road told apart.")] = 6,
    max_bytes: MaxBytesOption = None,
    output: Annotated[PageFormat, typer.Option("--format", help="How to print it.")] = "text",
    path: OutputOption = None,
) -> None:
    """Show the roads that people take to a macro conversion, where they leave them, and how long it takes.

    From the BigQuery export, event by event: --events names its files or its
    dataset; without, the demo's events. Days: all there are, unless named.
    """
    from milepost.cli.events_options import chosen_days
    from milepost.cli.output import check_output, written_to
    from milepost.cli.progress import display
    from milepost.model.load import find_file, load_file
    from milepost.operations.paths import PathChoice, path_properties
    from milepost.operations.session import Session

    choice = PathChoice(chosen_days("export", days, first, last), macro, events, max_bytes, top, depth)
    check_output(output, path)
    file, names = load_file(find_file(config)), properties or []
    with Session("read") as session, display("Reading", file, names, session) as watch:
        results = path_properties(file, names, session, choice, watch=watch)
    with written_to(path):
        _print(results, output)


def _print(results: Sequence[PathReport | Failure], output: PageFormat) -> None:
    from milepost.cli.console import stdout, write
    from milepost.cli.output import causes, end_with
    from milepost.operations.outcome import Failure
    from milepost.render.html.paths_page import render_paths_html
    from milepost.render.paths.data import render_paths_csv, render_paths_json
    from milepost.render.paths.markdown import render_paths_markdown
    from milepost.render.paths.text import render_paths_text

    reports = [result for result in results if not isinstance(result, Failure)]
    failures = [result for result in results if isinstance(result, Failure)]
    if output == "text":
        render_paths_text(reports, stdout())
    elif output == "html":
        write(render_paths_html(reports, causes(failures)))
    else:
        render = {"json": render_paths_json, "csv": render_paths_csv, "markdown": render_paths_markdown}
        write(render[output](reports))
    end_with(reports if output == "csv" else [], failures)
