"""What to know before a conversion is tagged: what cannot be had this way, and what can instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from milepost.model import rules
from milepost.tracking.means import BY_SITE, Tracked

Tool = Literal["gtm", "gtag"]
TOOL_NAMES: dict[Tool, str] = {"gtm": "Tag Manager", "gtag": "gtag.js"}


@dataclass(frozen=True)
class Note:
    """Something about one event: what is the matter, and the alternative."""

    event: str
    cause: str
    remedy: str


def tracking_notes(tracked: Tracked) -> tuple[Note, ...]:
    """What is the matter with one conversion, whatever it is tagged by."""
    return tuple(Note(tracked.event, cause, remedy) for cause, remedy in _matters(tracked))


def tool_notes(tracked: Tracked, tool: Tool) -> tuple[Note, ...]:
    """What cannot be tagged by one tool, or only in part."""
    return tuple(Note(tracked.event, cause, remedy) for cause, remedy in _limits(tracked, tool))


def _matters(tracked: Tracked) -> Iterator[tuple[str, str]]:
    source = tracked.conversion.definition.source
    if source is not None and source not in rules.AUTOMATIC_EVENTS:
        yield (
            f'is made out of "{source}", which the site must send',
            f'Declare "{source}", or send it yourself.',
        )
    missing = [p.name for p in tracked.parameters if p.source is None]
    if tracked.means in BY_SITE and "items" in missing:
        yield (
            f"{tracked.trigger.kind if tracked.trigger else 'the trigger'} knows no items",
            "Leave on out and push the event with its items.",
        )
        missing.remove("items")
    if tracked.means in BY_SITE and missing:
        yield (
            f"nothing says where {_listed(missing)} {'comes' if len(missing) == 1 else 'come'} from",
            f"Add send = {{ {missing[0]} = … }}.",
        )


def _limits(tracked: Tracked, tool: Tool) -> Iterator[tuple[str, str]]:
    name = TOOL_NAMES[tool]
    if tracked.means == "server":
        yield f"is sent by a server, not by {name}", "Send it by the Measurement Protocol."
    if tracked.trigger is None:
        return
    if tool == "gtm" and tracked.trigger.kind == "video":
        yield (
            f"{name} hears YouTube only",
            'For other players use gtag.js, or on = { custom = "…" } and push the event.',
        )
    if tool == "gtag" and tracked.recommended.has_items and not tracked.declares_trigger:
        yield (
            f'data-milepost="{tracked.event}" cannot carry items',
            f'Call milepost("{tracked.event}", …) with them.',
        )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
