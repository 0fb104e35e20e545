"""Rules for properties: ids, the business types put together, and what is absent or ignored."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from milepost.model import rules
from milepost.model.declared import DEMO, applies, is_property_id, is_variable
from milepost.model.document import Conversion, Document, Patterns, Property
from milepost.model.findings import Finding, dotted, nearest, warning

Path = tuple[str, ...]


def check_properties(document: Document) -> Iterator[Finding]:
    """Findings of every property, and of `[absent]`."""
    seen: dict[str, str] = {}
    for name, entry in document.properties.items():
        path = ("properties", name)
        yield from _check_id((*path, "id"), entry.id)
        first = seen.setdefault(entry.id, name)
        if first != name and entry.id != DEMO:
            yield Finding((*path, "id"), f"is also the id of properties.{first}", "One table per property.")
        unknown = [t for t in entry.business_types if t not in document.business_types]
        for business_type in unknown:
            guess = nearest(business_type, document.business_types)
            hint = f'Did you mean "{guess}"?' if guess else f"Add [business_types.{business_type}]."
            yield Finding(
                (*path, "business_types"), f'"{business_type}" is no business type of this file', hint
            )
        if not unknown:
            yield from _check_union(path, entry, document)
            yield from _check_limits(path, entry, document)
            yield from _check_ignore(path, entry, document)
            yield from _check_differences(path, entry, document)
    yield from _check_absent(document)


def _check_id(path: Path, written: str) -> Iterator[Finding]:
    if is_property_id(written) or is_variable(written):
        return
    if written.startswith("properties/") and is_property_id(written.removeprefix("properties/")):
        remedy = f'Write id = "{written.removeprefix("properties/")}".'
    elif written.upper().startswith(("G-", "GTM-", "UA-", "AW-")):
        remedy = "That is the id of a tag. The property id is a number: GA4, Admin → Property details."
    else:
        remedy = 'Write the digits, "${VARIABLE}" for an environment variable, or "demo".'
    yield Finding(path, f'"{written}" is no property id', remedy)


def _check_union(path: Path, entry: Property, document: Document) -> Iterator[Finding]:
    """The business types of one property must not contradict each other."""
    first: dict[str, tuple[str, str, Conversion]] = {}
    for business_type in dict.fromkeys(entry.business_types):
        for event, role, conversion in document.business_types[business_type].conversions():
            other_type, other_role, other = first.setdefault(event, (business_type, role, conversion))
            here = dotted(("business_types", business_type, role, event))
            there = dotted(("business_types", other_type, other_role, event))
            if other_type == business_type:
                pass
            elif other_role != role:
                yield Finding(
                    (*path, "business_types"),
                    f'"{event}" is {other_role} in {there} and {role} in {here}',
                    "One property needs one role per event: change one, or split the property.",
                )
            elif other != conversion:
                yield Finding(
                    (*path, "business_types"),
                    f"{there} and {here} differ",
                    "One property needs one definition per event: make them equal.",
                )
            needs_currency = conversion.value is not None and conversion.key_event
            if needs_currency and conversion.currency is None and entry.currency is None:
                yield Finding(
                    ("business_types", business_type, role, event, "value"),
                    f"has no currency for {dotted(path)}",
                    'Add currency = "EUR" here or to the property.',
                    lacks="currency",
                )


def _check_limits(path: Path, entry: Property, document: Document) -> Iterator[Finding]:
    types = entry.business_types
    conversions = {e: c for t in types for e, _, c in document.business_types[t].conversions()}
    dimensions = [d for d in document.dimensions.values() if applies(d.business_types, types)]
    counts = {
        "key_event": sum(
            1 for e, c in conversions.items() if c.key_event and e not in rules.AUTOMATIC_EVENTS
        ),
        "event_create_rule": sum(1 for c in conversions.values() if c.source is not None),
        "custom_metric": sum(1 for m in document.metrics.values() if applies(m.business_types, types)),
        "calculated_metric": sum(
            1 for m in document.calculated_metrics.values() if applies(m.business_types, types)
        ),
        "audience": sum(len(document.business_types[t].audiences) for t in types),
        **{
            f"custom_dimension:{scope}": sum(1 for d in dimensions if d.scope == scope)
            for scope in ("event", "user", "item")
        },
    }
    for kind, count in counts.items():
        standard, paid = rules.LIMITS[kind]["standard"], rules.LIMITS[kind]["360"]
        what = kind.replace("_", " ").replace(":", ", scope ")
        if count > paid:
            yield Finding(path, f"declares {count} of kind {what}", f"GA4 holds at most {paid}.")
        elif count > standard:
            yield warning(
                path,
                f"declares {count} of kind {what}",
                f"A standard property holds {standard}; only GA4 360 {paid}.",
            )


def _check_differences(path: Path, entry: Property, document: Document) -> Iterator[Finding]:
    """What a property does otherwise must be about conversions that it has."""
    known = {e for t in entry.business_types for e, _, _ in document.business_types[t].conversions()}
    places = [((*path, "without"), event) for event in entry.without]
    places += [((*path, "conversions", event), event) for event in entry.conversions]
    for place, event in places:
        if event not in known:
            guess = nearest(event, known)
            hint = f'Did you mean "{guess}"?' if guess else "Declare it in a business type, or take it out."
            yield Finding(place, f'"{event}" is no conversion of this property', hint)
    for event in sorted(set(entry.without) & set(entry.conversions)):
        yield Finding((*path, "conversions", event), "is also left out under without", "Keep one of the two.")
    if entry.retention.users in ("26_months", "38_months", "50_months"):
        yield Finding(
            (*path, "retention", "users"),
            f'is "{entry.retention.users}", and GA4 keeps data of users for 14 months at most',
            'Write "2_months" or "14_months".',
        )


def _check_ignore(path: Path, entry: Property, document: Document) -> Iterator[Finding]:
    for kind, declared in _declared_identities(document, entry.business_types).items():
        for pattern in entry.ignore.of(kind):
            hit = next((d for d in sorted(declared) if fnmatchcase(d, pattern)), None)
            if hit:
                yield Finding(
                    (*path, "ignore", kind),
                    f'"{pattern}" covers "{hit}", which the file declares',
                    "Narrow the pattern.",
                )


def _check_absent(document: Document) -> Iterator[Finding]:
    for identity in document.absent.dimensions:
        scope, _, parameter = identity.partition(":")
        if scope not in ("event", "user", "item") or not parameter:
            yield Finding(
                ("absent", "dimensions"),
                f'"{identity}" lacks its scope',
                f'Write "event:{identity}", or user: or item:.',
            )
    everywhere = _declared_identities(document, tuple(document.business_types))
    for kind, declared in everywhere.items():
        for identity in document.absent.of(kind):
            if identity in declared:
                yield Finding(("absent", kind), f'"{identity}" is also declared', "Keep one of the two.")


def _declared_identities(document: Document, types: tuple[str, ...]) -> dict[str, set[str]]:
    """Declared things per kind, by the identity that patterns and `[absent]` use."""
    conversions = [(event, c) for t in types for event, _, c in document.business_types[t].conversions()]
    identities: dict[str, set[str]] = {
        "key_events": {event for event, c in conversions if c.key_event},
        "dimensions": {
            f"{d.scope}:{d.parameter_of(key)}"
            for key, d in document.dimensions.items()
            if applies(d.business_types, types)
        },
        "metrics": {key for key, m in document.metrics.items() if applies(m.business_types, types)},
        "calculated_metrics": {
            key for key, m in document.calculated_metrics.items() if applies(m.business_types, types)
        },
        "event_create_rules": {event for event, c in conversions if c.source is not None},
        "audiences": {
            audience.label_of(key)
            for t in types
            for key, audience in document.business_types[t].audiences.items()
        },
    }
    assert identities.keys() == Patterns.model_fields.keys()  # noqa: S101 - a new kind must be added to both
    return identities
