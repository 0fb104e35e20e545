"""Key events: the events GA4 counts as conversions."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.model.declared import DeclaredConversion, DeclaredProperty
from milepost.model.resources import Resource, ResourceType
from milepost.model.rules import AUTOMATIC_EVENTS
from milepost.reconcile.kinds.kind import Entry, Fields, Kind


def _desired(declared: DeclaredProperty) -> Iterator[Resource]:
    for conversion in declared.conversions:
        if conversion.definition.key_event:
            yield Resource(_fields(conversion), origin=conversion.origin)


def _fields(conversion: DeclaredConversion) -> Fields:
    definition = conversion.definition
    fields: dict[str, object] = {"event_name": conversion.event}
    if definition.counting is not None:
        fields["counting_method"] = definition.counting.upper()
    if definition.value is not None:
        # 0 is a value like any other: GA4 then counts the event as worth nothing, not as unset.
        fields["default_value"] = {"numeric_value": definition.value, "currency_code": conversion.currency}
    return fields


def _limit(fields: Fields) -> str | None:
    """Only events of one's own names count; GA4 says so on live ones, its automatic ones are known."""
    own = fields.get("custom", fields["event_name"] not in AUTOMATIC_EVENTS)
    return "key_event" if own else None


def _declare(fields: Fields) -> Entry:
    values: dict[str, object] = {"key_event": True}
    if fields["counting_method"] in ("ONCE_PER_EVENT", "ONCE_PER_SESSION"):
        values["counting"] = fields["counting_method"].lower()
    if default := fields.get("default_value"):
        values |= {"value": default["numeric_value"], "currency": default["currency_code"]}
    return Entry(("conversions", fields["event_name"]), values)


KEY_EVENT = Kind(
    type=ResourceType("key_event", "v1beta", "property", "delete"),
    label="key event",
    section="key_events",
    identity=lambda fields: str(fields["event_name"]),
    desired=_desired,
    limit=_limit,
    on_create={"counting_method": "ONCE_PER_SESSION"},
    removable=lambda fields: bool(fields.get("deletable", False)),
    requires=lambda fields: (("event_create_rule", fields["event_name"]),),
    declare=_declare,
)
