"""milepost check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from milepost.cli.options import ConfigOption


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE", help="Conversions files; default: the one --config names.", show_default=False
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Show every problem of the file at once, with path, line and remedy. Talks to nobody.

    Several files are checked one by one, and one's problems do not hide the others'.
    """
    from milepost.model.load import find_file

    wanted = [find_file(config)] if config or not files else []
    wanted += [path for path in files or [] if path not in wanted]
    usable = [_check_one(path) for path in wanted]
    if not all(usable):
        raise typer.Exit(1)


def _check_one(path: Path) -> bool:
    """Prints what is wrong with one file, or that nothing is; tells whether it can be used."""
    from milepost.cli.console import stderr, stdout
    from milepost.errors import ConfigError, InputError
    from milepost.model.load import find_file, load_file
    from milepost.render.problems_text import print_problems
    from milepost.render.words import counted

    try:
        file = load_file(find_file(path))
    except ConfigError as error:
        print_problems(stderr(), error.file, error.problems)
        return False
    except InputError as error:
        # Only here, for it brings Google's packages along.
        from milepost.render.failure_text import print_failure

        print_failure(stderr(), error)
        return False
    if file.warnings:
        print_problems(stderr(), str(file.path), file.warnings)
    document = file.document
    conversions = sum(len(list(t.conversions())) for t in document.business_types.values())
    stdout().print(
        f"{file.path}: no errors in {counted(len(document.properties), 'property')}, "
        f"{counted(len(document.business_types), 'business type')}, {counted(conversions, 'conversion')}.",
        soft_wrap=True,
    )
    return True
