"""One property's failure as a value, so that it does not hide the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from milepost.errors import MilepostError
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import ConversionsFile, selected

Result = TypeVar("Result")

_AT_ONCE = 8


@dataclass(frozen=True)
class Failure:
    """A property that could not be dealt with, and why."""

    name: str
    property: str
    error: MilepostError


def each_property(
    file: ConversionsFile, names: Sequence[str], work: Callable[[DeclaredProperty], Result]
) -> tuple[Result | Failure, ...]:
    """The result of `work` for each property asked for (none: all), side by side, in the order of the file.

    Raises:
        InputError: a name that the file does not have.
    """
    wanted = selected(tuple(names), tuple(file.document.properties), file.path)

    def attempt(name: str) -> Result | Failure:
        written = file.document.properties[name].id
        try:
            declared = declared_property(file.document, name)
            written = declared.id
            return work(declared)
        except MilepostError as error:
            return Failure(name, written, error)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(attempt, wanted))
