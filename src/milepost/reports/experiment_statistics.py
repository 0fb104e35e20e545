"""The statistics of an experiment on shares of users; distributions and tests are scipy's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from milepost.errors import InputError

CONFIDENCE = 0.95
POWER = 0.8

_LEAST_EXPECTED = 5
"""Below that many expected in any cell, chi-square is too rough, and Fisher's exact test is used."""

_MISMATCH = 0.001
"""Chance of a split so uneven, below which it is no chance any more."""

_ESTIMATED = 0.025
"""How far, as a fraction, GA4's count of an arm's users may be off by its estimating alone: three standard
errors of 0.8 %. Source: Data API reference, section 13 (HyperLogLog++ of precision 14)."""


@dataclass(frozen=True)
class Interval:
    """A share of users and its Wilson interval at `CONFIDENCE`, all fractions."""

    rate: float
    low: float
    high: float


def require_statistics() -> Any:
    """`scipy.stats`.

    Raises:
        InputError: it is not installed.
    """
    try:
        from scipy import stats
    except ModuleNotFoundError:
        raise InputError(
            "--by experiment", "its statistics need scipy", "pip install 'milepost[lift]'"
        ) from None
    return stats


def share_interval(converted: int, users: int) -> Interval | None:
    """How large the true share may be; None of nobody."""
    if not users:
        return None
    found = require_statistics().binomtest(converted, users)
    bounds = found.proportion_ci(CONFIDENCE, method="wilson")
    return Interval(converted / users, float(bounds.low), float(bounds.high))


def difference_p_value(first: tuple[int, int], second: tuple[int, int]) -> float | None:
    """Chance of a difference at least as large between two arms that do not differ, on both sides.

    Args:
        first: converted, and users of the one arm.
        second: the same of the other.

    Returns:
        None where an arm is empty. Pearson's chi-square, or Fisher's test where numbers are small.
    """
    table = [[converted, users - converted] for converted, users in (first, second)]
    if not (first[1] and second[1]):
        return None
    if not first[0] + second[0] or all(converted == users for converted, users in (first, second)):
        return 1.0
    stats = require_statistics()
    result = stats.chi2_contingency(table, correction=False)
    if result.expected_freq.min() < _LEAST_EXPECTED:
        return float(stats.fisher_exact(table).pvalue)
    return float(result.pvalue)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The same, corrected for there being several, so that all together err as rarely as one.

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", 1979.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    corrected = [0.0] * len(p_values)
    reached = 0.0
    for rank, number in enumerate(order):
        reached = max(reached, min(1.0, p_values[number] * (len(p_values) - rank)))
        corrected[number] = reached
    return tuple(corrected)


def needed_users(base: float, effect: float, comparisons: int = 1) -> int | None:
    """Users that each arm needs to see a relative change of its share, with `POWER` and `CONFIDENCE`.

    Args:
        base: the control's share.
        effect: the smallest relative change worth seeing, such as 0.1.
        comparisons: arms beside the control; more of them need more users each (Bonferroni).

    Returns:
        None where the base is 0 or 1: nothing is known to grow from.

    Source: Fleiss, "Statistical Methods for Rates and Proportions", two proportions, normal approximation.
    """
    if not 0 < base < 1:
        return None
    other = base * (1 + effect)
    if other >= 1:
        other = base * (1 - effect)
    normal = require_statistics().norm
    mean = (base + other) / 2
    certain = normal.ppf(1 - (1 - CONFIDENCE) / (2 * comparisons)) * math.sqrt(2 * mean * (1 - mean))
    seen = normal.ppf(POWER) * math.sqrt(base * (1 - base) + other * (1 - other))
    return math.ceil(float((certain + seen) / (base - other)) ** 2)


def mismatch_p_value(users: Sequence[int]) -> float | None:
    """Chance of an even split as uneven as this one; None with fewer than two arms, or nobody."""
    if len(users) < 2 or not sum(users):
        return None
    return float(require_statistics().chisquare(list(users)).pvalue)


def is_mismatch(users: Sequence[int]) -> bool:
    """Whether a split is too uneven to be chance, or GA4's estimate of distinct users."""
    p_value = mismatch_p_value(users)
    if p_value is None or p_value >= _MISMATCH:
        return False
    even = sum(users) / len(users)
    return any(abs(count / even - 1) > _ESTIMATED for count in users)
