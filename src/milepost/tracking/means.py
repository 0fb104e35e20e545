"""How each conversion of a property comes to be, who must act for it, and what it carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from milepost.model import rules
from milepost.model.declared import DeclaredConversion, DeclaredProperty
from milepost.model.recommended import NUMBERS, RECOMMENDED, Recommended
from milepost.model.trigger import OF_ELEMENTS, Source, Trigger, TriggerKind

Means = Literal["automatic", "enhanced_measurement", "derived", "recommended", "custom", "server"]
BY_SITE: tuple[Means, ...] = ("recommended", "custom")
"""Means that need code or a tag on the site."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of an event that the site or a server sends.

    `source` is None where nothing says where its value comes from; `required` is GA4's word for it.
    """

    name: str
    source: Source | None
    is_number: bool = False
    required: bool = False


@dataclass(frozen=True)
class Tracked:
    """One conversion and how it comes to be.

    `trigger` is set for what the site sends: without one in the file, an event of the same name is
    awaited. `parameters` are those of the file in its order, then those that GA4 wants.
    """

    conversion: DeclaredConversion
    means: Means
    trigger: Trigger | None
    parameters: tuple[Parameter, ...]

    @property
    def event(self) -> str:
        """The event's name."""
        return self.conversion.event

    @property
    def recommended(self) -> Recommended:
        """What GA4 recommends for an event of this name; nothing for names of one's own."""
        return RECOMMENDED.get(self.event, Recommended())

    @property
    def declares_trigger(self) -> bool:
        """Whether the file says what on the site makes it."""
        return self.conversion.definition.on is not None


def tracked_conversions(declared: DeclaredProperty) -> tuple[Tracked, ...]:
    """Every conversion of a property, macro first, in the order of the file."""
    numbers = {key for key, _ in declared.metrics}
    return tuple(_tracked(conversion, numbers) for conversion in declared.conversions)


def sent_by_site(declared: DeclaredProperty) -> tuple[Tracked, ...]:
    """Those that need code or a tag on the site."""
    return tuple(tracked for tracked in tracked_conversions(declared) if tracked.means in BY_SITE)


def _tracked(conversion: DeclaredConversion, numbers: set[str]) -> Tracked:
    means = _means(conversion)
    trigger = None
    if means in BY_SITE:
        trigger = conversion.definition.on or Trigger(custom=conversion.event)
    return Tracked(conversion, means, trigger, tuple(_parameters(conversion, means, trigger, numbers)))


def _means(conversion: DeclaredConversion) -> Means:
    if conversion.definition.source is not None:
        return "derived"
    if conversion.definition.sent_by == "server":
        return "server"
    if conversion.event in rules.ENHANCED_MEASUREMENT:
        return "enhanced_measurement"
    if conversion.event in rules.AUTOMATIC_EVENTS:
        return "automatic"
    return "recommended" if conversion.event in RECOMMENDED else "custom"


def _parameters(
    conversion: DeclaredConversion, means: Means, trigger: Trigger | None, numbers: set[str]
) -> Iterator[Parameter]:
    definition = conversion.definition
    sent = means in (*BY_SITE, "server")
    wanted = RECOMMENDED[conversion.event].required if sent and conversion.event in RECOMMENDED else ()
    names = dict.fromkeys((*definition.parameters, *definition.send, *definition.mutations, *wanted))
    if "value" in names and sent:
        names.setdefault("currency")
    for name in names:
        source = definition.send.get(name)
        if source is None and name == "currency" and conversion.currency and "items" not in names:
            # GA4 reads a value only beside its currency, and the file knows it.
            source = Source(value=conversion.currency)
        if source is None and trigger is not None:
            source = usual_source(trigger, name)
        fixed = source is not None and isinstance(source.value, (int, float))
        yield Parameter(name, source, fixed or name in numbers or name in NUMBERS, name in wanted)


_OF_LINKS = {
    "link_text": Source(element="text"),
    "link_url": Source(element="url"),
    "link_id": Source(element="id"),
    "link_classes": Source(element="classes"),
}
_OF_FORMS = {
    "form_id": Source(element="id"),
    "form_name": Source(attribute="name"),
    "form_destination": Source(element="url"),
}
_OF_VIDEOS = {
    f"video_{kind}": Source(video=kind)
    for kind in ("title", "url", "percent", "provider", "duration", "current_time")
}  # fmt: skip
_OF_PAGES = {
    "page_location": Source(page="url"),
    "page_referrer": Source(page="referrer"),
    "page_title": Source(page="title"),
}
_USUAL: dict[TriggerKind, dict[str, Source]] = {"click": _OF_LINKS, "submit": _OF_FORMS, "video": _OF_VIDEOS}
_OF_GOODS = ("items", "transaction_id")


def usual_source(trigger: Trigger, name: str) -> Source | None:
    """Where a parameter comes from when the file does not say; None where it cannot be known.

    GA4's own parameters mean what they mean in GA4. Others are, of an element, its attribute
    (`data-cta-id` for `cta_id`), and of a custom event, what was pushed under their name.
    """
    known = {**_OF_PAGES, **_USUAL.get(trigger.kind, {})}
    if name == "percent_scrolled" and trigger.scroll is not None:
        return Source(value=trigger.scroll)
    if trigger.kind == "custom":
        return Source(data=name)
    if name in known:
        return known[name]
    if trigger.kind in OF_ELEMENTS and name not in _OF_GOODS:
        return Source(attribute=data_attribute(name))
    return None


def data_attribute(name: str) -> str:
    """The HTML attribute that carries a parameter, such as `data-cta-id` for `cta_id`."""
    return f"data-{name.replace('_', '-').lower()}"
