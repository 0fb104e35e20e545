"""Lift as a page: which steps stand beside the macro conversion, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.journeys.results import LiftReport, LiftRow, LiftTable
from milepost.render.html.charts.bars import Bar, Panel, draw_bars
from milepost.render.html.page import (
    Cell,
    Chart,
    Column,
    Part,
    Remarks,
    RowGroup,
    Section,
    Table,
    Tone,
    data_table,
    row,
)
from milepost.render.html.properties import SIGNS, write_properties
from milepost.render.lift import words

_TONES: Mapping[str | None, Tone] = {"ahead": "up", "behind": "down"}


def render_lift_html(reports: Sequence[LiftReport], missing: Mapping[str, str] | None = None) -> str:
    """One page for all properties, each with a part per macro conversion.

    Args:
        reports: one section each.
        missing: why there is none for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    return write_properties(
        "Which steps lead to the goal?",
        [_section(report) for report in reports],
        ("Leading step",),
        [(_leading(report),) for report in reports],
        missing,
    )


def _leading(report: LiftReport) -> str:
    return ", ".join(table.leading.label for table in report.tables if table.leading) or SIGNS.none


def _section(report: LiftReport) -> Section:
    lines = (f"Property {report.property_id}", words.subject(report), words.FOOTER)
    parts = (part for table in report.tables for part in _parts(report, table))
    return Section(report.name, lines, (*parts, *([Remarks(report.notes)] if report.notes else [])))


def _parts(report: LiftReport, table: LiftTable) -> Iterator[Part]:
    written = words.style(report, SIGNS)
    shown = tuple(step for step in table.rows if step.ratio is not None)
    if not shown:
        yield Remarks((f"{words.title(table)} {words.people(report, table, written)}", words.stopped(table)))
    if shown:
        yield _ratios(report, table, shown, written)
        yield Remarks(tuple(words.reading(table, report, written)), "finding")
        yield _steps(report, table, shown, written)
    if refused := tuple(step for step in table.rows if step.ratio is None):
        yield _refused(table, refused, written)
    if table.by is not None and table.credits:
        yield _credits(report, table, written)


def _ratios(report: LiftReport, table: LiftTable, shown: Sequence[LiftRow], written: words.Style) -> Chart:
    panel = Panel("", tuple(_bar(step, written) for step in shown), reference=1.0, ratios=True)
    return Chart(
        words.title(table),
        f"Ratios to the base with their intervals. {shown[0].label}: {written.times(shown[0])}.",
        lambda frame: draw_bars(frame, [panel]),
        data_table(
            words.title(table),
            "Step",
            ("× base", "Verdict"),
            ((step.label, (written.times(step), _verdict(step))) for step in shown),
        ),
        f"{words.people(report, table, written)} Bar: the interval of the ratio; line across it: the ratio; "
        "dashed line: no difference. Equal steps along the scale are equal factors.",
    )


def _bar(step: LiftRow, written: words.Style) -> Bar:
    ratio = step.ratio or 0.0
    low = ratio if step.ratio_low is None else step.ratio_low
    high = ratio if step.ratio_high is None else step.ratio_high
    colour = "micro" if step.verdict in _TONES else "interval"
    text = f"{written.times(step)} · {_verdict(step)}"
    return Bar(step.label, ((high - low, colour),), text, ratio, start=low)


def _verdict(step: LiftRow) -> str:
    return f"{step.verdict} {words.marks(step)}".strip()


def _steps(report: LiftReport, table: LiftTable, shown: Sequence[LiftRow], written: words.Style) -> Table:
    headings = (
        "Verdict",
        "Did it",
        "Went on",
        "Rate",
        "Base",
        "× base",
        "q",
        "Worth",
        "Above base",
        "Median",
    )
    rows = tuple(
        row(
            Cell(step.label, step.event),
            (
                Cell(_verdict(step), tone=_TONES.get(step.verdict, "muted")),
                written.users(step.users),
                written.users(step.reached),
                written.share(step.rate),
                written.share(step.base),
                written.times(step),
                written.chance(step.q_value),
                written.money(step.value, table.value),
                written.above(step),
                written.time(step.median_seconds),
            ),
        )
        for step in shown
    )
    columns = (Column("Step", words=True), *map(Column, headings))
    return Table("Steps", columns, (RowGroup(rows),), tuple(words.legend(table, report)), broad=True)


def _refused(table: LiftTable, refused: Sequence[LiftRow], written: words.Style) -> Table:
    rows = tuple(
        row(
            Cell(step.label, step.event),
            (
                words.refusal(step, table),
                written.users(step.users),
                written.users(step.reached),
                written.share(step.rate),
            ),
        )
        for step in refused
    )
    columns = (
        Column("No ratio", words=True),
        Column("Why", words=True),
        *map(Column, ("Did it", "Went on", "Rate")),
    )
    return Table("Steps that cannot be compared", columns, (RowGroup(rows),))


def _credits(report: LiftReport, table: LiftTable, written: words.Style) -> Table:
    headings = ("People", "Leading", f"{table.label} so far", "Expected")
    steps = tuple(step.label for step in table.credits[0].steps)
    rows = tuple(
        row(
            words.value_name(credit),
            (
                written.users(credit.users),
                written.users(credit.leading_users),
                written.users(credit.macro_users),
                written.expected(credit),
                *(written.users(step.users) for step in credit.steps),
            ),
        )
        for credit in table.credits
    )
    return Table(
        f"By {table.by}",
        (Column((table.by or "").capitalize(), words=True), *map(Column, (*headings, *steps))),
        (RowGroup(rows),),
        tuple(words.credit_legend(table, report)),
        broad=True,
    )
