"""What the file declares for one property: its business types put together."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from milepost.errors import InputError
from milepost.model.document import (
    Absent,
    Audience,
    CalculatedMetric,
    Conversion,
    Dimension,
    Document,
    Guard,
    Metric,
    Patterns,
    Retention,
    Role,
)
from milepost.model.findings import dotted

DEMO = "demo"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_DIGITS = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True)
class DeclaredConversion:
    """One conversion of a property, its own deviations applied.

    `currency` is the conversion's or else the property's; `origin` is the dotted path that declares it.
    """

    event: str
    role: Role
    label: str
    definition: Conversion
    currency: str | None
    origin: str = ""


@dataclass(frozen=True)
class DeclaredProperty:
    """Everything the file says about one property.

    `conversions` stand macro first, then micro, each in the order of the file; an event that two business
    types share stands once. Definitions stand with the key of their table, audiences with their dotted path.
    """

    name: str
    id: str
    business_types: tuple[str, ...]
    stream: str | None
    conversions: tuple[DeclaredConversion, ...]
    dimensions: tuple[tuple[str, Dimension], ...]
    metrics: tuple[tuple[str, Metric], ...]
    ignore: Patterns = Patterns()
    absent: Absent = Absent()
    calculated_metrics: tuple[tuple[str, CalculatedMetric], ...] = ()
    audiences: tuple[tuple[str, Audience], ...] = ()
    enhanced_measurement: bool = True
    retention: Retention = Retention()
    guard: Guard = Guard()

    def with_role(self, role: Role) -> tuple[DeclaredConversion, ...]:
        """The conversions of one role, in order."""
        return tuple(c for c in self.conversions if c.role == role)


def declared_property(
    document: Document, name: str, environ: Mapping[str, str] | None = None
) -> DeclaredProperty:
    """Puts together what concerns one property of a checked document.

    Raises:
        InputError: its id names an environment variable that is not set, or holds something else than an id.
    """
    entry = document.properties[name]
    types = entry.business_types
    return DeclaredProperty(
        name=name,
        id=resolve_id(name, entry.id, os.environ if environ is None else environ),
        business_types=types,
        stream=entry.stream,
        conversions=tuple(_conversions(document, name)),
        dimensions=tuple(
            (key, dimension)
            for key, dimension in document.dimensions.items()
            if applies(dimension.business_types, types)
        ),
        metrics=tuple(
            (key, metric) for key, metric in document.metrics.items() if applies(metric.business_types, types)
        ),
        ignore=entry.ignore,
        absent=document.absent,
        calculated_metrics=tuple(
            (key, metric)
            for key, metric in document.calculated_metrics.items()
            if applies(metric.business_types, types)
        ),
        audiences=tuple(
            (dotted(("business_types", t, "audiences", key)), audience)
            for t in dict.fromkeys(types)
            for key, audience in document.business_types[t].audiences.items()
        ),
        enhanced_measurement=entry.enhanced_measurement,
        retention=entry.retention,
        guard=entry.guard,
    )


def applies(wanted: tuple[str, ...] | None, types: tuple[str, ...]) -> bool:
    """Whether a definition for some business types (None: for all) concerns a property of these types."""
    return wanted is None or bool(set(wanted) & set(types))


def resolve_id(name: str, written: str, environ: Mapping[str, str]) -> str:
    """The property id, `${VARIABLE}` replaced.

    Raises:
        InputError: the variable is not set, or what it holds is no id.
    """
    variable = _VARIABLE.fullmatch(written)
    if variable is None:
        return written
    value = environ.get(variable.group(1), "").strip()
    place = f"properties.{name}.id"
    if not value:
        raise InputError(
            place, f"the environment variable {variable.group(1)} is not set", "Set it to the property id."
        )
    if not is_property_id(value):
        raise InputError(
            place,
            # What it holds is not shown: a mistaken variable may well be a secret.
            f"the environment variable {variable.group(1)} does not hold a property id",
            "A property id is a number, shown in GA4 under Admin → Property details.",
        )
    return value


def is_property_id(text: str) -> bool:
    """Digits, or `demo`."""
    return text == DEMO or _DIGITS.fullmatch(text) is not None


def is_variable(text: str) -> bool:
    """`${NAME}` and nothing else."""
    return _VARIABLE.fullmatch(text) is not None


def _conversions(document: Document, name: str) -> Iterator[DeclaredConversion]:
    entry = document.properties[name]
    seen = set(entry.without)
    roles: tuple[Role, ...] = ("macro", "micro")
    for role in roles:
        for business_type in entry.business_types:
            for event, own_role, conversion in document.business_types[business_type].conversions():
                if own_role != role or event in seen:
                    continue
                seen.add(event)
                origin = dotted(("business_types", business_type, role, event))
                if override := entry.conversions.get(event):
                    conversion = conversion.model_copy(update=override.told())
                    origin = f"{origin} and {dotted(('properties', name, 'conversions', event))}"
                currency = conversion.currency or entry.currency
                yield DeclaredConversion(
                    event, role, conversion.label_of(event), conversion, currency, origin
                )
