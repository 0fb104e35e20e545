"""The conversions file as pydantic models: its shape and the type of every key."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from milepost.model import rules

Names = Annotated[tuple[str, ...], Field(strict=False)]
Role = Literal["macro", "micro"]

COMPARATORS = (
    "equals",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "greater_than",
    "greater_than_or_equal",
    "less_than",
    "less_than_or_equal",
)


def _currency(code: str) -> str:
    if not rules.CURRENCY.fullmatch(code):
        raise ValueError(
            f'"{code}" is not a currency|Use the three capital letters of ISO 4217, such as "EUR".'
        )
    return code


def _comparison(value: Any) -> Any:
    """`{ form_id = "contact" }` is short for `{ form_id = { equals = "contact" } }`."""
    if isinstance(value, (str, int, float)):
        return {"equals": _operand(value)}
    return value


def _operand(value: Any) -> Any:
    """One message for whatever cannot be compared with, instead of one per type that it is not."""
    if isinstance(value, bool):
        word = str(value).lower()
        raise ValueError(f'is {word}, and GA4 compares text and numbers|Write it in quotes: "{word}".')
    if not isinstance(value, (str, int, float)):
        raise ValueError("is neither text nor a number|Write text in quotes, or a number.")
    if not isinstance(value, str) and not abs(value) < _LARGEST_OPERAND:
        raise ValueError("is no number GA4 can compare with|Write a number of ordinary size.")
    return value


def _version(version: int) -> int:
    if version != 1:
        raise ValueError("is not 1|This Milepost reads version = 1; a newer one may read more.")
    return version


Currency = Annotated[str, AfterValidator(_currency)]
Operand = Annotated[str | int | float, BeforeValidator(_operand)]
_LARGEST_OPERAND = 10**18
"""GA4 keeps numeric parameters as 64-bit values."""


class Part(BaseModel):
    """Base of every table in the file: frozen, and no key it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=False)


class Comparison(Part):
    """One comparison of one parameter: exactly one comparator, and how strictly it reads."""

    equals: Operand | None = None
    contains: Operand | None = None
    starts_with: Operand | None = None
    ends_with: Operand | None = None
    matches: str | None = None
    greater_than: Operand | None = None
    greater_than_or_equal: Operand | None = None
    less_than: Operand | None = None
    less_than_or_equal: Operand | None = None
    ignore_case: bool = False
    negated: bool = False

    @model_validator(mode="after")
    def _one_comparator(self) -> Self:
        given = [name for name in COMPARATORS if getattr(self, name) is not None]
        if len(given) != 1:
            found = "none" if not given else " and ".join(given)
            raise ValueError(
                f"needs exactly one comparator, has {found}|Keep one of: {', '.join(COMPARATORS)}."
            )
        if self.ignore_case and given[0].startswith(("greater", "less")):
            raise ValueError(f"{given[0]} compares numbers, which have no case|Remove ignore_case.")
        return self

    @property
    def comparator(self) -> str:
        """The one comparator given, such as `starts_with`."""
        return next(name for name in COMPARATORS if getattr(self, name) is not None)

    @property
    def operand(self) -> str:
        """What is compared with, as GA4 keeps it: text."""
        value = getattr(self, self.comparator)
        if not isinstance(value, float):
            return str(value)
        # Written out, since a pattern of digits in GA4 knows no exponents: 2.0 is "2", 1e-7 is "0.0000001".
        return f"{Decimal(repr(value)).normalize():f}"


Condition = dict[str, Annotated[Comparison, BeforeValidator(_comparison)]]


class Target(Part):
    """What a conversion is meant to reach."""

    per_day: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    per_week: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    per_month: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    user_rate: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)


class Conversion(Part):
    """One entry of `macro` or `micro`; its key in the file is the event name."""

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
