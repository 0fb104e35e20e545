"""milepost init."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    business_type: Annotated[
        list[str],
        typer.Option(
            "--business-type", "-b", help="Kind of site; repeat it for several.", show_default=False
        ),
    ],
    property_id: Annotated[
        str, typer.Option("--id", metavar="ID", help='Property id: digits, "${VARIABLE}", or demo.')
    ] = "demo",
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File to write.")] = Path(
        "conversions.toml"
    ),
) -> None:
    """Write a starter file for chosen business types, cut from the catalogue. Never overwrites."""
    from milepost.cli.console import stdout
    from milepost.cli.files import create_file
    from milepost.operations.starter import starter_text

    create_file(output, starter_text(business_type, property_id), "Name another with --output.")
    stdout().print(f"Wrote {output}. Next: milepost check, milepost plan, milepost sync.", soft_wrap=True)
