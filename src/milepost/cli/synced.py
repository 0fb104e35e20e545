"""What a sync did, printed: shared by `sync` and `demo`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from milepost.cli.console import stderr, stdout
from milepost.operations.annotate import Annotation
from milepost.operations.outcome import Failure
from milepost.operations.sync import Synced
from milepost.render.failure_text import print_failure
from milepost.render.fleet_text import FleetLine, print_fleet
from milepost.render.plan.as_json import failure_entry, sync_entry
from milepost.render.plan.text import print_outcomes, print_still_pending
from milepost.render.safe import plain
from milepost.render.words import counted


def print_synced(result: Synced | Failure, *, quiet: bool = False) -> None:
    """What a sync did to one property: nothing when there was nothing to do; `quiet`, failures only."""
    if isinstance(result, Failure):
        print_failure(stderr(), result.error)
        return
    if not quiet and result.outcomes:
        _print_outcomes(stdout(), result)
    for thing in result.twice:
        stderr().print(
            f"error: {plain(result.plan.name)}: GA4 now holds the {plain(thing)} more than once: somebody "
            "made the same at the same moment. Remove all but one in GA4, then run 'milepost plan'.",
            soft_wrap=True,
        )


def _print_outcomes(console: Console, result: Synced) -> None:
    console.print(f"{plain(result.plan.name)}: synced", soft_wrap=True)
    print_outcomes(console, result.outcomes)
    if result.after is None:
        console.print(f"  Could not be read again: {plain(str(result.error))}", soft_wrap=True)
    elif result.after.in_sync:
        console.print("  Read again: nothing left to do.")
    else:
        print_still_pending(console, result.after)


def print_summary(console: Console, results: Sequence[Synced | Failure]) -> None:
    """A line per property, when there are several."""
    if len(results) < 2:
        return
    columns = ("Changes", "Done", "Failed", "Skipped")
    print_fleet(console, columns, (_line(result) for result in results))


def _line(result: Synced | Failure) -> FleetLine:
    if isinstance(result, Failure):
        return FleetLine(result.name, (None, None, None, None), result.error.cause)
    done, failed, skipped = (result.count("done"), result.count("failed", "unknown"), result.count("skipped"))
    error = result.error.cause if result.error else ""
    if not error and result.twice:
        error = f"twice in GA4: {', '.join(result.twice)}"
    return FleetLine(result.plan.name, (len(result.plan.changes), done, failed, skipped), error)


def print_interruption(results: Sequence[Synced | Failure]) -> None:
    """Where things stand after an interruption."""
    synced = [result for result in results if not isinstance(result, Failure)]
    planned = sum(len(result.plan.changes) for result in synced)
    done = sum(result.count("done") for result in synced)
    stderr().print(
        f"Interrupted: {done} of {counted(planned, 'change')} made. Run 'milepost sync' again for the rest.",
        soft_wrap=True,
    )


def print_annotations(notes: Sequence[Annotation | Failure], *, quiet: bool = False) -> None:
    """What was noted on GA4's timeline, and what was not: that is a warning, the sync itself went well."""
    for note in notes:
        if isinstance(note, Failure):
            stderr().print(f"warning: {plain(str(note.error))}", soft_wrap=True)
        elif not quiet:
            stdout().print(f"{plain(note.name)}: noted on {note.day}: {plain(note.title)}", soft_wrap=True)


def synced_entry(result: Synced | Failure, notes: Sequence[Annotation | Failure] = ()) -> dict[str, Any]:
    """One property's sync for programs. `pending` is null if it was not read again; `error` then says why."""
    if isinstance(result, Failure):
        return failure_entry(result.name, result.property, result.error)
    entry = sync_entry(result.plan, result.outcomes, result.after or result.plan)
    if result.after is None:
        entry |= {"pending": None, "error": str(result.error)}
    if result.twice:
        entry["twice"] = list(result.twice)
    for note in notes:
        if note.name == result.plan.name:
            entry["annotation"] = _annotation_entry(note)
    return entry


def _annotation_entry(note: Annotation | Failure) -> dict[str, str]:
    if isinstance(note, Failure):
        return {"error": str(note.error)}
    return {"day": note.day.isoformat(), "title": note.title, "description": note.description}
