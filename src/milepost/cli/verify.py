"""milepost verify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from milepost.cli.options import ConfigOption, DaysOption, PageFormat, PropertyNames, ReadsOption
from milepost.cli.output import OutputOption

if TYPE_CHECKING:
    from milepost.operations.outcome import Failure
    from milepost.reports.verification.results import Verification


def verify(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    days: DaysOption = None,
    event: Annotated[
        list[str] | None,
        typer.Option("--event", metavar="NAME", help="Only this one; may be repeated.", show_default=False),
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Watch realtime while you click through the site.")
    ] = False,
    send_test: Annotated[
        bool, typer.Option("--send-test", help="Try out the events that a server sends.")
    ] = False,
    for_real: Annotated[
        bool,
        typer.Option("--for-real", help="With --send-test: send them to be counted, and watch realtime."),
    ] = False,
    timeout: Annotated[
        int | None,
        typer.Option(
            metavar="SECONDS",
            min=0,
            max=86_400,
            help="Longest to watch realtime; default: 300, for --for-real 120.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[float | None, typer.Option(metavar="SECONDS", min=0.01, hidden=True)] = None,
    output: Annotated[PageFormat, typer.Option("--format", help="How to print it.")] = "text",
    path: OutputOption = None,
    reads_per_minute: ReadsOption = None,
) -> None:
    """Check that every declared conversion arrives in GA4, flagged and with its parameters.

    Exits with 3 when one was not seen, went silent, or arrives without a parameter that it used to have.

    Silent, or stopped: so many days without it would come about by chance in
    fewer than one of a thousand cases, going by the days before it, by weekday.
    Of the last two days, which GA4 still processes, only those with at least
    half the usual visits count. Not seen may mean that nobody did it.

    --send-test sends a sample of each event with sent_by = "server" to the
    Measurement Protocol's validation endpoint, which counts nothing; what it
    finds wrong exits with 3, too. --for-real sends the good ones to be counted,
    in debug mode and with amounts of zero; they stay in your reports. Its secret
    is the stream's own, or the one in GA4_API_SECRET.
    """
    from milepost.cli.output import check_output, written_to
    from milepost.cli.progress import display
    from milepost.errors import InputError
    from milepost.gateways.pacing import Rates
    from milepost.model.load import find_file, load_file
    from milepost.operations.outcome import Failure
    from milepost.operations.session import Session
    from milepost.operations.verify import verify_properties

    if wait or send_test:
        mode = "--wait" if wait else "--send-test"
        refused = {
            "--days": days,
            "--send-test": wait and send_test,
            "--for-real": for_real and not send_test,
            "--timeout": timeout is not None and send_test and not for_real,
            f"--format {output}": output in ("csv", "markdown", "html"),
            "--output": path,
            "--reads-per-minute": reads_per_minute,
        }
        for option in (option for option, given in refused.items() if given):
            raise InputError(option, f"does not go with {mode}", "Leave one of them out.")
        if wait:
            from milepost.cli.verify_wait import wait_in_front_of

            wait_in_front_of(properties or [], config, event or [], timeout, every, as_json=output == "json")
            return
        from milepost.cli.verify_send_test import send_test_and_tell

        send_test_and_tell(
            properties or [], config, event or [], timeout, every, for_real=for_real, as_json=output == "json"
        )
        return
    if for_real:
        raise InputError("--for-real", "says how to send a test", "Give --send-test too, or leave it out.")
    if timeout is not None:
        raise InputError("--timeout", "says how long --wait lasts", "Give --wait too, or leave it out.")
    check_output(output, path)
    file, names = load_file(find_file(config)), properties or []
    with (
        Session("read", rates=Rates(calls=reads_per_minute)) as session,
        display("Reading", file, names, session) as watch,
    ):
        results = verify_properties(
            file, names, session, days=28 if days is None else days, events=event or [], watch=watch
        )
    verifications = [result for result in results if not isinstance(result, Failure)]
    failures = [result for result in results if isinstance(result, Failure)]
    with written_to(path):
        _print(verifications, failures, output)
        if output == "text" and len(results) > 1:
            _print_summary(results)
    _end(failures, verifications)


def _print(verifications: Sequence[Verification], failures: Sequence[Failure], output: PageFormat) -> None:
    from milepost.cli.console import stderr, stdout, write
    from milepost.cli.output import causes
    from milepost.render.html.verify_page import render_verify_html
    from milepost.render.verify.as_csv import render_verify_csv
    from milepost.render.verify.as_json import render_verify_json
    from milepost.render.verify.markdown import render_verify_markdown
    from milepost.render.verify.text import render_verify_text

    if output == "text":
        render_verify_text(verifications, stdout())
        return
    if output == "html":
        write(render_verify_html(verifications, causes(failures)))
        return
    render = {"json": render_verify_json, "csv": render_verify_csv, "markdown": render_verify_markdown}
    write(render[output](verifications))
    if output == "csv":
        # Rows have no place for them.
        for verification in verifications:
            for note in (*(finding.problem for finding in verification.findings), *verification.notes):
                stderr().print(f"{verification.name}: {note}", soft_wrap=True)


def _print_summary(results: Sequence[Verification | Failure]) -> None:
    from milepost.cli.console import stdout
    from milepost.operations.outcome import Failure
    from milepost.render.fleet_text import FleetLine, print_fleet

    print_fleet(
        stdout(),
        ("Declared", "Arriving", "Silent", "Not seen"),
        (
            FleetLine(r.name, (None, None, None, None), r.error.cause)
            if isinstance(r, Failure)
            else FleetLine(
                r.name,
                (
                    len(r.conversions),
                    *(sum(c.state == s for c in r.conversions) for s in ("arriving", "silent", "not_seen")),
                ),
            )
            for r in results
        ),
    )


def _end(failures: Sequence[Failure], verifications: Sequence[Verification]) -> None:
    from milepost.cli.console import stderr
    from milepost.render.failure_text import print_failure

    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
    if not all(verification.passed for verification in verifications):
        raise typer.Exit(3)
