"""Statistics of experiments: textbook cases, laws, and what they promise, tried on made-up experiments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from milepost.reports.experiment_statistics import (
    difference_p_value,
    holm,
    is_mismatch,
    mismatch_p_value,
    needed_users,
    share_interval,
)

_ARM = st.integers(0, 400).flatmap(lambda users: st.tuples(st.integers(0, users), st.just(users)))


@pytest.mark.parametrize(
    ("converted", "users", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_interval_is_wilsons_of_newcombes_table(converted: int, users: int, low: float, high: float) -> None:
    interval = share_interval(converted, users)

    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)
    assert interval.rate == converted / users


@pytest.mark.parametrize(
    ("base", "effect", "needed"),
    [(0.5, 0.2, 388), (0.1, 0.1, 14_751), (0.05, 0.2, 8158), (0.9, 0.2, 74)],
)
def test_needed_users_are_those_of_the_tables(base: float, effect: float, needed: int) -> None:
    """Fleiss, two proportions without continuity correction; the last looks for a fall, from 90 to 72 %."""
    assert needed_users(base, effect) == pytest.approx(needed, abs=1)


@pytest.mark.parametrize("base", [0.0, 1.0])
def test_nothing_is_needed_where_nothing_is_known(base: float) -> None:
    assert needed_users(base, 0.1) is None


def test_more_arms_need_more_users_each() -> None:
    one, three = needed_users(0.1, 0.1), needed_users(0.1, 0.1, comparisons=3)

    assert one is not None
    assert three is not None
    assert three > one


def test_difference_is_pearsons_by_hand() -> None:
    """20 of 100 against 35 of 100: chi-square is 200 (20·65 - 80·35)² / (100·100·55·145) = 5.6426."""
    assert difference_p_value((20, 100), (35, 100)) == pytest.approx(
        float(stats.chi2.sf(5.642633, 1)), rel=1e-5
    )


def test_difference_of_small_numbers_is_fishers() -> None:
    """The lady tasting tea: 3 of 4 against 1 of 4 gives 34/70 on both sides."""
    assert difference_p_value((3, 4), (1, 4)) == pytest.approx(34 / 70)


@pytest.mark.parametrize(
    ("first", "second", "p_value"),
    [((0, 0), (5, 9), None), ((0, 50), (0, 60), 1.0), ((50, 50), (60, 60), 1.0)],
)
def test_difference_of_nobody_or_of_the_same(
    first: tuple[int, int], second: tuple[int, int], p_value: float | None
) -> None:
    assert difference_p_value(first, second) == p_value


@given(_ARM, _ARM)
def test_difference_is_the_same_from_both_sides(first: tuple[int, int], second: tuple[int, int]) -> None:
    one, other = difference_p_value(first, second), difference_p_value(second, first)

    assert (one is None) is (other is None) is (not (first[1] and second[1]))
    assert one is None or other is None or one == pytest.approx(other)
    assert one is None or 0 <= one <= 1


def test_holm_is_that_of_a_case_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_makes_anything_surer_and_keeps_the_order(p_values: list[float]) -> None:
    corrected = holm(p_values)

    assert all(p <= q <= 1 for p, q in zip(p_values, corrected, strict=True))
    assert [q for _, q in sorted(zip(p_values, corrected, strict=True))] == sorted(corrected)


@pytest.mark.parametrize(
    ("users", "mismatch"),
    [
        ((1000, 1050), False),
        ((1000, 1250), True),
        ((1000, 1000, 1250), True),
        ((5, 9), False),
        ((821_588, 815_482), False),
        ((821_588, 765_482), True),
        ((7,), False),
        ((0, 0), False),
    ],
)
def test_uneven_split_is_told_from_chance_and_from_ga4s_estimates(
    users: tuple[int, ...], mismatch: bool
) -> None:
    """50.2 % of 1.6 million is no chance (Fabijan et al., 2019), but well within what GA4 is off by."""
    assert is_mismatch(users) is mismatch


def test_uneven_split_has_the_p_value_of_the_textbook() -> None:
    assert mismatch_p_value((821_588, 815_482)) == pytest.approx(1.8e-6, rel=0.05)


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.5])
def test_intervals_hold_the_true_rate_nearly_as_often_as_they_say(rate: float) -> None:
    drawn = np.random.default_rng(7).binomial(300, rate, size=4000)
    holds = {}
    for converted in np.unique(drawn):
        interval = share_interval(int(converted), 300)
        assert interval is not None
        holds[int(converted)] = interval.low <= rate <= interval.high
    covered = np.mean([holds[int(converted)] for converted in drawn])

    assert 0.93 <= covered <= 0.975


def test_arms_that_do_not_differ_are_rarely_said_to() -> None:
    """Three arms against a control, corrected: any of them is taken for different in at most 5 of 100."""
    random = np.random.default_rng(11)
    counts = random.binomial(2000, 0.1, size=(1500, 4))
    cache: dict[tuple[int, int], float] = {}

    def p_value(arm: int, control: int) -> float:
        if (arm, control) not in cache:
            cache[arm, control] = difference_p_value((arm, 2000), (control, 2000)) or 0.0
        return cache[arm, control]

    wrong = [min(holm([p_value(int(arm), int(row[0])) for arm in row[1:]])) < 0.05 for row in counts]

    assert np.mean(wrong) < 0.06


def test_needed_users_see_the_effect_as_often_as_promised() -> None:
    users = needed_users(0.1, 0.2)
    assert users is not None
    random = np.random.default_rng(13)
    control, better = random.binomial(users, 0.1, 1000), random.binomial(users, 0.12, 1000)
    seen = [
        (difference_p_value((int(b), users), (int(a), users)) or 1) < 0.05
        for a, b in zip(control, better, strict=True)
    ]

    assert 0.77 <= np.mean(seen) <= 0.83
