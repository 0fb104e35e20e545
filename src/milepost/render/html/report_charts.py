"""The charts of the standard report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from milepost.model.document import Role
from milepost.render.html.charts.bars import Bar, Panel, draw_bars
from milepost.render.html.charts.series import Series, draw_multiples, draw_series
from milepost.render.html.page import Chart, data_table
from milepost.render.html.properties import ROLES, SIGNS, moved
from milepost.render.report.figures import change, count, days
from milepost.render.words import counted
from milepost.reports.results import ConversionReport, PropertyReport, TrendStep
from milepost.reports.trend import TrendBy, read_trend

_DAILY_MOST = 62
"""A longer period's trend goes week by week, unless it was asked for day by day."""


def _steps(report: PropertyReport) -> tuple[TrendStep, ...]:
    """Those asked for; else days, or weeks of a long period."""
    by: TrendBy = "day" if report.period.days <= _DAILY_MOST else "week"
    return report.trend or read_trend(report.conversions, report.period, by)


def trend_chart(report: PropertyReport) -> Chart:
    """Events of each role, step by step."""
    steps = _steps(report)
    firsts = [step.days.first for step in steps]
    series = tuple(
        Series(f"{title} events", role, tuple(_of_role(step, role) for step in steps))
        for role, title in ROLES.items()
        if report.with_role(role)
    )
    by = "day" if all(step.days.days == 1 for step in steps) else "week"
    return Chart(
        f"Events by {by}",
        "; ".join(f"{one.label} by {by}: {_range(one.counts)}" for one in series) + ".",
        lambda frame: draw_series(frame, firsts, series),
        data_table(
            f"Events by {by}",
            "Days",
            [one.label for one in series],
            ((days(step.days), [count(one.counts[n]) for one in series]) for n, step in enumerate(steps)),
        ),
        "Each panel has a scale of its own." if len(series) > 1 else "",
    )


def _of_role(step: TrendStep, role: Role) -> int:
    return step.macro_events if role == "macro" else step.micro_events


def _range(counts: Sequence[int]) -> str:
    return f"between {count(min(counts))} and {count(max(counts))}, {count(counts[-1])} at the end"


def events_chart(report: PropertyReport) -> Chart:
    """Events of each conversion, against the period compared with if there is one."""
    panels = tuple(
        Panel(title, tuple(_bar(report, conversion) for conversion in report.with_role(role)), role)
        for role, title in ROLES.items()
        if report.with_role(role)
    )
    compares = report.comparable
    title = "Events, now and before" if compares else "Events"
    first = report.conversions[0]
    return Chart(
        title,
        f"Bars of events for {counted(len(report.conversions), 'conversion')}; {first.label}: "
        f"{' '.join(_event_words(report, first))}. All figures follow in the table of conversions.",
        lambda frame: draw_bars(frame, panels),
        data_table(
            title,
            "Conversion",
            ["Events", *(["Before", "Change"] if compares else [])],
            ((c.label, _event_cells(report, c)) for c in report.conversions),
        ),
        f"{'Line across a bar: the period compared with. ' if compares else ''}"
        "Macro and micro have scales of their own.",
    )


def _bar(report: PropertyReport, conversion: ConversionReport) -> Bar:
    before = conversion.previous.events if conversion.previous and report.comparable else None
    return Bar(
        conversion.label,
        ((conversion.current.events, conversion.role),),
        " ".join(_event_words(report, conversion)),
        before,
    )


def _event_words(report: PropertyReport, conversion: ConversionReport) -> Iterator[str]:
    yield count(conversion.current.events)
    if growth := moved(report.events_change(conversion)):
        yield growth


def _event_cells(report: PropertyReport, conversion: ConversionReport) -> Iterator[str]:
    yield count(conversion.current.events)
    if report.comparable:
        yield count(conversion.previous.events) if conversion.previous else SIGNS.none
        yield change(report.events_change(conversion), SIGNS)


def conversions_chart(report: PropertyReport) -> Chart:
    """Each conversion on its own, step by step."""
    steps = _steps(report)
    firsts = [step.days.first for step in steps]
    series = tuple(
        Series(
            conversion.label,
            conversion.role,
            tuple(dict(step.conversions)[conversion.event] for step in steps),
            " ".join(_event_words(report, conversion)),
        )
        for conversion in report.conversions
    )
    return Chart(
        "Each conversion over the period",
        f"Small charts of {counted(len(series), 'conversion')}: the events of each over the period.",
        lambda frame: draw_multiples(frame, firsts, series),
        data_table(
            "Events of each conversion",
            "Days",
            [one.label for one in series],
            ((days(step.days), [count(number) for _, number in step.conversions]) for step in steps),
        ),
        "Under each name: its events, and how they changed. Each has a scale of its own, from 0 up.",
    )
