"""Rules for what on a site makes an event: it fits how the event comes to be, and a browser can use it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from milepost.model import rules
from milepost.model.check.business_types import broken_pattern
from milepost.model.document import Conversion, Document
from milepost.model.findings import Finding, warning
from milepost.model.part import Comparison
from milepost.model.trigger import OF_ELEMENTS, Source, Trigger

Path = tuple[str, ...]

_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]*")
_KEY = re.compile(r"[A-Za-z0-9_$-]+(\.[A-Za-z0-9_$-]+)*")
_REFERENCE = "{{"


def check_triggers(document: Document) -> Iterator[Finding]:
    """Findings about `on`, `send` and `sent_by`, of business types and of what properties do otherwise."""
    for name, business_type in document.business_types.items():
        for event, role, conversion in business_type.conversions():
            yield from _check(("business_types", name, role, event), event, conversion)
    for name, entry in document.properties.items():
        conversions = {
            event: conversion
            for business_type in entry.business_types
            if business_type in document.business_types
            for event, _, conversion in document.business_types[business_type].conversions()
        }
        for event, override in entry.conversions.items():
            if event in conversions and {"on", "send"} & override.model_fields_set:
                effective = conversions[event].model_copy(update=override.told())
                yield from _check(("properties", name, "conversions", event), event, effective)


def _check(path: Path, event: str, conversion: Conversion) -> Iterator[Finding]:
    unfit = list(_check_fit(path, event, conversion))
    yield from unfit
    if conversion.on is not None:
        yield from _check_trigger((*path, "on"), conversion.on)
    if not unfit:
        for parameter, source in conversion.send.items():
            yield from _check_parameter((*path, "send", parameter), parameter)
            yield from _check_source((*path, "send", parameter), source, conversion)
    sent = {*conversion.parameters, *conversion.send}
    if len(sent) > rules.PARAMETERS_PER_EVENT:
        yield Finding(
            path, f"has {len(sent)} parameters", f"GA4 takes {rules.PARAMETERS_PER_EVENT} of one event."
        )


def _check_fit(path: Path, event: str, conversion: Conversion) -> Iterator[Finding]:
    """An event comes to be in one way; two would count it twice."""
    given = [
        k for k, v in (("on", conversion.on), ("send", conversion.send), ("sent_by", conversion.sent_by)) if v
    ]
    for key in given:
        if conversion.source is not None:
            remedy = "Write what it carries under set." if key == "send" else f"Keep one of from and {key}."
            yield Finding((*path, key), f'GA4 makes this event itself, out of "{conversion.source}"', remedy)
        elif event in rules.AUTOMATIC_EVENTS:
            yield Finding(
                (*path, key),
                "GA4 collects this event itself, and a tag would count it twice",
                "Take it out, or give the event a name of your own.",
            )
    if conversion.on is not None and conversion.sent_by == "server":
        yield Finding((*path, "on"), "a server sends this event, no page", "Keep one of on and sent_by.")


def _check_trigger(path: Path, on: Trigger) -> Iterator[Finding]:
    kind = on.kind
    if kind in OF_ELEMENTS:
        # Only here: most files name no selector, and the parser takes its time to load.
        from milepost.model.selectors import selector_problem

        problem = selector_problem(on.selector)
        if problem is not None:
            yield Finding((*path, kind), *problem)
    if on.custom is not None and (not on.custom.strip() or _REFERENCE in on.custom):
        yield Finding(
            (*path, "custom"), f'"{on.custom}" is no name of an event', "Write the name that is pushed."
        )
    for key in ("percent", "seconds"):
        if kind != "visible" and getattr(on, key) is not None:
            yield Finding((*path, key), f"says nothing about {kind}", "It goes with visible.")
    if kind in ("timer", "scroll") and on.once is False:
        yield warning((*path, "once"), f"has no effect: {kind} fires once per page", "Remove it.")
    if on.page is not None:
        yield from _check_page((*path, "page"), on.page)


def _check_page(path: Path, page: Comparison) -> Iterator[Finding]:
    """The path of a page is text, and Tag Manager would take `{{…}}` in it for a variable."""
    broken = broken_pattern(page.operand) if page.comparator == "matches" else ""
    if page.comparator.startswith(("greater", "less")):
        yield Finding(
            path, f"{page.comparator} compares numbers, and a path is text", "Use starts_with or matches."
        )
    elif broken:
        yield Finding(path, f"the pattern is broken: {broken}", "Mend the regular expression.")
    elif not page.operand or _REFERENCE in page.operand:
        yield Finding(path, f'"{page.operand}" is no path of a page', 'Write one such as "/pricing".')


def _check_parameter(path: Path, parameter: str) -> Iterator[Finding]:
    longest = rules.PARAMETER_LENGTH["event"]
    prefix = next((p for p in rules.PARAMETER_PREFIXES if parameter.startswith(p)), None)
    if not rules.NAME.fullmatch(parameter) or len(parameter) > longest:
        yield Finding(
            path,
            "is not a parameter name",
            f"Use up to {longest} letters, digits and underscores, a letter first.",
        )
    elif prefix or parameter in rules.RESERVED_PARAMETERS["event"] - {"currency"}:
        yield Finding(path, "is a name GA4 reserves", "Send it under another name.")


def _check_source(path: Path, source: Source, conversion: Conversion) -> Iterator[Finding]:
    kind = conversion.on.kind if conversion.on else "custom"
    if conversion.sent_by == "server" and source.value is None:
        yield Finding(path, "a server knows no page to take it from", "Write the value itself.")
    elif (source.attribute or source.element) and kind not in OF_ELEMENTS:
        yield Finding(path, f"{kind} has no element to take it from", "Use page, query, or the value itself.")
    elif source.data and kind != "custom":
        yield Finding(path, f"nothing is pushed along with {kind}", "data goes with custom.")
    elif source.video and kind != "video":
        yield Finding(path, f"{kind} is about no video", "video goes with on = { video = … }.")
    elif source.attribute is not None and not _ATTRIBUTE.fullmatch(source.attribute):
        yield Finding(path, f'"{source.attribute}" is no attribute', 'Write one such as "data-plan".')
    elif not _is_key(source.query) or not _is_key(source.data):
        yield Finding(
            path, f'"{source.query or source.data}" is no key', "Write the key as it is sent, such as plan."
        )
    elif source.value is not None:
        yield from _check_value(path, str(source.value))


def _is_key(key: str | None) -> bool:
    return key is None or _KEY.fullmatch(key) is not None


def _check_value(path: Path, value: str) -> Iterator[Finding]:
    if not value.strip():
        yield Finding(path, "its value is empty", "Give one, or remove the line.")
    elif len(value) > rules.PARAMETER_VALUE_LENGTH:
        yield Finding(
            path,
            f"its value is {len(value)} characters long",
            f"GA4 keeps {rules.PARAMETER_VALUE_LENGTH} characters of a value.",
        )
    elif _REFERENCE in value:
        yield Finding(path, "holds {{, where Tag Manager sees a variable", "Write the value without it.")
