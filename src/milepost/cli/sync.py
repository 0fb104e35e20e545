"""milepost sync."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from milepost.cli.options import ConfigOption, PlanFormat, PropertyNames

if TYPE_CHECKING:
    from milepost.model.load import ConversionsFile
    from milepost.operations.outcome import Failure
    from milepost.operations.session import Session
    from milepost.operations.sync import Synced
    from milepost.reconcile.plan import Plan


def sync(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Remove more than the guard allows.")] = False,
    output: Annotated[PlanFormat, typer.Option("--format", help="How to print it.")] = "text",
) -> None:
    """Plan, ask, make GA4 agree with the file, and read it again to prove it."""
    from milepost.cli.console import write
    from milepost.model.load import find_file, load_file
    from milepost.operations.outcome import Failure
    from milepost.operations.session import Session
    from milepost.operations.sync import guarded, plan_properties
    from milepost.render.plan_json import plans_json

    file = load_file(find_file(config))
    with Session("edit") as session:
        planned = plan_properties(file, properties or [], session)
        if output == "text":
            _show_plans(planned)
        safe = [guarded(result, force=force) for result in planned]
        _ask(sum(len(plan.changes) for plan in safe if not isinstance(plan, Failure)), yes=yes)
        results = [plan if isinstance(plan, Failure) else sync_one(file, plan, session) for plan in safe]
    for result in results:
        print_synced(result, quiet=output == "json")
    if output == "json":
        write(plans_json(_entry(result) for result in results))
    if not all(not isinstance(result, Failure) and result.complete for result in results):
        raise typer.Exit(1)


def _show_plans(planned: Sequence[Plan | Failure]) -> None:
    from milepost.cli.console import stdout
    from milepost.operations.outcome import Failure
    from milepost.render.plan_text import print_plan

    console = stdout()
    for plan in planned:
        if not isinstance(plan, Failure):
            print_plan(console, plan)
            console.print()


def _ask(pending: int, *, yes: bool) -> None:
    """Lets a person stop; without one, only `--yes` goes on."""
    from milepost.errors import InputError
    from milepost.render.words import counted

    if not pending or yes:
        return
    if not sys.stdin.isatty():
        raise InputError("sync", "there is nobody to ask", "Look at 'milepost plan', then add --yes.")
    if not typer.confirm(f"Make {counted(pending, 'change')}?", err=True):
        raise typer.Exit(1)


def sync_one(file: ConversionsFile, plan: Plan, session: Session) -> Synced | Failure:
    """Carries out one plan with a progress bar on a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from milepost.cli.console import stderr
    from milepost.operations.sync import sync_property
    from milepost.reconcile.apply import Outcome

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=stderr(), disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(plan.name, total=len(plan.changes), visible=bool(plan.changes))

        def show(outcome: Outcome) -> None:
            progress.update(task, advance=1, description=f"{plan.name}: {outcome.change.identity}")

        return sync_property(file, plan, session, on_outcome=show)


def print_synced(result: Synced | Failure, *, quiet: bool = False) -> None:
    """What a sync did to one property: nothing when there was nothing to do; `quiet`, failures only."""
    from milepost.cli.console import stderr, stdout
    from milepost.operations.outcome import Failure
    from milepost.render.plan_text import print_failure, print_outcomes, print_still_pending

    if isinstance(result, Failure):
        print_failure(stderr(), result.error)
        return
    if quiet or not result.outcomes:
        return
    console = stdout()
    console.print(f"{result.plan.name}: synced", soft_wrap=True)
    print_outcomes(console, result.outcomes)
    if result.after.in_sync:
        console.print("  Read again: nothing left to do.")
    else:
        print_still_pending(console, result.after)


def _entry(result: Synced | Failure) -> dict[str, Any]:
    from milepost.operations.outcome import Failure
    from milepost.render.plan_json import failure_entry, sync_entry

    if isinstance(result, Failure):
        return failure_entry(result.name, result.property, result.error)
    return sync_entry(result.plan, result.outcomes, result.after)
