"""milepost tag."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from milepost.cli.options import ConfigOption, PropertyNames

if TYPE_CHECKING:
    from milepost.model.load import ConversionsFile
    from milepost.tracking.notes import Tool
    from milepost.tracking.results import PropertyTracking

_MADE = "Made by Milepost"
"""Stands in every file that this command writes, in a line that tells its kind."""

_PANEL = "Files to write, for one property"
_PREVIEW_PANEL = "Seeing it fire, for one property"


def tag(
    properties: PropertyNames = None,
    config: ConfigOption = None,
    gtm: Annotated[
        Path | None,
        typer.Option(
            "--gtm",
            metavar="FILE",
            help="Google Tag Manager container to import; what others put into FILE stays.",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    gtag: Annotated[
        Path | None,
        typer.Option(
            "--gtag", metavar="FILE", help="Script for sites without Tag Manager.", rich_help_panel=_PANEL
        ),
    ] = None,
    handoff: Annotated[
        Path | None,
        typer.Option(
            "--handoff", metavar="FILE", help="Page (Markdown) for developers.", rich_help_panel=_PANEL
        ),
    ] = None,
    types: Annotated[
        Path | None,
        typer.Option(
            "--types", metavar="FILE", help="TypeScript types (.d.ts) of the events.", rich_help_panel=_PANEL
        ),
    ] = None,
    measurement_id: Annotated[
        str | None,
        typer.Option(
            metavar="G-…",
            help="Where tags send to; default: what the property's web stream says.",
            show_default=False,
        ),
    ] = None,
    google_tag: Annotated[
        bool,
        typer.Option(
            "--google-tag/--no-google-tag", help="Put the Google tag into the container; a site needs one."
        ),
    ] = True,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite tags of ours that somebody edited in FILE.")
    ] = False,
    preview: Annotated[
        bool,
        typer.Option(
            "--preview",
            help="Serve a page that tries every event, and show what arrives.",
            rich_help_panel=_PREVIEW_PANEL,
        ),
    ] = False,
    port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65535,
            help="Port of the preview; 0 takes any free one.",
            rich_help_panel=_PREVIEW_PANEL,
        ),
    ] = 0,
    opens: Annotated[
        bool, typer.Option("--open", help="Open the preview in a browser.", rich_help_panel=_PREVIEW_PANEL)
    ] = False,
    output: Annotated[
        Literal["text", "json", "markdown"], typer.Option("--format", help="How to print the table.")
    ] = "text",
) -> None:
    """Explain how each conversion comes to be, and make the tags for what the site must send.

    Without a file to write, it talks to nobody; nor does the preview.
    """
    from milepost.errors import InputError
    from milepost.model.load import find_file, load_file
    from milepost.operations.tag import one_property, tagged_property, track_properties

    if (port or opens) and not preview:
        raise InputError("--open" if opens else "--port", "goes with --preview", "Add --preview.")
    file = load_file(find_file(config))
    names = properties or []
    if not any((gtm, gtag, handoff, types, preview)):
        _print_table(track_properties(file, names), output)
        return
    if output != "text":
        raise InputError(
            "--format", "is for the table, not for files to write or the preview", "Leave one of them out."
        )
    name = one_property(file, names)
    tools: list[Tool] = ["gtm"] if gtm else []
    tools += ["gtag"] if gtag else []
    (tracking,) = track_properties(file, [name], tools)
    declared = tagged_property(file, name)
    sent_to = _measurement_id(file, name, measurement_id) if tools else ""
    if gtm:
        _write_container(file, name, sent_to, gtm, google_tag=google_tag, force=force)
    if gtag:
        from milepost.tracking.script import render_script

        _write(gtag, render_script(declared, sent_to), force=force)
    if handoff:
        from milepost.render.tag.handoff import render_handoff

        _write(handoff, render_handoff(tracking), force=force)
    if types:
        from milepost.tracking.types import render_types

        _write(types, render_types(declared), force=force)
    _print_notes(tracking)
    if preview:
        from milepost.cli.tag_preview import PLACEHOLDER, run_preview
        from milepost.tracking.measurement import checked_measurement_id

        given = checked_measurement_id(measurement_id, "--measurement-id") if measurement_id else ""
        run_preview(declared, sent_to or given or PLACEHOLDER, port=port, opens=opens)


def _print_table(found: Sequence[PropertyTracking], output: str) -> None:
    from milepost.cli.console import stdout, write
    from milepost.render.tag.as_json import render_tag_json
    from milepost.render.tag.markdown import render_tag_markdown
    from milepost.render.tag.text import render_tag_text

    if output == "text":
        render_tag_text(found, stdout())
    else:
        write({"json": render_tag_json, "markdown": render_tag_markdown}[output](found))


def _measurement_id(file: ConversionsFile, name: str, given: str | None) -> str:
    """The one given, or the one the file names its stream by, or what the property says."""
    from milepost.tracking.measurement import checked_measurement_id, is_measurement_id

    stream = file.document.properties[name].stream
    if given is not None:
        return checked_measurement_id(given, "--measurement-id")
    if stream is not None and is_measurement_id(stream):
        return stream
    # Only here, for they bring Google's packages along.
    from milepost.operations.measurement import read_measurement_id
    from milepost.operations.session import Session

    with Session("read") as session:
        return read_measurement_id(file, name, session)


def _write_container(
    file: ConversionsFile, name: str, sent_to: str, path: Path, *, google_tag: bool, force: bool
) -> None:
    from milepost.cli.console import stdout
    from milepost.cli.files import replace_file
    from milepost.model.load import read_text
    from milepost.operations.tag import container_file
    from milepost.render.tag.text import print_container

    existing = read_text(path) if path.exists() else None
    made = container_file(
        file, name, sent_to, path=path, existing=existing, google_tag=google_tag, force=force
    )
    if made.text != existing:
        replace_file(path, made.text)
    print_container(stdout(), str(path), made)


def _write(path: Path, text: str, *, force: bool) -> None:
    """Writes a file made before anew; one that somebody else made stays, and one of another kind."""
    from milepost.cli.console import stdout
    from milepost.cli.files import replace_file
    from milepost.errors import InputError
    from milepost.model.load import read_text

    mark = next(line for line in text.splitlines() if _MADE in line)
    if path.exists() and not force and mark not in read_text(path):
        raise InputError(
            str(path), "is a file that this command has not made", "Name another, or use --force."
        )
    replace_file(path, text)
    stdout().print(f"Wrote {path}.", soft_wrap=True)


def _print_notes(tracking: PropertyTracking) -> None:
    from milepost.cli.console import stderr
    from milepost.render.safe import plain

    for note in tracking.notes:
        stderr().print(plain(f"{note.event}: {note.cause}. {note.remedy}"), soft_wrap=True)
