"""What a funnel says, as frozen values. Rates are fractions from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

from milepost.model.document import Role
from milepost.model.frames import Kind, Record, Tabular
from milepost.reports.funnel_records import FUNNEL_COLUMNS, OF_PROPERTY, funnel_records
from milepost.reports.results import Period, share

LEAST_USERS = 30
"""Below this many users, a rate is not held against a step or a segment."""


@dataclass(frozen=True)
class StepFigures:
    """Users who took one step, and what became of them.

    Everything but `users` is None for the last step and where nobody was; `users` is None when GA4 sent
    no figures at all.
    """

    users: int | None = None
    completion_rate: float | None = None
    abandonments: int | None = None
    abandonment_rate: float | None = None


@dataclass(frozen=True)
class NextAction:
    """An event that came next after a step, before the following one, and how many users' it was."""

    event: str
    users: int


@dataclass(frozen=True)
class FunnelStep:
    """One step of a journey. `role` is None for an event that is no declared conversion.

    `next_actions` stand commonest first; empty unless they were asked for.
    """

    event: str
    label: str
    role: Role | None
    figures: StepFigures
    next_actions: tuple[NextAction, ...] = ()


@dataclass(frozen=True)
class FunnelSegment:
    """The users with one value of the dimension a funnel is split by; `steps` are those of the funnel."""

    value: str
    steps: tuple[StepFigures, ...]


@dataclass(frozen=True)
class SegmentLoss:
    """The segment that loses the most beyond the average at the funnel's worst step.

    `excess` is the number of users it loses more than it would at the rate of all; `may_be_chance` when
    that is within two standard errors.
    """

    segment: FunnelSegment
    figures: StepFigures
    excess: float
    may_be_chance: bool


@dataclass(frozen=True)
class Funnel(Tabular):
    """The journey of one business type.

    Attributes:
        business_type: its key in the file.
        label: how the file calls it.
        is_open: whether users may enter at any step.
        period: the days; None when they are the last `days` full ones and GA4 did not tell which those were.
        days: how many.
        steps: in order.
        by: the dimension the users are split by; None when they are not.
        segments: most users first; at most the 15 that GA4 gives.
        notes: what a reader must know.
    """

    COLUMNS: ClassVar[Mapping[str, Kind]] = FUNNEL_COLUMNS

    business_type: str
    label: str
    is_open: bool
    period: Period | None
    days: int
    steps: tuple[FunnelStep, ...]
    by: str | None = None
    segments: tuple[FunnelSegment, ...] = ()
    notes: tuple[str, ...] = ()

    def records(self) -> Iterator[Record]:
        """One row per step, per step and segment, and per next action."""
        return funnel_records(self)

    def share_of_first(self, figures: StepFigures) -> float | None:
        """A step's users as a share of the first's; None in an open funnel, where it says nothing."""
        first = self.steps[0].figures.users
        if self.is_open or first is None or figures.users is None:
            return None
        return share(figures.users, first)

    @property
    def worst_step(self) -> int | None:
        """Position, from 0, of the step after which most users leave; the earlier of equals."""
        lost = [step.figures.abandonments or 0 for step in self.steps]
        most = max(lost, default=0)
        return lost.index(most) if most else None

    @property
    def steepest_step(self) -> int | None:
        """Position, from 0, of the step after which the largest share leaves, among those many users take."""
        rates = [
            (figures.abandonment_rate or 0) if (figures.users or 0) >= LEAST_USERS else 0
            for figures in (step.figures for step in self.steps)
        ]
        most = max(rates, default=0)
        return rates.index(most) if most else None

    @property
    def worst_segment(self) -> SegmentLoss | None:
        """Where the worst step is worst; None without segments, or when none exceeds the average."""
        position = self.worst_step
        if position is None or len(self.segments) < 2:
            return None
        average = self.steps[position].figures.abandonment_rate or 0
        losses = (_loss(segment, position, average) for segment in self.segments)
        return max((loss for loss in losses if loss), key=lambda loss: loss.excess, default=None)


@dataclass(frozen=True)
class FunnelReport(Tabular):
    """The funnels of one property, one per business type with a journey, in the file's order."""

    COLUMNS: ClassVar[Mapping[str, Kind]] = {**OF_PROPERTY, **FUNNEL_COLUMNS}

    name: str
    property_id: str
    funnels: tuple[Funnel, ...]

    def records(self) -> Iterator[Record]:
        """The rows of all funnels, one after another."""
        place: Record = {"name": self.name, "property": self.property_id}
        return ({**place, **record} for funnel in self.funnels for record in funnel.records())


def _loss(segment: FunnelSegment, position: int, average: float) -> SegmentLoss | None:
    figures = segment.steps[position]
    users = figures.users or 0
    excess = (figures.abandonments or 0) - users * average
    if users < LEAST_USERS or excess < 1:
        return None
    error = sqrt(users * average * (1 - average))
    return SegmentLoss(segment, figures, excess, excess <= 2 * error)
