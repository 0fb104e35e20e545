"""The last lines of a report on several properties: people, by what they did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.console import Console

    from milepost.operations.outcome import Failure
    from milepost.reports.breakdown import Breakdown
    from milepost.reports.results import PropertyReport

Result = TypeVar("Result", "PropertyReport", "Breakdown")


def print_people(
    console: Console,
    results: Sequence[Result | Failure],
    people: Callable[[Result], tuple[int, int, int]],
) -> None:
    """A line per property, when there are several.

    Args:
        console: where to.
        results: one per property, or why there is none.
        people: users, those with any macro, and those with any micro conversion.
    """
    from milepost.operations.outcome import Failure
    from milepost.render.fleet_text import FleetLine, print_fleet

    if len(results) < 2:
        return
    print_fleet(
        console,
        ("Users", "Any macro", "Any micro"),
        (
            FleetLine(result.name, (None, None, None), result.error.cause)
            if isinstance(result, Failure)
            else FleetLine(result.name, people(result))
            for result in results
        ),
    )
