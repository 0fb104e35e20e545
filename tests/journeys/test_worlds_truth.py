"""What the estimates find in worlds whose truth is known."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from scipy.stats import binom

from milepost.journeys.counts import StepCounts, Stratum
from milepost.journeys.estimate import estimate
from milepost.journeys.results import LiftRow
from milepost.journeys.verdict import judge, step_finding
from tests.journeys.worlds import NULL_STEPS, STEPS, World, add_bound_steps, count, simulate

LARGE = 40_000
SMALL = 5_000
REPEATS = 24
NOISE = ("noise", "frequent")
REPEATED = ("causal", "harmful", "interest", *NOISE)


@cache
def _large() -> World:
    world = simulate(1, LARGE)
    add_bound_steps(world, 2)
    return world


def _judged(world: World, *, by_device: bool = False) -> dict[str, LiftRow]:
    macros = int((world.macro_ts < float("inf")).sum())
    steps = [count(world, name, by_device=by_device) for name in world.first]
    rows = judge([step_finding(step, step.event, macros) for step in steps], None)
    return {row.event: row for row in rows}


@cache
def _rows() -> dict[str, LiftRow]:
    return _judged(_large())


@pytest.mark.parametrize(
    ("step", "verdict"),
    [("causal", "ahead"), ("harmful", "behind"), ("noise", "level"), ("frequent", "level")],
)
def test_a_step_is_judged_by_what_it_does(step: str, verdict: str) -> None:
    assert _rows()[step].verdict == verdict


def test_hidden_interest_stays_in_the_figures() -> None:
    assert _rows()["interest"].verdict == "ahead"


def test_a_step_of_one_device_is_level_among_people_of_that_device() -> None:
    mixed, same = _rows()["device"], _judged(_large(), by_device=True)["device"]
    assert mixed.verdict == "ahead"
    assert same.verdict == "level"


@pytest.mark.parametrize(
    ("step", "flag"),
    [
        ("after", "mostly-after"),
        ("with", "same-instant"),
        ("required", "required-step"),
        ("rare", "too-few"),
    ],
)
def test_a_step_without_a_comparison_has_no_ratio(step: str, flag: str) -> None:
    row = _rows()[step]
    assert flag in row.flags
    assert (row.ratio, row.q_value, row.value_above_base) == (None, None, None)
    assert row.verdict is None


def test_naive_rates_would_call_noise_a_help() -> None:
    world = _large()
    did = world.first["frequent"] < float("inf")
    bought = world.macro_ts < float("inf")
    assert bought[did].mean() / bought[~did].mean() > 2
    assert _rows()["frequent"].ratio == pytest.approx(1, abs=0.15)


@cache
def _repeated() -> tuple[dict[str, StepCounts], ...]:
    return tuple(
        {name: count(world, name) for name in REPEATED}
        for world in (simulate(100 + n, SMALL) for n in range(REPEATS))
    )


def _pooled(step: str) -> tuple[Stratum, ...]:
    """All repeats taken together: what each of them would find if it were large."""
    cells: dict[object, Counter[str]] = {}
    for counts in _repeated():
        for s in counts[step].strata:
            cells.setdefault(s.point, Counter()).update(
                users=s.users, reached=s.reached, moments=s.moments, moments_reached=s.moments_reached
            )
    return tuple(
        Stratum(point, None, c["users"], c["reached"], c["moments"], c["moments_reached"])  # type: ignore[arg-type]
        for point, c in cells.items()
    )


@pytest.mark.parametrize("step", REPEATED)
def test_intervals_cover_what_a_large_sample_finds(step: str) -> None:
    limit = estimate(_pooled(step))
    assert limit is not None
    found = [estimate(counts[step].strata) for counts in _repeated()]
    covered = sum(e is not None and e.interval.low <= limit.ratio <= e.interval.high for e in found)
    assert covered >= binom.ppf(0.001, REPEATS, 0.93)


@pytest.mark.parametrize("step", NOISE)
def test_noise_has_a_ratio_of_one(step: str) -> None:
    limit = estimate(_pooled(step))
    assert limit is not None
    assert limit.interval.low <= 1 <= limit.interval.high


@cache
def _null_rows(*, pace: bool = False) -> tuple[LiftRow, ...]:
    """Rows with a ratio, of steps without any effect."""
    worlds = (simulate(500 + n, SMALL, NULL_STEPS, base=0.03, pace=pace) for n in range(REPEATS))
    return tuple(row for world in worlds for row in _judged(world).values() if row.ratio is not None)


def test_false_verdicts_on_noise_are_rare() -> None:
    rows = _null_rows()
    false = sum(row.verdict != "level" for row in rows)
    assert len(rows) > 3 * REPEATS
    assert false <= binom.ppf(0.999, len(rows), 0.025)


def test_p_values_of_noise_are_small_as_seldom_as_they_say() -> None:
    rows = _null_rows()
    small = sum((row.p_value or 0) < 0.05 for row in rows)
    assert binom.ppf(0.001, len(rows), 0.03) <= small <= binom.ppf(0.999, len(rows), 0.05)


def test_false_verdicts_stay_rare_where_people_differ_in_pace() -> None:
    rows = _null_rows(pace=True)
    false = sum(row.verdict != "level" for row in rows)
    assert false <= binom.ppf(0.999, len(rows), 0.025)


def test_worlds_hold_every_kind_of_step() -> None:
    assert {step.name for step in STEPS} | {"after", "with", "required"} == set(_large().first)
