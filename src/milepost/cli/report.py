"""milepost report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from milepost.cli.events_options import EventsOption, MaxBytesOption, SourceOption
from milepost.cli.options import (
    ConfigOption,
    DaysOption,
    FromOption,
    PageFormat,
    PropertyNames,
    ReadsOption,
    ToOption,
)
from milepost.cli.output import OutputOption

if TYPE_CHECKING:
    from milepost.operations.outcome import Failure
    from milepost.reports.results import PropertyReport


def report(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    days: DaysOption = None,
    first: FromOption = None,
    last: ToOption = None,
    this: Annotated[
        Literal["week", "month", "quarter"] | None,
        typer.Option("--this", help="So far, with the pace of targets to its end.", show_default=False),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option(
            metavar="WHAT",
            help="previous (default), year (same weekdays), none, or FROM..TO.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="DIMENSION",
            help="channel, campaign, source, medium, landing-page, page, device, country, experiment, "
            "or GA4's own name.",
            show_default=False,
        ),
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=500, help="Rows that --by and --heat show; default: 10."),
    ] = None,
    heat: Annotated[
        bool,
        typer.Option("--heat", help="Where people do what: conversions side by side, by page or --by."),
    ] = False,
    experiment: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which experiment; default: the one with most users."),
    ] = None,
    control: Annotated[
        str | None,
        typer.Option(metavar="ARM", help="The arm of the experiment that others are compared with."),
    ] = None,
    mde: Annotated[
        float | None,
        typer.Option(
            metavar="PERCENT",
            min=0.1,
            max=1000,
            help="Smallest change of the control's rate that the experiment is to see; default: 10.",
        ),
    ] = None,
    trend: Annotated[
        Literal["day", "week"] | None,
        typer.Option(help="Events of each day or week as well.", show_default=False),
    ] = None,
    quota: Annotated[bool, typer.Option("--quota", help="Say what it cost of GA4's quota.")] = False,
    source: SourceOption = None,
    events: EventsOption = None,
    max_bytes: MaxBytesOption = None,
    output: Annotated[PageFormat, typer.Option("--format", help="How to print it.")] = "text",
    path: OutputOption = None,
    fail_under_target: Annotated[
        bool,
        typer.Option(
            "--fail-under-target",
            help="Exit with 3 when a target is missed, or in a running period behind its pace.",
        ),
    ] = False,
    reads_per_minute: ReadsOption = None,
) -> None:
    """Show micro against macro conversions for a period and one to compare it with."""
    from milepost.cli.console import stderr, stdout
    from milepost.cli.events_options import chosen_export
    from milepost.cli.output import check_output, written_to
    from milepost.cli.people import print_people
    from milepost.cli.progress import display
    from milepost.cli.report_by import ArmOptions, choose_view
    from milepost.gateways.pacing import Rates
    from milepost.model.load import find_file, load_file
    from milepost.operations.outcome import Failure
    from milepost.operations.report import report_properties
    from milepost.operations.session import Session
    from milepost.render.failure_text import print_failure
    from milepost.reports.period import choose_period, read_comparison
    from milepost.reports.running import choose_this
    from milepost.reports.standard import Extras

    check_output(output, path)
    export = chosen_export(source, events, max_bytes)
    against = read_comparison(compare or ("none" if by or heat else "previous"))
    so_far = choose_this(this, against, days=days, first=first, last=last) if this else None
    period = choose_period(days, first, last, compare=against)
    view = choose_view(by, heat=heat, top=top, arms=ArmOptions(experiment, control, mde))
    if view:
        _refuse_beside(
            "--by" if by else "--heat",
            {
                "--this": this,
                "--compare": compare,
                "--trend": trend,
                "--quota": quota,
                "--fail-under-target": fail_under_target,
            },
        )
    if export is not None:
        _refuse_beside("--source export", {"--by": by, "--heat": heat, "--this": this, "--quota": quota})
    file = load_file(find_file(config))
    names = properties or []
    with (
        Session("read", rates=Rates(calls=reads_per_minute)) as session,
        display("Reading", file, names, session) as watch,
    ):
        if view:
            found = view.read(file, names, session, period, watch)
        elif export is not None:
            from milepost.operations.exported import export_report_properties

            results = export_report_properties(
                file, names, session, period, export, extras=Extras(trend), watch=watch
            )
        else:
            results = report_properties(
                file, names, session, so_far or period, extras=Extras(trend, quota), watch=watch
            )
    if view:
        with written_to(path):
            view.show(found, output)
        return
    reports = [result for result in results if not isinstance(result, Failure)]
    failures = [result for result in results if isinstance(result, Failure)]
    with written_to(path):
        _print_reports(reports, failures, output)
        if output == "text":
            print_people(stdout(), results, _people)
    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
    if fail_under_target and not all(report.targets_met for report in reports):
        raise typer.Exit(3)


def _print_reports(
    reports: Sequence[PropertyReport], failures: Sequence[Failure], output: PageFormat
) -> None:
    from milepost.cli.console import stderr, stdout, write
    from milepost.cli.output import causes
    from milepost.render.html.report_page import render_report_html
    from milepost.render.report.as_csv import render_report_csv
    from milepost.render.report.as_json import render_report_json
    from milepost.render.report.markdown import render_report_markdown
    from milepost.render.report.text import render_report_text

    if output == "text":
        render_report_text(reports, stdout())
        return
    if output == "html":
        write(render_report_html(reports, causes(failures)))
        return
    write(
        {"json": render_report_json, "csv": render_report_csv, "markdown": render_report_markdown}[output](
            reports
        )
    )
    if output == "csv":
        # Rows have no place for them.
        for report in reports:
            for note in report.notes:
                stderr().print(f"{report.name}: {note}", soft_wrap=True)


def _refuse_beside(view: str, options: Mapping[str, object]) -> None:
    """What another view does not show is refused rather than left out in silence."""
    from milepost.errors import InputError

    for option, given in options.items():
        if given:
            raise InputError(option, f"does not go with {view}", "Leave one of them out.")


def _people(report: PropertyReport) -> tuple[int, int, int]:
    now = report.current
    return now.users, now.macro.users, now.micro.users
