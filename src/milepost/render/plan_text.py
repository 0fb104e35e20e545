"""Plans and syncs on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from milepost.errors import MilepostError
from milepost.reconcile.apply import Outcome
from milepost.reconcile.plan import Change, LimitUse, Plan
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
_BELOW = 6


def print_plan(console: Console, plan: Plan) -> None:
    """One property's plan: changes, what is left alone, limits, notes."""
    _print_head(console, plan)
    if plan.in_sync:
        console.print(Text("  Nothing to do: the property agrees with the file."))
    width = max((len(plain(change.identity)) for change in plan.changes), default=0)
    for change in plan.changes:
        _print_change(console, change, width)
    if plan.changes:
        console.print()
        console.print(Text(f"  Plan: {_summary(plan.changes)}.", style="bold"))
    for line in _left_alone(plan):
        _print_below(console, Text(line, style="dim"), 2)
    for note in plan.notes:
        _print_below(console, Text(f"Note: {plain(note)}", style="yellow"), 2)


def _print_head(console: Console, plan: Plan) -> None:
    head = Text(plain(plan.name), style="bold")
    head.append(f" · {plain(plan.facts.display_name)} · property {plan.facts.id}", style="not bold")
    console.print(head)


def _print_change(console: Console, change: Change, width: int) -> None:
    sign, colour = _SIGNS[change.action]
    line = Text("  ")
    line.append(f"{sign} ", style=colour)
    line.append(f"{change.kind.label:<{_LABEL_WIDTH}}")
    line.append(f"{plain(change.identity):<{width}}", style="bold")
    details = Text(_create_words(change) if change.action == "create" else "", style="dim")
    if change.removes:
        details = Text(change.action, style="red")
    if details and line.cell_len + details.cell_len + 2 <= console.width:
        line.append("  ").append(details)
        details = Text()
    line.rstrip()
    console.print(line, soft_wrap=True)
    if details:
        _print_below(console, details, _BELOW)
    if change.action == "update":
        for name, field in change.fields.items():
            words = f"{name}: {field_words(name, field.live)} → {field_words(name, field.desired)}"
            _print_below(console, Text(words), _BELOW)
    if change.drift is not None:
        verb = "removed" if change.action == "create" else "changed"
        words = f"{verb} {moment(change.drift.at)} by {plain(change.drift.actor)}"
        _print_below(console, Text(words, style="yellow"), _BELOW)


def _print_below(console: Console, words: Text, indent: int) -> None:
    """Indented and wrapped, nothing cut off, no blanks at line ends."""
    for line in words.wrap(console, max(console.width - indent, 20)):
        line.rstrip()
        console.print(Text(" " * indent).append(line), soft_wrap=True)


def _create_words(change: Change) -> str:
    """What a create sets beside its identity and switches."""
    return joined(
        field_words(name, field.desired)
        for name, field in change.fields.items()
        if name not in _IDENTITY_FIELDS
        and not isinstance(field.desired, bool)
        and field.desired not in ("", [], None)
    )


def _summary(changes: Iterable[Change]) -> str:
    counts = {"create": 0, "update": 0, "remove": 0}
    for change in changes:
        counts["remove" if change.removes else change.action] += 1
    return ", ".join(f"{count} to {verb}" for verb, count in counts.items() if count)


def _left_alone(plan: Plan) -> Iterator[str]:
    for title, things in (("Not in the file, left alone", plan.unmanaged), ("Ignored", plan.ignored)):
        by_kind: dict[str, list[str]] = {}
        for thing in things:
            note = f" ({thing.note})" if thing.note else ""
            by_kind.setdefault(f"{thing.kind.label}s", []).append(f"{plain(thing.identity)}{note}")
        for kind, names in by_kind.items():
            yield f"{title}: {kind} {listed(names)}"
    used = [u for u in plan.limits if u.before or u.after]
    if used:
        yield "Slots: " + joined(_slots(u) for u in used)


def _slots(use: LimitUse) -> str:
    count = f"{use.before} → {use.after}" if use.before != use.after else f"{use.after}"
    return f"{limit_words(use.kind)} {count} of {use.limit}"


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
        _print_below(console, Text(plain(outcome.reason), style="dim"), 4)


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
