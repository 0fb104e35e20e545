"""Macro conversions to be expected of people who came one way, from who of them took a leading step.

Each person stands in one row and counts once, however many leading steps they took, so that nothing is
summed that overlaps. Two shares are taken from all people together: of those who took a leading step long
enough ago to be followed, those who reached the macro conversion after; and the same of everybody else.
A row's people are then expected to do as these two kinds of people do everywhere. Where fewer have
converted so far, conversions are still to come, or the row's people are keener to look than to buy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milepost.journeys.results import CreditRow, StepShare


@dataclass(frozen=True)
class Row:
    """People with one value of a dimension: how many, with the macro conversion, with a leading step.

    `leading` counts people with any of the steps before the macro conversion, `steps` those with each.
    """

    value: str | None
    users: int
    macro_users: int
    leading: int
    steps: Mapping[str, int]


@dataclass(frozen=True)
class People:
    """All rows, and what became of the people with a leading step.

    `followed` could be followed for the whole time allowed at least, `reached` of them came to the macro
    conversion after; `converted` of all with a leading step, followed or not, came to it.
    """

    rows: tuple[Row, ...]
    followed: int
    reached: int
    converted: int


def credit_rows(people: People, labels: Mapping[str, str]) -> tuple[CreditRow, ...]:
    """What to expect of each row's people, most people first.

    Args:
        people: by one value each.
        labels: of the leading steps, in the order to show them.
    """
    with_step, without = _shares(people)
    rows = [
        CreditRow(
            value=row.value,
            users=row.users,
            macro_users=row.macro_users,
            leading_users=row.leading,
            expected=None
            if with_step is None or without is None
            else row.leading * with_step + max(row.users - row.leading, 0) * without,
            steps=tuple(StepShare(event, label, row.steps.get(event, 0)) for event, label in labels.items()),
        )
        for row in people.rows
    ]
    return tuple(sorted(rows, key=lambda row: (-row.users, row.value or "")))


def _shares(people: People) -> tuple[float | None, float | None]:
    """Of people with a leading step and of people without, those who reach the macro conversion."""
    others = sum(row.users - row.leading for row in people.rows)
    if not people.followed or others <= 0:
        return None, None
    other_macros = max(sum(row.macro_users for row in people.rows) - people.converted, 0)
    return people.reached / people.followed, other_macros / others
