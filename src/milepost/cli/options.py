"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help="Conversions file; default: the nearest conversions.toml upward.",
    ),
]

PropertyNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PROPERTY",
        help="Names of properties in the file, or patterns such as 'shop-*'; default: all.",
        show_default=False,
    ),
]

DaysOption = Annotated[
    int | None,
    typer.Option("--days", metavar="N", help="The last N full days; default: 28.", show_default=False),
]

FromOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day, YYYY-MM-DD.")]

ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, YYYY-MM-DD, included.")]

ReadsOption = Annotated[
    int | None,
    typer.Option(
        "--reads-per-minute",
        metavar="N",
        min=1,
        help="Calls to the Admin API a minute; default: 600, what Google allows.",
        show_default=False,
    ),
]

WritesOption = Annotated[
    int | None,
    typer.Option(
        "--writes-per-minute",
        metavar="N",
        min=1,
        help="Changes a minute; default: 180, what Google allows.",
        show_default=False,
    ),
]

PruneOption = Annotated[
    bool,
    typer.Option("--prune", help="Take the file as the whole truth: what it does not mention goes."),
]

PlanFormat = Literal["text", "json", "markdown"]
SyncFormat = Literal["text", "json"]
ReportFormat = Literal["text", "json", "csv", "markdown"]
PageFormat = Literal["text", "json", "csv", "markdown", "html"]
