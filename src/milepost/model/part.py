"""What tables of the conversions file are built from: their base, and comparisons."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

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


def comparison_of(value: Any) -> Any:
    """`{ form_id = "contact" }` is short for `{ form_id = { equals = "contact" } }`."""
    if isinstance(value, (str, int, float)):
        return {"equals": operand_of(value)}
    return value


def operand_of(value: Any) -> Any:
    """One message for whatever cannot be compared with, instead of one per type that it is not."""
    if isinstance(value, bool):
        word = str(value).lower()
        raise ValueError(f'is {word}, and GA4 compares text and numbers|Write it in quotes: "{word}".')
    if not isinstance(value, (str, int, float)):
        raise ValueError("is neither text nor a number|Write text in quotes, or a number.")
    if not isinstance(value, str) and not abs(value) < _LARGEST_OPERAND:
        raise ValueError("is no number GA4 can compare with|Write a number of ordinary size.")
    return value


Operand = Annotated[str | int | float, BeforeValidator(operand_of)]
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


Condition = dict[str, Annotated[Comparison, BeforeValidator(comparison_of)]]
