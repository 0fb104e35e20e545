from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.reports.notes import appeared_notes
from milepost.reports.results import Period

_PERIOD = Period(date(2026, 2, 16), date(2026, 3, 15))


def _told(counts: list[int]) -> bool:
    return any(appeared_notes({"scroll": [*counts]}, _PERIOD))


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([0] * 10 + [5] * 18, True),
        ([0] + [7] * 27, True),
        ([0] + [6] * 27, False),  # six less than usual on one day is chance
        ([5] * 28, False),
        ([0] * 28, False),
        ([0] * 10 + [1, 0] * 9, False),  # rare, not steady
        ([0] * 10 + [1] * 4 + [0] * 4, False),
        ([0] * 26 + [50, 50], False),  # two days are no stream
    ],
)
def test_appeared_is_told_only_of_a_steady_stream_after_silence(counts: list[int], told: bool) -> None:
    assert _told(counts) is told


def test_appeared_events_of_one_day_share_a_note() -> None:
    daily = {"b": [0] * 10 + [5] * 18, "a": [0] * 10 + [9] * 18, "c": [0] * 11 + [9] * 17}
    first, second = appeared_notes(daily, _PERIOD)

    assert first.startswith("First seen on 2026-02-26, nearly every day since: a, b.")
    assert second.startswith("First seen on 2026-02-27, nearly every day since: c.")


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_appeared_never_speaks_of_events_of_the_first_day(counts: list[int]) -> None:
    assert not _told([1, *counts])
