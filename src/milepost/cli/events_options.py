"""Options of the commands that read the BigQuery export, or GA4's funnels where it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from milepost.operations.exported import Exported
    from milepost.reports.period import PeriodChoice

Source = Literal["api", "export"]

SourceOption = Annotated[
    Source | None,
    typer.Option(
        help="api: GA4's own figures (default). export: from the events of its BigQuery export.",
        show_default=False,
    ),
]

EventsOption = Annotated[
    str | None,
    typer.Option(
        metavar="WHERE",
        help="Parquet files of the BigQuery export, as 'events_*.parquet', or bigquery://PROJECT.DATASET.",
        show_default=False,
    ),
]

WithinOption = Annotated[
    str, typer.Option(metavar="TIME", help="Time allowed from step to conversion: 7d, 12h, 90m.")
]

MacroOption = Annotated[
    str | None,
    typer.Option(metavar="EVENT", help="The macro conversion; default: each.", show_default=False),
]

MacroValueOption = Annotated[
    float | None,
    typer.Option(
        metavar="AMOUNT",
        min=0,
        help="What one macro conversion is worth; default: what its events carry, or else the file.",
        show_default=False,
    ),
]

SameProgressOption = Annotated[
    bool,
    typer.Option(
        "--same-progress",
        help="Compare people who have taken as many of the required steps (export only).",
    ),
]

MaxBytesOption = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="Most that a BigQuery query may bill for.", show_default=False),
]


def chosen_source(source: Source | None, events: str | None) -> Source:
    """The source asked for, by name or by naming its events.

    Raises:
        InputError: the two do not agree.
    """
    from milepost.errors import InputError

    if source == "api" and events is not None:
        raise InputError("--events", "does not go with --source api", "Leave one of them out.")
    return source or ("export" if events is not None else "api")


def chosen_export(source: Source | None, events: str | None, max_bytes: int | None) -> Exported | None:
    """The export that a report is to be read from; None where GA4 is asked.

    Raises:
        InputError: what is given does not go together.
    """
    if chosen_source(source, events) == "api":
        if max_bytes is None:
            return None
        from milepost.errors import InputError

        raise InputError("--max-bytes", "limits what BigQuery bills, and nothing else", "Add --events.")
    from milepost.operations.exported import Exported

    return Exported(events, max_bytes)


def chosen_days(source: Source, days: int | None, first: str | None, last: str | None) -> PeriodChoice | None:
    """The days asked for; None for all that the export has, where none are."""
    from milepost.reports.period import choose_period

    named = days is not None or first is not None or last is not None
    return choose_period(days, first, last, compare="none") if named or source == "api" else None
