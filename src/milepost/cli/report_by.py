"""milepost report --by and --heat: views of one dimension, each read and printed in its own way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import typer

if TYPE_CHECKING:
    from milepost.cli.options import PageFormat
    from milepost.model.load import ConversionsFile
    from milepost.operations.outcome import Failure, Watch
    from milepost.operations.session import Session
    from milepost.reports.breakdown import Breakdown
    from milepost.reports.experiment_results import Experiment
    from milepost.reports.heat import HeatTable
    from milepost.reports.period import PeriodChoice


EXPERIMENT = "experiment"
"""What `--by` says for the arms of an experiment; no dimension of GA4 is called so."""


class _Result(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def notes(self) -> tuple[str, ...]: ...


Result = TypeVar("Result", bound=_Result)

Documents = Mapping[str, Callable[[Sequence[Result], Mapping[str, str]], str]]
"""Renderings by format, out of results and, by property, the causes of what is missing."""


@dataclass(frozen=True)
class View:
    """One way to look at a dimension: how it is read, and how the outcome is printed."""

    read: Callable[[ConversionsFile, Sequence[str], Session, PeriodChoice, Watch], Sequence[Any]]
    show: Callable[[Sequence[Any], PageFormat], None]


@dataclass(frozen=True)
class ArmOptions:
    """`--experiment`, `--control` and `--mde`, the last in percent; None where they were not given."""

    experiment: str | None = None
    control: str | None = None
    mde: float | None = None


def choose_view(by: str | None, *, heat: bool, top: int | None, arms: ArmOptions) -> View | None:
    """The view that the options ask for; None for the standard report.

    Args:
        by: what `--by` says.
        heat: whether `--heat` was given; without `--by`, it is about pages.
        top: how many rows, None where it was not said.
        arms: what only an experiment understands.

    Raises:
        InputError: options that do not go together.
    """
    from milepost.errors import InputError
    from milepost.operations.report import breakdown_properties, heat_properties
    from milepost.reports.dimension import DEFAULT_TOP

    if by == "":
        raise InputError("--by", "names no dimension", "Give one, such as channel.")
    if top is not None and (by == EXPERIMENT or not (by or heat)):
        raise InputError("--top", "goes with --by a dimension, or --heat", "Add one, or leave this out.")
    rows = DEFAULT_TOP if top is None else top
    if by == EXPERIMENT and heat:
        raise InputError("--heat", "does not go with --by experiment", "Leave one of them out.")
    if by == EXPERIMENT:
        return View(partial(_read_experiments, arms), print_experiments)
    for option, given in vars(arms).items():
        if given is not None:
            raise InputError(f"--{option}", "goes with --by experiment only", "Add it, or leave this out.")
    if heat:
        return View(partial(_read, heat_properties, by or "page", rows), print_heat)
    if by:
        return View(partial(_read, breakdown_properties, by, rows), print_breakdowns)
    return None


def _read_experiments(
    arms: ArmOptions,
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    period: PeriodChoice,
    watch: Watch,
) -> Sequence[Experiment | Failure]:
    from milepost.operations.experiment import experiment_properties
    from milepost.reports.experiment import DEFAULT_EFFECT, ExperimentChoice

    effect = DEFAULT_EFFECT if arms.mde is None else arms.mde / 100
    choice = ExperimentChoice(period, arms.experiment, arms.control, effect)
    return experiment_properties(file, names, session, choice, watch=watch)


def _read(
    properties: Callable[..., Sequence[Any]],
    by: str,
    top: int,
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    period: PeriodChoice,
    watch: Watch,
) -> Sequence[Any]:
    return properties(file, names, session, period, by, top=top, watch=watch)


def print_breakdowns(found: Sequence[Breakdown | Failure], output: PageFormat) -> None:
    """Prints breakdowns in the format asked for, and why the others are missing.

    Raises:
        typer.Exit: 1, when a property could not be read.
    """
    from milepost.cli.console import stdout
    from milepost.cli.people import print_people
    from milepost.render.breakdown.data import render_breakdown_csv, render_breakdown_json
    from milepost.render.breakdown.markdown import render_breakdown_markdown
    from milepost.render.breakdown.text import render_breakdown_text
    from milepost.render.html.breakdown_page import render_breakdown_html

    def text(results: Sequence[Breakdown]) -> None:
        render_breakdown_text(results, stdout())
        print_people(stdout(), found, _people)

    documents: Documents[Breakdown] = {
        "json": _plainly(render_breakdown_json),
        "csv": _plainly(render_breakdown_csv),
        "markdown": _plainly(render_breakdown_markdown),
        "html": render_breakdown_html,
    }
    _print(found, output, text, documents)


def _people(result: Breakdown) -> tuple[int, int, int]:
    return result.total.users, result.total.macro.users, result.total.micro.users


def print_heat(found: Sequence[HeatTable | Failure], output: PageFormat) -> None:
    """Prints heat tables in the format asked for, and why the others are missing.

    Raises:
        typer.Exit: 1, when a property could not be read.
    """
    from milepost.cli.console import stdout
    from milepost.render.heat.data import render_heat_csv, render_heat_json
    from milepost.render.heat.markdown import render_heat_markdown
    from milepost.render.heat.text import render_heat_text
    from milepost.render.html.heat_page import render_heat_html

    documents: Documents[HeatTable] = {
        "json": _plainly(render_heat_json),
        "csv": _plainly(render_heat_csv),
        "markdown": _plainly(render_heat_markdown),
        "html": render_heat_html,
    }
    _print(found, output, lambda tables: render_heat_text(tables, stdout()), documents)


def print_experiments(found: Sequence[Experiment | Failure], output: PageFormat) -> None:
    """Prints experiments in the format asked for, and why the others are missing.

    Raises:
        typer.Exit: 1, when a property could not be read.
    """
    from milepost.cli.console import stdout
    from milepost.render.experiment.data import render_experiment_csv, render_experiment_json
    from milepost.render.experiment.markdown import render_experiment_markdown
    from milepost.render.experiment.text import render_experiment_text
    from milepost.render.html.experiment_page import render_experiment_html

    documents: Documents[Experiment] = {
        "json": _plainly(render_experiment_json),
        "csv": _plainly(render_experiment_csv),
        "markdown": _plainly(render_experiment_markdown),
        "html": render_experiment_html,
    }
    _print(found, output, lambda results: render_experiment_text(results, stdout()), documents)


def _plainly(
    render: Callable[[Sequence[Result]], str],
) -> Callable[[Sequence[Result], Mapping[str, str]], str]:
    """A document that has no place for the causes of what is missing."""
    return lambda results, _: render(results)


def _print(
    found: Sequence[Result | Failure],
    output: PageFormat,
    text: Callable[[Sequence[Result]], None],
    documents: Documents[Result],
) -> None:
    from milepost.cli.console import stderr, write
    from milepost.cli.output import causes
    from milepost.operations.outcome import Failure
    from milepost.render.failure_text import print_failure
    from milepost.render.safe import plain

    results = [result for result in found if not isinstance(result, Failure)]
    failures = [result for result in found if isinstance(result, Failure)]
    if output == "text":
        text(results)
    else:
        write(documents[output](results, causes(failures)))
    if output == "csv":
        # Rows have no place for them.
        for result in results:
            for note in result.notes:
                stderr().print(plain(f"{result.name}: {note}"), soft_wrap=True)
    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
