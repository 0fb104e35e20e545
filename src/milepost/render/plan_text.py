"""Plans and syncs on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from milepost.errors import MilepostError
from milepost.reconcile.apply import Outcome
from milepost.reconcile.plan import Change, Plan, Unmanaged
from milepost.render.safe import plain
from milepost.render.words import counted, field_words, joined, limit_words, listed, moment

_SIGNS = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "archive": ("-", "red"),
    "delete": ("-", "red"),
}
_PAST = {"create": "created", "update": "updated", "archive": "archived", "delete": "deleted"}
_IDENTITY_FIELDS = frozenset({"event_name", "parameter_name", "scope", "destination_event"})
_MARKS = {"done": ("✓", "green"), "failed": ("✗", "red"), "unknown": ("?", "yellow"), "skipped": ("·", "dim")}
_LABEL_WIDTH = 18


def print_plan(console: Console, plan: Plan) -> None:
    """One property's plan: changes, what is left alone, limits, notes."""
    _print_head(console, plan)
    if plan.in_sync:
        console.print(Text("  Nothing to do: the property agrees with the file."))
    for change in plan.changes:
        _print_change(console, change)
    if plan.changes:
        console.print()
        console.print(Text(f"  Plan: {_summary(plan.changes)}.", style="bold"))
    for line in _left_alone(plan):
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))
    for note in plan.notes:
        console.print(Padding(Text(f"Note: {plain(note)}", style="yellow"), (0, 0, 0, 2)))


def _print_head(console: Console, plan: Plan) -> None:
    head = Text(plain(plan.name), style="bold")
    head.append(f" · {plain(plan.facts.display_name)} · property {plan.facts.id}", style="not bold")
    console.print(head)


def _print_change(console: Console, change: Change) -> None:
    sign, colour = _SIGNS[change.action]
    line = Text("  ")
    line.append(f"{sign} ", style=colour)
    line.append(f"{change.kind.label:<{_LABEL_WIDTH}}")
    line.append(plain(change.identity), style="bold")
    if change.action == "create":
        line.append(f"  {_create_words(change)}", style="dim")
    elif change.removes:
        line.append(f"  {change.action}", style="red")
    console.print(line, overflow="ellipsis", no_wrap=True)
    if change.action == "update":
        for name, field in change.fields.items():
            words = f"{name}: {field_words(name, field.live)} → {field_words(name, field.desired)}"
            console.print(Padding(Text(words), (0, 0, 0, _LABEL_WIDTH + 4)))
    if change.drift is not None:
        verb = "removed" if change.action == "create" else "changed"
        words = f"{verb} {moment(change.drift.at)} by {plain(change.drift.actor)}"
        console.print(Padding(Text(words, style="yellow"), (0, 0, 0, _LABEL_WIDTH + 4)))


def _create_words(change: Change) -> str:
    """What a create sets beside its identity, shortest first so that a narrow screen shows most."""
    told = [
        field_words(name, field.desired)
        for name, field in change.fields.items()
        if name not in _IDENTITY_FIELDS
        and not isinstance(field.desired, bool)
        and field.desired not in ("", [], None)
    ]
    return joined(told)


def _summary(changes: Iterable[Change]) -> str:
    counts = {"create": 0, "update": 0, "remove": 0}
    for change in changes:
        counts["remove" if change.removes else change.action] += 1
    return ", ".join(f"{count} to {verb}" for verb, count in counts.items() if count)


def _left_alone(plan: Plan) -> Iterator[str]:
    if plan.unmanaged:
        yield f"Not in the file, left alone: {listed([_unmanaged_words(u) for u in plan.unmanaged])}"
    if plan.ignored:
        yield f"Ignored: {listed([plain(u.identity) for u in plan.ignored])}"
    used = [u for u in plan.limits if u.before or u.after]
    if used:
        yield "Slots: " + joined(
            f"{limit_words(u.kind)} {u.before} → {u.after} of {u.limit}"
            if u.before != u.after
            else f"{limit_words(u.kind)} {u.after} of {u.limit}"
            for u in used
        )


def _unmanaged_words(unmanaged: Unmanaged) -> str:
    note = f" ({unmanaged.note})" if unmanaged.note else ""
    return f"{unmanaged.kind.label} {plain(unmanaged.identity)}{note}"


def print_outcomes(console: Console, outcomes: Iterable[Outcome]) -> None:
    """Every change that did not simply succeed, with the reason, then the count."""
    counts: dict[str, int] = {}
    for outcome in outcomes:
        key = _PAST[outcome.change.action] if outcome.status == "done" else outcome.status
        counts[key] = counts.get(key, 0) + 1
        if outcome.status != "done" or outcome.reason:
            _print_outcome(console, outcome)
    console.print(Text(f"  {', '.join(f'{n} {word}' for word, n in counts.items())}."))


def _print_outcome(console: Console, outcome: Outcome) -> None:
    mark, colour = _MARKS[outcome.status]
    line = Text("  ")
    line.append(f"{mark} ", style=colour)
    line.append(f"{outcome.change.kind.label} {plain(outcome.change.identity)}: {outcome.status}")
    console.print(line)
    if outcome.reason:
        console.print(Padding(Text(plain(outcome.reason), style="dim"), (0, 0, 0, 4)))


def print_still_pending(console: Console, after: Plan) -> None:
    """What a sync left to do."""
    console.print(
        Text(f"  {counted(len(after.changes), 'change')} still pending; run 'milepost sync' again.")
    )


def print_failure(console: Console, error: MilepostError) -> None:
    """An error meant for a person, on one paragraph."""
    line = Text("error: ", style="bold red")
    line.append(plain(str(error)), style="not bold default")
    console.print(line, soft_wrap=True)
