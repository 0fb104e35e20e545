"""milepost plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from milepost.cli.options import ConfigOption, PlanFormat, PropertyNames, PruneOption, ReadsOption

if TYPE_CHECKING:
    from rich.console import Console

    from milepost.model.load import ConversionsFile
    from milepost.operations.outcome import Failure
    from milepost.reconcile.entries import Unplanned
    from milepost.reconcile.plan import Plan
    from milepost.render.plan.explain import Reasons


def plan(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    output: Annotated[PlanFormat, typer.Option("--format", help="How to print it.")] = "text",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when changes are pending.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it for 'milepost sync --plan FILE', too."),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say why for every line.")] = False,
    prune: PruneOption = False,
    reads_per_minute: ReadsOption = None,
) -> None:
    """Show what the file would change in GA4, field by field. Changes nothing."""
    from milepost.cli.console import stderr
    from milepost.cli.progress import display
    from milepost.gateways.pacing import Rates
    from milepost.model.load import find_file, load_file
    from milepost.operations.outcome import Failure
    from milepost.operations.session import Session
    from milepost.operations.sync import plan_properties
    from milepost.reconcile.saved import Plans, write_plan
    from milepost.render.failure_text import print_failure

    file = load_file(find_file(config))
    names = properties or []
    with (
        Session("read", rates=Rates(calls=reads_per_minute)) as session,
        display("Planning", file, names, session) as watch,
    ):
        results = plan_properties(file, names, session, watch=watch, prune=prune)
    _show(output, results, _reasons(file, results) if explain else {})
    if out is not None:
        write_plan(out, Plans(tuple(_kept(result) for result in results)))
    failures = [result for result in results if isinstance(result, Failure)]
    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
    if exit_code and not all(not isinstance(r, Failure) and r.in_sync for r in results):
        raise typer.Exit(3)


def _reasons(file: ConversionsFile, results: Sequence[Plan | Failure]) -> dict[str, Reasons]:
    """Why, by name of property."""
    from milepost.operations.outcome import Failure
    from milepost.render.plan.explain import reasons_for

    text = file.path.read_text(encoding="utf-8-sig")
    return {r.name: reasons_for(file, text, r.name) for r in results if not isinstance(r, Failure)}


def _show(output: PlanFormat, results: Sequence[Plan | Failure], reasons: Mapping[str, Reasons]) -> None:
    from milepost.cli.console import stdout, write
    from milepost.render.plan.as_json import plans_json
    from milepost.render.plan.markdown import render_plan_markdown

    match output:
        case "json":
            write(plans_json(_entry(result, reasons.get(result.name)) for result in results))
        case "markdown":
            write(render_plan_markdown([_kept(result) for result in results], reasons))
        case "text":
            print_plans(stdout(), results, reasons)
            _print_summary(stdout(), results)


def _kept(result: Plan | Failure) -> Plan | Unplanned:
    """What is shown and kept of a result: of a failure, its words."""
    from milepost.operations.outcome import Failure
    from milepost.reconcile.entries import Unplanned

    if isinstance(result, Failure):
        return Unplanned(result.name, result.property, str(result.error))
    return result


def _entry(result: Plan | Failure, reasons: Reasons | None = None) -> dict[str, Any]:
    from milepost.operations.outcome import Failure
    from milepost.render.plan.as_json import failure_entry, plan_entry

    if isinstance(result, Failure):
        return failure_entry(result.name, result.property, result.error)
    return plan_entry(result, reasons)


def print_plans(
    console: Console, results: Sequence[Plan | Failure], reasons: Mapping[str, Reasons] | None = None
) -> None:
    """Every plan there is, with an empty line between two."""
    from milepost.operations.outcome import Failure
    from milepost.render.plan.text import print_plan

    plans = [result for result in results if not isinstance(result, Failure)]
    for number, result in enumerate(plans):
        if number:
            console.print()
        print_plan(console, result, (reasons or {}).get(result.name))


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
                f"{len(r.refused)} that GA4 does not let change" if r.refused else "",
            )
            for r in results
        ),
    )
