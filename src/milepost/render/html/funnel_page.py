"""Funnels as a page: who went on and who left at every step, the worst one named, and where it is worst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.render.funnel import words
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
from milepost.render.report.figures import count, percent
from milepost.reports.funnel_results import Funnel, FunnelReport, FunnelStep


def render_funnel_html(reports: Sequence[FunnelReport], missing: Mapping[str, str] | None = None) -> str:
    """One page for all properties, each with a part per journey.

    Args:
        reports: one section each.
        missing: why there is none for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    return write_properties(
        "The journey, step by step",
        [_section(report) for report in reports],
        ("First step", "Last step"),
        [(_end(report.funnels[0].steps[0]), _end(report.funnels[0].steps[-1])) for report in reports],
        missing,
    )


def _end(step: FunnelStep) -> Cell:
    return Cell(words.users(step.figures, SIGNS), step.label)


def _section(report: FunnelReport) -> Section:
    periods = dict.fromkeys(_sentence(words.period(funnel)) for funnel in report.funnels)
    notes = tuple(dict.fromkeys(note for funnel in report.funnels for note in funnel.notes))
    parts = (part for funnel in report.funnels for part in _parts(funnel))
    return Section(
        report.name,
        (f"Property {report.property_id}", *periods),
        (*parts, *([Remarks(notes)] if notes else [])),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _parts(funnel: Funnel) -> Iterator[Part]:
    # Bars of nobody would be an empty picture.
    yield _chart(funnel) if any(step.figures.users for step in funnel.steps) else _steps(funnel)
    if findings := tuple(words.findings(funnel, SIGNS)):
        yield Remarks(findings, "finding")
    if funnel.segments:
        yield _segments(funnel)
    if any(step.next_actions for step in funnel.steps):
        yield _next_actions(funnel)


def _chart(funnel: Funnel) -> Chart:
    bars = tuple(_bar(funnel, number, step) for number, step in enumerate(funnel.steps))
    first, last = (words.users(step.figures, SIGNS) for step in (funnel.steps[0], funnel.steps[-1]))
    return Chart(
        words.kind(funnel),
        f"A bar for each of {len(bars)} steps, from {first} users at {funnel.steps[0].label} "
        f"to {last} at {funnel.steps[-1].label}.",
        lambda frame: draw_bars(frame, [Panel("", bars)]),
        _steps(funnel),
        "Bar: users of the step; its pale part: those who went no further.",
    )


def _bar(funnel: Funnel, number: int, step: FunnelStep) -> Bar:
    users, left = step.figures.users or 0, step.figures.abandonments or 0
    worst = number == funnel.worst_step
    rate = percent(step.figures.abandonment_rate, SIGNS)
    text = f"{words.users(step.figures, SIGNS)}" + (f" · {count(left)} left ({rate})" if left else "")
    colour = step.role or "muted"
    return Bar(
        f"{number + 1}. {step.label}",
        ((users - left, colour), (left, "lost")),
        text,
        text_colour="bad" if worst else "ink",
    )


def _steps(funnel: Funnel) -> Table:
    return data_table(
        words.kind(funnel),
        "Step",
        words.step_headings(funnel),
        (
            (f"{number}. {step.label}", words.step_cells(funnel, step.figures, SIGNS))
            for number, step in enumerate(funnel.steps, 1)
        ),
    )


def _segments(funnel: Funnel) -> Table:
    by, loss = words.dimension(funnel), funnel.worst_segment
    rows = tuple(
        row(
            Cell(segment.value, marks=("worst",) if loss and loss.segment == segment else ()),
            words.segment_cells(funnel, segment, SIGNS),
        )
        for segment in funnel.segments
    )
    return Table(
        f"Users of each step by {by}",
        (Column(by, words=True), *map(Column, words.segment_headings(funnel))),
        (RowGroup(rows),),
        ("Columns are the steps by number.",),
    )


def _next_actions(funnel: Funnel) -> Table:
    rows = tuple(
        row(
            f"{number}. {step.label}",
            [" · ".join(f"{action.event} {count(action.users)}" for action in step.next_actions)],
        )
        for number, step in enumerate(funnel.steps, 1)
        if step.next_actions
    )
    columns = (Column("After", words=True), Column("Events and their users", words=True))
    return Table("What users did next, where it was not the following step", columns, (RowGroup(rows),))
