"""Funnels: the journeys of the file, asked for as GA4 funnels and read out of what comes back.

The service leaves out the steps that nobody reached, repeats its headers, and does not tell the days it
counted: each is seen to here (Data API reference, section 9).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from milepost.errors import InputError
from milepost.gateways.data import Number
from milepost.gateways.funnel import MOST_VALUES, TOTAL, FunnelAnswer, FunnelQuery, FunnelRow, step_number
from milepost.model.declared import DeclaredProperty
from milepost.model.document import Document, Role
from milepost.reports.dimension import ALIASES
from milepost.reports.funnel_results import Funnel, FunnelSegment, FunnelStep, NextAction, StepFigures
from milepost.reports.notes import period_notes, sampled_notes
from milepost.reports.period import FixedDays, PeriodChoice
from milepost.reports.results import Period

_NEXT = "funnelStepNextAction"

_Rows = Mapping[int, Mapping[str, Number]]
"""Metrics of one value of a breakdown, by number of the step (from 1)."""


@dataclass(frozen=True)
class JourneyStep:
    """One step as the file declares it; `role` is None for an event that is no conversion of the property."""

    event: str
    label: str
    role: Role | None = None


@dataclass(frozen=True)
class Journey:
    """The steps to the macro conversion of one business type, at least two."""

    business_type: str
    label: str
    steps: tuple[JourneyStep, ...]


@dataclass(frozen=True)
class FunnelChoice:
    """What to ask about a journey.

    Attributes:
        period: the days; the window of the whole journey.
        is_open: let users enter at any step.
        by: a key of `ALIASES` or the name of a GA4 dimension.
        next_actions: tell what users did after each step.
    """

    period: PeriodChoice
    is_open: bool = False
    by: str | None = None
    next_actions: bool = False

    @property
    def dimension(self) -> str | None:
        """GA4's name of the dimension to split by."""
        return None if self.by is None else ALIASES.get(self.by, self.by)


def property_journeys(document: Document, declared: DeclaredProperty) -> tuple[Journey, ...]:
    """The journeys of a property's business types, without the conversions it does not have.

    Raises:
        InputError: none of them has two steps.
    """
    without = set(document.properties[declared.name].without)
    known = {conversion.event: conversion for conversion in declared.conversions}
    journeys = []
    for key in dict.fromkeys(declared.business_types):
        business_type = document.business_types[key]
        steps = tuple(
            JourneyStep(event, known[event].label, known[event].role)
            if event in known
            else JourneyStep(event, event.replace("_", " ").capitalize())
            for event in business_type.journey
            if event not in without
        )
        if len(steps) > 1:
            journeys.append(Journey(key, business_type.label or key.replace("_", " ").capitalize(), steps))
    if not journeys:
        place = " and ".join(f"business_types.{key}.journey" for key in declared.business_types)
        raise InputError(
            place,
            "names fewer than two steps",
            "List the events on the way to the macro conversion, in order.",
        )
    return tuple(journeys)


def funnel_query(journey: Journey, choice: FunnelChoice) -> FunnelQuery:
    """What to ask GA4.

    The days are asked for one by one where only the answer can tell which they were; not beside next
    actions, whose users would then be counted once per day.
    """
    relative = not isinstance(choice.period, FixedDays)
    return FunnelQuery(
        events=tuple(step.event for step in journey.steps),
        days=choice.period.ranges()[0],
        is_open=choice.is_open,
        by=choice.dimension,
        next_action="eventName" if choice.next_actions else None,
        trended=relative and not choice.next_actions,
    )


def read_funnel(
    journey: Journey, choice: FunnelChoice, answer: FunnelAnswer, *, now: datetime | None = None
) -> Funnel:
    """The funnel that the answer to `funnel_query` amounts to; the order of its rows is no matter.

    Args:
        journey: what was asked about.
        choice: what was asked.
        answer: what came back.
        now: the present moment, for telling preliminary days among named ones; the machine's by default.
    """
    by = choice.dimension
    tables = _tables(answer.table, by)
    totals = tables.pop(TOTAL, {})
    actions = _next_actions(answer.visualization)
    period, days = _period(choice.period, answer)
    steps = tuple(
        FunnelStep(step.event, step.label, step.role, figures, actions.get(number, ()))
        for number, (step, figures) in enumerate(
            zip(journey.steps, _figures(totals, len(journey.steps), choice.is_open), strict=True), 1
        )
    )
    segments = sorted(
        (FunnelSegment(value, _figures(rows, len(steps), choice.is_open)) for value, rows in tables.items()),
        key=lambda segment: (-max(figures.users or 0 for figures in segment.steps), segment.value),
    )
    return Funnel(
        business_type=journey.business_type,
        label=journey.label,
        is_open=choice.is_open,
        period=period,
        days=days,
        steps=steps,
        by=by,
        segments=tuple(segments),
        notes=tuple(_notes(choice, answer, (period, days), len(segments), (now or datetime.now(UTC)).date())),
    )


def _tables(rows: Iterable[FunnelRow], by: str | None) -> dict[str, dict[int, Mapping[str, Number]]]:
    """Rows by value of the breakdown, then by number of the step; without a breakdown, of the total."""
    tables: dict[str, dict[int, Mapping[str, Number]]] = {}
    for dimensions, metrics in rows:
        number = step_number(dimensions)
        if number is not None:
            value = TOTAL if by is None else dimensions.get(by, TOTAL)
            tables.setdefault(value, {})[number] = metrics
    return tables


def _figures(rows: _Rows, steps: int, is_open: bool) -> tuple[StepFigures, ...]:
    """One per step. A step without a row was reached by nobody, if any other has one."""
    if not rows:
        return (StepFigures(),) * steps
    users = [int(rows.get(number, {}).get("activeUsers", 0)) for number in range(1, steps + 1)]
    return (
        *(
            _forward(users[n], users[n + 1], rows.get(n + 1, {}), is_open) if users[n] else StepFigures(0)
            for n in range(steps - 1)
        ),
        StepFigures(users[-1]),
    )


def _forward(users: int, following: int, row: Mapping[str, Number], is_open: bool) -> StepFigures:
    """GA4's own figures, since in an open funnel the next step holds people from elsewhere too.

    Where a row is cut short, a closed funnel's can be told from the users.
    """
    computed = None if is_open else max(users - following, 0)
    given = row.get("funnelStepAbandonments", computed)
    if given is None:
        return StepFigures(users)
    lost = min(max(int(given), 0), users)
    completion = _fraction(row.get("funnelStepCompletionRate", (users - lost) / users))
    return StepFigures(users, completion, lost, _fraction(row.get("funnelStepAbandonmentRate", lost / users)))


def _fraction(rate: Number) -> float:
    """Distinct counts are estimates, so that a rate can come out beyond its bounds."""
    return min(max(float(rate), 0.0), 1.0)


def _next_actions(rows: Iterable[FunnelRow]) -> dict[int, tuple[NextAction, ...]]:
    found: dict[int, list[NextAction]] = {}
    for dimensions, metrics in rows:
        number, event = step_number(dimensions), dimensions.get(_NEXT, TOTAL)
        if number is not None and event != TOTAL:
            found.setdefault(number, []).append(NextAction(event, int(metrics.get("activeUsers", 0))))
    return {
        number: tuple(sorted(actions, key=lambda action: (-action.users, action.event)))
        for number, actions in found.items()
    }


def _period(choice: PeriodChoice, answer: FunnelAnswer) -> tuple[Period | None, int]:
    """The days, and how many. Relative ones are certain when somebody came on the first and on the last."""
    if isinstance(choice, FixedDays):
        return choice.period, choice.period.days
    seen = list(_dates(answer.visualization))
    period = Period(min(seen), max(seen)) if seen else None
    return (period if period and period.days == choice.days else None), choice.days


def _dates(rows: Sequence[FunnelRow]) -> Iterator[date]:
    for dimensions, _ in rows:
        text = dimensions.get("date", "")
        if len(text) == 8 and text.isdecimal():
            yield datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()


def _notes(
    choice: FunnelChoice,
    answer: FunnelAnswer,
    span: tuple[Period | None, int],
    segments: int,
    today: date,
) -> Iterator[str]:
    period, days = span
    if not answer.table:
        yield "GA4 sent no figures: nobody took a step of this journey, or there is no data of these days."
    if period is None:
        which = "Yesterday is" if days == 1 else "The last two days are"
        yield f"{which} preliminary: GA4 goes on processing a day for up to 48 hours."
    else:
        yield from period_notes(period, choice.period.today(period, today), comparable=True)
    yield from sampled_notes(answer.sampled)
    if segments >= MOST_VALUES:
        yield f"GA4 shows {MOST_VALUES} values of {choice.dimension} at most; the totals hold the rest, too."
    yield "Users, not sessions: the steps may lie in several visits, on any days of the period, in order."
    yield (
        "Open funnel: users enter at the first step they take, whichever it is."
        if choice.is_open
        else "Closed funnel: only users who took the first step inside the period are counted."
    )
