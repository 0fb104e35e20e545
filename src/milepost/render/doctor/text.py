"""doctor's findings on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from milepost.model.diagnosis import Check, Diagnosis, PropertyChecks
from milepost.render.safe import plain
from milepost.render.words import counted

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "red"), "skipped": ("·", "dim")}
_NAME_WIDTH = 14
_INDENT = 4 + _NAME_WIDTH


def print_diagnosis(console: Console, diagnosis: Diagnosis) -> None:
    """The sign-in, each property, then how many things are wrong."""
    if diagnosis.sign_in:
        console.print(Text("Google", style="bold"))
        _print_checks(console, diagnosis.sign_in)
    else:
        console.print(Text("No property here is at Google: there is nothing to sign in to."))
    for found in diagnosis.properties:
        console.print()
        _print_head(console, found)
        _print_checks(console, found.checks)
    console.print()
    console.print(Text(_summary(diagnosis), style="bold"))


def _print_head(console: Console, found: PropertyChecks) -> None:
    head = Text(plain(found.name), style="bold")
    words = [found.display_name, f"property {found.property}"]
    if found.emulator:
        words.append(f"emulator at {found.emulator}")
    head.append("".join(f" · {plain(word)}" for word in words if word), style="not bold")
    console.print(head, soft_wrap=True)


def _print_checks(console: Console, checks: Sequence[Check]) -> None:
    for check in checks:
        mark, colour = _MARKS[check.status]
        line = Text("  ")
        line.append(mark, style=colour)
        line.append(f" {check.name:<{_NAME_WIDTH}}")
        _print_wrapped(console, line, plain(check.finding))
        if check.remedy:
            # Not wrapped, so that a command or an address can be copied as it is.
            console.print(Text(" " * _INDENT).append(f"→ {plain(check.remedy)}"), soft_wrap=True)


def _print_wrapped(console: Console, line: Text, words: str) -> None:
    for number, part in enumerate(Text(words).wrap(console, max(console.width - _INDENT, 20))):
        part.rstrip()
        console.print((Text(" " * _INDENT) if number else line).append(part), soft_wrap=True)


def _summary(diagnosis: Diagnosis) -> str:
    checks = diagnosis.checks()
    failures = sum(1 for check in checks if check.status == "failed")
    warnings = sum(1 for check in checks if check.status == "warning")
    if not failures and not warnings:
        return "All is well."
    counts = [(failures, "failure"), (warnings, "warning")]
    return f"{', '.join(counted(n, noun) for n, noun in counts if n)}."
