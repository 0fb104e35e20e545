"""A verification on a terminal, at whatever width it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render.report.figures import ASCII_SIGNS, Signs, days, length
from milepost.render.safe import plain
from milepost.render.spark import spark
from milepost.render.tables import GAP, print_lines
from milepost.render.verify import words
from milepost.reports.verification.results import ConversionArrival, Finding, Verification

_MARK = 1 + GAP
_LABEL_LEAST = 16
_TREND_LEAST = 7
_TREND_MOST = 28
_ROLE_STYLES = {"macro": "bold magenta", "micro": "bold cyan"}
_STYLES = {"arriving": "green", "silent": "red", "not_seen": "red"}


def render_verify_text(verifications: Sequence[Verification], console: Console) -> None:
    """Prints one block per property: conversions, parameters, findings with what to do next, notes.

    The event name and the trend are left out where there is no room; figures never are.
    """
    signs = ASCII_SIGNS if console.options.ascii_only else Signs()
    for number, verification in enumerate(verifications):
        if number:
            console.print()
        _print_header(verification, console)
        if verification.conversions:
            console.print(_conversions(verification, signs, console.width), crop=False)
            console.print()
        if any(c.parameters for c in verification.conversions):
            console.print(_parameters(verification, signs))
            console.print()
        for finding in verification.findings:
            _print_finding(finding, signs, console)
        _print_remarks(verification, signs, console)
        style = "green" if verification.passed else "red"
        console.print(Text(words.summary(verification), style=style), soft_wrap=True)


def _print_header(verification: Verification, console: Console) -> None:
    name, number = plain(verification.name), plain(verification.property_id)
    console.print(Text.assemble((name, "bold"), (f"  property {number}", "dim")), soft_wrap=True)
    zone = f" in {plain(verification.time_zone)}" if verification.time_zone else ""
    period = verification.period
    console.print(Text(f"{days(period)}, {length(period)}{zone}"), soft_wrap=True)
    console.print()


def _conversions(verification: Verification, signs: Signs, width: int) -> Table:
    headings = words.headings(verification)
    lines = [(c, words.cells(verification, c, signs)) for c in verification.conversions]
    taken = sum(
        max(map(cell_len, column)) + GAP
        for column in zip(headings, *(cells for _, cells in lines), strict=True)
    )
    left = width - _MARK - taken
    event, trend = _optional_widths(verification, left)
    label = max(left - sum(size + GAP for size in (event, trend) if size), _LABEL_LEAST)
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(width=1)
    table.add_column(Text("Conversion"), max_width=label)
    if event:
        table.add_column(Text("Event"), max_width=event)
    for heading in headings:
        table.add_column(Text(heading), justify="right", no_wrap=True)
    if trend:
        table.add_column(Text("Trend"), no_wrap=True)
    if label > left:
        # Told its width, rich does not shrink the columns: better over the edge than cut figures.
        table.width = width + label - left
    for role, title in (("macro", "Macro"), ("micro", "Micro")):
        of_role = [(conversion, cells) for conversion, cells in lines if conversion.role == role]
        if of_role:
            table.add_row(Text(), Text(title, style=_ROLE_STYLES[role]))
        for conversion, cells in of_role:
            table.add_row(*_row(conversion, cells, signs, event, trend))
    return table


def _optional_widths(verification: Verification, left: int) -> tuple[int, int]:
    """Columns for the event name and the trend; 0 leaves one out."""
    labels = max(cell_len(plain(c.label)) for c in verification.conversions)
    events = max(cell_len(plain(c.event)) for c in verification.conversions)
    if left < labels + GAP + _TREND_LEAST:
        return 0, 0
    event = events if left >= labels + events + _TREND_LEAST + 2 * GAP else 0
    room = left - labels - GAP - (event + GAP if event else 0)
    return event, min(room, _TREND_MOST, verification.period.days)


def _row(
    conversion: ConversionArrival, cells: Sequence[str], signs: Signs, event: int, trend: int
) -> Iterator[Text]:
    style = _STYLES[conversion.state]
    yield Text(words.mark(conversion, signs), style="red" if conversion.stopped else style)
    yield Text(plain(conversion.label))
    if event:
        yield Text(plain(conversion.event), style="dim")
    yield Text(cells[0], style="" if conversion.state == "arriving" else style)
    yield from map(Text, cells[1:])
    if trend:
        shown = any(conversion.trend)
        yield Text(spark(conversion.trend, trend, signs.bars) if shown else "", style="blue")


def _parameters(verification: Verification, signs: Signs) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    for heading in ("Event", "Parameter"):
        table.add_column(Text(heading))
    table.add_column(Text("With it"), justify="right", no_wrap=True)
    table.add_column()
    for conversion in verification.conversions:
        for number, parameter in enumerate(conversion.parameters):
            bad = parameter.state in ("stopped", "never")
            table.add_row(
                Text("" if number else plain(conversion.event), style="dim"),
                Text(plain(parameter.parameter)),
                Text(words.share(parameter, signs)),
                Text(words.remark(parameter, verification), style="red" if bad else "dim"),
            )
    return table


def _print_finding(finding: Finding, signs: Signs, console: Console) -> None:
    sign, style = (signs.missed, "red") if finding.failing else (signs.bullet, "yellow")
    grid = Table.grid(padding=(0, GAP, 0, 0))
    grid.add_column(width=1)
    grid.add_column()
    steps = Table.grid(padding=(0, 1, 0, 0))
    for step in finding.next_steps:
        steps.add_row(Text("-", style="dim"), Text(plain(step), style="dim"))
    grid.add_row(Text(sign, style=style), Text(plain(finding.problem)))
    grid.add_row(Text(), steps)
    console.print(grid)
    console.print()


def _print_remarks(verification: Verification, signs: Signs, console: Console) -> None:
    remarks = [(signs.bullet, plain(note), "") for note in verification.notes]
    remarks.append(("", words.LEGEND, "dim"))
    if any(c.parameters for c in verification.conversions):
        remarks.append(("", words.PARAMETERS_LEGEND, "dim"))
    print_lines(remarks, console)
