"""An experiment on a terminal, at whatever width it has."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render.breakdown.text import print_remarks
from milepost.render.experiment.words import HEADINGS, legend, needed, rows, title
from milepost.render.report.figures import ASCII_SIGNS, Signs
from milepost.render.safe import plain
from milepost.reports.experiment_results import ArmsConversion, Experiment

_GAP = 2
_ARM_LEAST = 8
_ROLE_STYLES = {"macro": "bold magenta", "micro": "bold cyan"}
_VERDICT_STYLES = {"higher": "green", "lower": "red", "too_few": "dim", "control": "dim"}


def render_experiment_text(results: Sequence[Experiment], console: Console) -> None:
    """Prints one block per property: each conversion with a line per arm, the control first."""
    signs = ASCII_SIGNS if console.options.ascii_only else Signs()
    for number, result in enumerate(results):
        if number:
            console.print()
        name = (plain(result.name), "bold")
        console.print(Text.assemble(name, (f"  property {plain(result.property_id)}", "dim")), soft_wrap=True)
        console.print(Text(title(result)), soft_wrap=True)
        console.print()
        sizes = _sizes(result, signs, console.width)
        for conversion in result.conversions:
            label = (plain(conversion.label), _ROLE_STYLES[conversion.role])
            console.print(Text.assemble(label, (f"  {needed(conversion)}", "dim")))
            console.print(_table(result, conversion, signs, sizes), crop=False)
            console.print()
        print_remarks(console, signs, result.notes, legend(result) if result.conversions else ())


def _sizes(result: Experiment, signs: Signs, width: int) -> list[int]:
    """Widths of the columns, the same for all conversions; names of arms fold where there is no room."""
    lines = [HEADINGS, *(cells for c in result.conversions for _, cells in rows(result, c, signs))]
    sizes = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    room = width - sum(size + _GAP for size in sizes[1:]) - _GAP
    return [max(min(sizes[0], room), _ARM_LEAST), *sizes[1:]]


def _table(result: Experiment, conversion: ArmsConversion, signs: Signs, sizes: Sequence[int]) -> Table:
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="dim")
    for number, (heading, size) in enumerate(zip(HEADINGS, sizes, strict=True)):
        if number in (0, len(HEADINGS) - 1):
            table.add_column(Text(heading), overflow="fold", width=size)
        else:
            table.add_column(Text(heading), justify="right", no_wrap=True, width=size)
    # Told its width, rich does not shrink the columns: better over the edge than cut numbers.
    table.width = sum(size + _GAP for size in sizes)
    for figures, cells in rows(result, conversion, signs):
        *others, verdict = (Text(cell) for cell in cells)
        verdict.stylize(_VERDICT_STYLES.get(figures.verdict, ""))
        table.add_row(*others, verdict)
    return table
