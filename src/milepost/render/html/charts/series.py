"""Counts over time: a panel for each, with a scale of its own, for large counts would flatten small ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from milepost.render.html.charts.common import SLACK, chart, heading, values
from milepost.render.html.page import Frame, Spec
from milepost.render.html.palette import light

_LINE_LEAST = 10
"""With fewer steps than this, bars: a line through a few points pretends to know what lies between."""

_AXIS = 46
_EDGE = 4
_COLUMNS = {"wide": 4, "narrow": 2}
_GAP = 20
_HEADROOM = 1.08
"""Over the highest point of a small panel: a line that overshot its edge would push its title up."""


@dataclass(frozen=True)
class Series:
    """One count per step. `colour` is one of the palette that has a soft one as well."""

    label: str
    colour: str
    counts: tuple[int, ...]
    detail: str = ""


def draw_series(frame: Frame, days: Sequence[date], series: Sequence[Series]) -> Spec:
    """Panels with axes, one below the other; `days` are the first ones of the steps."""
    panels = [
        _panel(
            days,
            one,
            width=frame.width - _AXIS - _EDGE,
            height=120 if frame.name == "wide" else 110,
            axis=_time_axis(frame, len(days)),
        )
        for one in series
    ]
    return chart(frame, {"vconcat": panels, "spacing": 18})


def draw_multiples(frame: Frame, days: Sequence[date], series: Sequence[Series]) -> Spec:
    """Small panels without axes, side by side: for shapes, not for reading figures."""
    columns = _COLUMNS[frame.name]
    width = (frame.width - (columns - 1) * _GAP) // columns
    panels = [
        {
            **_panel(days, one, width=width, height=44, axis=None),
            "title": heading(one.label, subtitle=one.detail, limit=round(width * SLACK), fontWeight="normal"),
        }
        for one in series
    ]
    return chart(frame, {"concat": panels, "columns": columns, "spacing": {"row": 18, "column": _GAP}})


def _time_axis(frame: Frame, steps: int) -> dict[str, Any]:
    return {
        "format": "%-d %b",
        "grid": False,
        "labelOverlap": True,
        "labelSeparation": 10,
        "labelFlush": True,
        "tickCount": min(steps, 7 if frame.name == "wide" else 4),
    }


def _panel(
    days: Sequence[date], series: Series, *, width: int, height: int, axis: dict[str, Any] | None
) -> dict[str, Any]:
    colour, soft = light(series.colour), light(f"{series.colour}-soft")
    as_line = len(days) >= _LINE_LEAST
    mark: dict[str, Any] = (
        {"type": "area", "color": soft, "line": {"color": colour, "strokeWidth": 2, "strokeJoin": "round"}}
        if as_line
        else {"type": "bar", "color": colour, "width": {"band": 0.45}}
    )
    # Bars stand at names of days, not on a continuous scale, where they would be hairlines.
    time: dict[str, Any] = (
        {"type": "temporal", "scale": {"type": "utc"}}
        if as_line
        else {"type": "ordinal", "timeUnit": "utcyearmonthdate"}
    )
    counts = {
        "type": "quantitative",
        "axis": axis
        and {"tickCount": 3, "format": ",d", "tickMinStep": 1, "minExtent": _AXIS, "maxExtent": _AXIS},
        "scale": {
            "domainMin": 0,
            "domainMax": max(*series.counts, 1) * (1 if axis else _HEADROOM),
            "nice": axis is not None,
        },
    }
    view: dict[str, Any] = {
        "width": width,
        "height": height,
        "data": values(
            {"day": day.isoformat(), "count": count} for day, count in zip(days, series.counts, strict=True)
        ),
        "mark": mark,
        "encoding": {"x": {"field": "day", **time, "axis": axis}, "y": {"field": "count", **counts}},
    }
    if axis is not None:
        view["title"] = heading(series.label, series.colour)
    return view
