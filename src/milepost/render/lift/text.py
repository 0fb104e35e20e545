"""Lift on a terminal: which steps lead, what one is worth, which have no ratio and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from milepost.journeys.results import CreditRow, LiftReport, LiftRow, LiftTable
from milepost.render.lift import words
from milepost.render.report.figures import ASCII_SIGNS, Signs
from milepost.render.safe import plain
from milepost.render.tables import (
    GAP,
    figures_table,
    print_lines,
    print_paragraphs,
    print_table,
    print_title,
    shortened,
)

_LABEL_LEAST = 16
_LABEL_ENOUGH = 24
_LABEL_MOST = 34
_STEP_LABEL = 16
_VERDICT_STYLES = {"ahead": "bold green", "behind": "bold red", "level": "", None: "dim"}


class _Column(NamedTuple):
    """A column of figures, and how to write the cell of a row."""

    heading: str
    cell: Callable[[LiftRow], str]
    judges: bool = False


def render_lift_text(reports: Sequence[LiftReport], console: Console) -> None:
    """Prints one block per property.

    Figures that do not fit beside the names stand in a second table below; they are never cut, so that a
    screen too narrow even so has its lines run over the edge.
    """
    signs = ASCII_SIGNS if console.options.ascii_only else Signs()
    for number, report in enumerate(reports):
        if number:
            console.print()
        print_title(report.name, report.property_id, console)
        console.print(Text(words.subject(report)), soft_wrap=True)
        for table in report.tables:
            console.print()
            _Block(report, table, words.style(report, signs), console).print()
        print_lines([(signs.bullet, plain(note), "") for note in report.notes], console)
        print_paragraphs([words.FOOTER], console, "bold")


class _Block:
    """One macro conversion on the screen."""

    def __init__(self, report: LiftReport, table: LiftTable, written: words.Style, console: Console) -> None:
        self.report = report
        self.table = table
        self.written = written
        self.console = console
        self.shown = [row for row in table.rows if row.ratio is not None]
        self.refused = [row for row in table.rows if row.ratio is None]

    def print(self) -> None:
        """Everything there is to say about it."""
        self.console.print(Text(plain(words.title(self.table)), style="bold magenta"), soft_wrap=True)
        print_paragraphs([words.people(self.report, self.table, self.written)], self.console)
        if self.table.stopped:
            print_paragraphs([words.stopped(self.table)], self.console, "yellow")
            return
        if self.shown:
            self._print_shown()
            print_paragraphs(words.reading(self.table, self.report, self.written), self.console)
        else:
            print_paragraphs(["No step has enough people for a ratio."], self.console, "yellow")
        if self.refused:
            self._print_refused()
        if self.table.by is not None:
            self._print_credits()
        print_paragraphs(words.legend(self.table, self.report), self.console, "dim")

    def _columns(self) -> tuple[_Column, ...]:
        written, value = self.written, self.table.value
        first = (
            _Column("Did it", lambda row: written.users(row.users)),
            _Column("Went on", self._went_on),
            _Column("Base", lambda row: written.share(row.base)),
            _Column(f"{written.times_sign} base", written.times),
            _Column("", self._verdict, judges=True),
            _Column("q", lambda row: written.chance(row.q_value)),
        )
        worth = (
            (
                _Column("Worth", lambda row: written.money(row.value, value)),
                _Column("Above base", written.above),
            )
            if value
            else ()
        )
        timed = any(row.median_seconds is not None for row in self.shown)
        time = (_Column("Median time", lambda row: written.time(row.median_seconds)),) if timed else ()
        return (*first, *worth, *time)

    def _verdict(self, row: LiftRow) -> str:
        sign = {"ahead": self.written.signs.up, "behind": self.written.signs.down}.get(row.verdict or "", "=")
        return f"{sign} {row.verdict} {words.marks(row)}".rstrip()

    def _print_shown(self) -> None:
        label = min(max(cell_len(plain(row.label)) for row in self.shown), _LABEL_MOST)
        columns = self._columns()
        fitting = _fitting(columns, self.shown, self.console.width - min(label, _LABEL_ENOUGH))
        for part in (columns[:fitting], columns[fitting:]):
            if part:
                room = self.console.width - sum(_width(column, self.shown) for column in part)
                self._print_table(part, max(min(label, room), _LABEL_LEAST))

    def _print_table(self, columns: Sequence[_Column], room: int) -> None:
        table = figures_table(("Step",), [column.heading for column in columns])
        for row in self.shown:
            style = _VERDICT_STYLES[row.verdict]
            cells = (Text(c.cell(row), style=style if c.judges else "") for c in columns)
            table.add_row(shortened(row.label, room), *cells)
        print_table(table, self.console)

    def _print_refused(self) -> None:
        table = figures_table(("No ratio",), ("Did it", "Went on"))
        table.add_column("Why")
        for row in self.refused:
            went_on = self._went_on(row) if row.rate is not None else self.written.signs.none
            why = Text(plain(words.refusal(row, self.table)), style="dim")
            name = shortened(row.label, _LABEL_ENOUGH)
            table.add_row(name, Text(self.written.users(row.users)), Text(went_on), why)
        self.console.print(table)
        self.console.print()

    def _went_on(self, row: LiftRow) -> str:
        return self.written.share_of(row.reached, row.users)

    def _print_credits(self) -> None:
        rows = self.table.credits
        figures = [self._credit(row) for row in rows]
        headings = ("People", "Leading", f"{plain(self.table.label)} so far", "Expected")
        taken = sum(max(map(cell_len, column)) + GAP for column in zip(headings, *figures, strict=True))
        left = self.console.width - taken
        steps = rows[0].steps[: max((left - _LABEL_ENOUGH) // (_STEP_LABEL + GAP), 0)] if rows else ()
        room = max(left - len(steps) * (_STEP_LABEL + GAP), _LABEL_LEAST)
        labels = [shortened(step.label, _STEP_LABEL).plain for step in steps]
        table = figures_table(((self.table.by or "").capitalize(),), (*headings, *labels))
        for row, cells in zip(rows, figures, strict=True):
            counts = (Text(self.written.users(step.users)) for step in row.steps[: len(steps)])
            table.add_row(shortened(words.value_name(row), room), *map(Text, cells), *counts)
        print_table(table, self.console)
        print_paragraphs(words.credit_legend(self.table, self.report), self.console, "dim")

    def _credit(self, row: CreditRow) -> tuple[str, str, str, str]:
        written = self.written
        return (
            written.users(row.users),
            written.share_of(row.leading_users, row.users),
            written.users(row.macro_users),
            written.expected(row),
        )


def _fitting(columns: Sequence[_Column], rows: Sequence[LiftRow], room: int) -> int:
    """How many columns, from the left, have room; all up to the verdict at least."""
    least = next(number for number, column in enumerate(columns, 1) if column.judges)
    taken = 0
    for number, column in enumerate(columns):
        taken += _width(column, rows)
        if taken > room and number >= least:
            return number
    return len(columns)


def _width(column: _Column, rows: Sequence[LiftRow]) -> int:
    return max(cell_len(column.heading), *(cell_len(column.cell(row)) for row in rows)) + GAP
