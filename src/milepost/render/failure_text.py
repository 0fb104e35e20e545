"""An error meant for a person, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from milepost.errors import MilepostError
from milepost.render.safe import plain


def print_failure(console: Console, error: MilepostError) -> None:
    """An error meant for a person, on one paragraph."""
    line = Text("error: ", style="bold red")
    line.append(plain(str(error)), style="not bold default")
    console.print(line, soft_wrap=True)
