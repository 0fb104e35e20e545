"""Counts of users and of comparable moments → rate, base, ratio, chance figure, and how sure each is.

People who did a step are compared with moments of others at the same point of a visit, and these moments are
weighted as the people who did it are spread. Pure arithmetic; scipy brings the distributions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Any, NamedTuple

from milepost.errors import InputError
from milepost.journeys.counts import Stratum

_CONFIDENCE = 0.95


class Interval(NamedTuple):
    """Both ends of a 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """People who did a step against comparable ones who had not.

    Attributes:
        users: people with a comparison.
        rate: share of them who reached the macro conversion.
        base: share of the comparison that did; above 0.
        ratio: rate ÷ base.
        interval: of the ratio.
        p_value: of no difference.
        expected: users × base.
        base_variance: of `base`.
        compared: moments of others they are compared with.
        compared_reached: of those, the ones that the macro conversion followed.
    """

    users: int
    rate: float
    base: float
    ratio: float
    interval: Interval
    p_value: float
    base_variance: float
    compared: int
    compared_reached: int

    @property
    def expected(self) -> float:
        """How many would have reached the macro conversion at the base."""
        return self.users * self.base

    def above_base(self, value: float) -> tuple[float, Interval]:
        """What one user's step brings beyond the base, with its interval, at a fixed value of the macro."""
        middle = (self.rate - self.base) * value
        error = sqrt(self.rate * (1 - self.rate) / self.users + self.base_variance)
        reach = _quantile() * abs(value) * error
        return middle, Interval(middle - reach, middle + reach)


@dataclass(frozen=True)
class Level:
    """One part of a comparison: its weight among those who did the step, and what others did there."""

    weight: float
    moments: int
    reached: int

    @property
    def share(self) -> float:
        """Of the moments, those that the macro conversion followed."""
        return self.reached / self.moments

    @property
    def variance(self) -> float:
        """Of weight × share; half a case is added so that a share of 0 is not taken for certain."""
        rate = (self.reached + 0.5) / (self.moments + 1)
        return self.weight**2 * rate * (1 - rate) / self.moments


def estimate(strata: Sequence[Stratum]) -> Estimate | None:
    """The estimate from strata; those without a comparison are left out.

    Returns:
        None where no stratum has a comparison, or nobody in any comparison reached the macro conversion.
    """
    matched = [stratum for stratum in strata if stratum.users and stratum.moments]
    users = sum(stratum.users for stratum in matched)
    levels = [Level(s.users / users, s.moments, s.moments_reached) for s in matched]
    found = compare(users, sum(stratum.reached for stratum in matched), levels)
    return found and replace(found, p_value=p_value(matched))


def compare(users: int, reached: int, levels: Sequence[Level], *, noise: float = 0.0) -> Estimate | None:
    """The estimate from a weighted comparison, its p value from the interval.

    Args:
        users: who did the step.
        reached: of those, came to the macro conversion.
        levels: what they are compared with; weights add up to 1.
        noise: variance of the logarithm of the ratio beyond that of chance, where counts are approximate.

    Returns:
        None where there is nobody, or nobody in the comparison reached the macro conversion.
    """
    base = sum(level.weight * level.share for level in levels)
    if not users or not base:
        return None
    rate, variance = reached / users, sum(level.variance for level in levels)
    middle = log((reached + 0.5) / (users + 0.5) / base)
    error = sqrt(1 / (reached + 0.5) - 1 / (users + 0.5) + variance / base**2 + noise)
    reach = _quantile() * error
    ratio = rate / base
    # With nobody, or everybody, the half case moves the middle past the ratio itself.
    interval = Interval(min(exp(middle - reach), ratio), max(exp(middle + reach), ratio))
    return Estimate(
        users=users,
        rate=rate,
        base=base,
        ratio=ratio,
        interval=interval,
        p_value=two_sided(middle / error),
        base_variance=variance,
        compared=sum(level.moments for level in levels),
        compared_reached=sum(level.reached for level in levels),
    )


def p_value(strata: Sequence[Stratum]) -> float:
    """Chance of a difference this large without any: Cochran-Mantel-Haenszel, with continuity.

    A user may stand in many strata: it is the log-rank test with "did the step" as the event.
    """
    difference = variance = 0.0
    for s in strata:
        all_, reached = s.users + s.moments, s.reached + s.moments_reached
        difference += s.reached - s.users * reached / all_
        variance += s.users * s.moments * reached * (all_ - reached) / (all_**2 * (all_ - 1))
    if not variance:
        return 1.0
    return two_sided(max(abs(difference) - 0.5, 0.0) / sqrt(variance))


def two_sided(score: float) -> float:
    """Chance of a standard normal number at least this far from 0."""
    return float(2 * _stats().norm.sf(abs(score)))


def q_values(p_values: Sequence[float]) -> tuple[float, ...]:
    """Each p value corrected for how many there are: Benjamini-Hochberg."""
    if not p_values:
        return ()
    return tuple(float(q) for q in _stats().false_discovery_control(list(p_values)))


def rate_interval(reached: int, users: int) -> Interval:
    """Wilson's interval of a share; `users` is above 0."""
    found = _stats().binomtest(reached, users).proportion_ci(_CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))


def _quantile() -> float:
    return float(_stats().norm.ppf((1 + _CONFIDENCE) / 2))


def _stats() -> Any:
    try:
        from scipy import stats
    except ImportError:
        raise InputError("lift", "its statistics need scipy", "pip install 'milepost[lift]'") from None
    return stats
