"""`lift --format json`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milepost.journeys.results import Flag, Stop, ValueSource, Verdict
from milepost.render.schemas.parts import Days, Document, Named, OfProperty, Part


class Value(Part):
    """What one macro conversion is taken to be worth."""

    amount: float
    """How much."""
    source: ValueSource
    """The command line, the events themselves, or the file."""
    currency: str | None
    """ISO 4217."""
    without: int | None
    """Users whose macro conversion carried no value; null where the source cannot tell."""


class LiftRow(Named):
    """One micro conversion against the macro conversion; null is what the data do not carry."""

    verdict: Verdict | None
    """`ahead`, `level` or `behind`; null without a ratio."""
    flags: tuple[Flag, ...]
    """What to know about the figures, the gravest first."""
    users: int
    """Did it before any macro conversion, early enough to be followed for the whole time allowed."""
    reached: int
    """Of those, came to the macro conversion in time."""
    rate: float | None
    """reached ÷ users."""
    rate_low: float | None
    """Lower end of its 95 % interval."""
    rate_high: float | None
    """Upper end of its 95 % interval."""
    base: float | None
    """Share of comparable moments, of people who had not done it, that the macro conversion followed."""
    ratio: float | None
    """Rate of the people with a comparison ÷ base."""
    ratio_low: float | None
    """Lower end of its 95 % interval."""
    ratio_high: float | None
    """Upper end of its 95 % interval."""
    p_value: float | None
    """Of no difference."""
    q_value: float | None
    """The same, corrected for the number of ratios shown."""
    value: float | None
    """Rate × value of a macro conversion."""
    value_above_base: float | None
    """The part of it that comparable people would not have brought."""
    value_above_base_low: float | None
    """Lower end of its 95 % interval."""
    value_above_base_high: float | None
    """Upper end of its 95 % interval."""
    median_seconds: float | None
    """From the step to the macro conversion, of those who reached it."""
    ever: int | None
    """Did it at all."""
    after_macro: int | None
    """Did it after the macro conversion first."""
    same_instant: int | None
    """Did it within a second of it."""
    too_recent: int | None
    """Did it too late to be followed."""
    share_of_macros: float | None
    """Share of those with the macro conversion who had done it before."""
    events_per_user: float | None
    """How often those who did it did it."""
    expected: float | None
    """How many would have reached the macro conversion at the base."""
    unmatched: int | None
    """Users whom there is nobody to compare with."""
    compared: int | None
    """Comparable moments behind the base."""
    compared_reached: int | None
    """How many of them the macro conversion followed."""


class StepShare(Named):
    """People of a row who took one of the leading steps."""

    users: int
    """How many."""


class CreditRow(Part):
    """The people with one value of the dimension of `--by`."""

    value: str | None
    """The value; null for those of whom it is not known."""
    users: int
    """People seen in the window, each in one row only."""
    macro_users: int
    """Of those, reached the macro conversion so far."""
    leading_users: int
    """Took any leading step before it."""
    expected: float | None
    """How many would reach it, knowing only who took a leading step; null where none leads."""
    steps: tuple[StepShare, ...]
    """People with each of the leading steps."""


class Macro(Named):
    """All micro conversions against one macro conversion."""

    users: int
    """Users with it in the window."""
    value: Value | None
    """What one is worth; null where nobody knows."""
    stopped: Stop | None
    """Why there are no rows; null where there are."""
    tested: int
    """How many ratios are shown, for which the q values are corrected."""
    micros: tuple[LiftRow, ...]
    """Leading ones first; those without a ratio last."""
    same_progress: tuple[str, ...]
    """Required steps of which people compared had taken as many; empty without `--same-progress`."""
    by: str | None
    """Dimension of `rows`; null without `--by`."""
    rows: tuple[CreditRow, ...]
    """Most users first; empty without `--by`."""


class LiftProperty(OfProperty):
    """Everything about one property. The property may be `demo` where GA4 was not asked."""

    source: Literal["api", "export"]
    """Where the counts are from."""
    approximate: bool
    """Whether they are estimates themselves."""
    period: Days
    """The window."""
    within_seconds: int = Field(ge=0)
    """Time allowed from micro to macro conversion."""
    macros: tuple[Macro, ...]
    """One per macro conversion, in the file's order."""
    notes: tuple[str, ...]
    """What a reader must know about the figures."""


class LiftDocument(Document):
    """Which micro conversions lead to a macro one; rates are fractions from 0 to 1."""

    properties: tuple[LiftProperty, ...]
    """One per property that could be read, in the file's order."""
