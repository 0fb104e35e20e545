"""Funnels on a terminal, at whatever width it has."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render.funnel import words
from milepost.render.report.figures import ASCII_SIGNS, Signs, count
from milepost.render.safe import plain
from milepost.render.tables import GAP, figures_table, folded, print_lines, print_table, shortened
from milepost.reports.funnel_results import Funnel, FunnelReport

_LABEL_LEAST = 12
_BAR_LEAST = 8
_BAR_MOST = 30
_ROLE_STYLES = {"macro": "bold magenta", "micro": "bold cyan", None: ""}


def render_funnel_text(reports: Sequence[FunnelReport], console: Console) -> None:
    """Prints one block per funnel: steps, what was found, segments, next actions, notes.

    Labels are shortened, values folded, and bars left out, where there is no room; numbers never are: on a
    screen too narrow even so, the lines run over its edge.
    """
    signs = ASCII_SIGNS if console.options.ascii_only else Signs()
    blocks = [(report, funnel) for report in reports for funnel in report.funnels]
    for number, (report, funnel) in enumerate(blocks):
        if number:
            console.print()
        _print_header(report, funnel, console)
        print_table(_steps(funnel, signs, console.width), console)
        print_lines(
            [(signs.bullet, plain(finding), "") for finding in words.findings(funnel, signs)], console
        )
        if funnel.by is not None and funnel.segments:
            print_table(_segments(funnel, signs, console.width), console)
        if any(step.next_actions for step in funnel.steps):
            _print_next_actions(funnel, signs, console)
        print_lines([("", plain(note), "dim") for note in funnel.notes], console, last=True)


def _print_header(report: FunnelReport, funnel: Funnel, console: Console) -> None:
    title = Text.assemble((plain(report.name), "bold"), (f"  property {plain(report.property_id)}", "dim"))
    console.print(title, soft_wrap=True)
    console.print(Text(f"{plain(words.kind(funnel))}, {words.period(funnel)}"), soft_wrap=True)
    console.print()


def _steps(funnel: Funnel, signs: Signs, width: int) -> Table:
    headings = words.step_headings(funnel)
    rows = [words.step_cells(funnel, step.figures, signs) for step in funnel.steps]
    left = width - _taken(headings, rows) - _number_width(funnel)
    label = max(cell_len(plain(step.label)) for step in funnel.steps)
    label_room = max(min(label, left), _LABEL_LEAST)
    bar = min(left - label_room - GAP, _BAR_MOST)
    most = max((step.figures.users or 0 for step in funnel.steps), default=0)
    table = figures_table(("", "Step"), headings)
    if bar >= _BAR_LEAST:
        table.add_column(no_wrap=True)
    for number, (step, cells) in enumerate(zip(funnel.steps, rows, strict=True), 1):
        worst = number - 1 == funnel.worst_step
        name = shortened(step.label, label_room, _ROLE_STYLES[step.role])
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
    headings = words.segment_headings(funnel)
    rows = [words.segment_cells(funnel, segment, signs) for segment in funnel.segments]
    room = max(width - _taken(headings, rows), _LABEL_LEAST)
    table = figures_table((plain(words.dimension(funnel)),), headings, room)
    loss = funnel.worst_segment
    for segment, cells in zip(funnel.segments, rows, strict=True):
        # Whole: values such as pages often differ only at their ends.
        name = folded(segment.value, room, "red" if loss and loss.segment == segment else "")
        table.add_row(name, *(Text(cell) for cell in cells))
    return table


def _taken(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Cells that columns of numbers need, with the gap before each."""
    return sum(max(map(cell_len, column)) + GAP for column in zip(headings, *rows, strict=True))


def _number_width(funnel: Funnel) -> int:
    return len(str(len(funnel.steps))) + GAP


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
    print_lines(lines, console)
