"""Experiments as a page: each conversion's rate per arm with its interval, and no verdict before its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from milepost.render.experiment import words
from milepost.render.html.charts.bars import Bar, Panel, draw_bars
from milepost.render.html.page import Chart, Part, Remarks, Section, Table, data_table
from milepost.render.html.properties import SIGNS, property_lines, write_properties
from milepost.render.report.figures import count, percent
from milepost.reports.experiment_results import ArmFigures, ArmsConversion, Experiment


def render_experiment_html(results: Sequence[Experiment], missing: Mapping[str, str] | None = None) -> str:
    """One page for all properties.

    Args:
        results: one section each.
        missing: why there is none for a property, by its name.

    Raises:
        InputError: a package of the extra `html` is not installed.
    """
    return write_properties(
        "The experiment, arm by arm",
        [_section(result) for result in results],
        ("Arms", "Conversions"),
        [(count(len(result.arms)), count(len(result.conversions))) for result in results],
        missing,
    )


def _section(result: Experiment) -> Section:
    lines = property_lines(result.property_id, result.period, result.time_zone)
    about = f"Experiment {result.experiment}, by {result.dimension}" if result.experiment else ""
    return Section(result.name, (*lines, *([about] if about else [])), tuple(_parts(result)))


def _parts(result: Experiment) -> Iterator[Part]:
    if result.notes:
        yield Remarks(result.notes)
    for conversion in result.conversions:
        yield _rates(result, conversion)
    if result.conversions:
        yield Remarks(words.legend(result))


def _rates(result: Experiment, conversion: ArmsConversion) -> Chart:
    bars = tuple(_bar(conversion, figures, cells) for figures, cells in words.rows(result, conversion, SIGNS))
    control = conversion.arms[0].interval
    panel = Panel("", bars, reference=control.rate if control else None)
    best = "; ".join(f"{bar.label}: {bar.text}" for bar in bars)
    return Chart(
        f"{conversion.label} ({conversion.role})",
        f"Rates of {conversion.label} with their intervals. {best}.",
        lambda frame: draw_bars(frame, [panel]),
        _figures(result, conversion),
        f"{words.needed(conversion).capitalize()}. Bar: the interval; line across it: the rate; "
        "dashed line: the control's.",
        unfolded=True,
    )


def _bar(conversion: ArmsConversion, figures: ArmFigures, cells: Sequence[str]) -> Bar:
    arm, *_, verdict = cells
    if figures.interval is None:
        return Bar(arm, (), verdict)
    low, high, rate = figures.interval.low, figures.interval.high, figures.interval.rate
    text = f"{percent(rate, SIGNS)} · {verdict}"
    colour = conversion.role if figures.verdict in ("higher", "lower") else "interval"
    return Bar(arm, ((high - low, colour),), text, rate, start=low)


def _figures(result: Experiment, conversion: ArmsConversion) -> Table:
    name, *headings = words.HEADINGS
    rows = ((cells[0], cells[1:]) for _, cells in words.rows(result, conversion, SIGNS))
    return data_table(conversion.label, name, headings, rows)
