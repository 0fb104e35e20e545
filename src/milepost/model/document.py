"""The conversions file as pydantic models: its shape and the type of every key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from milepost.model import rules
from milepost.model.part import Condition, Part
from milepost.model.trigger import Send, Trigger

Names = Annotated[tuple[str, ...], Field(strict=False)]
Role = Literal["macro", "micro"]
Sender = Literal["site", "server"]


def _currency(code: str) -> str:
    if not rules.CURRENCY.fullmatch(code):
        raise ValueError(
            f'"{code}" is not a currency|Use the three capital letters of ISO 4217, such as "EUR".'
        )
    return code


def _version(version: int) -> int:
    if version != 1:
        raise ValueError("is not 1|This Milepost reads version = 1; a newer one may read more.")
    return version


Currency = Annotated[str, AfterValidator(_currency)]


class Target(Part):
    """What a conversion is meant to reach."""

    per_day: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    per_week: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    per_month: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    user_rate: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)


class Conversion(Part):
    """One entry of `macro` or `micro`; its key in the file is the event name.

    How it comes to be follows from `source` (GA4 makes it), `on` and `sent_by`, and else from its name.
    """

    label: str | None = None
    counting: rules.Counting | None = None
    value: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    currency: Currency | None = None
    key_event: bool = True
    parameters: Names = ()
    target: Target | None = None
    source: str | None = Field(default=None, alias="from")
    when: Annotated[tuple[Condition, ...], Field(strict=False)] = ()
    mutations: dict[str, str] = Field(default_factory=dict, alias="set")
    copy_parameters: bool = True
    on: Trigger | None = None
    send: Send = Field(default_factory=dict)
    sent_by: Sender | None = None

    def label_of(self, event: str) -> str:
        """The label, or the event name in plain words."""
        return self.label or event.replace("_", " ").capitalize()


class Audience(Part):
    """People to speak to: those who did everything in `did` and nothing in `did_not`.

    They stay for `days` days after the last time they qualified.
    """

    label: str | None = None
    description: str | None = None
    did: Names = ()
    did_not: Names = ()
    days: int = Field(default=30, ge=1, le=540)

    def label_of(self, name: str) -> str:
        """The label, or the table's name in plain words."""
        return self.label or name.replace("_", " ").capitalize()


class BusinessType(Part):
    """One kind of site: its journey and what counts as a small and a big step there."""

    label: str | None = None
    journey: Names = ()
    macro: dict[str, Conversion] = Field(default_factory=dict)
    micro: dict[str, Conversion] = Field(default_factory=dict)
    audiences: dict[str, Audience] = Field(default_factory=dict)

    def conversions(self) -> Iterator[tuple[str, Role, Conversion]]:
        """Every conversion with its role, macro first, in the order of the file."""
        for event, conversion in self.macro.items():
            yield event, "macro", conversion
        for event, conversion in self.micro.items():
            yield event, "micro", conversion


class Identities(Part):
    """Things by their identity, per kind: event name, `scope:parameter`, parameter, id, or label."""

    key_events: Names = ()
    dimensions: Names = ()
    metrics: Names = ()
    calculated_metrics: Names = ()
    event_create_rules: Names = ()
    audiences: Names = ()

    def of(self, section: str | None) -> tuple[str, ...]:
        """What stands under one section; nothing for kinds that have none."""
        return getattr(self, section) if section else ()


class Patterns(Identities):
    """Identity patterns: `*` and `?` as in a shell."""


class Absent(Identities):
    """What is to go."""


class Override(Part):
    """What one property does otherwise with a conversion of its business types."""

    label: str | None = None
    counting: rules.Counting | None = None
    value: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    currency: Currency | None = None
    key_event: bool = True
    target: Target | None = None
    on: Trigger | None = None
    send: Send = Field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """What it does otherwise, by field of `Conversion`."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Retention(Part):
    """How long GA4 keeps data of single people; aggregated reports are not affected."""

    events: rules.Retention | None = None
    users: rules.Retention | None = None
    reset_on_new_activity: bool | None = None


class Guard(Part):
    """How much of a property may be removed at once without `--force`."""

    share: float = Field(default=0.30, ge=0, le=1, allow_inf_nan=False)
    count: int = Field(default=10, ge=0)


class Property(Part):
    """One GA4 property: its id, what kind of site it is, and what in it is somebody else's.

    `without` names conversions of its business types that this property does not have, `conversions`
    what it does otherwise. `enhanced_measurement = false` leaves the switches of its web stream alone.
    """

    id: str
    business_types: Annotated[tuple[str, ...], Field(strict=False, min_length=1)]
    stream: str | None = None
    currency: Currency | None = None
    ignore: Patterns = Patterns()
    without: Names = ()
    conversions: dict[str, Override] = Field(default_factory=dict)
    enhanced_measurement: bool = True
    retention: Retention = Retention()
    guard: Guard = Guard()


class Dimension(Part):
    """A custom dimension; its key in the file is the parameter name unless `parameter` says otherwise."""

    label: str
    scope: rules.Scope = "event"
    parameter: str | None = None
    description: str | None = None
    disallow_ads_personalization: bool | None = None
    business_types: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = None

    def parameter_of(self, key: str) -> str:
        """The parameter's name, given the table's."""
        return self.parameter or key


class Metric(Part):
    """A custom metric; its key in the file is the parameter name."""

    label: str
    unit: rules.Unit = "standard"
    description: str | None = None
    restricted: Annotated[tuple[rules.Restriction, ...], Field(strict=False)] = ()
    business_types: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = None


class CalculatedMetric(Part):
    """A metric GA4 computes from others; its key in the file is its id (`calcMetric:ID` in reports)."""

    label: str
    formula: str
    unit: rules.Unit = "standard"
    description: str | None = None
    business_types: Annotated[tuple[str, ...], Field(strict=False, min_length=1)] | None = None


class Document(Part):
    """The whole file."""

    version: Annotated[int, AfterValidator(_version)]
    properties: dict[str, Property] = Field(default_factory=dict)
    business_types: dict[str, BusinessType] = Field(default_factory=dict)
    dimensions: dict[str, Dimension] = Field(default_factory=dict)
    metrics: dict[str, Metric] = Field(default_factory=dict)
    calculated_metrics: dict[str, CalculatedMetric] = Field(default_factory=dict)
    absent: Absent = Absent()
