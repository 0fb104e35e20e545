"""A breakdown as a page: the shares of macro and micro side by side, and every figure in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.model.document import Role
from milepost.render.breakdown.words import HEADINGS, columns, legend, lines
from milepost.render.html.charts.bars import Bar, Panel, draw_bars
from milepost.render.html.page import Chart, Column, Part, Remarks, RowGroup, Section, Table, data_table, row
from milepost.render.html.properties import SIGNS, property_lines, row_kind, write_properties
from milepost.render.report.figures import count, of_users, percent
from milepost.reports.breakdown import Breakdown, BreakdownRow

_ROLES: tuple[Role, ...] = ("macro", "micro")
_TITLES: Mapping[Role, str] = {"macro": "Any macro conversion", "micro": "Any micro conversion"}


def render_breakdown_html(results: Sequence[Breakdown], missing: Mapping[str, str] | None = None) -> str:
    """One page for all properties.

    Args:
        results: one section each.
        missing: why there is none for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    by = f" by {results[0].by}" if results else ""
    return write_properties(
        f"Micro and macro conversions{by}",
        [_section(result) for result in results],
        ("Users", *_TITLES.values()),
        [
            (
                count(result.total.users),
                *(of_users(getattr(result.total, role).user_rate, SIGNS) for role in _ROLES),
            )
            for result in results
        ],
        missing,
    )


def _section(result: Breakdown) -> Section:
    lines = property_lines(result.property_id, result.period, result.time_zone)
    return Section(result.name, (*lines, f"By {result.by}"), tuple(_parts(result)))


def _parts(result: Breakdown) -> Iterator[Part]:
    if result.notes:
        yield Remarks(result.notes)
    if result.rows:
        yield _shares(result)
    yield _table(result)


def _shares(result: Breakdown) -> Chart:
    rows = list(_named_rows(result))
    panels = tuple(
        Panel(_TITLES[role], tuple(_bar(name, row, role) for name, row in rows), role) for role in _ROLES
    )
    largest, figures = rows[0]
    return Chart(
        f"Share of users with a conversion, by {result.by}",
        f"Bars for {len(rows)} values of {result.by}. {largest}, which has the most users: "
        f"{percent(figures.macro.user_rate, SIGNS)} with a macro conversion, "
        f"{percent(figures.micro.user_rate, SIGNS)} with a micro one.",
        lambda frame: draw_bars(frame, panels, beside=True),
        data_table(
            "Share of users with a conversion",
            result.by,
            _TITLES.values(),
            ((name, [percent(getattr(row, role).user_rate, SIGNS) for role in _ROLES]) for name, row in rows),
        ),
        "Of the users in each row. Macro and micro have scales of their own.",
    )


def _named_rows(result: Breakdown) -> Iterator[tuple[str, BreakdownRow]]:
    names = (name for name, _ in lines(result, SIGNS))
    shown = [row for _, row in result.rows] + ([result.others] if result.others else [])
    yield from zip(names, (*shown, result.total), strict=True)


def _bar(name: str, figures: BreakdownRow, role: Role) -> Bar:
    rate = getattr(figures, role).user_rate
    return Bar(name, ((rate or 0.0, role),), percent(rate, SIGNS))


def _table(result: Breakdown) -> Table:
    shown = columns(result)
    rows = [
        row(name, [figures[n] for n in shown], row_kind(place, name, len(result.rows)))
        for place, (name, figures) in enumerate(lines(result, SIGNS))
    ]
    return Table(
        f"By {result.by}",
        (Column(result.by, words=True), *(Column(HEADINGS[n]) for n in shown)),
        (RowGroup(tuple(rows)),),
        legend(result),
    )
