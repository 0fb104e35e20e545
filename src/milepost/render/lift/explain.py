"""The numbers behind one step, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from milepost.journeys.notes import time_allowed
from milepost.journeys.results import LiftReport, LiftRow, LiftTable
from milepost.render.lift import words
from milepost.render.report.figures import ASCII_SIGNS, Signs, count
from milepost.render.safe import plain
from milepost.render.tables import print_paragraphs


def render_lift_explained(reports: Sequence[LiftReport], event: str, console: Console) -> None:
    """Prints a block per property and macro conversion that has the step.

    A step that a property does not declare is said to be unknown, with those it has.
    """
    signs = ASCII_SIGNS if console.options.ascii_only else Signs()
    for report in reports:
        written = words.style(report, signs)
        for table in report.tables:
            title = Text(f"{plain(report.name)}: {plain(event)} towards {plain(table.label)}", style="bold")
            console.print(title, soft_wrap=True)
            print_paragraphs([words.subject(report)], console)
            print_paragraphs(_sentences(event, table, report, written), console)
        print_paragraphs([words.FOOTER], console, "bold")


def _sentences(event: str, table: LiftTable, report: LiftReport, written: words.Style) -> Iterator[str]:
    if table.stopped:
        yield words.stopped(table)
        return
    row = next((row for row in table.rows if row.event == event), None)
    if row is None:
        known = ", ".join(row.event for row in table.rows)
        yield f"This is no micro conversion of the property. It has: {known}."
        return
    yield _who(row, table, report, written)
    if row.ratio is None:
        yield f"There is no ratio: {words.refusal(row, table)}."
        if row.rate is not None:
            went_on = written.share_of(row.reached, row.users)
            yield f"Went on to {table.label}: {went_on}."
        return
    yield from _four_numbers(row, table, report, written)
    yield from _judgement(row, table, written)


def _who(row: LiftRow, table: LiftTable, report: LiftReport, written: words.Style) -> str:
    """Whose first time counts, and whose does not."""
    if row.ever is None:
        return f"{written.users(row.users)} people did it."
    counted = (
        f"{written.users(row.ever)} people did it at all; {written.users(row.users)} of them count here."
    )
    if row.after_macro is None or row.same_instant is None or row.too_recent is None:
        return counted
    left_out = (
        (row.after_macro, f"had reached {table.label} before"),
        (row.same_instant, "did both within one second"),
        (
            row.too_recent,
            f"did it too late to be followed for {time_allowed(report.within_seconds)}",
        ),
    )
    reasons = [f"{count(number)} {reason}" for number, reason in left_out if number]
    return f"{counted} Left out: {'; '.join(reasons)}." if reasons else counted


def _four_numbers(row: LiftRow, table: LiftTable, report: LiftReport, written: words.Style) -> Iterator[str]:
    allowed = time_allowed(report.within_seconds)
    yield (
        f"1. {written.users(row.users)} people did it, from the first time."
        f" 2. {written.users(row.reached)} of them ({written.share(row.rate)}) went on to {table.label}"
        f" within {allowed}."
    )
    compared = (
        "moments of people who had not done it, at the same points of a visit"
        if report.source == "export"
        else "people who had seen as many pages"
    )
    yield (
        f"3. They are compared with {written.users(row.compared)} {compared}."
        f" 4. {written.users(row.compared_reached)} of these were followed by {table.label} within {allowed};"
        " weighted by where in a visit the step happens, that is a base of"
        f" {written.share(row.base)}."
    )
    expected = f"{written.about}{row.expected:,.1f}" if row.expected is not None else written.signs.none
    yield (
        f"At the base, {expected} of the {written.users(row.users)} people would have gone on;"
        f" {written.users(row.reached)} did: {written.times(row)} base."
    )


def _judgement(row: LiftRow, table: LiftTable, written: words.Style) -> Iterator[str]:
    verdicts = {
        "ahead": "ahead: even the lower end of the interval is more than 1.2 times the base",
        "behind": "behind: even the upper end of the interval is below the base divided by 1.2",
        "level": "level: no clear difference",
    }
    if row.verdict is not None:
        yield (
            f"The verdict is {verdicts[row.verdict]}; q is {written.chance(row.q_value)}"
            f" after {table.tested} steps tested."
        )
    if row.value is not None and row.value_above_base is not None and table.value is not None:
        yield (
            f"At {written.money(table.value.amount, table.value)} for one {table.label}, one"
            f" first time is worth {written.money(row.value, table.value)};"
            f" above base: {written.above(row)}. Worths of different steps overlap: never add them up."
        )
    if row.events_per_user is not None:
        yield f"Those who did it did it {written.about}{row.events_per_user:.1f} times each."
