"""What lift says, as frozen values: rates are fractions from 0 to 1, times seconds, money the macro's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from milepost.journeys.records import LIFT_COLUMNS, lift_records
from milepost.model.frames import Kind, Record, Tabular

Verdict = Literal["ahead", "level", "behind"]

Flag = Literal[
    "mostly-after", "same-instant", "too-few", "unmatched", "required-step", "sampled", "low-data", "repeated"
]
"""What stands in the way of a row's figures, the gravest first; `low-data` and `repeated` only warn."""

ValueSource = Literal["given", "events", "declared"]
"""Where the value of a macro conversion is from: the command line, the events themselves, the file."""

Stop = Literal["no-users", "no-macro", "few-macros", "no-pages", "too-short"]
"""Why there is nothing to say about a macro conversion."""

LEAST_MACRO_USERS = 10
"""Below this many users with the macro conversion, nothing is compared."""


@dataclass(frozen=True)
class LiftRow:
    """One micro conversion against one macro conversion; JSON names its keys as they are named here.

    A figure is None where the data do not carry it, or the source cannot know it; `flags` say why a ratio
    is missing. Users count once, by their first time.

    Attributes:
        event: its event name.
        label: how the file calls it.
        verdict: `ahead` or `behind` where the ratio differs from 1 by more than the margin; None without one.
        flags: what to know about the figures, the gravest first.
        users: did it before any macro conversion, early enough to be followed for the whole time allowed.
        reached: of those, came to the macro conversion in time.
        rate: reached ÷ users, with its interval.
        base: share of comparable moments, of people who had not done it, that the macro conversion followed.
        ratio: rate of the people with a comparison ÷ base, with its interval.
        p_value: of no difference; `q_value` corrects it for the number of ratios shown.
        value: rate × value of a macro conversion: what follows one user's first time on average.
        value_above_base: the part of it that comparable people would not have brought, with its interval.
        median_seconds: from the step to the macro conversion, of those who reached it.
        ever: did it at all; the sum of the three below and `users`.
        after_macro: did it after the macro conversion first.
        same_instant: did it within a second of it.
        too_recent: did it too late in the window to be followed.
        share_of_macros: share of those with the macro conversion who had done it before.
        events_per_user: how often those who did it did it.
        expected: how many would have reached the macro conversion at the base.
        unmatched: users at points of a visit where there is nobody to compare them with.
        compared: comparable moments behind the base, before they are weighted (from funnels: people who saw
            as many pages); `compared_reached` of them were followed by the macro conversion.
    """

    event: str
    label: str
    verdict: Verdict | None
    flags: tuple[Flag, ...]
    users: int
    reached: int
    rate: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None
    base: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    value: float | None = None
    value_above_base: float | None = None
    value_above_base_low: float | None = None
    value_above_base_high: float | None = None
    median_seconds: float | None = None
    ever: int | None = None
    after_macro: int | None = None
    same_instant: int | None = None
    too_recent: int | None = None
    share_of_macros: float | None = None
    events_per_user: float | None = None
    expected: float | None = None
    unmatched: int | None = None
    compared: int | None = None
    compared_reached: int | None = None


@dataclass(frozen=True)
class MacroValue:
    """What one macro conversion is taken to be worth.

    `without` counts the users whose macro conversion carried no value, None where the source cannot tell.
    """

    amount: float
    source: ValueSource
    currency: str | None = None
    without: int | None = None


@dataclass(frozen=True)
class StepShare:
    """How many people of one row of `--by` took one of the steps that lead."""

    event: str
    label: str
    users: int


@dataclass(frozen=True)
class CreditRow:
    """The people with one value of the dimension; None for those of whom it is not known.

    Attributes:
        value: of the dimension.
        users: people seen in the window, each in one row only.
        macro_users: of those, reached the macro conversion so far.
        leading_users: took any step whose verdict is `ahead`, before it.
        expected: how many would reach it, knowing only who took a leading step; None where none leads.
        steps: people with each of the leading steps, in the order of the table.
    """

    value: str | None
    users: int
    macro_users: int
    leading_users: int
    expected: float | None
    steps: tuple[StepShare, ...]


@dataclass(frozen=True)
class LiftTable:
    """All micro conversions of a property against one macro conversion.

    Attributes:
        macro: its event name.
        label: how the file calls it.
        macro_users: users with it in the window.
        value: what one is worth; None where nobody knows.
        rows: leading ones first, by the lower end of the ratio; those without a ratio last, by users.
        tested: how many ratios are shown, for which the q values are corrected.
        stopped: why there are no rows; None where there are.
        by: the dimension of `credits`.
        credits: most users first.
        road: required steps of which people had to have taken as many to be compared; empty where it was
            not asked for.
    """

    macro: str
    label: str
    macro_users: int
    value: MacroValue | None
    rows: tuple[LiftRow, ...]
    tested: int
    stopped: Stop | None = None
    by: str | None = None
    credits: tuple[CreditRow, ...] = ()
    road: tuple[str, ...] = ()

    @property
    def leading(self) -> LiftRow | None:
        """The step that leads; None where none does."""
        return next((row for row in self.rows if row.verdict == "ahead"), None)


@dataclass(frozen=True)
class LiftReport(Tabular):
    """Everything about one property.

    Attributes:
        name: in the file.
        property_id: digits, or `demo` where GA4 was not asked.
        source: `api` (every figure is approximate) or `export`.
        first_day: of the window, included.
        last_day: of the window, included.
        within_seconds: time allowed from micro to macro conversion.
        tables: one per macro conversion, in the order of the file.
        notes: what a reader must know.
    """

    COLUMNS: ClassVar[Mapping[str, Kind]] = LIFT_COLUMNS

    name: str
    property_id: str
    source: Literal["api", "export"]
    first_day: date
    last_day: date
    within_seconds: int
    tables: tuple[LiftTable, ...]
    notes: tuple[str, ...] = ()

    def records(self) -> Iterator[Record]:
        """A row per micro conversion, per value of `--by`, and per value and leading step."""
        return lift_records(self)

    @property
    def approximate(self) -> bool:
        """Whether the counts are estimates themselves."""
        return self.source == "api"

    @property
    def days(self) -> int:
        """How many days the window has."""
        return (self.last_day - self.first_day).days + 1
