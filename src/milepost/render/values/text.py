"""Proposed values on a terminal: what a step is worth, and what would change in the file."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from milepost.journeys.proposals import Proposal, ValueReport
from milepost.render.lift.words import stop_words
from milepost.render.report.figures import ASCII_SIGNS, Signs, count
from milepost.render.safe import plain
from milepost.render.tables import (
    figures_table,
    print_lines,
    print_paragraphs,
    print_table,
    print_title,
    shortened,
)
from milepost.render.values import words

_LABEL_LEAST, _LABEL_MOST = 16, 40
_STYLES = {"add": "green", "change": "yellow", "keep": "dim", "refuse": "dim"}


def render_values_text(reports: Sequence[ValueReport], console: Console, *, written: bool = False) -> None:
    """Prints one block per property. `written` tells that the file has been changed already."""
    signs = ASCII_SIGNS if console.options.ascii_only else Signs()
    for number, report in enumerate(reports):
        if number:
            console.print()
        print_title(report.name, report.property_id, console)
        print_paragraphs([words.subject(report)], console)
        _print_report(report, signs, console, written=written)
        print_lines([(signs.bullet, plain(note), "") for note in report.notes], console)


def _print_report(report: ValueReport, signs: Signs, console: Console, *, written: bool) -> None:
    if report.stopped:
        print_paragraphs([stop_words(report.stopped)], console, "yellow")
        return
    print_paragraphs([words.each(report)], console)
    shown = [proposal for proposal in report.proposals if proposal.value is not None]
    if shown:
        _print_shown(shown, signs, console)
    _print_refused([proposal for proposal in report.proposals if proposal.value is None], console)
    _print_changes([proposal for proposal in shown if proposal.changes], console, written=written)
    print_paragraphs(words.legend(report), console, "dim")


def _print_shown(shown: Sequence[Proposal], signs: Signs, console: Console) -> None:
    repeated = any(proposal.divided_by > 1 for proposal in shown)
    headings = ("Went on", "A person", *(("Times",) if repeated else ()), "Value", "Interval")
    rows = [
        (
            words.went_on(proposal, signs),
            words.amount(proposal.per_user, signs),
            *((words.per(proposal, signs),) if repeated else ()),
            words.proposed(proposal, signs),
            words.interval(proposal, signs),
        )
        for proposal in shown
    ]
    taken = sum(max(map(len, column)) + 2 for column in zip(headings, *rows, strict=True))
    room = max(min(console.width - taken, _LABEL_MOST), _LABEL_LEAST)
    table = figures_table(("Step",), headings)
    for proposal, cells in zip(shown, rows, strict=True):
        table.add_row(shortened(proposal.label, room), *map(Text, cells))
    print_table(table, console)


def _print_refused(refused: Sequence[Proposal], console: Console) -> None:
    if not refused:
        return
    table = figures_table(("No value",), ("Did it",))
    table.add_column("Why")
    for proposal in refused:
        why = Text(words.refusal(proposal), style="dim")
        table.add_row(shortened(proposal.label, _LABEL_LEAST + 8), Text(count(proposal.users)), why)
    console.print(table)
    console.print()


def _print_changes(changes: Sequence[Proposal], console: Console, *, written: bool) -> None:
    if not changes:
        print_paragraphs(["Nothing to change in the file."], console)
        return
    console.print("Written into the file:" if written else "In the file, with --write:")
    for proposal in changes:
        line = f"  {plain(words.line_of_file(proposal))}"
        console.print(Text(line, style=_STYLES[proposal.action]), soft_wrap=True)
    console.print()
