"""The page for developers: for each conversion when to send it, with which parameters, an example."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from milepost.model.recommended import ECOMMERCE_PARAMETERS
from milepost.render.safe import markdown_code, markdown_inert, markdown_literal
from milepost.render.tag.words import MEANS, source_words, what_makes_it
from milepost.tracking.means import BY_SITE, Parameter, Tracked, data_attribute
from milepost.tracking.results import PropertyTracking

_ITEM = {"item_id": "SKU_1", "item_name": "Shirt", "price": 30, "quantity": 1}
_EXAMPLES: dict[str, Any] = {
    "currency": "EUR", "items": [_ITEM], "transaction_id": "T_1", "value": 30, "shipping": 4.9, "tax": 4.79,
}  # fmt: skip

_HEAD = """\
Made by Milepost: change the conversions file, not this page.

Send an event once its action has succeeded (the form was accepted, the order was taken), once per action,
and with nothing that tells who a person is: no names, addresses, phone numbers. Text is cut after 100
characters; numbers go without quotes. What is not listed need not be sent.

- **Google Tag Manager**: `dataLayer.push(…)`; the container that `milepost tag --gtm` made listens.
- **gtag.js**: `milepost(…)`, which the script that `milepost tag --gtag` made provides, or in HTML
  `data-milepost="event"` with a `data-` attribute per parameter.

Both respect Consent Mode v2: before the visitor agrees, Google's tag sets no cookies. The site's banner says
so with `gtag("consent", "update", …)`; basic mode (nothing is loaded before) works as well."""


def render_handoff(tracking: PropertyTracking) -> str:
    """The page, ending in a newline: what a developer must do, then what happens by itself."""
    by_site = [t for t in tracking.conversions if t.means in BY_SITE]
    ours = [t for t in by_site if not t.declares_trigger]
    lines = [f"# Events of {markdown_inert(tracking.name)}", "", _HEAD]
    sections = (
        ("Sent by your code", ours),
        ("Noticed by the tags: what the page must keep", [t for t in by_site if t.declares_trigger]),
        ("Sent by your server", [t for t in tracking.conversions if t.means == "server"]),
    )
    for heading, conversions in sections:
        if conversions:
            lines += ["", f"## {heading}"]
        for tracked in conversions:
            lines += _conversion(tracked)
    others = [t for t in tracking.conversions if t.means not in (*BY_SITE, "server")]
    if others:
        lines += ["", "## Nothing to do: GA4 makes these", ""]
        lines += [f"- {markdown_code(t.event)}: {markdown_inert(what_makes_it(t))}" for t in others]
    return "\n".join(lines) + "\n"


def _conversion(tracked: Tracked) -> Iterator[str]:
    conversion = tracked.conversion
    yield ""
    yield f"### {markdown_code(tracked.event)}"
    yield ""
    yield f"{markdown_inert(conversion.label)}: a {conversion.role} conversion, {MEANS[tracked.means]}."
    if tracked.declares_trigger:
        yield f"Sent by itself: {markdown_inert(what_makes_it(tracked))}."
    if tracked.parameters:
        yield ""
        yield "| Parameter | Type | Required | From |"
        yield "|:--|:--|:--|:--|"
        yield from (_row(parameter) for parameter in tracked.parameters)
    if tracked.means == "server":
        yield from _code("json", _server_example(tracked))
    elif not tracked.declares_trigger:
        yield from _code("js", _push_example(tracked), _call_example(tracked))
        if not tracked.recommended.has_items:
            yield from _code("html", _html_example(tracked))


def _row(parameter: Parameter) -> str:
    kind = "list of items" if parameter.name == "items" else "number" if parameter.is_number else "text"
    where = markdown_literal(source_words(parameter), in_table=True)
    return f"| {markdown_code(parameter.name)} | {kind} | {'yes' if parameter.required else ''} | {where} |"


def _code(language: str, *examples: str) -> Iterator[str]:
    yield ""
    yield f"```{language}"
    yield from examples
    yield "```"


def _values(tracked: Tracked) -> dict[str, Any]:
    """An example of each parameter that the site's code has to pass."""
    return {
        p.name: p.source.value if p.source and p.source.value is not None else _example(p)
        for p in tracked.parameters
        if tracked.means == "server" or p.source is None or p.source.value is None
    }


def _example(parameter: Parameter) -> Any:
    return _EXAMPLES.get(parameter.name, 1 if parameter.is_number else "…")


def _push_example(tracked: Tracked) -> str:
    """Old values stay in the data layer until overwritten: a shop's are cleared first."""
    values = _values(tracked)
    if not tracked.recommended.has_items:
        return f"dataLayer.push({js_literal({'event': tracked.event, **values})});"
    goods = {name: value for name, value in values.items() if name in ECOMMERCE_PARAMETERS}
    others = {name: value for name, value in values.items() if name not in goods}
    pushed = {"event": tracked.event, **others, "ecommerce": goods}
    return f"dataLayer.push({{ ecommerce: null }});\ndataLayer.push({js_literal(pushed)});"


def _call_example(tracked: Tracked) -> str:
    values = _values(tracked)
    more = f", {js_literal(values)}" if values else ""
    return f"// or, with gtag.js:\nmilepost({json.dumps(tracked.event)}{more});"


def _html_example(tracked: Tracked) -> str:
    attributes = "".join(f' {data_attribute(name)}="…"' for name in _values(tracked))
    return f'<button data-milepost="{tracked.event}"{attributes}>…</button>'


def _server_example(tracked: Tracked) -> str:
    """The visitor's ids have to be kept with the lead, or the event belongs to nobody."""
    params = {"session_id": "1700000000", "engagement_time_msec": 1, **_values(tracked)}
    body = {"client_id": "555.1700000000", "events": [{"name": tracked.event, "params": params}]}
    return json.dumps(body, indent=2, ensure_ascii=False)


def js_literal(value: Any) -> str:
    """A JavaScript literal as people write it: keys without quotes."""
    if isinstance(value, dict):
        inside = ", ".join(f"{key}: {js_literal(inner)}" for key, inner in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(js_literal(inner) for inner in value)}]"
    return json.dumps(value, ensure_ascii=False)
