"""People who have come equally far: nearer to the truth of the shop's made-up events, where pages lead on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from milepost.emulator.events.generator import write_parquet
from milepost.emulator.events.generator.replay import replay
from milepost.journeys.definitions import EventDefinition
from milepost.journeys.engines import open_events
from milepost.journeys.export import LiftQuestion, lift_counts
from milepost.journeys.results import LiftRow
from milepost.journeys.verdict import judge, step_finding
from milepost.model.part import Comparison
from tests.journeys.exports import Event, write_export

FIRST, LAST, USERS = date(2026, 7, 1), date(2026, 8, 11), 350
WEEK = 7 * 86_400
ROAD = ("add_to_cart", "view_cart", "begin_checkout", "add_shipping_info", "add_payment_info")
NEWSLETTER = EventDefinition(
    "newsletter_signup",
    "page_view",
    (("page_location", Comparison(matches=r"^https?://[^/]+/newsletter/thank-you/?([?#]|$)")),),
)
STEPS = ("select_item", "view_search_results", "add_to_wishlist", *ROAD)

Rows = dict[str, LiftRow]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rows, Rows]:
    """Rows of the same events, first among everybody, then among people at the same progress."""
    folder = tmp_path_factory.mktemp("shop")
    write_parquet(folder, "ecommerce", first_day=FIRST, last_day=LAST, users_per_day=USERS)
    micros = (NEWSLETTER, *map(EventDefinition, STEPS))
    with open_events(str(folder / "events_*.parquet")) as engine:
        alone, matched = (
            lift_counts(engine, LiftQuestion((EventDefinition("purchase"),), micros, WEEK, road=road))[0]
            for road in ((), ROAD)
        )
    plain, equal = (
        {row.event: row for row in judge([step_finding(s, s.event, c.macro.users) for s in c.steps], None)}
        for c in (alone, matched)
    )
    return plain, equal


def test_the_road_is_what_is_required(found: tuple[Rows, Rows]) -> None:
    required = {event for event, row in found[0].items() if "required-step" in row.flags}
    # Some filled their cart before the first day.
    assert required | {"add_to_cart"} == set(ROAD)


def test_a_step_that_helps_is_found_among_people_at_the_same_progress(found: tuple[Rows, Rows]) -> None:
    truth = replay(
        "ecommerce", "newsletter_signup", first_day=FIRST, last_day=LAST, users_per_day=USERS
    ).ratio
    plain, equal = (rows["newsletter_signup"] for rows in found)
    assert plain.ratio is not None
    assert equal.ratio is not None
    assert plain.ratio < equal.ratio < truth
    assert (equal.ratio_high or 0) > truth > (plain.ratio_high or 0)


@pytest.mark.parametrize("event", ["select_item", "view_search_results"])
def test_a_step_without_effect_comes_nearer_to_one(found: tuple[Rows, Rows], event: str) -> None:
    plain, equal = (rows[event] for rows in found)
    assert (plain.ratio or 0) < (equal.ratio or 0) < 1.15
    assert equal.verdict == "level"


def test_only_people_who_had_taken_as_many_steps_are_compared(tmp_path: Path) -> None:
    # Two pages each: `a` fills the cart on the first and signs up on the second; `b` fills it, `c` does not.
    events = [
        Event(user, second, name)
        for user in "abc"
        for second, name in ((0, "page_view"), (20, "page_view"), (60, "user_engagement"))
    ]
    events += [Event("a", 10, "add_to_cart"), Event("b", 12, "add_to_cart"), Event("a", 25, "sign_up")]
    events += [Event("b", 70, "purchase"), Event("nobody", 9 * 86_400, "session_start")]
    files = write_export(tmp_path, events)
    micros = (EventDefinition("sign_up"), EventDefinition("add_to_cart"))
    cells = []
    with open_events(files) as engine:
        for road in ((), ("add_to_cart",)):
            question = LiftQuestion((EventDefinition("purchase"),), micros, WEEK, road=road)
            (stratum,) = lift_counts(engine, question)[0].steps[0].strata
            cells.append((stratum.point.progress, stratum.users, stratum.moments, stratum.moments_reached))
    assert cells == [(0, 1, 2, 1), (1, 1, 1, 1)]
