"""Bars in panels: each with its name, its figure and, if wanted, a line across it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from milepost.render.html.charts.common import SLACK, chart, heading, values
from milepost.render.html.page import Frame, Spec
from milepost.render.html.palette import light
from milepost.render.safe import plain

_BAR = 14
_STEP = 30
_STEP_WITH_NAME = 48
_GAP = 10
_BETWEEN = 22
_LEAST = 40
_NAME_SHARE = 0.3
_TEXT_SHARE = 0.58
"""Width of a figure or a sign, as a share of its type size."""

_LINES = {"field": "line", "type": "ordinal", "axis": None, "scale": {"padding": 0}}
_OWN = {"field": "colour", "type": "nominal", "scale": None}


@dataclass(frozen=True)
class Bar:
    """One bar: parts one after the other, each a length and a colour of the palette.

    `text` stands after it. A line crosses it at `mark`: the period before, or the middle of an interval,
    whose `start` is not 0.
    """

    label: str
    parts: tuple[tuple[float, str], ...]
    text: str
    mark: float | None = None
    text_colour: str = "ink"
    start: float = 0.0

    @property
    def end(self) -> float:
        """Where its last part ends."""
        return self.start + sum(length for length, _ in self.parts)

    @property
    def furthest(self) -> float:
        """Where it ends, or the line across it, if that lies further."""
        return max(self.end, self.mark or 0)

    def stretches(self) -> Iterator[tuple[str, float, float]]:
        """Each part's colour, where it begins and where it ends."""
        ends = tuple(accumulate((length for length, _ in self.parts), initial=self.start))
        for (_, colour), start, end in zip(self.parts, ends, ends[1:], strict=False):
            yield colour, start, end


@dataclass(frozen=True)
class Panel:
    """Bars that share a scale: from 0, or for ratios a logarithmic one. `title` may be empty.

    `reference` is what all of them are compared with: a line through the panel.
    """

    title: str
    bars: tuple[Bar, ...]
    colour: str = "ink"
    reference: float | None = None
    ratios: bool = False

    def scale(self) -> dict[str, Any]:
        """The part of the scale that the figures need."""
        ends = [bar.furthest for bar in self.bars]
        if self.reference is not None:
            ends.append(self.reference)
        if not self.ratios:
            return {"domain": [0, max(ends, default=0) or 1]}
        starts = [bar.start for bar in self.bars if bar.start > 0]
        least = min([*starts, *([self.reference] if self.reference else [])], default=1)
        # What has no logarithm stands at the edge.
        return {"type": "log", "clamp": True, "domain": [least / 1.1, max([*ends, least]) * 1.1]}


def draw_bars(frame: Frame, panels: Sequence[Panel], *, beside: bool = False) -> Spec:
    """The panels one below the other; `beside` one another where they hold the same things and width allows.

    On a narrow frame, a bar's name stands over it.
    """
    names = round(frame.width * _NAME_SHARE) if frame.name == "wide" else 0
    if not (names and beside):
        views = [_Drawing(frame, panel, names, frame.width).view() for panel in panels]
        return chart(frame, {"vconcat": views, "spacing": _BETWEEN})
    width = (frame.width - names - _BETWEEN * (len(panels) - 1)) // len(panels)
    first = _Drawing(frame, panels[0], names, names + width)
    others = (_Drawing(frame, panel, 0, width) for panel in panels[1:])
    return chart(frame, {"hconcat": [drawing.view() for drawing in (first, *others)], "spacing": _BETWEEN})


class _Drawing:
    """One panel.

    Args:
        frame: what it is drawn for.
        panel: what it shows.
        names: pixels for names at its left; none where they stand over the bars, or in the panel before.
        width: pixels of the whole.
    """

    def __init__(self, frame: Frame, panel: Panel, names: int, width: int) -> None:
        self._panel = panel
        self._names = names
        self._width = width
        self._over = frame.name == "narrow"
        self._line = frame.type_size * 0.75
        longest = max((len(bar.text) for bar in panel.bars), default=0)
        end = max(width - longest * frame.type_size * _TEXT_SHARE - _GAP, names + _LEAST)
        self._along = {
            "type": "quantitative",
            "axis": None,
            "scale": {**panel.scale(), "range": [names, end], "nice": False},
        }

    def view(self) -> dict[str, Any]:
        """The layers, from back to front."""
        view = {
            "width": self._width,
            "height": {"step": _STEP_WITH_NAME if self._over else _STEP},
            "layer": [
                *([self._reference()] if self._panel.reference is not None else []),
                self._parts(),
                # A rim in the page's colour parts the line from the bar it crosses.
                self._marks("page", 4),
                self._marks("mark", 2),
                self._texts(),
                *([self._labels()] if self._names or self._over else []),
            ],
        }
        if self._panel.title:
            at = 0 if self._over else self._names
            view["title"] = heading(self._panel.title, self._panel.colour, frame="bounds", dx=at)
        return view

    def _layer(self, rows: Iterable[Spec], mark: Spec, encoding: Spec, *, above: bool = False) -> Spec:
        shift = self._line * (-1 if above else 1) if self._over else 0
        offset = "dy" if mark["type"] == "text" else "yOffset"
        return {
            "data": values(rows),
            "mark": {**mark, offset: shift},
            "encoding": {"y": _LINES, **encoding},
        }

    def _reference(self) -> Spec:
        mark = {"type": "rule", "color": light("muted"), "strokeDash": [4, 3]}
        x = {**self._along, "field": "at"}
        return {"data": values([{"at": self._panel.reference}]), "mark": mark, "encoding": {"x": x}}

    def _parts(self) -> Spec:
        rows = (
            {"line": line, "from": start, "to": end, "colour": light(colour)}
            for line, bar in enumerate(self._panel.bars)
            for colour, start, end in bar.stretches()
        )
        x = {**self._along, "field": "from"}
        return self._layer(
            rows, {"type": "bar", "height": _BAR}, {"x": x, "x2": {"field": "to"}, "color": _OWN}
        )

    def _marks(self, colour: str, thickness: int) -> Spec:
        rows = (
            {"line": line, "at": bar.mark}
            for line, bar in enumerate(self._panel.bars)
            if bar.mark is not None
        )
        mark = {
            "type": "tick",
            "orient": "vertical",
            "thickness": thickness,
            "size": _BAR + 8,
            "color": light(colour),
        }
        return self._layer(rows, mark, {"x": {**self._along, "field": "at"}})

    def _texts(self) -> Spec:
        rows = (
            {
                "line": line,
                "end": bar.furthest,
                "text": plain(bar.text),
                "colour": light(bar.text_colour),
            }
            for line, bar in enumerate(self._panel.bars)
        )
        x = {**self._along, "field": "end"}
        mark = {"type": "text", "align": "left", "dx": 7}
        return self._layer(rows, mark, {"x": x, "text": {"field": "text"}, "color": _OWN})

    def _labels(self) -> Spec:
        rows = ({"line": line, "label": plain(bar.label)} for line, bar in enumerate(self._panel.bars))
        room = self._width if self._over else self._names - _GAP
        mark = {"type": "text", "align": "left", "limit": round(room * SLACK)}
        return self._layer(rows, mark, {"x": {"value": 0}, "text": {"field": "label"}}, above=True)
