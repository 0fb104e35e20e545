"""milepost schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

View = Literal[
    "file",
    "report",
    "breakdown",
    "heat",
    "experiment",
    "funnel",
    "lift",
    "paths",
    "values",
    "verify",
    "wait",
    "send_test",
    "plan",
    "sync",
    "doctor",
    "tag",
]


def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="File to write; default: stdout.")
    ] = None,
    of: Annotated[
        View,
        typer.Option(
            "--of",
            metavar="VIEW",
            help=f"What a view prints as JSON: {', '.join(get_args(View)[1:])}; default: the file's own.",
            show_default=False,
        ),
    ] = "file",
) -> None:
    """Print the JSON Schema of the conversions file, by which editors complete and check it, or of a view.

    With '#:schema ./conversions.schema.json' as the file's first line, editors that know TOML find it.
    With --of, that of what '--format json' prints.
    """
    from milepost.cli.console import stdout, write
    from milepost.errors import InputError

    text = _text(of)
    if output is None:
        write(text)
        return
    try:
        # Written anew each time: it is made from this version of Milepost, not by hand.
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(
            str(output), f"cannot be written ({error.strerror})", "Name another with --output."
        ) from None
    hint = " First line of the conversions file, with the path from there: #:schema ./{}"
    stdout().print(
        f"Wrote {output}." + (hint.format(output.name) if of == "file" else ""),
        soft_wrap=True,
    )


def _text(of: View) -> str:
    if of == "file":
        from milepost.operations.schema import schema_text

        return schema_text()
    from milepost.render.schemas import view_schema_text

    return view_schema_text(of)
