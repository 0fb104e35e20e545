"""Experiments as a page: each conversion with a line per arm, the control first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.render.experiment_words import HEADINGS, legend, needed, rows
from milepost.render.html.page import Column, Part, Remarks, RowGroup, Section, Table, row
from milepost.render.html.properties import SIGNS, property_lines, write_properties
from milepost.render.report_figures import count
from milepost.reports.experiment_results import ArmsConversion, Experiment


def render_experiment_html(results: Sequence[Experiment], missing: Mapping[str, str] | None = None) -> str:
    """One page for all properties.

    Args:
        results: one section each.
        missing: why there is none for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    return write_properties(
        "Experiments",
        [_section(result) for result in results],
        ("Arms", "Conversions"),
        [(count(len(result.arms)), count(len(result.conversions))) for result in results],
        missing,
    )


def _section(result: Experiment) -> Section:
    lines = property_lines(result.property_id, result.period, result.time_zone)
    return Section(result.name, (*lines, f"Experiment {result.experiment}".strip()), tuple(_parts(result)))


def _parts(result: Experiment) -> Iterator[Part]:
    if result.notes:
        yield Remarks(result.notes)
    last = len(result.conversions) - 1
    for number, conversion in enumerate(result.conversions):
        yield _table(result, conversion, legend(result) if number == last else ())


def _table(result: Experiment, conversion: ArmsConversion, legends: tuple[str, ...]) -> Table:
    columns = tuple(
        Column(heading, words=number in (0, len(HEADINGS) - 1)) for number, heading in enumerate(HEADINGS)
    )
    lines = tuple(row(arm, tuple(cells)) for _, (arm, *cells) in rows(result, conversion, SIGNS))
    title = f"{conversion.label}: {needed(conversion)}"
    return Table(title, columns, (RowGroup(lines),), legends, broad=True)
