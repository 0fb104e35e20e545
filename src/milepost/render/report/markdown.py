"""The standard report as Markdown: one section and one table per property."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.render.report.figures import (
    DECLARED,
    ENGAGEMENT,
    Signs,
    change,
    compared,
    count,
    covered,
    days,
    of_users,
    percent,
    target,
    target_legend,
    value,
    value_legend,
    wanted,
)
from milepost.render.report.pace import HEADINGS, pace_rows
from milepost.render.safe import markdown, markdown_code
from milepost.reports.results import Change, ConversionReport, PropertyReport, RoleFigures

_SIGNS = Signs()
_COLUMNS = ("Conversion", "Event", "Events", "vs before", "Users", "Share", "Value", "Target")
_NAMES = 2


def render_report_markdown(reports: Sequence[PropertyReport]) -> str:
    """All properties, ending in a newline."""
    return "\n\n".join("\n".join(_section(report)) for report in reports) + "\n"


def _section(report: PropertyReport) -> Iterator[str]:
    now = report.current
    yield f"## {markdown(report.name)}"
    yield ""
    against = f", {compared(report)}" if report.previous_period else ""
    span = f"{days(report.period)} ({covered(report)})"
    yield f"Property {markdown(report.property_id)}, {span}{against}."
    yield ""
    yield f"- Users: {_figure(now.users, report.users_change)}"
    yield f"- Sessions: {_figure(now.sessions, report.sessions_change)}"
    yield f"- Any macro conversion: {_role(now.macro, report.macro_change)}"
    yield f"- Any micro conversion: {_role(now.micro, report.micro_change)}"
    for title, figure, written in ENGAGEMENT:
        if (number := figure(now.engagement)) is not None:
            growth = change(report.engagement_change(figure), _SIGNS)
            against = f" ({growth})" if report.comparable else ""
            yield f"- {title}: {written(number, _SIGNS)}{against}"
    yield ""
    columns = _columns(report)
    yield f"| {' | '.join(columns)} |"
    yield f"|{'|'.join(':--' if n < _NAMES else '--:' for n in range(len(columns)))}|"
    for title, conversions in (
        ("Macro", report.with_role("macro")),
        ("Micro", report.with_role("micro")),
    ):
        if conversions:
            yield f"| **{title}** |{' |' * (len(columns) - 1)}"
        for conversion in conversions:
            yield _row(report, conversion)
    yield ""
    yield from _paces(report)
    yield from _trend(report)
    yield from _remarks(report)


def _paces(report: PropertyReport) -> Iterator[str]:
    rows = list(pace_rows(report, _SIGNS))
    if rows:
        yield f"| {' | '.join(HEADINGS)} |"
        yield "|:--|--:|--:|--:|--:|:--|"
        for row in rows:
            yield f"| {' | '.join(markdown(cell) for cell in row)} |"
        yield ""


def _trend(report: PropertyReport) -> Iterator[str]:
    if report.trend:
        yield "| Days | Macro events | Micro events |"
        yield "|:--|--:|--:|"
        for step in report.trend:
            yield f"| {days(step.days)} | {count(step.macro_events)} | {count(step.micro_events)} |"
        yield ""


def _columns(report: PropertyReport) -> tuple[str, ...]:
    """Those that have anything to show."""
    shown = {
        "vs before": report.previous_period is not None,
        "Target": any(c.goals for c in report.conversions),
    }
    return tuple(column for column in _COLUMNS if shown.get(column, True))


def _remarks(report: PropertyReport) -> Iterator[str]:
    against = "; vs before compares events" if report.previous_period else ""
    yield f"Share is of all users, each counted once{against}."
    if legend := value_legend(report.conversions):
        yield legend
    if legend := target_legend(report.conversions, _SIGNS):
        yield legend
    if any(c.value_source == "declared" for c in report.conversions):
        yield f"{markdown(DECLARED)} marks a value from the conversions file, not from GA4."
    if report.notes:
        yield ""
    for note in report.notes:
        yield f"- {markdown(note)}"


def _row(report: PropertyReport, conversion: ConversionReport) -> str:
    figures = conversion.current
    cells = {
        "Conversion": markdown(conversion.label),
        "Event": markdown_code(conversion.event),
        "Events": count(figures.events),
        "vs before": change(report.events_change(conversion), _SIGNS),
        "Users": count(figures.users),
        "Share": percent(figures.user_rate, _SIGNS),
        "Value": markdown(value(conversion, _SIGNS)),
        "Target": _target(conversion),
    }
    return f"| {' | '.join(cells[column] for column in _columns(report))} |"


def _target(conversion: ConversionReport) -> str:
    goal = conversion.goal
    return target(conversion, _SIGNS) + (f" of {wanted(goal, _SIGNS)}" if goal else "")


def _figure(number: int, growth: Change) -> str:
    shown = change(growth, _SIGNS)
    return count(number) if growth is None else f"{count(number)} ({shown})"


def _role(figures: RoleFigures, growth: Change) -> str:
    return f"{of_users(figures.user_rate, _SIGNS)}, {_figure(figures.users, growth)}"
