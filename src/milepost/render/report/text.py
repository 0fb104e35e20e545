"""The standard report on a terminal, at whatever width it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render.report.figures import (
    ASCII_SIGNS,
    DECLARED,
    ENGAGEMENT,
    Signs,
    change,
    common_currency,
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
)
from milepost.render.report.pace import HEADINGS, pace_rows
from milepost.render.safe import plain
from milepost.render.spark import spark
from milepost.reports.results import Change, ConversionReport, PropertyReport, RoleFigures

_WIDE = 1000
_GAP = 2
_MARK = 1 + _GAP
_LABEL_LEAST = 16
_TREND_LEAST = 7
_TREND_MOST = 28
_ROLE_STYLES = {"macro": "bold magenta", "micro": "bold cyan"}


def render_report_text(reports: Sequence[PropertyReport], console: Console) -> None:
    """Prints one block per property: totals, macro conversions, micro conversions, notes.

    Columns that do not fit are left out (first the event name, then the trend); numbers never are, and
    are never cut: on a screen too narrow even so, the lines run over its edge.
    """
    signs = ASCII_SIGNS if console.options.ascii_only else Signs()
    for number, report in enumerate(reports):
        if number:
            console.print()
        _print_header(report, signs, console)
        if report.conversions:
            console.print(_Screen(report, signs, console.width).table(), crop=False)
            console.print()
        _print_paces(report, signs, console)
        if report.trend:
            _print_trend(report, console)
        _print_remarks(report, signs, console)


def _print_header(report: PropertyReport, signs: Signs, console: Console) -> None:
    title = Text.assemble((plain(report.name), "bold"), (f"  property {plain(report.property_id)}", "dim"))
    console.print(title, soft_wrap=True)
    zone = f" in {plain(report.time_zone)}" if report.time_zone else ""
    console.print(Text(f"{days(report.period)}, {covered(report)}{zone}"), soft_wrap=True)
    if report.previous_period:
        console.print(Text(compared(report), style="dim"), soft_wrap=True)
    console.print()
    totals = _totals(report, signs)
    totals.width = console.measure(totals, options=console.options.update_width(_WIDE)).maximum
    console.print(totals, crop=False)
    console.print()


def _totals(report: PropertyReport, signs: Signs) -> Table:
    now = report.current
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(no_wrap=True)
    for _ in range(2):
        grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    rows: tuple[tuple[str, int, RoleFigures | None, Change, str], ...] = (
        ("Users", now.users, None, report.users_change, ""),
        ("Sessions", now.sessions, None, report.sessions_change, ""),
        ("Any macro conversion", now.macro.users, now.macro, report.macro_change, _ROLE_STYLES["macro"]),
        ("Any micro conversion", now.micro.users, now.micro, report.micro_change, _ROLE_STYLES["micro"]),
    )
    for title, number, figures, growth, style in rows:
        rate = of_users(figures.user_rate, signs) if figures else ""
        against = _change_text(growth, signs) if report.previous_period else Text()
        grid.add_row(Text(title, style=style), Text(count(number)), Text(rate), against)
    for title, figure, written in ENGAGEMENT:
        if (amount := figure(now.engagement)) is not None:
            growth = report.engagement_change(figure)
            against = _change_text(growth, signs) if report.comparable else Text()
            grid.add_row(Text(title), Text(written(amount, signs)), Text(), against)
    return grid


def _print_paces(report: PropertyReport, signs: Signs, console: Console) -> None:
    rows = list(pace_rows(report, signs))
    if not rows:
        return
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    for number, heading in enumerate(HEADINGS):
        is_word = number in (0, len(HEADINGS) - 1)
        table.add_column(heading, justify="left" if is_word else "right", no_wrap=number > 0)
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    console.print(table, crop=False)
    console.print()


def _print_trend(report: PropertyReport, console: Console) -> None:
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("Days", no_wrap=True)
    for role in ("Macro", "Micro"):
        table.add_column(Text(f"{role} events"), justify="right", no_wrap=True)
    for step in report.trend:
        table.add_row(days(step.days), count(step.macro_events), count(step.micro_events))
    table.width = console.measure(table, options=console.options.update_width(_WIDE)).maximum
    console.print(table, crop=False)
    console.print()


def _print_remarks(report: PropertyReport, signs: Signs, console: Console) -> None:
    remarks = [(signs.bullet, plain(note), "") for note in report.notes]
    if report.conversions:
        against = " vs before: change of events." if report.previous_period else ""
        remarks.append(("", f"Share: of all users, each counted once.{against}", "dim"))
    if legend := value_legend(report.conversions):
        remarks.append(("", legend, "dim"))
    if legend := target_legend(report.conversions, signs):
        remarks.append(("", legend, "dim"))
    if any(c.key_event for c in report.conversions):
        remarks.append((signs.key, "key event in GA4", "dim"))
    if any(c.value_source == "declared" for c in report.conversions):
        remarks.append((DECLARED, "value from the conversions file, not from GA4", "dim"))
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(width=1)
    grid.add_column()
    for sign, text, style in remarks:
        grid.add_row(Text(sign, style=style), Text(text, style=style))
    console.print(grid)


@dataclass(frozen=True)
class _Line:
    """One conversion as it will be shown."""

    mark: Text
    label: Text
    event: Text
    numbers: tuple[Text, ...]
    trend: tuple[int, ...]


class _Screen:
    """Fits one property's table into a width."""

    def __init__(self, report: PropertyReport, signs: Signs, width: int) -> None:
        self._report = report
        self._signs = signs
        self._width = width
        self._currency = common_currency(report.conversions)
        self._has_values = any(c.current.value is not None for c in report.conversions)
        money = f"Value, {plain(self._currency)}" if self._currency else "Value"
        self._has_targets = any(c.goals for c in report.conversions)
        self._compares = report.previous_period is not None
        self._headings = (
            "Events",
            *(["vs before"] if self._compares else []),
            *("Users", "Share"),
            *([money] if self._has_values else []),
            *(["Target"] if self._has_targets else []),
        )
        self._lines = {c.event: self._line(c) for c in report.conversions}
        widths = [
            max(cell_len(heading), *(line.numbers[n].cell_len for line in self._lines.values()))
            for n, heading in enumerate(self._headings)
        ]
        self._left = width - _MARK - sum(widths) - _GAP * len(widths)
        self._event_width, self._trend_width = self._optional_widths()

    def _line(self, conversion: ConversionReport) -> _Line:
        figures = conversion.current
        growth = self._report.events_change(conversion)
        money = value(conversion, self._signs, with_currency=self._currency is None)
        style = "" if figures.events else "dim"
        return _Line(
            Text(self._signs.key if conversion.key_event else "", style="yellow"),
            Text(plain(conversion.label), style=style),
            Text(plain(conversion.event), style="dim"),
            (
                Text(count(figures.events), style=style),
                *([_change_text(growth, self._signs)] if self._compares else []),
                Text(count(figures.users), style=style),
                Text(percent(figures.user_rate, self._signs), style=style),
                *([Text(money, style=style)] if self._has_values else []),
                *([_target_text(conversion, self._signs)] if self._has_targets else []),
            ),
            conversion.trend,
        )

    def _optional_widths(self) -> tuple[int, int]:
        """Columns for the event name and the trend; 0 leaves one out."""
        label = max(line.label.cell_len for line in self._lines.values())
        event = max(line.event.cell_len for line in self._lines.values())
        if self._left < label + event + _TREND_LEAST + 2 * _GAP:
            event = 0
        room = self._left - (event + _GAP if event else 0) - _GAP
        trend = min(max(room - label, _TREND_LEAST), _TREND_MOST, self._report.period.days)
        return event, trend if room - trend >= min(label, _LABEL_LEAST) else 0

    def table(self) -> Table:
        """The table, at least as wide as its numbers need."""
        taken = sum(size + _GAP for size in (self._event_width, self._trend_width) if size)
        label_width = max(self._left - taken, _LABEL_LEAST)
        table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
        table.add_column(width=1)
        for heading, size in (("Conversion", label_width), ("Event", self._event_width)):
            if size:
                table.add_column(Text(heading), max_width=size)
        for heading in self._headings:
            table.add_column(Text(heading), justify="right", no_wrap=True)
        if self._trend_width:
            table.add_column(Text("Trend"), no_wrap=True)
        if label_width + taken > self._left:
            # Told its width, rich does not shrink the columns: better over the edge than cut numbers.
            table.width = self._width + label_width + taken - self._left
        for cells in self._rows():
            table.add_row(*cells)
        return table

    def _rows(self) -> Iterator[tuple[Text, ...]]:
        for role, title in (("macro", "Macro"), ("micro", "Micro")):
            lines = [self._lines[c.event] for c in self._report.conversions if c.role == role]
            if lines:
                yield Text(), Text(title, style=_ROLE_STYLES[role])
            for line in lines:
                yield tuple(self._cells(line))

    def _cells(self, line: _Line) -> Iterator[Text]:
        yield line.mark
        yield line.label
        if self._event_width:
            yield line.event
        yield from line.numbers
        if self._trend_width:
            bars = spark(line.trend, self._trend_width, self._signs.bars) if any(line.trend) else ""
            yield Text(bars, style="blue")


def _target_text(conversion: ConversionReport, signs: Signs) -> Text:
    goal = conversion.goal
    style = "dim" if goal is None else "red" if goal.status in ("missed", "behind") else "green"
    return Text(target(conversion, signs), style=style)


def _change_text(growth: Change, signs: Signs) -> Text:
    if growth is None or growth == "new" or growth == 0:
        return Text(change(growth, signs), style="dim")
    return Text(change(growth, signs), style="green" if growth > 0 else "red")
