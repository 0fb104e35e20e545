"""What somebody does on the preview page for each conversion that the site sends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from milepost.model.part import Comparison
from milepost.model.trigger import OF_ELEMENTS
from milepost.tracking.means import Parameter, Tracked
from milepost.tracking.preview.elements import Element, Sample, sample_element

_TAGS = {"click": "button", "submit": "form", "visible": "div"}
_ITEM = {"item_id": "SKU_1", "item_name": "Shirt", "price": 30, "quantity": 1}
_EXAMPLES: dict[str, Any] = {
    "currency": "EUR", "items": [_ITEM], "transaction_id": "T_1", "value": 30,
}  # fmt: skip
_EXAMPLE = "example"


@dataclass(frozen=True)
class Step:
    """One conversion on the page.

    `sample` is what its trigger listens to, None where there is no element, or where none could be made
    for its selector. `values` are what the page's code hands over when it sends the event. `address` is
    where on the site it fires, None where it fires everywhere; `finds_address` is False where no address
    was found that fits.
    """

    tracked: Tracked
    sample: Sample | None
    values: dict[str, Any]
    address: str | None = None
    finds_address: bool = True


def preview_step(tracked: Tracked) -> Step:
    """The step of a conversion that the site sends."""
    on = tracked.trigger
    if on is None:
        raise ValueError(tracked.event)
    sample = None
    if on.kind in OF_ELEMENTS:
        sample = sample_element(on.selector, _TAGS[on.kind], _attributes(tracked), tracked.conversion.label)
        if sample is not None:
            _complete(sample.subject)
    path = None if on.page is None else sample_path(on.page)
    query = {p.source.query: _EXAMPLE for p in tracked.parameters if p.source and p.source.query}
    address = None
    if path is not None or query:
        address = quote(path or "/", safe="/.-_~") + (f"?{urlencode(query)}" if query else "")
    return Step(tracked, sample, _values(tracked), address, on.page is None or path is not None)


def _attributes(tracked: Tracked) -> dict[str, str]:
    """What the element needs for the event's parameters to have values."""
    found: dict[str, str] = {}
    for parameter in tracked.parameters:
        source = parameter.source
        if source is None:
            continue
        if source.attribute is not None:
            found[source.attribute.lower()] = str(_example(parameter))
        elif source.element in ("id", "classes"):
            found["class" if source.element == "classes" else "id"] = _EXAMPLE
        elif source.element == "url" and tracked.trigger is not None:
            found["action" if tracked.trigger.kind == "submit" else "href"] = f"/{_EXAMPLE}"
    return found


def _complete(element: Element) -> None:
    """What an element needs for people to use it."""
    if element.tag == "a":
        address = element.attributes.get("href", "")
        element.attributes["href"] = f"{address}+15550100" if address == "tel:" else address or f"/{_EXAMPLE}"
    elif element.tag == "form" and not element.children:
        field = Element(
            "input", {"type": "text", "name": "field", "aria-label": "A field", "value": _EXAMPLE}
        )
        element.text = ""
        element.children = [field, Element("button", {"type": "submit"}, text="Send")]
    elif element.tag == "img":
        element.attributes.setdefault("alt", _EXAMPLE)


def _values(tracked: Tracked) -> dict[str, Any]:
    """What the site's code would pass, an object in an object for each dot of a path."""
    values: dict[str, Any] = {}
    for parameter in tracked.parameters:
        if parameter.source is None or parameter.source.data is None:
            continue
        *way, name = parameter.source.data.split(".")
        inner = values
        for part in way:
            inner = inner.setdefault(part, {})
        inner[name] = _example(parameter)
    return values


def _example(parameter: Parameter) -> Any:
    return _EXAMPLES.get(parameter.name, 1 if parameter.is_number else _EXAMPLE)


def sample_path(wanted: Comparison) -> str | None:
    """A path that a condition on the page holds for; None where none was found."""
    return next((path for path in _paths(wanted) if _holds(wanted, path)), None)


def _paths(wanted: Comparison) -> Iterator[str]:
    operand = str(wanted.operand)
    if not wanted.negated:
        literal = _written_out(operand) if wanted.comparator == "matches" else operand
        ends = (literal.lstrip("/"), f"{_EXAMPLE}{literal}", f"{literal.strip('/')}/{_EXAMPLE}")
        yield from (f"/{end}" for end in ends)
    yield from ("/", f"/{_EXAMPLE}")


def _written_out(pattern: str) -> str:
    """The plainest text that a usual pattern of paths matches."""
    text = re.sub(r"^\^|\$$|\(\?:|\(\[\?#\]\|\$\)", "", pattern)
    text = re.sub(r"\[\^[^\]]*\][+*]|\\[wd][+*]?|\.[+*]", _EXAMPLE, text)
    text = re.sub(r"(?<!\\).\?", "", text)
    text = re.sub(r"\(([^()|]*)[^()]*\)", r"\1", text)
    return text.replace("\\", "").split("|")[0]


def _holds(wanted: Comparison, path: str) -> bool:
    operand = str(wanted.operand)
    if wanted.comparator == "matches":
        # Patterns are Google's and the browser's: what Python cannot read, it cannot try.
        try:
            found = re.search(operand, path, re.IGNORECASE if wanted.ignore_case else 0) is not None
        except re.error:
            return False
        return found != wanted.negated
    if wanted.ignore_case:
        operand, path = operand.lower(), path.lower()
    holds = {
        "equals": path == operand,
        "contains": operand in path,
        "starts_with": path.startswith(operand),
        "ends_with": path.endswith(operand),
    }
    return holds.get(wanted.comparator, False) != wanted.negated
