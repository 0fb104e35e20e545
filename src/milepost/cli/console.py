"""The two streams: results go to stdout, everything else to stderr."""

from __future__ import annotations

import sys

from rich.console import Console


def stdout() -> Console:
    """For results. Colour only on a terminal, and never with NO_COLOR."""
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def stderr() -> Console:
    """For progress, questions, notes and errors."""
    return Console(file=sys.stderr, highlight=False, markup=False, emoji=False)


def write(text: str) -> None:
    """A finished document to stdout, byte for byte."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
