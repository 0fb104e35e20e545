"""`values --format json`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from milepost.journeys.proposals import Action, Basis, Refusal
from milepost.journeys.results import Flag, Stop
from milepost.render.schemas.lift import Value
from milepost.render.schemas.parts import Days, Document, Named, OfProperty


class ValuedMacro(Named):
    """The macro conversion that the values come from."""

    users: int
    """Users with it in the window."""
    value: Value | None
    """What one is taken to be worth; null where nobody knows."""


class ProposedValue(Named):
    """One micro conversion; null is what the data do not carry."""

    action: Action
    """What becomes of the file. `keep`: its value lies within the interval; `refuse`: nothing is proposed."""
    refusal: Refusal | None
    """Why there is no proposal; null where there is one."""
    flags: tuple[Flag, ...]
    """What to know about the figures, the gravest first."""
    path: str
    """Where the value stands, or would, in the file."""
    declared: float | None
    """What the file says now."""
    declared_currency: str | None
    """Currency that it has in the file, or would have."""
    key_event: bool
    """Whether it is a key event, so that GA4 takes the value as its default."""
    counting: Literal["once_per_event", "once_per_session"]
    """How GA4 counts it."""
    divided_by: float
    """How often a person does it, by which the worth of a person was divided; 1 once per session."""
    currency: str | None
    """ISO 4217, of the amounts."""
    users: int
    """People behind the figures."""
    reached: int
    """Of those, came to the macro conversion in time."""
    per_user: float | None
    """What one person is worth."""
    amount: float | None
    """The same for each event that GA4 counts."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end of its 95 % interval."""
    value: float | None
    """What is proposed: the amount to two significant digits."""


class ValuedProperty(OfProperty):
    """Proposals for one property."""

    source: Literal["api", "export"]
    """GA4's funnels, or the event export."""
    period: Days
    """The window."""
    within_seconds: int
    """Time allowed from micro to macro conversion."""
    basis: Basis
    """What the values are: what follows a step, or the part above comparable people."""
    macro: ValuedMacro
    """What they come from."""
    stopped: Stop | None
    """Why there are no proposals; null where there are."""
    micros: tuple[ProposedValue, ...]
    """One per micro conversion, in the order of lift."""
    notes: tuple[str, ...]
    """What a reader must know."""


class ValuesDocument(Document):
    """What micro conversions are worth, and what the file would say."""

    properties: tuple[ValuedProperty, ...] = Field()
    """One per property that could be read, in the file's order."""
