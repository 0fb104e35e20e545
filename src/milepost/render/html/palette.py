"""The colours of a page, each for the light and for the dark scheme.

Charts are drawn in the light ones; in the dark scheme a rule per colour replaces them, so each light colour
stands for one thing only. `tests/render/test_html_palette.py` holds them to the contrasts of WCAG 2.2, AA.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """One colour of the page in both schemes, as `#rrggbb`."""

    light: str
    dark: str


PALETTE = {
    "page": Colour("#ffffff", "#14171c"),
    "panel": Colour("#f6f7f9", "#1c2027"),
    "line": Colour("#dfe3e8", "#343a44"),
    "ink": Colour("#1b2330", "#e9ecf1"),
    "muted": Colour("#596473", "#a3adbb"),
    "macro": Colour("#5b3fb0", "#b5a3f7"),
    "macro-soft": Colour("#eae5f8", "#342c55"),
    "micro": Colour("#0b7285", "#5cc5d6"),
    "micro-soft": Colour("#dff1f4", "#173d45"),
    "good": Colour("#146c3a", "#6ccf92"),
    "bad": Colour("#b3261e", "#f5958c"),
    "lost": Colour("#e9b9b4", "#7d3f3b"),
    "interval": Colour("#7c8a9b", "#7d8aa0"),
    "mark": Colour("#1c2331", "#e8ecf2"),
}
"""`ink` and `muted` are text, `line` rules and grids, the soft ones areas under a line; `lost` is the part of
a bar that left, `interval` a range that says nothing clear, and `mark` the line across a bar."""


def light(name: str) -> str:
    """What a chart is drawn in."""
    return PALETTE[name].light


def shade(share: float) -> str:
    """How strongly a heat table tints a cell, as a CSS percentage of `micro`.

    Capped where text on it would lose its contrast.
    """
    return f"{round(min(max(share, 0.0), 1.0) * SHADE_MOST * 100)}%"


SHADE_MOST = 0.3
"""The strongest tint of a cell, as a part of the colour over the page's own."""
