"""Where a result goes: to standard output, or to a file."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

if TYPE_CHECKING:
    from milepost.cli.options import PageFormat
    from milepost.operations.outcome import Failure


class Noted(Protocol):
    """A result of one property with what must be known of it."""

    @property
    def name(self) -> str:
        """The property's name in the file."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences."""


OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write it to this file, whole or not at all.",
        show_default=False,
    ),
]


def check_output(output: PageFormat, path: Path | None) -> None:
    """Refuses what could not be shown, before anybody waits for it.

    Raises:
        InputError: a page is not for a terminal, or the packages that write pages are missing.
    """
    if output != "html":
        return
    from milepost.errors import InputError
    from milepost.render.html.draw import require_drawing

    if path is None and sys.stdout.isatty():
        raise InputError(
            "--format html", "writes a page for a browser", "Add --output FILE, or pipe it into a file."
        )
    require_drawing()


@contextmanager
def written_to(path: Path | None) -> Iterator[None]:
    """What is printed meanwhile goes to a file, if one is named; also when the command ends with a failure.

    Raises:
        InputError: it cannot be written.
    """
    if path is None:
        yield
        return
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            yield
    except typer.Exit:
        _write(path, printed.getvalue())
        raise
    _write(path, printed.getvalue())


def _write(path: Path, text: str) -> None:
    from milepost.cli.console import stderr
    from milepost.cli.files import replace_file
    from milepost.render.safe import plain

    replace_file(path, text)
    stderr().print(f"Wrote {plain(str(path))}.", soft_wrap=True)


def causes(failures: Sequence[Failure]) -> dict[str, str]:
    """Why there is nothing of a property, by its name."""
    return {failure.name: failure.error.cause for failure in failures}


def end_with(noted: Sequence[Noted], failures: Sequence[Failure]) -> None:
    """What has no place in the result goes to stderr: notes, where it is a bare table, and failures.

    Raises:
        Exit: with 1, where there are failures.
    """
    from milepost.cli.console import stderr
    from milepost.render.failure_text import print_failure

    for report in noted:
        for note in report.notes:
            stderr().print(f"{report.name}: {note}", soft_wrap=True)
    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
