"""What all charts share: type, colours, and texts that come from outside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from milepost.render.html.page import Frame, Spec
from milepost.render.html.palette import light
from milepost.render.safe import plain

FONT = "Arial, sans-serif"
"""Vega measures texts with it, the same on every machine; the page shows its own font in its place."""

SLACK = 0.88
"""How much of its room a text may take as Vega measures it: the page's own font may be wider."""

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def chart(frame: Frame, body: Spec) -> Spec:
    """A whole specification around marks, or views, that hold their data."""
    return {
        "$schema": _SCHEMA,
        "background": None,
        "padding": 0,
        **body,
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": frame.type_size,
                "labelColor": light("muted"),
                "labelPadding": 6,
                "title": None,
                "domain": False,
                "ticks": False,
                "gridColor": light("line"),
            },
            "text": {"fontSize": frame.type_size, "color": light("ink"), "baseline": "middle"},
            "title": {
                "anchor": "start",
                "frame": "group",
                "fontSize": frame.type_size,
                "subtitleFontSize": frame.type_size,
                "color": light("ink"),
                "subtitleColor": light("muted"),
                "offset": 8,
            },
        },
    }


def heading(text: str, colour: str = "ink", **more: Any) -> dict[str, Any]:
    """A title over one view of a chart."""
    return {"text": plain(text), "color": light(colour), **more}


def values(rows: Iterable[Spec]) -> Spec:
    """Data of a view, inline."""
    return {"values": [dict(row) for row in rows]}
