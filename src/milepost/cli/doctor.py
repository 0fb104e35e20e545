"""milepost doctor."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from milepost.cli.options import ConfigOption, PropertyNames


def doctor(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print it.")] = "text",
) -> None:
    """Look at credentials, scopes, APIs, role, stream and quota of each property, each with its remedy.

    Asks only for the read scope and changes nothing. Exits with 1 when something failed.
    """
    from milepost.cli.console import stdout, write
    from milepost.model.load import find_file, load_file
    from milepost.operations.doctor import diagnose
    from milepost.operations.session import Session
    from milepost.render.doctor.as_json import diagnosis_json
    from milepost.render.doctor.text import print_diagnosis

    file = load_file(find_file(config))
    with Session("read") as session:
        diagnosis = diagnose(file, properties or [], session)
    if output == "json":
        write(diagnosis_json(diagnosis))
    else:
        print_diagnosis(stdout(), diagnosis)
    if not diagnosis.healthy:
        raise typer.Exit(1)
