"""milepost funnel."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.cli.events_options import EventsOption, MaxBytesOption, SourceOption
from milepost.cli.options import ConfigOption, DaysOption, FromOption, PageFormat, PropertyNames, ToOption
from milepost.cli.output import OutputOption


def funnel(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    days: DaysOption = None,
    first: FromOption = None,
    last: ToOption = None,
    is_open: Annotated[
        bool, typer.Option("--open", help="Let users enter at any step, not only at the first.")
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="DIMENSION",
            help="Split the users: channel, campaign, source, medium, landing-page, page, device, country, "
            "or a GA4 dimension.",
            show_default=False,
        ),
    ] = None,
    next_actions: Annotated[
        bool, typer.Option("--next", help="Tell what users did after each step.")
    ] = False,
    source: SourceOption = None,
    events: EventsOption = None,
    max_bytes: MaxBytesOption = None,
    output: Annotated[PageFormat, typer.Option("--format", help="How to print it.")] = "text",
    path: OutputOption = None,
) -> None:
    """Show the journey step by step: who went on, who left, and where most do."""
    from milepost.cli.console import stderr, stdout, write
    from milepost.cli.events_options import chosen_export
    from milepost.cli.output import causes, check_output, written_to
    from milepost.cli.progress import display
    from milepost.model.load import find_file, load_file
    from milepost.operations.funnel import funnel_properties
    from milepost.operations.outcome import Failure
    from milepost.operations.session import Session
    from milepost.render.failure_text import print_failure
    from milepost.render.funnel.as_csv import render_funnel_csv
    from milepost.render.funnel.as_json import render_funnel_json
    from milepost.render.funnel.markdown import render_funnel_markdown
    from milepost.render.funnel.text import render_funnel_text
    from milepost.render.html.funnel_page import render_funnel_html
    from milepost.reports.funnel import FunnelChoice
    from milepost.reports.period import choose_period

    check_output(output, path)
    export = chosen_export(source, events, max_bytes)
    choice = FunnelChoice(choose_period(days, first, last), is_open, by, next_actions)
    file = load_file(find_file(config))
    names = properties or []
    with Session("read") as session, display("Reading", file, names, session) as watch:
        if export is None:
            results = funnel_properties(file, names, session, choice, watch=watch)
        else:
            from milepost.operations.exported import export_funnel_properties

            results = export_funnel_properties(file, names, session, choice, export, watch=watch)
    reports = [result for result in results if not isinstance(result, Failure)]
    failures = [result for result in results if isinstance(result, Failure)]
    with written_to(path):
        if output == "text":
            render_funnel_text(reports, stdout())
        elif output == "html":
            write(render_funnel_html(reports, causes(failures)))
        else:
            render = {
                "json": render_funnel_json,
                "csv": render_funnel_csv,
                "markdown": render_funnel_markdown,
            }[output]
            write(render(reports))
    if output == "csv":
        # Rows have no place for them.
        for report in reports:
            for note in dict.fromkeys(note for found in report.funnels for note in found.notes):
                stderr().print(f"{report.name}: {note}", soft_wrap=True)
    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
