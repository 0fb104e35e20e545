"""The options of `milepost emulator` that make things go wrong (docs/emulator.md)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from milepost.errors import InputError

if TYPE_CHECKING:
    from milepost.emulator.faults import Faults

_PANEL = "Faults on demand"

LatencyOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[METHOD=]TIME",
        help="Answer later, such as 100ms or 'List*=1s'; repeat it.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]

FaultOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="METHOD=ANSWER",
        help="Fail, such as 'Create*=UNAVAILABLE@30%' or 'CreateKeyEvent=lost@1'; repeat it.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]

FaultsOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Faults from a TOML or JSON file.", rich_help_panel=_PANEL),
]

FaultSeedOption = Annotated[
    int | None,
    typer.Option(metavar="NUMBER", help="What rates are drawn from; default: 0.", rich_help_panel=_PANEL),
]

QuotaOption = Annotated[
    str | None,
    typer.Option(
        metavar="LIMITS",
        help="Admin API calls per minute; default: Google's, requests=600,writes=180; off for none.",
        show_default=False,
        rich_help_panel=_PANEL,
    ),
]


def read_faults(
    latency: list[str] | None, fault: list[str] | None, file: Path | None, seed: int | None, quota: str | None
) -> Faults:
    """What the options ask for; those on the command line come before those of the file.

    Raises:
        InputError: one of them cannot be; the message names it.
    """
    from milepost.emulator.faults import FaultError, Faults, plan_of_options

    try:
        plan = plan_of_options(file=file, faults=fault or (), latencies=latency or (), quota=quota, seed=seed)
    except FaultError as error:
        raise InputError("", str(error), "See docs/emulator.md.") from None
    return Faults.from_plan(plan)
