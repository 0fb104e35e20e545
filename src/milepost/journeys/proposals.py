"""What `values` says, as frozen values: money is in the currency beside it, intervals hold 95 %."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from milepost.journeys.results import Flag, MacroValue, Stop
from milepost.model.frames import Kind, Record, Tabular

Basis = Literal["worth", "above-base"]

Refusal = Literal[
    "nobody",
    "thin",
    "no-comparison",
    "not-above",
    "no-macro-value",
    "no-currency",
    "other-currency",
]
"""Why there is no proposal."""

Action = Literal["add", "change", "keep", "refuse"]
"""What becomes of the file: `keep` where its value lies within the interval, or is the one proposed."""

_FIGURES: Mapping[str, Kind] = {
    "users": "count",
    "reached": "count",
    "divided_by": "number",
    "per_user": "number",
    "amount": "number",
    "low": "number",
    "high": "number",
    "value": "number",
    "declared": "number",
}


@dataclass(frozen=True)
class Proposal:
    """One micro conversion.

    Attributes:
        event: its event name.
        label: how the file calls it.
        declared: what the file says now; None for nothing.
        declared_currency: of that, or that it would have.
        key_event: whether GA4 counts it as one, so that it has a default value there.
        counting: how GA4 counts it: `once_per_event` or `once_per_session`.
        divided_by: how often a person does it, by which the worth of a person was divided; 1 where GA4 counts
            once per session.
        currency: of the amounts.
        refusal: why nothing is proposed; None where something is.
        flags: lift's, the gravest first.
        users: people behind it.
        reached: of those, came to the macro conversion in time.
        per_user: what one person is worth.
        amount: the same for each event that GA4 counts, with its interval.
        value: `amount` to two significant digits: what is proposed.
        path: where it stands, or would, in the file.
    """

    event: str
    label: str
    declared: float | None
    declared_currency: str | None
    key_event: bool
    counting: Literal["once_per_event", "once_per_session"]
    divided_by: float
    currency: str | None
    refusal: Refusal | None
    flags: tuple[Flag, ...]
    users: int
    reached: int
    per_user: float | None = None
    amount: float | None = None
    low: float | None = None
    high: float | None = None
    value: float | None = None
    path: tuple[str, ...] = ()

    @property
    def action(self) -> Action:
        """What becomes of the file. A value that the data do not contradict stays: figures move every day."""
        if self.value is None:
            return "refuse"
        if self.declared is None:
            return "add"
        low, high = (self.value if end is None else end for end in (self.low, self.high))
        return "keep" if low <= self.declared <= high or self.declared == self.value else "change"

    @property
    def changes(self) -> bool:
        """Whether the file is to be written."""
        return self.action in ("add", "change")


@dataclass(frozen=True)
class ValueReport(Tabular):
    """The proposals for one property.

    Attributes:
        name: in the file.
        property_id: digits, or `demo` where GA4 was not asked.
        source: `api` or `export`.
        first_day: of the window, included.
        last_day: of the window, included.
        within_seconds: time allowed from micro to macro conversion.
        basis: what the values are.
        macro: event name of the macro conversion.
        macro_label: how the file calls it.
        macro_users: users with it in the window.
        macro_value: what one is worth; None where nobody knows.
        stopped: why there are no proposals; None where there are.
        proposals: in the order of lift.
        notes: what a reader must know.
    """

    COLUMNS: ClassVar[Mapping[str, Kind]] = {
        "name": "text",
        "property": "text",
        "source": "text",
        "from": "day",
        "to": "day",
        "within_seconds": "count",
        "basis": "text",
        "macro": "text",
        "event": "text",
        "label": "text",
        "action": "text",
        "refusal": "text",
        "flags": "text",
        "counting": "text",
        "key_event": "flag",
        "currency": "text",
        **_FIGURES,
    }

    name: str
    property_id: str
    source: Literal["api", "export"]
    first_day: date
    last_day: date
    within_seconds: int
    basis: Basis
    macro: str
    macro_label: str
    macro_users: int
    macro_value: MacroValue | None
    stopped: Stop | None
    proposals: tuple[Proposal, ...]
    notes: tuple[str, ...] = ()

    def records(self) -> Iterator[Record]:
        """A row per micro conversion."""
        place: Record = {
            "name": self.name,
            "property": self.property_id,
            "source": self.source,
            "from": self.first_day,
            "to": self.last_day,
            "within_seconds": self.within_seconds,
            "basis": self.basis,
            "macro": self.macro,
        }
        for proposal in self.proposals:
            yield {
                **place,
                "event": proposal.event,
                "label": proposal.label,
                "action": proposal.action,
                "refusal": proposal.refusal,
                "flags": " ".join(proposal.flags),
                "counting": proposal.counting,
                "key_event": proposal.key_event,
                "currency": proposal.currency,
                **{name: getattr(proposal, name) for name in _FIGURES},
            }
