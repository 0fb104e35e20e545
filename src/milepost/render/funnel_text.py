"""Funnels on a terminal, at whatever width it has."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render import funnel_words as words
from milepost.render.report_figures import ASCII_SIGNS, Signs, count, percent
from milepost.render.safe import plain
from milepost.reports.funnel_results import Funnel, FunnelReport

_WIDE = 1000
_GAP = 2
_LABEL_LEAST = 12
_BAR_LEAST = 8
_BAR_MOST = 30
_ROLE_STYLES = {"macro": "bold magenta", "micro": "bold cyan", None: ""}


def render_funnel_text(reports: Sequence[FunnelReport], console: Console) -> None:
    """Prints one block per funnel: steps, what was found, segments, next actions, notes.

    Labels are shortened, and bars left out, where there is no room; numbers never are: on a screen too
    narrow even so, the lines run over its edge.
    """
    signs = ASCII_SIGNS if console.options.ascii_only else Signs()
    blocks = [(report, funnel) for report in reports for funnel in report.funnels]
    for number, (report, funnel) in enumerate(blocks):
        if number:
            console.print()
        _print_header(report, funnel, console)
        _print_table(_steps(funnel, signs, console.width), console)
        _print_lines(
            [(signs.bullet, plain(finding), "") for finding in words.findings(funnel, signs)], console
        )
        if funnel.by is not None and funnel.segments:
            _print_table(_segments(funnel, signs, console.width), console)
        if any(step.next_actions for step in funnel.steps):
            _print_next_actions(funnel, signs, console)
        _print_lines([("", plain(note), "dim") for note in funnel.notes], console, last=True)


def _print_header(report: FunnelReport, funnel: Funnel, console: Console) -> None:
    title = Text.assemble((plain(report.name), "bold"), (f"  property {plain(report.property_id)}", "dim"))
    console.print(title, soft_wrap=True)
    console.print(Text(f"{plain(words.kind(funnel))}, {words.period(funnel)}"), soft_wrap=True)
    console.print()


def _print_table(table: Table, console: Console) -> None:
    # Told its width, rich does not shrink the columns: better over the edge than cut numbers.
    table.width = console.measure(table, options=console.options.update_width(_WIDE)).maximum
    console.print(table, crop=False)
    console.print()


def _print_lines(lines: Sequence[tuple[str, str, str]], console: Console, *, last: bool = False) -> None:
    if not lines:
        return
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(width=1)
    grid.add_column()
    for sign, text, style in lines:
        grid.add_row(Text(sign, style=style), Text(text, style=style))
    console.print(grid)
    if not last:
        console.print()


def _steps(funnel: Funnel, signs: Signs, width: int) -> Table:
    headings = words.step_headings(funnel)
    rows = [words.step_cells(funnel, step.figures, signs) for step in funnel.steps]
    left = width - _taken(headings, rows) - _number_width(funnel)
    label = max(cell_len(plain(step.label)) for step in funnel.steps)
    label_room = max(min(label, left), _LABEL_LEAST)
    bar = min(left - label_room - _GAP, _BAR_MOST)
    most = max((step.figures.users or 0 for step in funnel.steps), default=0)
    table = _table(("", "Step"), headings)
    if bar >= _BAR_LEAST:
        table.add_column(no_wrap=True)
    for number, (step, cells) in enumerate(zip(funnel.steps, rows, strict=True), 1):
        worst = number - 1 == funnel.worst_step
        name = Text(plain(step.label), style=_ROLE_STYLES[step.role])
        name.truncate(label_room, overflow="ellipsis")
        styled = [
            Text(cell, style="red" if worst and n >= len(cells) - 2 else "") for n, cell in enumerate(cells)
        ]
        line = [Text(f"{number}", style="dim"), name, *styled]
        if bar >= _BAR_LEAST:
            line.append(Text(_bar(step.figures.users or 0, most, bar, signs), style="blue"))
        table.add_row(*line)
    return table


def _segments(funnel: Funnel, signs: Signs, width: int) -> Table:
    """Users by step, numbered as above, with the share that came from the first step to the last."""
    ends = () if funnel.is_open else ("To the end",)
    headings = (*(f"{n}" for n in range(1, len(funnel.steps) + 1)), *ends)
    rows = []
    for segment in funnel.segments:
        first, final = segment.steps[0].users or 0, segment.steps[-1].users or 0
        whole = percent(min(final / first, 1.0) if first else None, signs)
        rows.append((*(words.users(figures, signs) for figures in segment.steps), *([whole] if ends else [])))
    room = max(width - _taken(headings, rows), _LABEL_LEAST)
    table = _table((plain(words.dimension(funnel)),), headings, room)
    loss = funnel.worst_segment
    for segment, cells in zip(funnel.segments, rows, strict=True):
        name = Text(plain(segment.value), style="red" if loss and loss.segment == segment else "")
        name.truncate(room, overflow="ellipsis")
        table.add_row(name, *(Text(cell) for cell in cells))
    return table


def _table(texts: Sequence[str], numbers: Sequence[str], room: int = _WIDE) -> Table:
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    for heading in texts:
        title = Text(heading)
        title.truncate(room, overflow="ellipsis")
        table.add_column(title, no_wrap=True)
    for heading in numbers:
        table.add_column(Text(heading), justify="right", no_wrap=True)
    return table


def _taken(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Cells that columns of numbers need, with the gap before each."""
    return sum(max(map(cell_len, column)) + _GAP for column in zip(headings, *rows, strict=True))


def _number_width(funnel: Funnel) -> int:
    return len(str(len(funnel.steps))) + _GAP


def _bar(users: int, most: int, width: int, signs: Signs) -> str:
    """A bar as long as the share of the largest step; one sign at least where anybody was."""
    if not users:
        return ""
    return ("#" if signs is ASCII_SIGNS else "█") * max(round(users / most * width), 1)


def _print_next_actions(funnel: Funnel, signs: Signs, console: Console) -> None:
    console.print(Text("What users did next, where it was not the following step", style="bold"))
    between = " | " if signs is ASCII_SIGNS else " · "
    lines = [
        (
            f"{number}",
            between.join(f"{plain(action.event)} {count(action.users)}" for action in step.next_actions)
            or signs.none,
            "",
        )
        for number, step in enumerate(funnel.steps, 1)
    ]
    _print_lines(lines, console)
