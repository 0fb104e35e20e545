"""Many properties side by side: one's failure is a value, so that it does not hide the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from milepost.errors import HaltedError, MilepostError
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import ConversionsFile, selected
from milepost.operations.session import Session

Result = TypeVar("Result")

_AT_ONCE = 8

_WAKE = 0.5
"""Seconds between looks at whether somebody pressed Ctrl-C: on Windows a wait without end hears nothing."""


@dataclass(frozen=True)
class Failure:
    """A property that could not be dealt with, and why."""

    name: str
    property: str
    error: MilepostError


class Watch:
    """Is told how far each property is, from the thread that works on it. This one does nothing."""

    def began(self, name: str, steps: int = 0) -> None:
        """Work on a property begins; `steps` changes are to be made."""

    def stepped(self, name: str, words: str) -> None:
        """One of a property's steps is done."""

    def told(self, name: str, words: str) -> None:
        """Something is to be known of a property before its result, and to stay known."""

    def ended(self, name: str) -> None:
        """Nothing more will be done to a property."""


SILENT = Watch()


def each_property(
    file: ConversionsFile,
    names: Sequence[str],
    work: Callable[[DeclaredProperty], Result],
    session: Session | None = None,
    *,
    watch: Watch = SILENT,
    finish: bool = False,
) -> tuple[Result | Failure, ...]:
    """The result of `work` for each property asked for (none: all), side by side, in the order of the file.

    After `session.halt()` no further property is begun. Ctrl-C halts the session itself.

    Args:
        file: what declares them.
        names: names or shell patterns.
        work: what to do with one property.
        session: what they are reached through, and what may halt them.
        watch: is told of the end of each; of its beginning by `work`, which knows how much there is to do.
        finish: let work that has begun end before Ctrl-C takes effect, because it changes something.

    Raises:
        InputError: a name that the file does not have.
        KeyboardInterrupt: somebody pressed Ctrl-C.
    """
    wanted = selected(tuple(names), tuple(file.document.properties), file.path)

    def attempt(name: str) -> Result | Failure:
        written = file.document.properties[name].id
        try:
            if session is not None and session.halted:
                raise HaltedError(f"property {name}", "not begun, because of the interruption")
            declared = declared_property(file.document, name)
            written = declared.id
            return work(declared)
        except MilepostError as error:
            return Failure(name, written, error)
        finally:
            watch.ended(name)

    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        return _results([pool.submit(attempt, name) for name in wanted])
    except KeyboardInterrupt:
        if session is not None:
            session.halt()
        pool.shutdown(wait=finish, cancel_futures=True)
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _results(futures: Sequence[Future[Result]]) -> tuple[Result, ...]:
    while wait(futures, timeout=_WAKE).not_done:
        pass
    return tuple(future.result() for future in futures)
