"""How far a command is, on stderr while it runs; of it nothing remains but what was to be told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from milepost.cli.console import stderr
from milepost.model.load import ConversionsFile, selected
from milepost.operations.outcome import Watch
from milepost.operations.session import Session
from milepost.render.safe import plain


@contextmanager
def display(verb: str, file: ConversionsFile, names: Sequence[str], session: Session) -> Iterator[Watch]:
    """Shows the properties asked for (none: all) while they are worked on.

    Raises:
        InputError: a name that the file does not have.
    """
    count = len(selected(tuple(names), tuple(file.document.properties), file.path))
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        _Waiting(lambda: session.waiting),
        console=stderr(),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with progress:
        yield _Display(progress, verb, count)


class _Display(Watch):
    """One line for all properties, where there are several, and one for each that is under way."""

    def __init__(self, progress: Progress, verb: str, count: int) -> None:
        self._progress = progress
        self._all = progress.add_task(verb, total=count, visible=count > 1)
        self._tasks: dict[str, TaskID] = {}
        self._lock = Lock()

    def began(self, name: str, steps: int = 0) -> None:
        with self._lock:
            self._tasks[name] = self._progress.add_task(plain(name), total=steps or None)

    def stepped(self, name: str, words: str) -> None:
        self._progress.update(self._tasks[name], advance=1, description=plain(f"{name}: {words}"))

    def told(self, name: str, words: str) -> None:
        self._progress.console.print(plain(f"{name}: {words}"), markup=False, highlight=False, soft_wrap=True)

    def ended(self, name: str) -> None:
        with self._lock:
            task = self._tasks.pop(name, None)
        if task is not None:
            self._progress.remove_task(task)
        self._progress.advance(self._all)


class _Waiting(ProgressColumn):
    """Says that things wait for Google's quota: without it, a wait of a minute looks like an end."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        super().__init__()
        self._seconds = seconds

    def render(self, task: Task) -> Text:
        seconds = self._seconds() if not task.finished else 0.0
        return Text(f"quota used up: {seconds:.0f} s to wait" if seconds >= 1 else "", style="yellow")
