"""The preview's page: one card for each conversion that the site sends, and what of it arrived."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources

from milepost.model.trigger import Trigger
from milepost.render.html.palette import PALETTE
from milepost.render.safe import plain
from milepost.render.tag.handoff import js_literal
from milepost.render.tag.words import source_words, what_makes_it, who_acts
from milepost.render.words import counted
from milepost.tracking.means import Parameter, Tracked
from milepost.tracking.preview.steps import Step

_STAND_IN = (
    "Nothing leaves this machine. The tags are the very script that 'milepost tag --gtag' writes; Google's "
    "gtag.js, which it loads on a site, cannot be loaded here. A small stand-in of Milepost's takes its "
    "place: it sends what gtag.js documents, and nothing by itself but page_view. What Tag Manager makes of "
    "a container shows in its own preview only."
)


def preview_files() -> dict[str, tuple[str, bytes]]:
    """What the page loads, by name: the media type and the content."""
    folder = resources.files(__name__.rpartition(".")[0]).joinpath("site")
    style = _colours() + folder.joinpath("page.css").read_text(encoding="utf-8")
    code = folder.joinpath("page.js").read_bytes()
    return {
        "page.css": ("text/css; charset=utf-8", style.encode()),
        "page.js": ("text/javascript; charset=utf-8", code),
    }


def render_preview(name: str, steps: Sequence[Step], others: Sequence[Tracked], own: str) -> str:
    """The page's HTML. Names, labels and selectors of the file are shown, and never read as markup.

    The page's own parts are plain boxes with roles, so that a trigger on `article a` hears its sample alone.

    Args:
        name: of the property.
        steps: the conversions that the site sends, in the order of the file.
        others: those that it does not send.
        own: path under which the page finds its files: `page.css`, `page.js`, `milepost.js`, `video.wav`.
    """
    cards = "\n".join(_card(step, own) for step in steps)
    scrolls = any(step.tracked.trigger and step.tracked.trigger.kind == "scroll" for step in steps)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{_text(name)}: preview of tags</title>
<link rel="stylesheet" href="{own}page.css">
<script src="{own}milepost.js" defer></script>
<script src="{own}page.js" defer></script>
</head>
<body{' class="tall"' if scrolls else ""}>
<div class="top">
<p class="brand">Milepost</p>
<h1>Preview of tags: <bdi>{_text(name)}</bdi></h1>
<p class="line" id="summary" role="status" data-all="{len(steps)}">
None of {counted(len(steps), "event")} seen yet.</p>
<p class="line">{_text(_STAND_IN)}</p>
</div>
<div class="consent" role="region" aria-label="Consent">
<p aria-live="polite"><span class="light" id="consent-light"></span>
<strong>Consent: <span id="consent">denied</span></strong>
<span class="detail" id="consent-detail">the default until the banner says otherwise: no cookies, and GA4
counts nothing</span></p>
<p class="buttons">
<button type="button" class="chrome" data-consent="granted">Grant</button>
<button type="button" class="chrome" data-consent="denied">Deny</button></p>
</div>
<div class="main" role="main">
<div class="cards">
{cards or '<p class="line">No conversion of this property is sent by the site.</p>'}
</div>
<div class="part" role="region" aria-labelledby="received">
<div class="heading"><h2 id="received">Received</h2>
<button type="button" class="chrome" id="clear">Clear</button></div>
<p class="line" id="nothing">Nothing yet.</p>
<ol class="events" id="events"></ol>
</div>
{_others(others)}
</div>
</body>
</html>
"""


def _colours() -> str:
    """The pages' colours as custom properties, light and dark."""
    light, dark = (
        " ".join(f"--{name}: {getattr(colour, scheme)};" for name, colour in PALETTE.items())
        for scheme in ("light", "dark")
    )
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def _text(text: str) -> str:
    return escape(plain(text))


def _card(step: Step, own: str) -> str:
    tracked = step.tracked
    conversion = tracked.conversion
    event = _text(tracked.event)
    parts = [
        f'<div class="card" data-card="{event}" role="group" aria-labelledby="card-{event}">',
        '<p class="state"><span class="light"></span> <span class="seen">not seen yet</span></p>',
        f'<h2 id="card-{event}"><bdi>{_text(conversion.label)}</bdi></h2>',
        f'<p class="line"><code>{event}</code> <span class="role {conversion.role}">{conversion.role}</span> '
        f"{_text(what_makes_it(tracked))}</p>",
        *_where(step),
        f'<p class="do">{_text(_instruction(step))}</p>',
        f'<div class="stage">{_stage(step, own)}</div>',
        *_code(step),
        *_parameters(tracked.parameters),
        "</div>",
    ]
    return "\n".join(parts)


def _where(step: Step) -> Iterator[str]:
    if not step.finds_address:
        yield '<p class="where">Write such a path into the address bar first.</p>'
    elif step.address is not None:
        yield (
            f'<p class="where" data-address="{escape(step.address)}">Here first: '
            f'<a class="chrome" href="{escape(step.address)}">{_text(step.address)}</a></p>'
        )


def _instruction(step: Step) -> str:
    """What to do, as one sentence."""
    on = step.tracked.trigger
    if on is None or on.kind == "custom":
        return "Run the code, as your site would."
    if on.kind == "video":
        return "Play the video." if on.video != "complete" else "Play the video to its end."
    if on.kind == "timer":
        return f"Wait until {_seconds(on)} have passed."
    if on.kind == "scroll":
        return f"Scroll down {on.scroll} % of this page."
    if step.sample is None:
        return "No sample can be made for this selector: try it on a page of yours."
    return {
        "click": "Click it.",
        "submit": "Send it: with the button, or with Enter in the field.",
        "visible": "Open it, so that it comes into view.",
    }[on.kind]


def _seconds(on: Trigger) -> str:
    """How long a timer runs."""
    seconds = on.timer or 0
    return counted(int(seconds), "second") if seconds == int(seconds) else f"{seconds:g} seconds"


def _stage(step: Step, own: str) -> str:
    """What the trigger listens to."""
    on = step.tracked.trigger
    if on is None or on.kind == "custom":
        call = escape(json.dumps({"name": step.tracked.event, "values": step.values, "push": _pushed(step)}))
        return f'<button type="button" class="chrome run" data-run="{call}">Run it</button>'
    if on.kind == "video":
        return f'<video src="{own}video.wav" controls muted playsinline title="A sample"></video>'
    if on.kind == "timer":
        return f'<p class="clock" data-seconds="{on.timer:g}">{on.timer:g} s</p>'
    if on.kind == "scroll":
        return f'<p class="depth" data-percent="{on.scroll}">0 %</p>'
    if step.sample is None:
        return ""
    if on.kind == "visible":
        return f"<details><summary>Open</summary>{step.sample.html()}</details>"
    return step.sample.html()


def _pushed(step: Step) -> str | None:
    """The event that the data layer gets; None where the code calls the script instead."""
    on = step.tracked.trigger
    return on.custom if on is not None and step.tracked.declares_trigger else None


def _code(step: Step) -> Iterator[str]:
    """What stands on the page, or what its code does."""
    on = step.tracked.trigger
    if step.sample is not None:
        yield f"<pre><code>{escape(step.sample.html())}</code></pre>"
    elif on is not None and on.kind == "custom":
        pushed = _pushed(step)
        if pushed is not None:
            code = f"dataLayer.push({js_literal({'event': pushed, **step.values})});"
        else:
            values = f", {js_literal(step.values)}" if step.values else ""
            code = f"milepost({json.dumps(step.tracked.event)}{values});"
        yield f"<pre><code>{_text(code)}</code></pre>"


def _parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    if not parameters:
        return
    yield '<table><thead><tr><th scope="col">Parameter</th><th scope="col">Received</th></tr></thead><tbody>'
    for parameter in parameters:
        name = _text(parameter.name)
        yield (
            f'<tr data-parameter="{name}"><th scope="row"><code>{name}</code>'
            f'<span class="detail">{_text(source_words(parameter))}</span></th>'
            '<td class="value"><bdi>–</bdi></td></tr>'
        )
    yield "</tbody></table>"


def _others(others: Sequence[Tracked]) -> str:
    if not others:
        return ""
    rows = "\n".join(
        f'<tr><th scope="row"><code>{_text(t.event)}</code></th><td>{_text(what_makes_it(t))}</td>'
        f"<td>{_text(who_acts(t))}</td></tr>"
        for t in others
    )
    return f"""<div class="part" role="region" aria-labelledby="elsewhere">
<h2 id="elsewhere">Not made on this page</h2>
<table class="others"><thead><tr><th scope="col">Event</th><th scope="col">What makes it</th>
<th scope="col">Who acts</th></tr></thead><tbody>
{rows}
</tbody></table>
</div>"""
