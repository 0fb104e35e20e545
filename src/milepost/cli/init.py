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
    from milepost.errors import InputError
    from milepost.operations.starter import starter_text

    text = starter_text(business_type, property_id)
    try:
        with output.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError(
            str(output), "exists already and is left as it is", "Name another with --output."
        ) from None
    except OSError as error:
        raise InputError(
            str(output), f"cannot be written ({error.strerror})", "Name another with --output."
        ) from None
    stdout().print(f"Wrote {output}. Next: milepost check, milepost plan, milepost sync.", soft_wrap=True)
