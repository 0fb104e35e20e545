"""milepost values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from milepost.cli.events_options import (
    EventsOption,
    MacroOption,
    MacroValueOption,
    MaxBytesOption,
    SameProgressOption,
    SourceOption,
    WithinOption,
)
from milepost.cli.options import ConfigOption, DaysOption, FromOption, PageFormat, PropertyNames, ToOption
from milepost.cli.output import OutputOption

if TYPE_CHECKING:
    from milepost.journeys.proposals import ValueReport
    from milepost.operations.outcome import Failure


def values(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    days: DaysOption = None,
    first: FromOption = None,
    last: ToOption = None,
    source: SourceOption = None,
    events: EventsOption = None,
    within: WithinOption = "7d",
    macro: MacroOption = None,
    macro_value: MacroValueOption = None,
    basis: Annotated[
        Literal["worth", "above-base"],
        typer.Option(
            help="worth: what follows a step on average, for forecasts and bids. above-base: the part that "
            "comparable people would not have brought.",
        ),
    ] = "worth",
    same_progress: SameProgressOption = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write them into the file; comments and order stay.")
    ] = False,
    max_bytes: MaxBytesOption = None,
    output: Annotated[PageFormat, typer.Option("--format", help="How to print it.")] = "text",
    path: OutputOption = None,
) -> None:
    """Propose a value for each micro conversion: what it is worth, by the macro conversions that follow.

    GA4 takes it as the default value of events that carry none of their own, once
    'milepost sync' has told it. Values of different steps overlap: never add them
    up, nor to the money of the macro conversion.
    """
    from milepost.cli.events_options import chosen_days, chosen_source
    from milepost.cli.output import check_output, written_to
    from milepost.cli.progress import display
    from milepost.model.load import find_file, load_file, read_text
    from milepost.operations.lift import LiftChoice, read_within
    from milepost.operations.session import Session
    from milepost.operations.values import value_properties

    chosen = chosen_source(source or ("export" if same_progress else None), events)
    choice = LiftChoice(
        period=chosen_days(chosen, days, first, last),
        within_seconds=read_within(within),
        macro=macro,
        macro_value=macro_value,
        source=chosen,
        events=events,
        max_bytes=max_bytes,
        same_progress=same_progress,
    )
    check_output(output, path)
    place = find_file(config)
    text = read_text(place)
    file, names = load_file(place), properties or []
    with Session("read") as session, display("Reading", file, names, session) as watch:
        results = value_properties(file, names, session, choice, basis, watch=watch)
    if write:
        _write(place, text, results)
    with written_to(path):
        _print(results, output, written=write)


def _write(place: Path, text: str, results: Sequence[ValueReport | Failure]) -> None:
    """Into the file, unless somebody else has changed it since it was read."""
    from milepost.cli.console import stderr
    from milepost.cli.files import replace_file
    from milepost.errors import InputError
    from milepost.model.load import read_text
    from milepost.operations.outcome import Failure
    from milepost.operations.values import with_values
    from milepost.render.safe import plain

    new = with_values(text, [result for result in results if not isinstance(result, Failure)])
    if new == text:
        stderr().print("Nothing to write.")
        return
    if read_text(place) != text:
        raise InputError(
            str(place), "was changed while the figures were read; it is left as it is now", "Run it again."
        )
    replace_file(place, new)
    stderr().print(f"Wrote {plain(str(place))}. 'milepost plan' shows what changes in GA4.", soft_wrap=True)


def _print(results: Sequence[ValueReport | Failure], output: PageFormat, *, written: bool) -> None:
    from milepost.cli.console import stdout, write
    from milepost.cli.output import causes, end_with
    from milepost.operations.outcome import Failure
    from milepost.render.html.values_page import render_values_html
    from milepost.render.values.data import render_values_csv, render_values_json
    from milepost.render.values.markdown import render_values_markdown
    from milepost.render.values.text import render_values_text

    reports = [result for result in results if not isinstance(result, Failure)]
    failures = [result for result in results if isinstance(result, Failure)]
    if output == "text":
        render_values_text(reports, stdout(), written=written)
    elif output == "html":
        write(render_values_html(reports, causes(failures)))
    else:
        render = {"json": render_values_json, "csv": render_values_csv, "markdown": render_values_markdown}
        write(render[output](reports))
    end_with(reports if output == "csv" else [], failures)
