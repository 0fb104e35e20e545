"""milepost sync."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from milepost.cli.options import ConfigOption, PlanFormat, PropertyNames, ReadsOption, WritesOption

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
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="Wait for another sync of the same property.")
    ] = 0,
    output: Annotated[PlanFormat, typer.Option("--format", help="How to print it.")] = "text",
    reads_per_minute: ReadsOption = None,
    writes_per_minute: WritesOption = None,
) -> None:
    """Plan, ask, make GA4 agree with the file, and read it again to prove it."""
    from milepost.cli.console import stdout, write
    from milepost.cli.interrupt import EXIT_CODE
    from milepost.cli.plan import print_plans
    from milepost.cli.progress import display
    from milepost.cli.synced import print_interruption, print_summary, print_synced, synced_entry
    from milepost.gateways.pacing import Rates
    from milepost.model.load import find_file, load_file
    from milepost.operations.outcome import Failure
    from milepost.operations.session import Session
    from milepost.operations.sync import guarded, plan_properties
    from milepost.render.plan_json import plans_json

    file = load_file(find_file(config))
    names = properties or []
    with Session("edit", rates=Rates(reads_per_minute, writes_per_minute), wait=wait) as session:
        with display("Planning", file, names, session) as watch:
            planned = plan_properties(file, names, session, watch=watch, hold=True)
        if output == "text":
            print_plans(stdout(), planned)
            stdout().print()
        safe = [guarded(result, force=force) for result in planned]
        _ask(sum(len(plan.changes) for plan in safe if not isinstance(plan, Failure)), yes=yes)
        results = sync_all(file, safe, session)
    for result in results:
        print_synced(result, quiet=output == "json")
    if output == "json":
        write(plans_json(synced_entry(result) for result in results))
    else:
        print_summary(stdout(), results)
    if session.halted:
        print_interruption(results)
        raise typer.Exit(EXIT_CODE)
    if not all(not isinstance(result, Failure) and result.complete for result in results):
        raise typer.Exit(1)


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


def sync_all(
    file: ConversionsFile, plans: Sequence[Plan | Failure], session: Session
) -> tuple[Synced | Failure, ...]:
    """Carries plans out side by side, shows how far they are, and ends gently on Ctrl-C; failures stay."""
    from milepost.cli.interrupt import ending_gently
    from milepost.cli.progress import display
    from milepost.operations.outcome import Failure
    from milepost.operations.sync import sync_properties

    sound = [plan for plan in plans if not isinstance(plan, Failure)]
    if not sound:
        return tuple(plan for plan in plans if isinstance(plan, Failure))
    with display("Syncing", file, [plan.name for plan in sound], session) as watch, ending_gently(session):
        synced = iter(sync_properties(file, sound, session, watch=watch))
    return tuple(plan if isinstance(plan, Failure) else next(synced) for plan in plans)
