"""`funnel --format json`."""

from __future__ import annotations

from pydantic import Field

from milepost.model.document import Role
from milepost.render.schemas.parts import Document, Named, OfProperty, Part, RelativeDays


class Figures(Part):
    """Users of one step, and what became of them; null in the last step and where nobody was."""

    users: int | None
    """Users who took it; null when GA4 sent no figures at all."""
    completion_rate: float | None
    """Share of them that took the next step, a fraction."""
    abandonments: int | None
    """How many did not."""
    abandonment_rate: float | None
    """Share of them that did not, a fraction."""


class NextAction(Part):
    """What users did next after a step."""

    event: str
    """Event name."""
    users: int
    """How many."""


class Step(Figures, Named):
    """One step of the journey."""

    number: int
    """From 1."""
    role: Role | None
    """`macro` or `micro`; null for an event that is no conversion of the property."""
    share_of_first: float | None
    """Its users against those of the first step, a fraction; null in an open funnel."""
    next_actions: tuple[NextAction, ...]
    """Commonest first; empty without `--next`."""


class SegmentStep(Figures):
    """One step of a segment."""

    number: int
    """From 1."""


class Segment(Part):
    """Users with one value of the dimension."""

    value: str
    """The value, as GA4 has it."""
    steps: tuple[SegmentStep, ...]
    """Those of the funnel."""


class SegmentLoss(Part):
    """The segment that loses most beyond the average at the worst step."""

    value: str
    """Its value."""
    step: int
    """Number of the step."""
    excess: float
    """Users it loses more than it would at the rate of all."""
    may_be_chance: bool
    """Whether that is within two standard errors."""


class Funnel(Part):
    """The journey of one business type."""

    business_type: str
    """Its key in the file."""
    label: str
    """How the file calls it."""
    is_open: bool = Field(alias="open")
    """Whether users may enter at any step."""
    period: RelativeDays
    """The days."""
    days: int
    """How many."""
    steps: tuple[Step, ...]
    """In order."""
    worst_step: int | None
    """Number of the step after which most users leave."""
    steepest_step: int | None
    """Number of the step after which the largest share leaves."""
    by: str | None
    """GA4's name of the dimension the users are split by; null when they are not."""
    segments: tuple[Segment, ...]
    """Most users first."""
    worst_segment: SegmentLoss | None
    """Null without segments, or when none exceeds the average."""
    notes: tuple[str, ...]
    """What a reader must know about the figures."""


class FunnelProperty(OfProperty):
    """The journeys of one property."""

    funnels: tuple[Funnel, ...]
    """One per business type with a journey, in the file's order."""


class FunnelDocument(Document):
    """The journey step by step."""

    properties: tuple[FunnelProperty, ...]
    """One per property that could be read, in the file's order."""
