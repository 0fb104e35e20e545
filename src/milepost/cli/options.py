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
        metavar="PROPERTY", help="Names of properties in the file; default: all.", show_default=False
    ),
]

PlanFormat = Literal["text", "json"]
ReportFormat = Literal["text", "json", "csv", "markdown"]
