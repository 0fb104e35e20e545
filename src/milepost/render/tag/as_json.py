"""How conversions come to be, as JSON, `format_version` 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from milepost.model.trigger import Source, Trigger
from milepost.render.tag.words import what_makes_it, who_acts
from milepost.tracking.means import Tracked
from milepost.tracking.results import PropertyTracking

FORMAT_VERSION = 1


def render_tag_json(found: Sequence[PropertyTracking]) -> str:
    """One object with a list of properties, indented, ending in a newline.

    Characters beyond ASCII are escaped, so that no terminal or pipe can spoil or obey them.
    """
    properties = [
        {
            "name": tracking.name,
            "conversions": [_conversion(tracked) for tracked in tracking.conversions],
            "notes": [asdict(note) for note in tracking.notes],
        }
        for tracking in found
    ]
    document = {"format_version": FORMAT_VERSION, "properties": properties}
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _conversion(tracked: Tracked) -> dict[str, Any]:
    return {
        "event": tracked.event,
        "label": tracked.conversion.label,
        "role": tracked.conversion.role,
        "means": tracked.means,
        "made_by": what_makes_it(tracked),
        "who_acts": who_acts(tracked),
        "trigger": tracked.trigger and _trigger(tracked.trigger),
        "parameters": [
            {
                "name": parameter.name,
                "source": parameter.source and _source(parameter.source),
                "number": parameter.is_number,
                "required": parameter.required,
            }
            for parameter in tracked.parameters
        ],
    }


def _trigger(trigger: Trigger) -> dict[str, Any]:
    page = trigger.page
    return {
        "kind": trigger.kind,
        "what": getattr(trigger, trigger.kind),
        "percent": trigger.percent,
        "seconds": trigger.seconds,
        "page": page
        and {
            "comparator": page.comparator,
            "operand": page.operand,
            "ignore_case": page.ignore_case,
            "negated": page.negated,
        },
        "once": trigger.fires_once,
    }


def _source(source: Source) -> dict[str, Any]:
    return {"kind": source.kind, "what": getattr(source, source.kind)}
