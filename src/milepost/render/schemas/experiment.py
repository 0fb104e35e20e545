"""`report --by experiment --format json`."""

from __future__ import annotations

from milepost.render.schemas.parts import Conversion, Days, Document, OfProperty, Part
from milepost.reports.experiment_results import Verdict


class Arm(Part):
    """One arm and one conversion."""

    arm: str
    """The arm, as the events name it."""
    users: int
    """Users who saw the arm."""
    converted: int
    """Of those, did it afterwards."""
    rate: float | None
    """Their share, a fraction; null where nobody saw the arm."""
    rate_low: float | None
    """Lower end of its interval."""
    rate_high: float | None
    """Upper end of its interval."""
    difference: float | None
    """The rate less that of the control; null for the control itself."""
    p_value: float | None
    """Of no difference, corrected where there are several arms; null for the control itself."""
    verdict: Verdict
    """What may be said of the arm against the control; `too_few` as long as nothing may."""


class TriedConversion(Conversion):
    """One conversion in every arm."""

    needed_per_arm: int | None
    """Users each arm needs before there is a verdict; null where the control has no conversion."""
    arms: tuple[Arm, ...]
    """The control first."""


class TriedProperty(OfProperty):
    """One experiment of one property."""

    time_zone: str
    """Of its days."""
    period: Days
    """The days reported on."""
    dimension: str
    """GA4's name of the dimension that carries the arm."""
    experiment: str
    """What the names of its arms share."""
    other_experiments: tuple[str, ...]
    """Further ones that were seen."""
    arms: tuple[str, ...]
    """The control first; empty where no experiment was seen."""
    effect: float
    """The smallest relative change looked for, a fraction."""
    power: float
    """Chance to find it, a fraction."""
    confidence: float
    """Of the intervals, a fraction."""
    users_in_several_arms: int
    """Users who were shown more than one."""
    sample_ratio_p_value: float | None
    """Chance of so uneven a split, were it meant to be even."""
    conversions: tuple[TriedConversion, ...]
    """Macro first, each role in the file's order."""
    notes: tuple[str, ...]
    """What a reader must know about the figures."""


class ExperimentDocument(Document):
    """The arms of an experiment side by side."""

    properties: tuple[TriedProperty, ...]
    """One per property that could be read, in the file's order."""
