"""milepost lift."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from milepost.cli.events_options import (
    EventsOption,
    MacroOption,
    MacroValueOption,
    MaxBytesOption,
    SameProgressOption,
    SourceOption,
    WithinOption,
)
from milepost.cli.options import ConfigOption, DaysOption, FromOption, PageFormat, PropertyNames, ToOption
from milepost.cli.output import OutputOption

if TYPE_CHECKING:
    from milepost.journeys.results import LiftReport
    from milepost.operations.outcome import Failure


def lift(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    days: DaysOption = None,
    first: FromOption = None,
    last: ToOption = None,
    source: SourceOption = None,
    events: EventsOption = None,
    within: WithinOption = "7d",
    macro: MacroOption = None,
    macro_value: MacroValueOption = None,
    by: Annotated[
        Literal["channel", "campaign", "device"] | None,
        typer.Option(help="Also: which people took the steps that lead.", show_default=False),
    ] = None,
    same_progress: SameProgressOption = False,
    explain: Annotated[
        str | None,
        typer.Option(metavar="EVENT", help="The numbers behind one step, in sentences.", show_default=False),
    ] = None,
    sql: Annotated[
        bool, typer.Option("--sql", help="Print the export's query in BigQuery's SQL, and ask nothing.")
    ] = False,
    max_bytes: MaxBytesOption = None,
    time_zone: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of the property, as Europe/Rome: when the export's last day ends. Default: UTC.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[PageFormat, typer.Option("--format", help="How to print it.")] = "text",
    path: OutputOption = None,
) -> None:
    """Show which micro conversions lead to a macro one, how sure that is, and what one is worth.

    People who took a step, from their first time, are compared with moments of
    others at the same point of a visit who had not. Association, not cause.

    What makes such figures wrong, here or anywhere:
    - order: macro first, micro later
    - time at risk: who stays longer does more of everything
    - self-selection: the interested do both
    - a mix of devices or channels: see --by
    - many tests at once, and small counts
    - consent and lost cookies split one person into several: ratios weaken
    - a window that starts in the middle of journeys
    - returning customers: their macro conversion of last month is not seen
    - tags that changed inside the window
    """
    from milepost.cli.events_options import chosen_days, chosen_source
    from milepost.cli.output import check_output, written_to
    from milepost.cli.progress import display
    from milepost.errors import InputError
    from milepost.model.load import find_file, load_file
    from milepost.operations.lift import LiftChoice, check_step, lift_properties, read_time_zone, read_within
    from milepost.operations.session import Session

    if explain is not None and output != "text":
        raise InputError("--explain", f"does not go with --format {output}", "JSON holds all its numbers.")
    chosen = chosen_source(source or ("export" if sql or same_progress else None), events)
    choice = LiftChoice(
        period=chosen_days(chosen, days, first, last),
        within_seconds=read_within(within),
        macro=macro,
        macro_value=macro_value,
        by=by,
        source=chosen,
        events=events,
        max_bytes=max_bytes,
        same_progress=same_progress,
        time_zone=read_time_zone(time_zone),
    )
    file = load_file(find_file(config))
    names = properties or []
    if sql:
        from milepost.cli.console import write
        from milepost.operations.lift_export import lift_sql

        with written_to(path):
            write(lift_sql(file, names, choice))
        return
    check_output(output, path)
    if explain is not None:
        check_step(file, names, explain)
    with Session("read") as session, display("Reading", file, names, session) as watch:
        results = lift_properties(file, names, session, choice, watch=watch)
    with written_to(path):
        _print(results, output, explain)


def _print(results: Sequence[LiftReport | Failure], output: PageFormat, explain: str | None) -> None:
    from milepost.cli.console import stderr, stdout, write
    from milepost.cli.output import causes
    from milepost.operations.outcome import Failure
    from milepost.render.failure_text import print_failure
    from milepost.render.html.lift_page import render_lift_html
    from milepost.render.lift.as_csv import render_lift_csv
    from milepost.render.lift.as_json import render_lift_json
    from milepost.render.lift.explain import render_lift_explained
    from milepost.render.lift.markdown import render_lift_markdown
    from milepost.render.lift.text import render_lift_text

    reports = [result for result in results if not isinstance(result, Failure)]
    failures = [result for result in results if isinstance(result, Failure)]
    if explain is not None:
        render_lift_explained(reports, explain, stdout())
    elif output == "text":
        render_lift_text(reports, stdout())
    elif output == "html":
        write(render_lift_html(reports, causes(failures)))
    else:
        render = {"json": render_lift_json, "csv": render_lift_csv, "markdown": render_lift_markdown}
        write(render[output](reports))
    if output == "csv":
        # Rows have no place for them.
        for report in reports:
            for note in report.notes:
                stderr().print(f"{report.name}: {note}", soft_wrap=True)
    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
