"""The command line, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from milepost.cli.check import check
from milepost.cli.demo import demo
from milepost.cli.doctor import doctor
from milepost.cli.emulator import emulator
from milepost.cli.funnel import funnel
from milepost.cli.init import init
from milepost.cli.lift import lift
from milepost.cli.paths import paths
from milepost.cli.plan import plan
from milepost.cli.pull import pull
from milepost.cli.report import report
from milepost.cli.schema import schema
from milepost.cli.sync import sync
from milepost.cli.tag import tag
from milepost.cli.values import values
from milepost.cli.verify import verify

app = typer.Typer(
    name="milepost",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="GA4 conversions as code: one TOML file, synced to Google Analytics, reported micro against macro.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from milepost import __version__

        typer.echo(f"milepost {__version__}")
        raise typer.Exit


@app.callback()
def _milepost(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end."),
    ] = False,
) -> None: ...


for _command in (
    demo,
    init,
    check,
    plan,
    sync,
    pull,
    report,
    funnel,
    lift,
    paths,
    values,
    verify,
    tag,
    doctor,
    schema,
    emulator,
):
    app.command()(_command)
