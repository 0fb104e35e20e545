"""Proposed values as a page: what each step is worth, with its interval, and what changes in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.journeys.proposals import Proposal, ValueReport
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
    data_table,
    row,
)
from milepost.render.html.properties import SIGNS, write_properties
from milepost.render.lift.words import stop_words
from milepost.render.report.figures import count
from milepost.render.values import words


def render_values_html(reports: Sequence[ValueReport], missing: Mapping[str, str] | None = None) -> str:
    """One page for all properties.

    Args:
        reports: one section each.
        missing: why there is none for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    return write_properties(
        "What are the small steps worth?",
        [_section(report) for report in reports],
        ("Values to write",),
        [(count(sum(proposal.changes for proposal in report.proposals)),) for report in reports],
        missing,
    )


def _section(report: ValueReport) -> Section:
    lines = (f"Property {report.property_id}", words.subject(report))
    parts = [Remarks((stop_words(report.stopped),))] if report.stopped else list(_parts(report))
    return Section(report.name, lines, (*parts, *([Remarks(report.notes)] if report.notes else [])))


def _parts(report: ValueReport) -> Iterator[Part]:
    shown = tuple(proposal for proposal in report.proposals if proposal.value is not None)
    if shown:
        yield _intervals(report, shown)
    yield _table(report)
    if changes := tuple(words.line_of_file(proposal) for proposal in shown if proposal.changes):
        yield Remarks(changes, "finding")


def _intervals(report: ValueReport, shown: Sequence[Proposal]) -> Chart:
    title = "Value of each event"
    return Chart(
        title,
        f"Values with their intervals. {shown[0].label}: {words.interval(shown[0], SIGNS)}.",
        lambda frame: draw_bars(frame, [Panel("", tuple(map(_bar, shown)))]),
        data_table(
            title,
            "Step",
            ("Value", "Interval"),
            (
                (proposal.label, (words.proposed(proposal, SIGNS), words.interval(proposal, SIGNS)))
                for proposal in shown
            ),
        ),
        f"{words.each(report)} Bar: the 95 % interval; line across it: the value.",
    )


def _bar(proposal: Proposal) -> Bar:
    low, high, value = proposal.low or 0.0, proposal.high or 0.0, proposal.value or 0.0
    return Bar(
        proposal.label,
        ((high - low, "interval"),),
        words.proposed(proposal, SIGNS),
        min(max(value, low), high),
        start=low,
    )


def _table(report: ValueReport) -> Table:
    headings = ("Did it", "Went on", "A person", "Times", "Value", "Interval")
    rows = tuple(
        row(
            Cell(proposal.label, proposal.event),
            (
                words.refusal(proposal) or words.outcome(proposal),
                count(proposal.users),
                words.went_on(proposal, SIGNS),
                words.amount(proposal.per_user, SIGNS),
                words.per(proposal, SIGNS),
                words.proposed(proposal, SIGNS),
                words.interval(proposal, SIGNS),
            ),
        )
        for proposal in report.proposals
    )
    columns = (Column("Step", words=True), Column("In the file", words=True), *map(Column, headings))
    return Table("Values", columns, (RowGroup(rows),), tuple(words.legend(report)), broad=True)
