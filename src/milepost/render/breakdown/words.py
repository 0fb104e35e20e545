"""A breakdown's figures as short text, the same in every format people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from milepost.render.report.figures import DECLARED, Signs, count, percent
from milepost.render.safe import plain
from milepost.reports.breakdown import Breakdown, BreakdownRow
from milepost.reports.worth import Worth

HEADINGS = ("Users", "Sessions", "Macro", "Share", "Value", "Micro", "Share", "Value")

LEFT_OUT_FIRST = (1, 7, 4)
"""Which columns go, by their number in `HEADINGS`, where not all fit: sessions, then values."""

_VALUES = {4: "macro_value", 7: "micro_value"}


def columns(result: Breakdown) -> tuple[int, ...]:
    """The numbers of the columns that have anything to show."""
    rows = list(every_row(result))
    return tuple(
        number
        for number in range(len(HEADINGS))
        if number not in _VALUES or any(getattr(row, _VALUES[number]) for row in rows)
    )


def column_name(number: int) -> str:
    """A column of `HEADINGS` on its own, where it does not stand beside what it is about."""
    return f"{HEADINGS[number]} of {HEADINGS[number - 2]}" if number in _VALUES else HEADINGS[number]


def dimension_legend(by: str, dimension: str) -> tuple[str, ...]:
    """GA4's own name of what `--by` named in short, in a sentence; none where it is the same."""
    return () if by == dimension else (f"{plain(by).capitalize()}: {plain(dimension)} in GA4.",)


def every_row(result: Breakdown) -> Iterator[BreakdownRow]:
    """The rows of values, the others, the total."""
    yield from (row for _, row in result.rows)
    if result.others:
        yield result.others
    yield result.total


def lines(result: Breakdown, signs: Signs) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each row's name and one figure per heading: the values, the others, the total."""
    for value, row in result.rows:
        yield value, _figures(row, signs)
    if result.others:
        yield others(result.values - len(result.rows)), _figures(result.others, signs)
    yield "Total", _figures(result.total, signs)


def others(more: int) -> str:
    """How many values have no row of their own."""
    return f"{count(more)} {'other' if more == 1 else 'others'}"


def _figures(row: BreakdownRow, signs: Signs) -> tuple[str, ...]:
    return (
        count(row.users),
        count(row.sessions),
        count(row.macro.users),
        percent(row.macro.user_rate, signs),
        worth(row.macro_value, signs),
        count(row.micro.users),
        percent(row.micro.user_rate, signs),
        worth(row.micro_value, signs),
    )


def worth(value: Worth | None, signs: Signs) -> str:
    """Money, whole from 1,000 on, and a mark where the file gave any part of it."""
    if value is None:
        return signs.none
    mark = "" if value.source == "ga4" else DECLARED
    return f"{mark}{value.amount:,.0f}" if abs(value.amount) >= 1000 else f"{mark}{value.amount:,.2f}"


def legend(result: Breakdown, left_out: Iterable[str] = ()) -> tuple[str, ...]:
    """How to read the columns, a sentence or two per line."""
    said = [*dimension_legend(result.by, result.dimension)]
    said.append("Macro, Micro: users with any such conversion, each counted once. Share: of the row's users.")
    gone = tuple(left_out)
    shown = [_VALUES[number] for number in _VALUES if column_name(number) not in gone]
    values = [value for row in every_row(result) for name in shown if (value := getattr(row, name))]
    if values:
        currency = f" in {plain(values[0].currency)}" if values[0].currency else ""
        said.append(f"Value{currency}: of the macro, of the micro conversions.")
    if any(value.source != "declared" for value in values):
        said.append("From GA4, it is what events themselves carried; money earned only where they are sales.")
    if any(value.source != "ga4" for value in values):
        said.append(f"{DECLARED} partly or wholly from the conversions file, not from GA4.")
    if gone:
        said.append(f"Too narrow for: {', '.join(gone)}.")
    return tuple(said)
