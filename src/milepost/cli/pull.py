"""milepost pull."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from milepost.operations.pulled import Pulled


def pull(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the file calls the property.")],
    property_id: Annotated[
        str | None,
        typer.Option(
            "--id", metavar="ID", help="Property id; not needed if the file has NAME.", show_default=False
        ),
    ] = None,
    stream: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Which web stream, where there are several.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write a new file. Never overwrites."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="FILE", help="Add to this file; its comments and order stay."),
    ] = None,
) -> None:
    """Write down a live property as a file that plans to nothing; roles are guesses, marked as such."""
    from milepost.cli.console import write
    from milepost.cli.files import create_file, replace_file
    from milepost.errors import InputError
    from milepost.model.declared import is_property_id
    from milepost.model.load import read_text
    from milepost.operations.pull import pull_property
    from milepost.operations.session import Session

    if output is not None and into is not None:
        raise InputError("--output", "does not go with --into", "Give one of the two.")
    existing = read_text(into) if into is not None else None
    if property_id is None and (existing is None or not _has(existing, name)):
        raise InputError(
            name, "is not in the file, and no --id is given", "Add --id with the property's digits."
        )
    if property_id is not None and not is_property_id(property_id):
        raise InputError(f"--id {property_id}", "is no property id", "Give the digits, or demo.")
    with Session("read") as session:
        pulled = pull_property(session, property_id or "", name, stream=stream, existing=existing)
    _tell(pulled)
    if output is not None:
        create_file(output, pulled.text, "Use --into to add to it.")
    elif into is not None:
        replace_file(into, pulled.text)
    else:
        write(pulled.text)


def _has(existing: str, name: str) -> bool:
    from milepost.model.load import check_text

    document, _ = check_text(existing)
    return document is not None and name in document.properties


def _tell(pulled: Pulled) -> None:
    from milepost.cli.console import stderr

    console = stderr()
    for thing in pulled.left_out:
        console.print(f"Left out: {thing}. It stays in GA4 as it is.", soft_wrap=True)
    macros = [event for event, role in pulled.guessed.items() if role == "macro"]
    if pulled.guessed:
        console.print(f"Guessed as macro: {', '.join(macros) or 'none'}. Move what is wrong.", soft_wrap=True)
