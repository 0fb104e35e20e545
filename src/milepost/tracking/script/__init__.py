"""The script for sites without Tag Manager: one readable file that sends what the file declares."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

from milepost.model.declared import DeclaredProperty
from milepost.model.trigger import Trigger, TriggerKind
from milepost.tracking.means import Tracked, sent_by_site

GOOGLE = "https://www.googletagmanager.com"

_PARTS: tuple[TriggerKind, ...] = ("visible", "timer", "scroll", "video", "custom")
"""Triggers with a part of their own; clicks and forms are in the core, for `data-milepost` needs them."""

_HEAD = """\
/*
 * The events of %(name)s, sent to GA4 by gtag.js. Made by Milepost: change the conversions file, not this one.
 *
 * Load it on every page with `defer`, after the consent banner if there is one. Then, beside what it notices itself:
 *   HTML  data-milepost="event_name" data-some-parameter="…" on a button or link, or on a form
 *   code  milepost("event_name", { some_parameter: "…" })
 *
 * Consent Mode v2: unless the page has set its consent defaults before, everything starts out denied.
 */
"""  # noqa: E501 - wider than our lines, as comments in scripts may be


def render_script(declared: DeclaredProperty, measurement_id: str, transport_url: str | None = None) -> str:
    """The script's text; the same arguments give the same.

    It depends on nothing but gtag.js, which it loads where the page has not. Each event fires as declared:
    once per page, or each time. Nothing of it ends a `<script>` element that it may be pasted into.

    Args:
        declared: the property.
        measurement_id: of its web stream (`G-…`).
        transport_url: origin that serves gtag.js and takes the hits, in place of Google's (server-side
            tagging, or a collector of one's own).
    """
    tracked = sent_by_site(declared)
    address = f"{(transport_url or GOOGLE).rstrip('/')}/gtag/js?id={measurement_id}"
    settings = {"server_container_url": transport_url.rstrip("/")} if transport_url else {}
    lines = [
        _HEAD % {"name": " ".join(declared.name.split()).replace("*/", "* /").replace("<", "(")},
        "(function () {",
        '  "use strict";',
        "",
        f"  const measurementId = {script_json(measurement_id)};",
        f"  const tagAddress = {script_json(address)};",
        f"  const tagSettings = {script_json(settings)};",
        "",
        "  // What is sent, when, and where the values come from: as declared.",
        "  const events = {",
        *(f"    {script_json(one.event)}: {script_json(_entry(one))}," for one in tracked),
        "  };",
        "",
        *_parts(tracked),
        "})();",
    ]
    return "\n".join(lines) + "\n"


def _parts(tracked: Sequence[Tracked]) -> list[str]:
    """The core, and of the rest what some declared trigger needs."""
    used = {one.trigger.kind for one in tracked if one.trigger is not None}
    wanted = ["core", *(part for part in _PARTS if part in used)]
    folder = resources.files(__name__).joinpath("parts")
    return [folder.joinpath(f"{part}.js").read_text(encoding="utf-8") for part in wanted]


def _entry(tracked: Tracked) -> dict[str, Any]:
    """One conversion as the script knows it."""
    trigger = tracked.trigger
    assert trigger is not None  # noqa: S101 - only what the site sends stands in the script
    entry: dict[str, Any] = {"on": _plain(trigger)}
    if trigger.page is not None:
        entry["page"] = _page(trigger)
    if trigger.fires_once:
        entry["once"] = True
    entry["parameters"] = {
        p.name: p.source.model_dump(exclude_none=True) for p in tracked.parameters if p.source is not None
    }
    entry["numbers"] = [p.name for p in tracked.parameters if p.is_number]
    return entry


def _plain(trigger: Trigger) -> dict[str, Any]:
    keys = {trigger.kind, "percent", "seconds"}
    plain = trigger.model_dump(include=keys, exclude_none=True)
    return {key: int(v) if isinstance(v, float) and v.is_integer() else v for key, v in plain.items()}


def _page(trigger: Trigger) -> dict[str, Any]:
    page = trigger.page
    assert page is not None  # noqa: S101 - asked for only then
    options = {key: True for key in ("ignore_case", "negated") if getattr(page, key)}
    return {page.comparator: page.operand, **options}


def script_json(value: Any) -> str:
    """A JavaScript literal that ends neither the script it stands in nor its line."""
    made = json.dumps(value, ensure_ascii=False)
    for sign in ("<", ">", "\u2028", "\u2029"):
        made = made.replace(sign, f"\\u{ord(sign):04x}")
    return made
