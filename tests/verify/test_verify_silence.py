"""The rule of silence: it names a stop, and hardly ever mistakes chance for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.emulator.events.generator import BUSINESS_TYPES, generate
from milepost.reports.verification.silence import BAR, LEAST_DAYS, LEAST_SILENT, bar_of, find_silence

_FIRST = date(2026, 1, 5)
"""A Monday."""

Days = list[tuple[date, bool]]


def _days(happened: list[bool]) -> Days:
    return [(_FIRST + timedelta(days=n), did) for n, did in enumerate(happened)]


def _poisson(rate: Callable[[int], float], length: int, seed: int) -> Days:
    rates = [rate(number % 7) for number in range(length)]
    return _days([bool(count) for count in np.random.default_rng(seed).poisson(rates)])


def test_an_event_of_every_day_is_silent_after_two_days() -> None:
    days = _days([True] * 60)
    after = [(_FIRST + timedelta(days=60 + n), False) for n in range(2)]
    assert find_silence([*days, *after[:1]]) is None
    found = find_silence([*days, *after])
    assert found is not None
    assert (found.since, found.days) == (_FIRST + timedelta(days=60), 2)
    assert found.probability < BAR


def test_quiet_weekends_are_none() -> None:
    weekdays = _days([number % 7 < 5 for number in range(56)])
    assert find_silence(weekdays) is None
    monday_too = [*weekdays, (_FIRST + timedelta(days=56), False)]
    assert find_silence(monday_too) is None


def test_a_chance_is_worked_out_as_written() -> None:
    """By hand, after ten days from a Monday on, none of them empty, and with four days of prior."""
    days = _days([True] * 10 + [False] * 2)
    # A Thursday, seen once: overall 1 in 12. Then a Friday, seen once: overall 2 in 13.
    expected = (4 / 12) / 5 * (4 * 2 / 13) / 5
    found = find_silence(days, bar=1.0)
    assert found is not None
    assert found.probability == pytest.approx(expected)


@pytest.mark.parametrize(
    "rate",
    [
        pytest.param(lambda _: 0.1, id="one in ten days"),
        pytest.param(lambda _: 0.5, id="every other day"),
        pytest.param(lambda _: 1.0, id="one a day"),
        pytest.param(lambda _: 3.0, id="three a day"),
        pytest.param(lambda weekday: 3.0 if weekday < 5 else 0.05, id="quiet weekends"),
        pytest.param(lambda weekday: 10.0 if weekday < 5 else 0.0, id="closed at weekends"),
    ],
)
@pytest.mark.parametrize("length", [28, 88])
def test_steady_events_are_hardly_ever_called_silent(rate: Callable[[int], float], length: int) -> None:
    """The bar is one in a thousand; the rates are estimates, so that a few more come about."""
    alarms = sum(find_silence(_poisson(rate, length, seed)) is not None for seed in range(600))
    assert alarms <= 6


@pytest.mark.parametrize(("rate", "most_days"), [(50.0, 3), (2.0, 6), (1.0, 10), (0.5, 20)])
def test_a_stop_is_found_in_time(rate: float, most_days: int) -> None:
    stop = _FIRST + timedelta(days=60)
    after = [(stop + timedelta(days=n), False) for n in range(most_days)]
    found = [find_silence([*_poisson(lambda _: rate, 60, seed), *after]) for seed in range(40)]
    assert sum(silence is not None for silence in found) >= 36
    # A rare event was not there every day before, so that its silence seems to begin earlier.
    assert all(silence.since <= stop for silence in found if silence)


@given(st.lists(st.booleans(), max_size=60))
def test_only_days_after_the_last_one_are_silent(happened: list[bool]) -> None:
    found = find_silence(_days(happened), bar=1.0)
    trailing = len(happened) - 1 - max((n for n, did in enumerate(happened) if did), default=len(happened))
    if sum(happened) < LEAST_DAYS or trailing < LEAST_SILENT:
        assert found is None
    else:
        assert found is not None
        assert found.days == trailing
        assert found.since == _FIRST + timedelta(days=len(happened) - trailing)
        assert 0 < found.probability < 1


@given(st.lists(st.booleans(), min_size=10, max_size=50).filter(lambda days: sum(days) >= LEAST_DAYS))
def test_a_longer_silence_is_less_likely(happened: list[bool]) -> None:
    chances = []
    for silent in range(LEAST_SILENT, LEAST_SILENT + 6):
        found = find_silence(_days([*happened, True, *[False] * silent]), bar=1.0)
        assert found is not None
        chances.append(found.probability)
    assert chances == sorted(chances, reverse=True)


def test_many_tests_raise_the_bar_for_each() -> None:
    assert bar_of(1) == bar_of(10) == BAR
    assert bar_of(50) == pytest.approx(0.0002)
    assert bar_of(0) == BAR


def _looks(business_type: str, seed: int) -> Iterator[Days]:
    """Every event of 60 generated days, looked at on each of the last 30: nothing stops in them."""
    first = date(2026, 1, 1)
    table = generate(business_type, first_day=first, last_day=first + timedelta(days=59), seed=seed)
    seen: dict[str, set[str]] = {}
    for name, day in zip(
        table.column("event_name").to_pylist(), table.column("event_date").to_pylist(), strict=True
    ):
        seen.setdefault(name, set()).add(day)
    days = [first + timedelta(days=n) for n in range(60)]
    for happened in seen.values():
        whole = [(day, f"{day:%Y%m%d}" in happened) for day in days]
        yield from (whole[: 31 + n] for n in range(30))


def test_generated_events_are_hardly_ever_called_silent() -> None:
    looks = [days for number, name in enumerate(BUSINESS_TYPES[2:5]) for days in _looks(name, number)]
    alarms = sum(find_silence(days) is not None for days in looks)
    assert len(looks) > 1000
    assert alarms <= len(looks) * 0.004
