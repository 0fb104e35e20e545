"""milepost schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="File to write; default: stdout.")
    ] = None,
) -> None:
    """Print the JSON Schema of the conversions file, by which editors complete and check it.

    With '#:schema ./conversions.schema.json' as the file's first line, editors that know TOML find it.
    """
    from milepost.cli.console import stdout, write
    from milepost.errors import InputError
    from milepost.operations.schema import schema_text

    if output is None:
        write(schema_text())
        return
    try:
        # Written anew each time: it is made from this version of Milepost, not by hand.
        output.write_text(schema_text(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(
            str(output), f"cannot be written ({error.strerror})", "Name another with --output."
        ) from None
    stdout().print(
        f"Wrote {output}. First line of the conversions file, with the path from there: "
        f"#:schema ./{output.name}",
        soft_wrap=True,
    )
