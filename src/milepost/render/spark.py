"""A row of little bars for a series of counts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

BARS = "▁▂▃▅▇"
ASCII_BARS = "_.-=#"


def spark(counts: Sequence[int], width: int, bars: str = BARS) -> str:
    """One character per count, or per stretch of counts where there are more than `width`.

    The lowest bar is 0 alone, the highest the largest stretch; stretches differ by one day at most and
    stand for their mean per day, so that a longer one does not look like more.

    Args:
        counts: in order of time, none negative.
        width: the most characters, at least 1.
        bars: from lowest to highest, at least two.
    """
    means = _means(counts, min(width, len(counts)))
    top = max(means, default=0)
    if not top:
        return bars[0] * len(means)
    steps = len(bars) - 1
    return "".join(bars[ceil(mean / top * steps)] for mean in means)


def _means(counts: Sequence[int], pieces: int) -> list[float]:
    edges = [len(counts) * n // pieces for n in range(pieces + 1)] if pieces else [0]
    return [sum(counts[start:end]) / (end - start) for start, end in pairwise(edges)]
