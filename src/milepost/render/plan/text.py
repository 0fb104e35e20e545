"""Plans and syncs on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.text import Text

from milepost.reconcile.apply import Outcome
from milepost.reconcile.plan import Change, FieldChange, Plan, Refused
from milepost.render.plan.explain import Reasons
from milepost.render.plan.words import REFUSED_SIGN, SIGNS, create_words, drift_words, left_alone, summary
from milepost.render.safe import plain
from milepost.render.words import counted, field_words

_PAST = {"create": "created", "update": "updated", "archive": "archived", "delete": "deleted"}
_MARKS = {"done": ("✓", "green"), "failed": ("✗", "red"), "unknown": ("?", "yellow"), "skipped": ("·", "dim")}
_LABEL_WIDTH = 18
_BELOW = 6


def print_plan(console: Console, plan: Plan, reasons: Reasons | None = None) -> None:
    """One property's plan: changes, what cannot be, what is left alone, limits, notes; on request why."""
    _print_head(console, plan)
    if plan.in_sync:
        console.print(Text("  Nothing to do: the property agrees with the file."))
    things: tuple[Change | Refused, ...] = (*plan.changes, *plan.refused)
    widths = (
        max([_LABEL_WIDTH, *(len(thing.kind.label) + 1 for thing in things)]),
        max((len(plain(thing.identity)) for thing in things), default=0),
    )
    for change in plan.changes:
        _print_change(console, change, widths)
        if reasons:
            _print_why(console, reasons.of_change(change))
    for refused in plan.refused:
        _print_refused(console, refused, widths)
        if reasons:
            _print_why(console, reasons.of_refused(refused))
    if things:
        console.print()
        console.print(Text(f"  Plan: {summary(plan)}.", style="bold"))
    for line, why in left_alone(plan, reasons):
        _print_below(console, Text(line, style="dim"), 2)
        if why:
            _print_why(console, why)
    for note in plan.notes:
        _print_below(console, Text(f"Note: {plain(note)}", style="yellow"), 2)


def _print_head(console: Console, plan: Plan) -> None:
    head = Text(plain(plan.name), style="bold")
    head.append(f" · {plain(plan.facts.display_name)} · property {plain(plan.facts.id)}", style="not bold")
    console.print(head)


def _print_change(console: Console, change: Change, widths: tuple[int, int]) -> None:
    line = _line(*SIGNS[change.action], change, widths)
    details = Text(create_words(change) if change.action == "create" else "", style="dim")
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
        _print_fields(console, change.fields)
    if change.drift is not None:
        _print_below(console, Text(drift_words(change), style="yellow"), _BELOW)


def _print_refused(console: Console, refused: Refused, widths: tuple[int, int]) -> None:
    line = _line(*REFUSED_SIGN, refused, widths)
    line.append("  refused", style="magenta")
    console.print(line, soft_wrap=True)
    _print_fields(console, refused.fields)
    _print_below(console, Text(plain(refused.remedy), style="yellow"), _BELOW)


def _line(sign: str, colour: str, thing: Change | Refused, widths: tuple[int, int]) -> Text:
    line = Text("  ")
    line.append(f"{sign} ", style=colour)
    line.append(f"{thing.kind.label:<{widths[0]}}")
    return line.append(f"{plain(thing.identity):<{widths[1]}}", style="bold")


def _print_fields(console: Console, fields: Mapping[str, FieldChange]) -> None:
    for name, field in fields.items():
        words = f"{plain(name)}: {field_words(name, field.live)} → {field_words(name, field.desired)}"
        _print_below(console, Text(words), _BELOW)


def _print_why(console: Console, why: str, indent: int = _BELOW) -> None:
    _print_below(console, Text(f"why: {plain(why)}", style="cyan"), indent)


def _print_below(console: Console, words: Text, indent: int) -> None:
    """Indented and wrapped, nothing cut off, no blanks at line ends."""
    for line in words.wrap(console, max(console.width - indent, 20)):
        line.rstrip()
        console.print(Text(" " * indent).append(line), soft_wrap=True)


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
    """What a sync left to do, and what nobody can do."""
    if after.changes:
        pending = counted(len(after.changes), "change")
        console.print(Text(f"  {pending} still pending; run 'milepost sync' again."))
    for refused in after.refused:
        words = f"GA4 does not let it change: {refused.kind.label} {plain(refused.identity)}"
        _print_below(console, Text(words, style="magenta"), 2)
        _print_below(console, Text(plain(refused.remedy), style="dim"), 4)
