"""Small pieces of DuckDB SQL that several modules write."""

from __future__ import annotations

from typing import Any

PURCHASE_EVENTS = (
    "('purchase', 'ecommerce_purchase', 'in_app_purchase', "
    "'app_store_subscription_convert', 'app_store_subscription_renew')"
)
"""The events that bring revenue, as a list to stand after IN."""

FIRST_SESSION_DATE = "coalesce(u.first_date, timezone(r.zone, to_timestamp(u.first_touch / 1e6))::DATE)"
"""The day of a user's first session, in the property's time zone."""


def literal(text: str) -> str:
    """The text as a string constant that means exactly that text."""
    quoted = "'" + text.replace("'", "''") + "'"
    return quoted.replace("\0", "' || chr(0) || '")


def identifier(name: str) -> str:
    """The name as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def parameter(name: str, holder: str = "p") -> str:
    """The text of an event parameter, NULL without it; `holder` is the alias of a parameters row."""
    return f"{holder}.texts[list_position({holder}.names, {literal(name)})]"


def ratio(numerator: str, denominator: str) -> str:
    """A fraction that is 0 where there is nothing to divide by."""
    return f"coalesce(({numerator}) / nullif(({denominator})::DOUBLE, 0), 0)"


def exact_sum(number: str, condition: str = "true") -> str:
    """A sum that is the same to the last bit however threads share the rows: NULL where there are none.

    Binary fractions add up differently in another order; decimal ones with nine places do not. What is
    no number below 10^18 counts as missing.

    Args:
        number: SQL of a number of any type.
        condition: which rows count.
    """
    return f"(sum(try_cast({number} AS DECIMAL(27, 9))) FILTER ({condition}))::DOUBLE"


def struct_fields(kind: Any) -> dict[str, Any]:
    """Names and types inside a DuckDB struct type; empty for any other type."""
    return dict(kind.children) if kind.id == "struct" else {}
