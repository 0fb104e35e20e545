"""Funnels read out of answers, and the laws they keep whatever GA4 sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.errors import InputError
from milepost.gateways.funnel import FunnelAnswer, FunnelRow
from milepost.model.declared import declared_property
from milepost.model.document import Document
from milepost.reports.funnel import (
    FunnelChoice,
    JourneyStep,
    funnel_query,
    property_journeys,
    read_funnel,
)
from milepost.reports.funnel_results import Funnel, NextAction, StepFigures
from milepost.reports.period import LastDays
from milepost.reports.results import Period
from tests.reports.funnel_answers import choice, closed, journey, row, split

DAYS = Period(date(2026, 2, 1), date(2026, 2, 28))
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
THREE = journey("visit", "cart", "purchase")


def _read(answer: FunnelAnswer, steps: Any = THREE, **options: Any) -> Funnel:
    return read_funnel(steps, choice(DAYS, **options), answer, now=NOW)


def _figures(found: Funnel) -> list[StepFigures]:
    return [step.figures for step in found.steps]


def test_two_steps_as_recorded() -> None:
    rows = (row(1, 215, 0.85581395348837208, 31, 0.14418604651162792), row(2, 184, 1, 0, 0))
    found = _read(FunnelAnswer(rows), journey("visit", "purchase"))
    assert _figures(found) == [
        StepFigures(215, 0.85581395348837208, 31, 0.14418604651162792),
        StepFigures(184),
    ]
    assert found.share_of_first(found.steps[1].figures) == pytest.approx(184 / 215)


def test_a_step_without_a_row_is_one_that_nobody_reached() -> None:
    """7, 2, 2 and then nobody, as recorded: the third step's row says that all gave up there."""
    rows = (row(1, 7, 2 / 7, 5, 5 / 7), row(2, 2, 1, 0, 0), row(3, 2, 0, 2, 1))
    found = _read(FunnelAnswer(rows), journey("a", "b", "c", "d"))
    assert [figures.users for figures in _figures(found)] == [7, 2, 2, 0]
    assert found.steps[2].figures == StepFigures(2, 0.0, 2, 1.0)
    assert found.steps[3].figures == StepFigures(0)


def test_no_rows_at_all_are_no_zeros() -> None:
    found = _read(FunnelAnswer(()))
    assert _figures(found) == [StepFigures()] * 3
    assert found.worst_step is None
    assert found.notes[0].startswith("GA4 sent no figures")


def test_a_row_cut_short_is_told_from_users_in_a_closed_funnel_only() -> None:
    rows = FunnelAnswer((row(1, 10), row(2, 4), row(3, 1)))
    assert _read(rows).steps[0].figures == StepFigures(10, 0.4, 6, 0.6)
    assert _read(rows, is_open=True).steps[0].figures == StepFigures(10)


def test_an_open_funnel_keeps_the_figures_of_ga4() -> None:
    rows = (row(1, 2, 0.5, 1, 0.5), row(2, 5, 0.8, 1, 0.2), row(3, 9, 1, 0, 0))
    found = _read(FunnelAnswer(rows), is_open=True)
    assert found.steps[0].figures == StepFigures(2, 0.5, 1, 0.5)
    assert found.share_of_first(found.steps[1].figures) is None


def test_worst_step_loses_most_users_and_steepest_the_largest_share() -> None:
    found = _read(FunnelAnswer(tuple(closed([1000, 500, 50, 40]))), journey("a", "b", "c", "d"))
    assert (found.worst_step, found.steepest_step) == (0, 1)


def test_few_users_make_no_steepest_step() -> None:
    found = _read(FunnelAnswer(tuple(closed([1000, 20, 1]))))
    assert (found.worst_step, found.steepest_step) == (0, 0)


def test_segments_stand_by_users_and_the_worst_loses_beyond_the_rate_of_all() -> None:
    answer = split(
        "deviceCategory", {"tablet": [40, 4, 1], "desktop": [1000, 600, 90], "mobile": [2000, 800, 30]}
    )
    found = _read(answer, by="device")
    assert [figures.users for figures in _figures(found)] == [3040, 1404, 121]
    assert [segment.value for segment in found.segments] == ["mobile", "desktop", "tablet"]
    loss = found.worst_segment
    assert loss is not None
    assert (loss.segment.value, loss.may_be_chance) == ("mobile", False)
    assert loss.excess == pytest.approx(1200 - 2000 * 1636 / 3040)


def test_a_small_difference_between_segments_may_be_chance() -> None:
    found = _read(split("country", {"A": [1000, 495, 1], "B": [1000, 505, 1]}), by="country")
    assert found.worst_segment is not None
    assert (found.worst_segment.segment.value, found.worst_segment.may_be_chance) == ("A", True)


def test_no_segment_is_worst_where_all_are_equal_or_small() -> None:
    assert _read(split("country", {"A": [100, 50, 5], "B": [100, 50, 5]}), by="country").worst_segment is None
    small = split("country", {"A": [900, 450, 5], "B": [20, 0, 0]})
    assert _read(small, by="country").worst_segment is None


def test_a_segment_that_stops_early_has_zeros() -> None:
    found = _read(split("country", {"A": [9, 5, 1], "B": [4, 0, 0]}), by="country")
    assert found.segments[1].steps == (StepFigures(4, 0.0, 4, 1.0), StepFigures(0), StepFigures(0))


def test_next_actions_stand_commonest_first_without_their_total() -> None:
    shown = tuple(
        FunnelRow({"funnelStepName": "1. visit", "funnelStepNextAction": event}, {"activeUsers": users})
        for event, users in (("scroll", 2), ("RESERVED_TOTAL", 9), ("page_view", 5), ("click", 2))
    )
    found = _read(FunnelAnswer(tuple(closed([9, 3, 1])), shown), next_actions=True)
    assert found.steps[0].next_actions == (
        NextAction("page_view", 5),
        NextAction("click", 2),
        NextAction("scroll", 2),
    )
    assert found.steps[1].next_actions == ()


def _by_day(*days: str) -> FunnelAnswer:
    rows = (FunnelRow({"funnelStepName": "1. visit", "date": day}, {"activeUsers": 1}) for day in days)
    return FunnelAnswer(tuple(closed([2, 1, 1])), tuple(rows))


def test_relative_days_are_told_by_the_answer_where_they_are_certain() -> None:
    seven = FunnelChoice(LastDays(7))
    found = read_funnel(THREE, seven, _by_day("20260309", "(other)", "20260315"), now=NOW)
    assert found.period == Period(date(2026, 3, 9), date(2026, 3, 15))
    assert "2026-03-14 to 2026-03-15 are preliminary" in found.notes[0]


@pytest.mark.parametrize("days", [(), ("20260310", "20260315")])
def test_relative_days_stay_relative_where_nothing_tells_them(days: tuple[str, ...]) -> None:
    found = read_funnel(THREE, FunnelChoice(LastDays(7)), _by_day(*days), now=NOW)
    assert (found.period, found.days) == (None, 7)
    assert found.notes[0].startswith("The last two days are preliminary")


def test_days_are_asked_for_one_by_one_only_where_that_tells_something() -> None:
    assert funnel_query(THREE, FunnelChoice(LastDays(7))).trended
    assert not funnel_query(THREE, FunnelChoice(LastDays(7), next_actions=True)).trended
    assert not funnel_query(THREE, choice(DAYS)).trended


@pytest.mark.parametrize(
    ("written", "dimension"), [("channel", "sessionDefaultChannelGroup"), ("city", "city"), (None, None)]
)
def test_dimensions_have_short_names(written: str | None, dimension: str | None) -> None:
    assert funnel_query(THREE, choice(DAYS, by=written)).by == dimension


def test_sampling_is_told() -> None:
    found = _read(FunnelAnswer(tuple(closed([9, 3, 1])), sampled=((25, 100),)))
    assert "GA4 sampled: these figures are estimated from 25.0% of the events (25 read)." in found.notes


def test_fifteen_segments_are_told_to_be_the_most_there_can_be() -> None:
    answer = split("city", {f"c{n}": [9, 3, 1] for n in range(15)})
    assert any(note.startswith("GA4 shows 15 values of city") for note in _read(answer, by="city").notes)


def _document(**shop: Any) -> Document:
    return Document.model_validate(
        {
            "version": 1,
            "properties": {"shop": {"id": "1", "business_types": ["shop", "blog"], **shop}},
            "business_types": {
                "shop": {
                    "label": "Online shop",
                    "journey": ["page_view", "add_to_cart", "purchase"],
                    "macro": {"purchase": {"label": "Sale"}},
                    "micro": {"add_to_cart": {}},
                },
                "blog": {"journey": ["subscribe"], "macro": {"subscribe": {}}},
            },
        }
    )


def test_journeys_have_labels_and_at_least_two_steps() -> None:
    document = _document()
    (found,) = property_journeys(document, declared_property(document, "shop"))
    assert (found.business_type, found.label) == ("shop", "Online shop")
    assert found.steps == (
        JourneyStep("page_view", "Page view", None),
        JourneyStep("add_to_cart", "Add to cart", "micro"),
        JourneyStep("purchase", "Sale", "macro"),
    )


def test_journeys_leave_out_what_a_property_does_not_have() -> None:
    document = _document(without=["add_to_cart"])
    (found,) = property_journeys(document, declared_property(document, "shop"))
    assert [step.event for step in found.steps] == ["page_view", "purchase"]


def test_a_property_without_a_journey_is_told_where_to_write_one() -> None:
    document = _document(business_types=["blog"])
    with pytest.raises(InputError, match=r"business_types\.blog\.journey: names fewer than two steps"):
        property_journeys(document, declared_property(document, "shop"))


_COUNTS = st.lists(st.integers(0, 500), min_size=2, max_size=6).map(lambda counts: sorted(counts)[::-1])


@given(_COUNTS)
def test_closed_funnels_add_up(counts: list[int]) -> None:
    found = _read(FunnelAnswer(tuple(closed(counts))), journey(*"abcdef"[: len(counts)]))
    figures = _figures(found)
    if not counts[0]:
        assert figures == [StepFigures()] * len(counts)
        return
    assert [f.users for f in figures] == counts
    for here, following in pairwise(figures):
        assert (here.users or 0) >= (following.users or 0)
        if here.users:
            assert here.users == (here.abandonments or 0) + (following.users or 0)
            assert here.completion_rate == pytest.approx(1 - (here.abandonment_rate or 0))
    assert sum(f.abandonments or 0 for f in figures) + counts[-1] == counts[0]


_VALUES = st.dictionaries(st.sampled_from("ABCDE"), _COUNTS.filter(lambda c: len(c) == 3), max_size=5)
_ANY = st.floats(-1e6, 1e6, allow_nan=False) | st.integers(-9, 900)
_ROWS = st.lists(
    st.builds(
        lambda name, value, figures: FunnelRow(
            {"funnelStepName": name, "country": value}, row(1, *map(abs, figures[:1]), *figures[1:]).metrics
        ),
        st.sampled_from(["1. a", "2. b", "3. c", "9. z", "0. a", "x", "", "RESERVED_TOTAL"]),
        st.sampled_from(["RESERVED_TOTAL", "A", "(not set)"]),
        st.lists(_ANY, max_size=4),
    ),
    max_size=9,
)


@given(_VALUES.filter(bool), st.randoms(use_true_random=False))
def test_order_of_rows_is_no_matter(users: dict[str, list[int]], random: Any) -> None:
    answer = split("country", users)
    shuffled = list(answer.table)
    random.shuffle(shuffled)
    assert _read(replace(answer, table=tuple(shuffled)), by="country") == _read(answer, by="country")


@given(_ROWS, st.booleans())
def test_any_rows_make_a_funnel_whose_rates_are_fractions(rows: list[FunnelRow], is_open: bool) -> None:
    found = _read(FunnelAnswer(tuple(rows)), by="country", is_open=is_open)
    assert len(found.steps) == 3
    for figures in (*_figures(found), *(f for segment in found.segments for f in segment.steps)):
        rates = (figures.completion_rate, figures.abandonment_rate)
        assert all(0 <= rate <= 1 for rate in rates if rate is not None)
        assert 0 <= (figures.abandonments or 0) <= max(figures.users or 0, 0)
    assert found.worst_step is None or found.worst_step < 2


def test_one_day_is_called_yesterday() -> None:
    found = read_funnel(THREE, FunnelChoice(LastDays(1)), _by_day(), now=NOW + timedelta(days=1))
    assert found.notes[0].startswith("Yesterday is preliminary")
