"""What the file could say a micro conversion is worth: lift's figures as default values for GA4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import floor, log10

from milepost.journeys.proposals import Basis, Proposal, Refusal
from milepost.journeys.results import LiftRow, LiftTable
from milepost.model.declared import DeclaredConversion

DIGITS = 2
"""Significant digits of a proposal: the intervals are wider than a third one could matter."""

_Amounts = tuple[float, float, float]
"""What one person is worth: the figure, and both ends of its interval."""


def propose(table: LiftTable, micros: Mapping[str, DeclaredConversion], basis: Basis) -> tuple[Proposal, ...]:
    """One proposal per row of lift's table, in its order.

    Args:
        table: of one macro conversion.
        micros: what the file declares, by event.
        basis: `worth` is what follows a person's first time, `above-base` the part of it that comparable
            people would not have brought.
    """
    return tuple(_proposal(table, row, micros[row.event], basis) for row in table.rows)


def rounded(amount: float) -> float:
    """To two significant digits, as people write amounts: 6.59 → 6.6, 123 → 120."""
    return round(amount, DIGITS - 1 - floor(log10(abs(amount)))) if amount else 0.0


def _proposal(table: LiftTable, row: LiftRow, micro: DeclaredConversion, basis: Basis) -> Proposal:
    person = _per_person(table, row, basis)
    refusal = next(_refusals(table, row, micro, basis, person), None)
    times = _times(row, micro)
    proposal = Proposal(
        event=row.event,
        label=row.label,
        declared=micro.definition.value,
        declared_currency=micro.currency,
        key_event=micro.definition.key_event,
        counting=micro.definition.counting or "once_per_event",
        divided_by=times,
        currency=(table.value and table.value.currency) or micro.currency,
        refusal=refusal,
        flags=row.flags,
        users=row.users,
        reached=row.reached,
    )
    if refusal is not None or person is None:
        return proposal
    amount, low, high = (part / times for part in person)
    return replace(proposal, per_user=person[0], amount=amount, low=low, high=high, value=rounded(amount))


def _times(row: LiftRow, micro: DeclaredConversion) -> float:
    """By how much a person's worth is divided: GA4 gives its default value to every event it counts."""
    if micro.definition.counting == "once_per_session":
        return 1.0
    return max(row.events_per_user or 1.0, 1.0)


def _per_person(table: LiftTable, row: LiftRow, basis: Basis) -> _Amounts | None:
    """None where lift shows no such figure."""
    if basis == "above-base":
        amounts = (row.value_above_base, row.value_above_base_low, row.value_above_base_high)
    elif table.value is None or row.rate_low is None or row.rate_high is None:
        return None
    else:
        each = table.value.amount
        amounts = (row.value, row.rate_low * each, row.rate_high * each)
    figure, low, high = amounts
    return None if figure is None or low is None or high is None else (figure, low, high)


def _refusals(
    table: LiftTable, row: LiftRow, micro: DeclaredConversion, basis: Basis, person: _Amounts | None
) -> Iterator[Refusal]:
    """Everything that stands in the way, the plainest first."""
    if table.value is None:
        yield "no-macro-value"
        return
    if not row.users:
        yield "nobody"
    if person is None:
        yield "thin" if row.value is None else "no-comparison"
    elif basis == "above-base" and person[1] <= 0:
        yield "not-above"
    currencies = {table.value.currency, micro.currency} - {None}
    if not currencies:
        yield "no-currency"
    if len(currencies) > 1:
        yield "other-currency"
