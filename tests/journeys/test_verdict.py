"""What may be said: each refusal, flag and verdict at its bound, and the order of rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from milepost.journeys.counts import EventsRead, LiftCounts, MacroCounts, Point, StepCounts, Stratum
from milepost.journeys.credit import People, Row, credit_rows
from milepost.journeys.results import LiftRow, MacroValue
from milepost.journeys.tables import event_table
from milepost.journeys.verdict import judge, step_finding

VALUE = MacroValue(50.0, "events", "EUR")
MACROS = 1000
DAY = 86_400


def _step(
    users: int = 1000,
    reached: int = 200,
    moments: int = 9000,
    moments_reached: int = 900,
    event: str = "step",
    **other: Any,
) -> StepCounts:
    step = StepCounts(
        event=event,
        ever=users,
        after_macro=0,
        same_instant=0,
        too_recent=0,
        users=users,
        reached=reached,
        occurrences=users,
        before_macro=reached,
        median_seconds=60.0,
        strata=(Stratum(Point(1, 1, 0), None, users, reached, moments, moments_reached),),
    )
    return replace(step, **other)


def _row(step: StepCounts) -> LiftRow:
    (row,) = judge([step_finding(step, "Step", MACROS)], VALUE)
    return row


def test_a_clear_step_is_shown_whole() -> None:
    row = _row(_step())
    assert row.verdict == "ahead"
    assert row.flags == ()
    assert (row.rate, row.base, row.ratio) == pytest.approx((0.2, 0.1, 2.0))
    assert row.value == pytest.approx(10)
    assert row.value_above_base == pytest.approx(5)


@pytest.mark.parametrize(
    ("step", "flag"),
    [
        (_step(users=29, reached=9, moments_reached=2700), "too-few"),
        (_step(users=49, reached=9), "too-few"),
        (_step(moments=90, moments_reached=9), "too-few"),
        (_step(ever=2000, after_macro=1000), "mostly-after"),
        (_step(ever=2000, after_macro=700, same_instant=300), "mostly-after"),
        (_step(ever=1250, same_instant=250), "same-instant"),
        (_step(before_macro=950), "required-step"),
    ],
)
def test_refusals_refuse_at_their_bounds(step: StepCounts, flag: str) -> None:
    row = _row(step)
    assert flag in row.flags
    assert row.verdict is None
    assert (row.base, row.ratio, row.q_value, row.value_above_base, row.expected) == (None,) * 5


@pytest.mark.parametrize(
    "step",
    [
        _step(users=50, reached=9),
        _step(moments=100, moments_reached=10),
        _step(ever=2000, after_macro=999),
        _step(ever=1251, same_instant=250),
        _step(before_macro=949),
        _step(reached=190, before_macro=950),
    ],
)
def test_just_beyond_the_bounds_a_ratio_is_shown(step: StepCounts) -> None:
    assert _row(step).ratio is not None


def test_people_without_a_comparison_forbid_a_ratio_beyond_one_in_twenty() -> None:
    matched = Stratum(Point(1, 1, 0), None, 940, 200, 9000, 900)
    alone = Stratum(Point(1, 25, 0), None, 60, 10, 0, 0)
    row = _row(replace(_step(), strata=(matched, alone)))
    assert row.flags == ("unmatched",)
    assert row.unmatched == 60
    assert row.value is not None
    assert row.ratio is None


def test_counts_only_means_no_rate() -> None:
    row = _row(_step(ever=3000, after_macro=2000))
    assert (row.rate, row.value) == (None, None)
    assert (row.users, row.reached) == (1000, 200)


def test_too_few_shows_a_rate_and_no_worth() -> None:
    row = _row(_step(users=20, reached=2))
    assert row.rate == 0.1
    assert row.value is None


def test_a_required_step_keeps_rate_and_worth() -> None:
    row = _row(_step(before_macro=1000))
    assert (row.rate, row.value) == pytest.approx((0.2, 10))


def test_little_data_is_shown_with_a_flag() -> None:
    assert _row(_step(users=199, reached=60)).flags == ("low-data",)
    assert _row(_step(users=200, reached=60)).flags == ()


@pytest.mark.parametrize(
    ("reached", "verdict"), [(100, "level"), (130, "level"), (160, "ahead"), (50, "behind")]
)
def test_a_verdict_needs_the_margin(reached: int, verdict: str) -> None:
    assert _row(_step(reached=reached)).verdict == verdict


def test_no_verdict_behind_where_the_ratio_is_known_to_come_out_low() -> None:
    finding = step_finding(_step(reached=50), "Step", MACROS)
    (row,) = judge([replace(finding, flags=("repeated",))], VALUE)
    assert row.verdict == "level"


def test_rows_stand_by_the_lower_end_with_refused_ones_last() -> None:
    steps = [
        _step(event="refused", users=20, reached=9),
        _step(event="unsure", users=60, reached=14),
        _step(event="sure", reached=210),
        _step(event="none", reached=100),
    ]
    rows = judge([step_finding(step, step.event, MACROS) for step in steps], None)
    assert [row.event for row in rows] == ["sure", "unsure", "none", "refused"]
    assert rows[1].ratio is not None
    assert rows[0].ratio is not None
    assert rows[1].ratio > rows[0].ratio


def test_q_values_count_shown_ratios_only() -> None:
    alone = _row(_step(reached=120)).q_value
    steps = [_step(event="a", reached=120), *(_step(event=f"few_{n}", users=10, reached=1) for n in range(9))]
    rows = judge([step_finding(step, step.event, MACROS) for step in steps], None)
    assert next(row for row in rows if row.event == "a").q_value == alone


@pytest.mark.parametrize(
    ("change", "stop"),
    [
        ({"macro": MacroCounts("purchase", 0, 0, None)}, "no-macro"),
        ({"macro": MacroCounts("purchase", 9, 9, 1.0)}, "few-macros"),
        ({"read": EventsRead("x", 10, 0, 0, 10, 0)}, "no-pages"),
        ({"within_seconds": 8 * DAY}, "too-short"),
    ],
)
def test_where_nothing_can_be_said_there_are_no_rows(change: dict[str, object], stop: str) -> None:
    counts = LiftCounts(
        macro=MacroCounts("purchase", 10, 9, 1.0),
        steps=(_step(),),
        first_day=date(2026, 1, 1),
        last_day=date(2026, 1, 7),
        end_micros=1_767_830_400_000_000,
        within_seconds=DAY,
        gap_seconds=1,
        read=EventsRead("x", 10, 0, 0, 10, 5),
    )
    assert event_table(counts, "Purchase", {"step": "Step"}, None).stopped is None
    table = event_table(replace(counts, **change), "Purchase", {"step": "Step"}, None)  # type: ignore[arg-type]
    assert table.stopped == stop
    assert table.rows == ()


def test_expected_is_every_person_once_at_the_rate_of_people_like_them() -> None:
    rows = (Row("a", 100, 3, 40, {"x": 30, "y": 30}), Row("b", 300, 9, 20, {"x": 20, "y": 5}))
    found = credit_rows(People(rows, followed=50, reached=5, converted=6), {"x": "X", "y": "Y"})
    others = (12 - 6) / 340
    assert [row.value for row in found] == ["b", "a"]
    assert [row.expected for row in found] == pytest.approx([20 * 0.1 + 280 * others, 40 * 0.1 + 60 * others])


def test_nothing_is_expected_without_a_leading_step() -> None:
    (row,) = credit_rows(People((Row("a", 10, 1, 0, {}),), 0, 0, 0), {})
    assert row.expected is None
