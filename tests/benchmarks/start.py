"""How long a person waits before a command does anything: whole processes, median of several runs, ratios."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.table import Row

RUNS = 9
HELP_BAR = 1.6
"""`milepost --help` may take this many times what the help of a typer app with one command takes."""

_BARE_APP = """
import typer
app = typer.Typer()
@app.command()
def hello(name: str = "world") -> None:
    "Say hello."
@app.command()
def bye() -> None:
    "Say bye."
app(["--help"])
"""


def _seconds(command: list[str], cwd: str) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=cwd, capture_output=True, check=True)
    return time.perf_counter() - began


def _medians(commands: dict[str, list[str]], cwd: str) -> dict[str, float]:
    """Taken in turn, so that a machine that slows down slows all of them."""
    for command in commands.values():
        _seconds(command, cwd)
    rounds = [{name: _seconds(command, cwd) for name, command in commands.items()} for _ in range(RUNS)]
    return {name: statistics.median(r[name] for r in rounds) for name in commands}


def rows() -> Iterator[Row]:
    """Every command's start against that of a bare typer app's help."""
    milepost = [sys.executable, "-m", "milepost"]
    catalogue = str(Path(__file__).parents[2] / "conversions.toml")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "bare typer app --help": [sys.executable, "-c", _BARE_APP],
        "milepost --help": [*milepost, "--help"],
        "milepost check (whole catalogue)": [*milepost, "check", "-c", catalogue],
    }
    with tempfile.TemporaryDirectory() as folder:
        medians = _medians(commands, folder)
    bare = medians["bare typer app --help"]
    for name, seconds in medians.items():
        bar = HELP_BAR if name == "milepost --help" else None
        yield Row(f"start: {name}", seconds / bare, bar, "x bare app", f"{seconds * 1000:.0f} ms here")
