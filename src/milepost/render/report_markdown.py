"""The standard report as Markdown: one section and one table per property."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.render.report_figures import (
    DECLARED,
    Signs,
    change,
    count,
    days,
    length,
    of_users,
    percent,
    value,
    value_legend,
)
from milepost.render.safe import markdown, markdown_code
from milepost.reports.results import Change, ConversionReport, PropertyReport, RoleFigures

_SIGNS = Signs()
_HEADER = "| Conversion | Event | Events | vs before | Users | Share | Value |"
_ALIGNMENT = "|:--|:--|--:|--:|--:|--:|--:|"


def render_report_markdown(reports: Sequence[PropertyReport]) -> str:
    """All properties, ending in a newline."""
    return "\n\n".join("\n".join(_section(report)) for report in reports) + "\n"


def _section(report: PropertyReport) -> Iterator[str]:
    now = report.current
    yield f"## {markdown(report.name)}"
    yield ""
    yield (
        f"Property {markdown(report.property_id)}, {days(report.period)} ({length(report.period)}), "
        f"compared with {days(report.previous_period)}."
    )
    yield ""
    yield f"- Users: {_figure(now.users, report.users_change)}"
    yield f"- Sessions: {_figure(now.sessions, report.sessions_change)}"
    yield f"- Any macro conversion: {_role(now.macro, report.macro_change)}"
    yield f"- Any micro conversion: {_role(now.micro, report.micro_change)}"
    yield ""
    yield _HEADER
    yield _ALIGNMENT
    for title, conversions in (
        ("Macro", report.with_role("macro")),
        ("Micro", report.with_role("micro")),
    ):
        if conversions:
            yield f"| **{title}** | | | | | | |"
        for conversion in conversions:
            yield _row(report, conversion)
    yield ""
    yield from _remarks(report)


def _remarks(report: PropertyReport) -> Iterator[str]:
    yield "Share is of all users, each counted once; vs before compares events."
    if legend := value_legend(report.conversions):
        yield legend
    if any(c.value_source == "declared" for c in report.conversions):
        yield f"{markdown(DECLARED)} marks a value from the conversions file, not from GA4."
    if report.notes:
        yield ""
    for note in report.notes:
        yield f"- {markdown(note)}"


def _row(report: PropertyReport, conversion: ConversionReport) -> str:
    figures = conversion.current
    cells = (
        markdown(conversion.label),
        markdown_code(conversion.event),
        count(figures.events),
        change(report.events_change(conversion), _SIGNS),
        count(figures.users),
        percent(figures.user_rate, _SIGNS),
        markdown(value(conversion, _SIGNS)),
    )
    return f"| {' | '.join(cells)} |"


def _figure(number: int, growth: Change) -> str:
    shown = change(growth, _SIGNS)
    return count(number) if growth is None else f"{count(number)} ({shown})"


def _role(figures: RoleFigures, growth: Change) -> str:
    return f"{of_users(figures.user_rate, _SIGNS)}, {_figure(figures.users, growth)}"
