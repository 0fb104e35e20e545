"""milepost plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from milepost.cli.options import ConfigOption, PlanFormat, PropertyNames, ReadsOption

if TYPE_CHECKING:
    from rich.console import Console

    from milepost.operations.outcome import Failure
    from milepost.reconcile.plan import Plan


def plan(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    output: Annotated[PlanFormat, typer.Option("--format", help="How to print it.")] = "text",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when changes are pending.")
    ] = False,
    reads_per_minute: ReadsOption = None,
) -> None:
    """Show what the file would change in GA4, field by field. Changes nothing."""
    from milepost.cli.console import stderr, stdout, write
    from milepost.cli.progress import display
    from milepost.gateways.pacing import Rates
    from milepost.model.load import find_file, load_file
    from milepost.operations.outcome import Failure
    from milepost.operations.session import Session
    from milepost.operations.sync import plan_properties
    from milepost.render.plan_json import failure_entry, plan_entry, plans_json
    from milepost.render.plan_text import print_failure

    file = load_file(find_file(config))
    names = properties or []
    with (
        Session("read", rates=Rates(calls=reads_per_minute)) as session,
        display("Planning", file, names, session) as watch,
    ):
        results = plan_properties(file, names, session, watch=watch)
    if output == "json":
        entries = [
            failure_entry(r.name, r.property, r.error) if isinstance(r, Failure) else plan_entry(r)
            for r in results
        ]
        write(plans_json(entries))
    else:
        print_plans(stdout(), results)
        _print_summary(stdout(), results)
    failures = [result for result in results if isinstance(result, Failure)]
    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
    if exit_code and not all(not isinstance(r, Failure) and r.in_sync for r in results):
        raise typer.Exit(3)


def print_plans(console: Console, results: Sequence[Plan | Failure]) -> None:
    """Every plan there is, with an empty line between two."""
    from milepost.operations.outcome import Failure
    from milepost.render.plan_text import print_plan

    plans = [result for result in results if not isinstance(result, Failure)]
    for number, result in enumerate(plans):
        if number:
            console.print()
        print_plan(console, result)


def _print_summary(console: Console, results: Sequence[Plan | Failure]) -> None:
    """A line per property, when there are several."""
    from milepost.operations.outcome import Failure
    from milepost.render.fleet_text import FleetLine, print_fleet

    if len(results) < 2:
        return
    print_fleet(
        console,
        ("Create", "Update", "Remove"),
        (
            FleetLine(r.name, (None, None, None), r.error.cause)
            if isinstance(r, Failure)
            else FleetLine(
                r.name,
                (
                    sum(1 for c in r.changes if c.action == "create"),
                    sum(1 for c in r.changes if c.action == "update"),
                    sum(1 for c in r.changes if c.removes),
                ),
            )
            for r in results
        ),
    )
