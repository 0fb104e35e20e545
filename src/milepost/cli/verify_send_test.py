"""milepost verify --send-test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from milepost.cli.console import stderr, stdout, write
from milepost.cli.progress import display
from milepost.model.load import find_file, load_file
from milepost.operations.outcome import Failure
from milepost.operations.send_test import TIMEOUT, try_server_events
from milepost.operations.session import Session
from milepost.operations.verify_wait import EVERY
from milepost.render.failure_text import print_failure
from milepost.render.verify.send_test import render_send_test_json, render_send_test_text
from milepost.tracking.server_tests import all_passed


def send_test_and_tell(
    names: Sequence[str],
    config: Path | None,
    events: Sequence[str],
    timeout: int | None,
    every: float | None,
    *,
    for_real: bool,
    as_json: bool,
) -> None:
    """Tries the events out, tells what came of it, and ends the command.

    Raises:
        typer.Exit: 1 when a property's could not be tried, 3 when something is wrong with an event.
    """
    file = load_file(find_file(config))
    with Session("read") as session, display("Trying out", file, names, session) as watch:
        results = try_server_events(
            file,
            names,
            session,
            for_real=for_real,
            events=events,
            timeout=TIMEOUT if timeout is None else float(timeout),
            every=every or EVERY,
            watch=watch,
        )
    found = [result for result in results if not isinstance(result, Failure)]
    failures = [result for result in results if isinstance(result, Failure)]
    if as_json:
        write(render_send_test_json(found))
    else:
        render_send_test_text(found, stdout())
    for failure in failures:
        print_failure(stderr(), failure.error)
    if failures:
        raise typer.Exit(1)
    if not all_passed(found):
        raise typer.Exit(3)
