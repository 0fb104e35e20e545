"""milepost sync."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from milepost.cli.options import (
    ConfigOption,
    PropertyNames,
    PruneOption,
    ReadsOption,
    SyncFormat,
    WritesOption,
)

if TYPE_CHECKING:
    from milepost.model.load import ConversionsFile
    from milepost.operations.outcome import Failure
    from milepost.operations.session import Session
    from milepost.operations.sync import Synced
    from milepost.reconcile.plan import Plan
    from milepost.reconcile.saved import Plans


def sync(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Remove more than the guard allows.")] = False,
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="Wait for another sync of the same property.")
    ] = 0,
    plan_file: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="Do exactly what this reviewed plan says, or nothing."),
    ] = None,
    prune: PruneOption = False,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Note on GA4's timeline what was changed.")
    ] = False,
    output: Annotated[SyncFormat, typer.Option("--format", help="How to print it.")] = "text",
    reads_per_minute: ReadsOption = None,
    writes_per_minute: WritesOption = None,
) -> None:
    """Plan, ask, make GA4 agree with the file, and read it again to prove it."""
    from milepost.cli.console import stdout, write
    from milepost.cli.interrupt import EXIT_CODE
    from milepost.cli.plan import print_plans
    from milepost.cli.synced import (
        print_annotations,
        print_interruption,
        print_summary,
        print_synced,
        synced_entry,
    )
    from milepost.gateways.pacing import Rates
    from milepost.model.load import find_file, load_file
    from milepost.operations.annotate import annotate_synced
    from milepost.operations.outcome import Failure
    from milepost.operations.session import Session
    from milepost.operations.sync import guarded
    from milepost.render.plan.as_json import plans_json

    reviewed = _reviewed(plan_file, properties, prune=prune)
    file = load_file(find_file(config))
    with Session("edit", rates=Rates(reads_per_minute, writes_per_minute), wait=wait) as session:
        planned = _plan(file, properties or [], session, reviewed, prune=prune)
        if output == "text":
            print_plans(stdout(), planned)
            if not all(isinstance(result, Failure) for result in planned):
                stdout().print()
        safe = _sound([guarded(result, force=force) for result in planned], reviewed)
        _ask([plan for plan in safe if not isinstance(plan, Failure)], yes=yes)
        results = sync_all(file, safe, session)
        notes = annotate_synced(file, results, session) if annotate and not session.halted else ()
    for result in results:
        print_synced(result, quiet=output == "json")
    print_annotations(notes, quiet=output == "json")
    if output == "json":
        write(plans_json(synced_entry(result, notes) for result in results))
    else:
        print_summary(stdout(), results)
    if session.halted:
        print_interruption(results)
        raise typer.Exit(EXIT_CODE)
    if not all(not isinstance(result, Failure) and result.complete for result in results):
        raise typer.Exit(1)


def _reviewed(plan_file: Path | None, properties: Sequence[str] | None, *, prune: bool) -> Plans | None:
    """What was reviewed, if anything was: it says by itself which properties, and what goes."""
    from milepost.reconcile.saved import load_plan

    if plan_file is None:
        return None
    if properties or prune:
        other = "--prune" if prune else "names of properties"
        raise typer.BadParameter(f"--plan says what is done: {other} cannot be given beside it.")
    return load_plan(plan_file)


def _plan(
    file: ConversionsFile, names: list[str], session: Session, reviewed: Plans | None, *, prune: bool
) -> tuple[Plan | Failure, ...]:
    """Plans made now, or the reviewed ones held against what is now."""
    from milepost.cli.progress import display
    from milepost.operations.review import review_plans
    from milepost.operations.sync import plan_properties

    if reviewed is None:
        with display("Planning", file, names, session) as watch:
            return plan_properties(file, names, session, watch=watch, hold=True, prune=prune)
    names = [plan.name for plan in reviewed.plans if plan.name in file.document.properties]
    with display("Reading again", file, names, session) as watch:
        return review_plans(file, reviewed, session, watch=watch)


def _sound(planned: Sequence[Plan | Failure], reviewed: Plans | None) -> tuple[Plan | Failure, ...]:
    from milepost.operations.review import whole_or_nothing

    return tuple(planned) if reviewed is None else whole_or_nothing(planned, reviewed)


def _ask(plans: Sequence[Plan], *, yes: bool) -> None:
    """Lets a person stop, knowing what GA4 does not tell; without a person, only `--yes` goes on."""
    from milepost.cli.console import stderr
    from milepost.errors import InputError
    from milepost.render.plan.explain import ADS_WARNING
    from milepost.render.words import counted

    pending = sum(len(plan.changes) for plan in plans)
    if not pending:
        return
    if any(change.removes and change.kind.name == "key_event" for plan in plans for change in plan.changes):
        stderr().print(f"This removes key events. {ADS_WARNING}", soft_wrap=True)
    if yes:
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
