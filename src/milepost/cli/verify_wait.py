"""milepost verify --wait."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import typer
from rich.console import Console, RenderableType
from rich.live import Live

from milepost.cli.console import stderr, stdout, write
from milepost.cli.interrupt import EXIT_CODE
from milepost.gateways.realtime import Recent
from milepost.model.declared import DeclaredConversion
from milepost.model.load import find_file, load_file
from milepost.operations.outcome import Failure
from milepost.operations.session import Session
from milepost.operations.verify_wait import EVERY, TIMEOUT, Arrivals, wait_for_conversions
from milepost.render.failure_text import print_failure
from milepost.render.verify.wait import arrival_line, checklist, print_end, render_wait_json, signs_of

_REFRESHES_PER_SECOND = 4


def wait_in_front_of(
    names: Sequence[str],
    config: Path | None,
    events: Sequence[str],
    timeout: int | None,
    every: float | None,
    *,
    as_json: bool,
) -> None:
    """Waits, shows what arrives, and ends the command.

    Raises:
        typer.Exit: 1 when a property could not be read, 3 when a conversion was not seen in time, 130 when
            interrupted.
    """
    file = load_file(find_file(config))
    seconds = TIMEOUT if timeout is None else float(timeout)
    console = stdout()
    arrivals = Arrivals() if as_json or console.is_terminal else _Lines(console)
    interrupted = False
    failures: list[Failure] = []
    with Session("read") as session, _live(arrivals, seconds, console, shown=not as_json):
        try:
            results = wait_for_conversions(
                file, names, session, timeout=seconds, every=every or EVERY, events=events, arrivals=arrivals
            )
            failures = [result for result in results if isinstance(result, Failure)]
        except KeyboardInterrupt:
            interrupted = True
    states = arrivals.so_far
    if as_json:
        write(render_wait_json(states, interrupted=interrupted))
    else:
        print_end(states, console)
    for failure in failures:
        print_failure(stderr(), failure.error)
    if interrupted:
        raise typer.Exit(EXIT_CODE)
    if failures:
        raise typer.Exit(1)
    if any(state.missing for state in states):
        raise typer.Exit(3)


class _Lines(Arrivals):
    """A line for each, at once: somebody reads along in a log."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def arrived(self, name: str, conversion: DeclaredConversion, recent: Recent) -> None:
        shown = name if len(self.so_far) > 1 else ""
        self._console.print(arrival_line(shown, conversion, recent, signs_of(self._console)), soft_wrap=True)
        sys.stdout.flush()


@contextmanager
def _live(arrivals: Arrivals, timeout: float, console: Console, *, shown: bool) -> Iterator[None]:
    """The list on a terminal, ticked off while it is looked at; what is seen last stays."""
    if not (shown and console.is_terminal):
        yield
        return
    until, signs, over = monotonic() + timeout, signs_of(console), Event()

    def render() -> RenderableType:
        left = None if over.is_set() else until - monotonic()
        return checklist(arrivals.so_far, left, signs)

    with Live(
        get_renderable=render,
        console=console,
        refresh_per_second=_REFRESHES_PER_SECOND,
        redirect_stdout=False,
        redirect_stderr=False,
    ):
        try:
            yield
        finally:
            over.set()
