"""Colours that everybody can read, in the light and in the dark: WCAG 2.2, level AA."""

from __future__ import annotations

from itertools import combinations

import pytest

from milepost.render.html.palette import PALETTE, SHADE_MOST, shade

_TEXT_LEAST = 4.5
_PICTURE_LEAST = 3.0
_TEXTS = ("ink", "muted", "macro", "micro", "good", "bad")
_MARKS = ("macro", "micro", "muted", "interval", "mark")
_SCHEMES = ("light", "dark")


def _channels(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))


def _luminance(channels: tuple[float, ...]) -> float:
    """Relative luminance as WCAG defines it."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _colour(name: str, scheme: str) -> tuple[float, ...]:
    return _channels(getattr(PALETTE[name], scheme))


def test_contrast_is_computed_as_wcag_does() -> None:
    assert _contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert _contrast(_channels("#767676"), (1, 1, 1)) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", _SCHEMES)
@pytest.mark.parametrize("ground", ["page", "panel"])
@pytest.mark.parametrize("text", _TEXTS)
def test_text_can_be_read(text: str, ground: str, scheme: str) -> None:
    assert _contrast(_colour(text, scheme), _colour(ground, scheme)) >= _TEXT_LEAST


@pytest.mark.parametrize("scheme", _SCHEMES)
@pytest.mark.parametrize("mark", _MARKS)
def test_what_charts_are_drawn_with_can_be_seen(mark: str, scheme: str) -> None:
    assert _contrast(_colour(mark, scheme), _colour("page", scheme)) >= _PICTURE_LEAST


@pytest.mark.parametrize("scheme", _SCHEMES)
@pytest.mark.parametrize("tint", ["macro", "micro"])
def test_text_can_be_read_on_the_warmest_cell(tint: str, scheme: str) -> None:
    pairs = zip(_colour(tint, scheme), _colour("page", scheme), strict=True)
    warmest = tuple(SHADE_MOST * colour + (1 - SHADE_MOST) * page for colour, page in pairs)
    assert shade(1.0) == f"{SHADE_MOST:.0%}"
    assert _contrast(_colour("ink", scheme), warmest) >= _TEXT_LEAST


def test_each_light_colour_stands_for_one_thing() -> None:
    """In the dark, rules replace a chart's light colours one by one."""
    assert not [pair for pair in combinations(PALETTE, 2) if PALETTE[pair[0]].light == PALETTE[pair[1]].light]
