"""A verification as a page: what does not arrive and what to do, every conversion, and every parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.model.document import Role
from milepost.render.html.charts.series import Series, draw_multiples
from milepost.render.html.page import (
    Cell,
    Chart,
    Column,
    Part,
    Remarks,
    Row,
    RowGroup,
    Section,
    Table,
    data_table,
    row,
)
from milepost.render.html.properties import ROLES, SIGNS, property_lines, write_properties
from milepost.render.report.figures import count
from milepost.render.verify import words
from milepost.render.words import counted
from milepost.reports.verification.results import ConversionArrival, ConversionState, Verification

_STANDINGS: Mapping[ConversionState, str] = {
    "arriving": "arrives",
    "silent": "went silent",
    "not_seen": "not seen",
}


def render_verify_html(
    verifications: Sequence[Verification], missing: Mapping[str, str] | None = None
) -> str:
    """One page for all properties.

    Args:
        verifications: one section each.
        missing: why there is none for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    return write_properties(
        "Does everything arrive?",
        [_section(verification) for verification in verifications],
        ("Declared", "Arriving", "Passed"),
        [
            (
                count(len(verification.conversions)),
                count(sum(c.state == "arriving" for c in verification.conversions)),
                Cell("✓ yes", tone="met") if verification.passed else Cell("✗ no", tone="missed"),
            )
            for verification in verifications
        ],
        missing,
    )


def _section(verification: Verification) -> Section:
    lines = property_lines(verification.property_id, verification.period, verification.time_zone)
    return Section(verification.name, (*lines, words.summary(verification)), tuple(_parts(verification)))


def _parts(verification: Verification) -> Iterator[Part]:
    for about in ("finding", "note"):
        found = [f for f in verification.findings if f.failing == (about == "finding")]
        if found:
            yield Remarks(
                tuple(f.problem for f in found), about, dict(enumerate(f.next_steps for f in found))
            )
    if verification.conversions:
        yield _conversions(verification)
        yield _trends(verification)
    if any(c.parameters for c in verification.conversions):
        yield _parameters(verification)
    if verification.notes:
        yield Remarks(verification.notes)


def _conversions(verification: Verification) -> Table:
    def line(conversion: ConversionArrival) -> Row:
        name = Cell(conversion.label, conversion.event)
        return row(name, (_standing(conversion), *words.cells(verification, conversion, SIGNS)))

    def group(role: Role, title: str) -> RowGroup:
        return RowGroup(tuple(map(line, verification.with_role(role))), title, role)

    return Table(
        "Conversions",
        (Column("Conversion", words=True), *map(Column, ("Standing", *words.headings(verification)))),
        tuple(group(role, title) for role, title in ROLES.items() if verification.with_role(role)),
        (words.LEGEND,),
    )


def _standing(conversion: ConversionArrival) -> Cell:
    mark = words.mark(conversion, SIGNS)
    stopped = conversion.state == "arriving" and conversion.stopped
    said = "parameter stopped" if stopped else _STANDINGS[conversion.state]
    return Cell(f"{mark} {said}", tone="met" if mark == SIGNS.met else "missed")


def _trends(verification: Verification) -> Chart:
    days = list(verification.period)
    series = tuple(
        Series(c.label, c.role, c.trend, f"{count(c.events)} events") for c in verification.conversions
    )
    return Chart(
        "Each conversion by day",
        f"Small charts of {counted(len(series), 'conversion')}: the events of each by day.",
        lambda frame: draw_multiples(frame, days, series),
        data_table(
            "Events of each conversion by day",
            "Day",
            [one.label for one in series],
            ((str(day), [count(one.counts[n]) for one in series]) for n, day in enumerate(days)),
        ),
        "Each has a scale of its own, from 0 up.",
    )


def _parameters(verification: Verification) -> Table:
    rows = tuple(
        row(
            Cell(parameter.parameter, conversion.label),
            (words.share(parameter, SIGNS), words.remark(parameter, verification)),
        )
        for conversion in verification.conversions
        for parameter in conversion.parameters
    )
    columns = (Column("Parameter", words=True), Column("With it"), Column("", words=True))
    return Table("Parameters", columns, (RowGroup(rows),), (words.PARAMETERS_LEGEND,))
