"""`report --by` and `report --heat` with `--format json`."""

from __future__ import annotations

from typing import Literal

from milepost.render.schemas.parts import Conversion, Days, Document, OfProperty, Part
from milepost.render.schemas.report import People


class Split(OfProperty):
    """What both views tell of a property."""

    time_zone: str
    """Of its days."""
    period: Days
    """The days reported on."""
    by: str
    """What `--by` said."""
    dimension: str
    """GA4's name of the dimension."""
    values: int
    """How many values of it there are, with those that have no row."""
    notes: tuple[str, ...]
    """What a reader must know about the figures."""


class Worth(Part):
    """Value of some conversions together."""

    amount: float
    """How much."""
    currency: str | None
    """ISO 4217."""
    source: Literal["ga4", "declared", "mixed"]
    """What the events carried, the file's value times events, or both."""


class RolePeople(People):
    """Users, sessions and events with conversions of a role; the rate is of the row's users."""

    events: int
    """How many events."""
    value: Worth | None
    """What they were worth; null where nobody knows."""


class BreakdownRow(Part):
    """One value of the dimension, or several together."""

    users: int
    """All users of the row."""
    sessions: int
    """All sessions of the row."""
    macro: RolePeople
    """Those with any macro conversion."""
    micro: RolePeople
    """Those with any micro conversion."""


class BreakdownValue(BreakdownRow):
    """A row of its own."""

    value: str
    """The dimension's value, as GA4 has it."""


class SplitProperty(Split):
    """The breakdown of one property."""

    total: BreakdownRow
    """Everybody, counted once by GA4 itself."""
    rows: tuple[BreakdownValue, ...]
    """Most users first. A user with several values is in several rows."""
    others: BreakdownRow | None
    """Everybody with a value that has no row; null where every value has one."""


class BreakdownDocument(Document):
    """Micro and macro side by side by one dimension."""

    properties: tuple[SplitProperty, ...]
    """One per property that could be read, in the file's order."""


class HeatCell(Part):
    """Users of a row with one conversion."""

    users: int
    """How many."""
    user_rate: float | None
    """Share of the row's users, a fraction; null where it has none."""
    warmth: float | None
    """That share against the highest of the column's rows; null in others and total."""


class HeatRow(Part):
    """One value of the dimension, or several together."""

    users: int
    """All users of the row."""
    conversions: dict[str, HeatCell]
    """By event name."""


class HeatValue(HeatRow):
    """A row of its own."""

    value: str
    """The dimension's value, as GA4 has it."""


class HeatedProperty(Split):
    """The heat table of one property."""

    conversions: tuple[Conversion, ...]
    """The columns: micro first, most users first."""
    total: HeatRow
    """Everybody, counted once by GA4 itself."""
    rows: tuple[HeatValue, ...]
    """Most users first."""
    others: HeatRow | None
    """Everybody with a value that has no row; null where every value has one."""


class HeatDocument(Document):
    """Users of each page, or value of another dimension, with each conversion."""

    properties: tuple[HeatedProperty, ...]
    """One per property that could be read, in the file's order."""
