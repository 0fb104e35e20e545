"""How a conversion comes to be, in words: the same for all formats."""

from __future__ import annotations

from milepost.model.part import Comparison
from milepost.model.rules import ENHANCED_MEASUREMENT
from milepost.model.trigger import Trigger
from milepost.tracking.means import Means, Parameter, Tracked

MEANS: dict[Means, str] = {
    "automatic": "automatic",
    "enhanced_measurement": "enhanced measurement",
    "derived": "event create rule",
    "recommended": "recommended event",
    "custom": "custom event",
    "server": "Measurement Protocol",
}
_COMPARATORS = {
    "equals": ("is", "is not"),
    "contains": ("contains", "does not contain"),
    "starts_with": ("starts with", "does not start with"),
    "ends_with": ("ends with", "does not end with"),
    "matches": ("matches", "does not match"),
    "greater_than": (">", "is not >"),
    "greater_than_or_equal": ("≥", "is not ≥"),
    "less_than": ("<", "is not <"),
    "less_than_or_equal": ("≤", "is not ≤"),
}


_ENDLESS = 10_000
"""Longer than anything in a file that fits its rules."""


def who_acts(tracked: Tracked) -> str:
    """Who has to do something before the event arrives."""
    if tracked.means == "automatic":
        return "nobody"
    if tracked.means == "server":
        return "your server"
    if tracked.trigger is None:
        return "milepost sync"
    return "a tag" if tracked.declares_trigger else "your code, a tag"


def what_makes_it(tracked: Tracked, longest: int = _ENDLESS) -> str:
    """What has to happen for the event to be sent; patterns are cut after `longest` characters."""
    definition = tracked.conversion.definition
    if tracked.means == "automatic":
        return "GA4 collects it"
    if tracked.means == "enhanced_measurement":
        switch = ENHANCED_MEASUREMENT[tracked.event].removesuffix("_enabled").replace("_", " ")
        return f"GA4 collects it: enhanced measurement, {switch}"
    if tracked.means == "server":
        return "a server sends it: Measurement Protocol"
    if tracked.trigger is not None:
        return trigger_words(tracked.trigger, declared=tracked.declares_trigger)
    conditions = [f"{p} {_comparison(c, longest)}" for group in definition.when for p, c in group.items()]
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return f"GA4 makes it out of {definition.source}{where}"


def trigger_words(on: Trigger, *, declared: bool = True) -> str:
    """What on the site makes an event; an event awaited under its own name is the site's own doing."""
    if not declared:
        return f"the site pushes {on.custom}"
    words = {
        "click": f"a click on {on.click}",
        "submit": f"the form {on.submit} is sent",
        "visible": f"{on.visible} comes into view ({on.percent or 50} %"
        + (f" for {on.seconds:g} s)" if on.seconds else ")"),
        "timer": f"{on.timer or 0:g} seconds on the page",
        "scroll": f"{on.scroll} % of the page scrolled",
        "video": _video(on),
        "custom": f"the site pushes {on.custom}",
    }[on.kind]
    where = f", where the path {_comparison(on.page)}" if on.page else ""
    return words + where + ("; once per page" if on.once else "")


def _video(on: Trigger) -> str:
    if isinstance(on.video, int):
        return f"{on.video} % of a video played"
    return "a video is started" if on.video == "start" else "a video is played to its end"


def _comparison(comparison: Comparison, longest: int = _ENDLESS) -> str:
    words = _COMPARATORS[comparison.comparator][comparison.negated]
    case = " (any case)" if comparison.ignore_case else ""
    operand = comparison.operand
    shown = operand if len(operand) <= longest else f"{operand[: longest - 1]}…"
    return f"{words} {shown}{case}"


def source_words(parameter: Parameter) -> str:
    """Where a parameter's value comes from."""
    source = parameter.source
    if source is None:
        return "nobody says"
    return {
        "value": f"always {source.value}",
        "attribute": f"attribute {source.attribute}",
        "element": f"the element's {_ELEMENT.get(str(source.element), '')}",
        "page": f"the page's {_PAGE.get(str(source.page), '')}",
        "query": f"?{source.query}= in the address",
        "data": f"pushed as {source.data}",
        "video": f"the video's {str(source.video).replace('_', ' ')}",
    }[source.kind]


_ELEMENT = {"text": "text", "url": "address", "id": "id", "classes": "classes"}
_PAGE = {"url": "address", "path": "path", "host": "host", "title": "title", "referrer": "referrer"}
