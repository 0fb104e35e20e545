"""What is worth saying about a funnel, in the words every format for people shares."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.render.report.figures import Signs, count, days, length, percent
from milepost.reports.dimension import ALIASES
from milepost.reports.funnel_results import Funnel, FunnelSegment, StepFigures
from milepost.reports.results import share


def kind(funnel: Funnel) -> str:
    """Whose journey, and which kind of funnel."""
    return f"{funnel.label}, {'open' if funnel.is_open else 'closed'} funnel"


def period(funnel: Funnel) -> str:
    """The days; in words where nobody told which the last ones were."""
    if funnel.period is not None:
        return f"{days(funnel.period)}, {length(funnel.period)}"
    return "yesterday" if funnel.days == 1 else f"the last {funnel.days} full days"


def bounds(funnel: Funnel) -> tuple[str, str]:
    """First and last day as dates, or else as GA4 was asked: `28daysAgo` and `yesterday`."""
    if funnel.period is not None:
        return str(funnel.period.first), str(funnel.period.last)
    return f"{funnel.days}daysAgo", "yesterday"


def dimension(funnel: Funnel) -> str:
    """What the users are split by: the short name, or else GA4's."""
    return next((short for short, name in ALIASES.items() if name == funnel.by), funnel.by or "")


def users(figures: StepFigures, signs: Signs) -> str:
    """How many users took a step."""
    return signs.none if figures.users is None else count(figures.users)


def step_cells(funnel: Funnel, figures: StepFigures, signs: Signs) -> tuple[str, ...]:
    """Users, their share of the first step's, who went on, who left, and the share of those."""
    left = signs.none if figures.abandonments is None else count(figures.abandonments)
    return (
        users(figures, signs),
        *(() if funnel.is_open else (percent(funnel.share_of_first(figures), signs),)),
        percent(figures.completion_rate, signs),
        left,
        percent(figures.abandonment_rate, signs),
    )


def step_headings(funnel: Funnel) -> tuple[str, ...]:
    """What stands over `step_cells`."""
    return ("Users", *(() if funnel.is_open else ("Of first",)), "Went on", "Left", "Left, %")


def segment_headings(funnel: Funnel) -> tuple[str, ...]:
    """What stands over `segment_cells`: the steps by number, and the whole way where it has one beginning."""
    return (
        *(f"{number}" for number in range(1, len(funnel.steps) + 1)),
        *(() if funnel.is_open else ("To the end",)),
    )


def segment_cells(funnel: Funnel, segment: FunnelSegment, signs: Signs) -> tuple[str, ...]:
    """A segment's users by step, and the share of the first step's that came to the last."""
    figures = tuple(users(step, signs) for step in segment.steps)
    if funnel.is_open:
        return figures
    first, last = segment.steps[0].users or 0, segment.steps[-1].users or 0
    return (*figures, percent(share(last, first), signs))


def findings(funnel: Funnel, signs: Signs) -> Iterator[str]:
    """The worst step, the steepest where that is another, and the worst segment."""
    worst, steepest = funnel.worst_step, funnel.steepest_step
    if worst is None:
        return
    yield _stopped("Largest", funnel, worst, signs)
    if steepest is not None and steepest != worst:
        yield _stopped("Steepest", funnel, steepest, signs)
    loss = funnel.worst_segment
    if loss is not None:
        chance = "; that may be chance" if loss.may_be_chance else ""
        value, lost = loss.segment.value, _lost(loss.figures, signs)
        yield (
            f"Worst {dimension(funnel)} after {_name(funnel, worst)}: {value}, where {lost} went no further,"
            f" {count(round(loss.excess))} more than at the rate of all{chance}."
        )


def _stopped(which: str, funnel: Funnel, position: int, signs: Signs) -> str:
    lost = _lost(funnel.steps[position].figures, signs)
    return f"{which} loss: after {_name(funnel, position)}, {lost} went no further."


def _name(funnel: Funnel, position: int) -> str:
    return f"{position + 1}. {funnel.steps[position].label}"


def _lost(figures: StepFigures, signs: Signs) -> str:
    rate = percent(figures.abandonment_rate, signs)
    return f"{count(figures.abandonments or 0)} of {count(figures.users or 0)} users ({rate})"
