"""Laws that every funnel keeps, and every user's way through it worked out one by one."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from google.analytics import data_v1alpha
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = "abcd"
Journey = list[tuple[str, int]]
"""Events of one user: name, and minute of the day; several may share a minute."""

steps_of_a_funnel = st.permutations(NAMES).flatmap(
    lambda names: st.lists(
        st.tuples(st.booleans(), st.one_of(st.none(), st.integers(0, 4))), min_size=1, max_size=4
    ).map(lambda rules: [(name, *rule) for name, rule in zip(names, rules, strict=False)])
)
"""Steps as (event name, directly followed, minutes allowed)."""


@pytest.fixture(scope="module")
def journeys() -> dict[str, Journey]:
    rng = random.Random(11)  # noqa: S311
    return {
        f"u{user}": [(rng.choice(NAMES + "x"), rng.randrange(12)) for _ in range(rng.randrange(1, 9))]
        for user in range(150)
    }


@pytest.fixture(scope="module")
def site(journeys: dict[str, Journey], property_of: Callable[..., Any], event: Any) -> Iterator[Any]:
    engaged = {"engagement_time_msec": 1}
    events = [
        event(name, user=user, at=at, parameters=engaged)
        for user, journey in journeys.items()
        for name, at in journey
    ]
    with ExitStack() as stack:
        yield property_of(events, stack)


def funnel(
    site: Any, steps: Sequence[tuple[str, bool, int | None]], *, is_open: bool
) -> list[tuple[float, ...]]:
    """Users, completion rate, abandonments and abandonment rate of each step, zeros where none is."""
    messages = []
    for name, directly, within in steps:
        message: dict[str, Any] = {
            "filter_expression": {"funnel_event_filter": {"event_name": name}},
            "is_directly_followed_by": directly,
        }
        if within is not None:
            message["within_duration_from_prior_step"] = timedelta(minutes=within)
        messages.append(message)
    answer = site.alpha.run_funnel_report(
        data_v1alpha.RunFunnelReportRequest(
            property="properties/1",
            date_ranges=[{"start_date": "2026-03-10", "end_date": "2026-03-10"}],
            funnel={"is_open_funnel": is_open, "steps": messages},
        )
    )
    found = {
        int(row.dimension_values[0].value.partition(".")[0]): tuple(float(v.value) for v in row.metric_values)
        for row in answer.funnel_table.rows
    }
    return [found.get(position, (0.0, 0.0, 0.0, 0.0)) for position in range(1, len(steps) + 1)]


def steps_taken(
    journey: Journey, steps: Sequence[tuple[str, bool, int | None]], *, is_open: bool
) -> list[bool]:
    """Which steps a user stands in, by trying every pair of events."""
    taken: list[set[int]] = []
    for position, (wanted, directly, within) in enumerate(steps):
        standing = set()
        for index, (name, at) in enumerate(journey):
            if name != wanted:
                continue
            if position == 0:
                standing.add(index)
                continue
            for before in taken[-1]:
                since = journey[before][1]
                between = any(since < other < at for _, other in journey)
                if since <= at and not (directly and between) and (within is None or at - since <= within):
                    standing.add(index)
            earlier = {name for name, _, _ in steps[:position]}
            if is_open and not any(other in earlier and moment <= at for other, moment in journey):
                standing.add(index)
        taken.append(standing)
    return [bool(standing) for standing in taken]


@settings(max_examples=40, deadline=None)
@given(steps=steps_of_a_funnel, is_open=st.booleans())
def test_users_of_each_step_are_those_who_took_it(
    site: Any, journeys: dict[str, Journey], steps: Any, is_open: bool
) -> None:
    taken = [steps_taken(journey, steps, is_open=is_open) for journey in journeys.values()]
    expected = [sum(user[position] for user in taken) for position in range(len(steps))]
    assert [row[0] for row in funnel(site, steps, is_open=is_open)] == expected


@settings(max_examples=20, deadline=None)
@given(steps=steps_of_a_funnel)
def test_closed_funnels_narrow_and_open_ones_hold_more(site: Any, steps: Any) -> None:
    closed = funnel(site, steps, is_open=False)
    opened = funnel(site, steps, is_open=True)
    users = [row[0] for row in closed]
    assert users == sorted(users, reverse=True)
    assert all(wide[0] >= narrow[0] for wide, narrow in zip(opened, closed, strict=True))
    for count, completion, left, abandonment in (*closed, *opened):
        assert 0 <= completion <= 1
        assert left == pytest.approx(count * abandonment)
        assert count == 0 or completion + abandonment == pytest.approx(1)


@pytest.mark.parametrize("name", ["page_view", "scroll", "add_to_cart", "purchase", "first_visit"])
@pytest.mark.parametrize("is_open", [False, True])
def test_funnel_of_one_step_counts_the_active_users_of_its_event(
    crowd: Any, name: str, is_open: bool
) -> None:
    only = {"filter": {"field_name": "eventName", "string_filter": {"value": name}}}
    answer = crowd.alpha.run_funnel_report(
        data_v1alpha.RunFunnelReportRequest(
            property="properties/1",
            date_ranges=[{"start_date": "2026-03-01", "end_date": "2026-03-14"}],
            funnel={
                "is_open_funnel": is_open,
                "steps": [{"filter_expression": {"funnel_event_filter": {"event_name": name}}}],
            },
        )
    )
    shown = [row.metric_values[0].value for row in answer.funnel_table.rows]
    assert shown == [crowd.figure("activeUsers", dimension_filter=only)]
