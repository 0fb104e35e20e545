"""The arithmetic of lift against hand-computed cases and laws."""

from __future__ import annotations

from math import erfc, exp, isfinite, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.journeys.counts import Point, Stratum
from milepost.journeys.estimate import Level, compare, estimate, p_value, q_values, rate_interval


def _stratum(users: int, reached: int, moments: int, moments_reached: int, pages: int = 1) -> Stratum:
    return Stratum(Point(1, pages, 3), None, users, reached, moments, moments_reached)


@st.composite
def strata(draw: st.DrawFn) -> list[Stratum]:
    found = []
    for pages in range(draw(st.integers(1, 5))):
        users, moments = draw(st.integers(1, 500)), draw(st.integers(0, 5000))
        found.append(
            _stratum(users, draw(st.integers(0, users)), moments, draw(st.integers(0, moments)), pages + 1)
        )
    return found


def test_the_six_users_of_the_worked_check() -> None:
    found = estimate([_stratum(2, 1, 4, 3)])
    assert found is not None
    assert (found.rate, found.base) == (0.5, 0.75)
    assert found.ratio == pytest.approx(0.67, abs=0.005)
    assert found.expected == 1.5


def test_an_estimate_in_two_strata_is_what_the_formulas_say() -> None:
    found = estimate([_stratum(100, 20, 900, 90), _stratum(300, 30, 600, 30, pages=2)])
    assert found is not None
    base = 0.25 * 90 / 900 + 0.75 * 30 / 600
    first, second = 90.5 / 901, 30.5 / 601
    variance = 0.25**2 * first * (1 - first) / 900 + 0.75**2 * second * (1 - second) / 600
    error = sqrt(1 / 50.5 - 1 / 400.5 + variance / base**2)
    middle = log(50.5 / 400.5 / base)
    assert found.ratio == pytest.approx(0.125 / base)
    assert found.interval == pytest.approx((exp(middle - 1.96 * error), exp(middle + 1.96 * error)), rel=1e-4)
    above, interval = found.above_base(50)
    assert above == pytest.approx(50 * (0.125 - base))
    reach = 1.96 * 50 * sqrt(0.125 * 0.875 / 400 + variance)
    assert interval == pytest.approx((above - reach, above + reach), rel=1e-3)


def test_the_p_value_is_cochran_mantel_haenszel_with_continuity() -> None:
    # One table of 2 x 2: 20 of 100 against 10 of 100. Expected 15; variance 100*100*30*170/(200^2*199).
    variance = 100 * 100 * 30 * 170 / (200**2 * 199)
    z = (5 - 0.5) / sqrt(variance)
    assert p_value([_stratum(100, 20, 100, 10)]) == pytest.approx(erfc(z / sqrt(2)))
    assert z == pytest.approx(1.778, abs=1e-3)


def test_strata_without_a_comparison_are_left_out() -> None:
    whole = [_stratum(100, 20, 900, 90), _stratum(10, 9, 0, 0, pages=2)]
    assert estimate(whole) == estimate(whole[:1])


@pytest.mark.parametrize("nothing", [[], [_stratum(5, 1, 0, 0)], [_stratum(5, 1, 50, 0)]])
def test_no_base_means_no_estimate(nothing: list[Stratum]) -> None:
    assert estimate(nothing) is None


def test_nobody_reached_is_a_finding() -> None:
    found = estimate([_stratum(400, 0, 9000, 450)])
    assert found is not None
    assert found.ratio == found.interval.low == 0
    assert 0 < found.interval.high < 0.5
    assert found.p_value < 0.001


@given(strata())
def test_figures_are_finite_and_lie_where_they_must(found: list[Stratum]) -> None:
    result = estimate(found)
    if result is None:
        return
    above, interval = result.above_base(12.5)
    figures = (result.rate, result.base, result.ratio, *result.interval, result.p_value, above, *interval)
    assert all(isfinite(figure) for figure in figures)
    assert 0 <= result.interval.low <= result.ratio <= result.interval.high
    assert interval.low <= above <= interval.high
    assert 0 <= result.p_value <= 1


@given(strata())
def test_the_order_of_strata_is_no_matter(found: list[Stratum]) -> None:
    one, other = estimate(found), estimate(found[::-1])
    assert (one is None) == (other is None)
    if one and other:
        assert one.ratio == pytest.approx(other.ratio)
        assert one.p_value == pytest.approx(other.p_value, abs=1e-12)


@given(strata())
def test_more_of_the_same_narrows_the_interval(found: list[Stratum]) -> None:
    tenfold = [
        Stratum(s.point, None, s.users * 10, s.reached * 10, s.moments * 10, s.moments_reached * 10)
        for s in found
    ]
    one, ten = estimate(found), estimate(tenfold)
    if one and ten and one.rate:
        assert ten.ratio == pytest.approx(one.ratio)
        assert ten.interval.high / ten.interval.low <= one.interval.high / one.interval.low * (1 + 1e-9)


@given(st.lists(st.floats(0, 1), max_size=20))
def test_q_values_are_never_below_p_values(found: list[float]) -> None:
    corrected = q_values(found)
    assert len(corrected) == len(found)
    assert all(p <= q + 1e-12 <= 1 + 1e-9 for p, q in zip(found, corrected, strict=True))


def test_q_values_of_a_known_case() -> None:
    assert q_values([0.01, 0.04, 0.03, 0.5]) == pytest.approx((0.04, 0.16 / 3, 0.16 / 3, 0.5))


def test_wilson_s_interval_of_a_known_case() -> None:
    assert rate_interval(288, 2646) == pytest.approx((0.0975, 0.1213), abs=1e-4)


def test_approximate_counts_widen_the_interval() -> None:
    exact = compare(5000, 500, [Level(1.0, 90_000, 4500)])
    approximate = compare(5000, 500, [Level(1.0, 90_000, 4500)], noise=4 * 0.0081**2)
    assert exact is not None
    assert approximate is not None
    assert approximate.interval.low < exact.interval.low < exact.interval.high < approximate.interval.high
    assert approximate.p_value > exact.p_value
