"""A breakdown as people read it: on a terminal at whatever width it has, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from milepost.render.report_figures import ASCII_SIGNS, Signs, count, days, length, percent
from milepost.render.safe import markdown, plain
from milepost.reports.breakdown import Breakdown, BreakdownRow

_GAP = 2
_VALUE_LEAST = 16
_NUMBERS = ("Users", "Sessions", "Macro", "Share", "Micro", "Share")
_LEGEND = "Macro, Micro: users with any such conversion, each counted once. Share: of the row's users."


def render_breakdown_text(results: Sequence[Breakdown], console: Console) -> None:
    """Prints one block per property. Values fold; numbers are never cut."""
    signs = ASCII_SIGNS if console.options.ascii_only else Signs()
    for number, result in enumerate(results):
        if number:
            console.print()
        name = (plain(result.name), "bold")
        console.print(Text.assemble(name, (f"  property {plain(result.property_id)}", "dim")), soft_wrap=True)
        zone = f" in {plain(result.time_zone)}" if result.time_zone else ""
        console.print(
            Text(f"{days(result.period)}, {length(result.period)}{zone}, by {plain(result.by)}"),
            soft_wrap=True,
        )
        console.print()
        console.print(_table(result, signs, console.width), crop=False)
        console.print()
        _print_remarks(result, signs, console)


def _table(result: Breakdown, signs: Signs, width: int) -> Table:
    lines = list(_lines(result, signs))
    sizes = [
        max(len(heading), *(len(numbers[n]) for _, numbers in lines)) for n, heading in enumerate(_NUMBERS)
    ]
    taken = sum(size + _GAP for size in sizes)
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(
        Text(plain(result.dimension)), overflow="fold", max_width=max(width - taken, _VALUE_LEAST)
    )
    for heading in _NUMBERS:
        table.add_column(Text(heading), justify="right", no_wrap=True)
    if width - taken < _VALUE_LEAST:
        # Told its width, rich does not shrink the columns: better over the edge than cut numbers.
        table.width = taken + _VALUE_LEAST
    for place, (value, numbers) in enumerate(lines):
        style = "" if place < len(result.rows) else "dim" if place < len(lines) - 1 else "bold"
        table.add_row(Text(plain(value), style=style), *(Text(number, style=style) for number in numbers))
    return table


def _lines(result: Breakdown, signs: Signs) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each row's name and figures: the values, the others, the total."""
    for value, row in result.rows:
        yield value, _numbers(row, signs)
    if result.others:
        yield others(result), _numbers(result.others, signs)
    yield "Total", _numbers(result.total, signs)


def others(result: Breakdown) -> str:
    """How many values have no row of their own."""
    more = result.values - len(result.rows)
    return f"{count(more)} {'other' if more == 1 else 'others'}"


def _numbers(row: BreakdownRow, signs: Signs) -> tuple[str, ...]:
    return (
        count(row.users),
        count(row.sessions),
        count(row.macro.users),
        percent(row.macro.user_rate, signs),
        count(row.micro.users),
        percent(row.micro.user_rate, signs),
    )


def _print_remarks(result: Breakdown, signs: Signs, console: Console) -> None:
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(width=1)
    grid.add_column()
    for note in result.notes:
        grid.add_row(Text(signs.bullet), Text(plain(note)))
    grid.add_row(Text(), Text(_LEGEND, style="dim"))
    console.print(grid)


def render_breakdown_markdown(results: Sequence[Breakdown]) -> str:
    """One section and one table per property, ending in a newline."""
    return "\n\n".join("\n".join(_section(result)) for result in results) + "\n"


def _section(result: Breakdown) -> Iterator[str]:
    signs = Signs()
    yield f"## {markdown(result.name)} by {markdown(result.by)}"
    yield ""
    yield f"Property {markdown(result.property_id)}, {days(result.period)} ({length(result.period)})."
    yield ""
    yield f"| {' | '.join((markdown(result.dimension), *_NUMBERS))} |"
    yield f"|:--|{'--:|' * len(_NUMBERS)}"
    lines = list(_lines(result, signs))
    for place, (value, numbers) in enumerate(lines):
        name = markdown(value) if place < len(result.rows) else f"**{value}**"
        yield f"| {' | '.join((name, *numbers))} |"
    yield ""
    yield _LEGEND
    if result.notes:
        yield ""
    for note in result.notes:
        yield f"- {markdown(note)}"
