"""milepost plan."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.cli.options import ConfigOption, PlanFormat, PropertyNames


def plan(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    output: Annotated[PlanFormat, typer.Option("--format", help="How to print it.")] = "text",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when changes are pending.")
    ] = False,
) -> None:
    """Show what the file would change in GA4, field by field. Changes nothing."""
    from milepost.cli.console import stderr, stdout, write
    from milepost.model.load import find_file, load_file
    from milepost.operations.outcome import Failure
    from milepost.operations.session import Session
    from milepost.operations.sync import plan_properties
    from milepost.render.plan_json import failure_entry, plan_entry, plans_json
    from milepost.render.plan_text import print_failure, print_plan

    file = load_file(find_file(config))
    with Session("read") as session:
        results = plan_properties(file, properties or [], session)
    failures = [result for result in results if isinstance(result, Failure)]
    plans = [result for result in results if not isinstance(result, Failure)]
    if output == "json":
        entries = [
            failure_entry(r.name, r.property, r.error) if isinstance(r, Failure) else plan_entry(r)
            for r in results
        ]
        write(plans_json(entries))
    else:
        console = stdout()
        for number, result in enumerate(plans):
            if number:
                console.print()
            print_plan(console, result)
    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
    if exit_code and not all(result.in_sync for result in plans):
        raise typer.Exit(3)
