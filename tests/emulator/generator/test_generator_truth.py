"""The known truth: told in the README, and held by the events."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.emulator.generator.samples import FIRST_DAY, events

from milepost.emulator.events import generator
from milepost.emulator.events.generator import BUSINESS_TYPES, StepTruth, generate, truth
from milepost.emulator.events.generator.replay import replay

README = (Path(generator.__file__).parent / "README.md").read_text(encoding="utf-8")
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 5)
HELPS = [
    ("ecommerce", "newsletter_signup"),
    ("saas", "demo_watched"),
    ("saas", "tutorial_complete"),
    ("content", "newsletter_signup"),
    ("local", "select_promotion"),
    ("lead_generation", "resource_unlock"),
    ("brand", "video_50"),
]
HARMS = [
    ("ecommerce", "chat_start"),
    ("saas", "generate_lead"),
    ("content", "file_download"),
    ("local", "email_click"),
    ("lead_generation", "chat_start"),
    ("brand", "social_profile_click"),
]


def _row(business_type: str, event: str) -> StepTruth:
    return next(row for row in truth(business_type) if row.event == event)


def _readme_rows(business_type: str) -> list[list[str]]:
    section = README.split(f"(`{business_type}`)\n")[1].split("\n### ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("business_type", BUSINESS_TYPES)
def test_readme_table_equals_the_truth(business_type: str) -> None:
    told = [
        [row.event, row.macro, f"{row.effect:g}", ", ".join(row.confounded_by) or "–", row.note]
        for row in truth(business_type)
    ]
    assert _readme_rows(business_type) == told


@pytest.mark.parametrize("business_type", BUSINESS_TYPES)
def test_every_business_type_has_a_step_that_helps_one_that_harms_and_one_that_only_looks_so(
    business_type: str,
) -> None:
    rows = truth(business_type)
    assert any(row.effect > 1 for row in rows)
    assert any(row.effect < 1 for row in rows)
    assert any(row.effect == 1 and "intent" in row.confounded_by for row in rows)
    assert all(row.note for row in rows)


def test_truth_unknown_business_type_is_refused() -> None:
    with pytest.raises(ValueError, match="no business type 'app'"):
        truth("app")


@pytest.mark.parametrize(("business_type", "event"), HELPS)
def test_step_that_helps_moves_people(business_type: str, event: str) -> None:
    found = replay(business_type, event, first_day=FIRST, last_day=LAST, users_per_day=3_000)
    assert found.users > 100
    assert 1.05 < found.ratio < 1.1 * _row(business_type, event).effect


@pytest.mark.parametrize(("business_type", "event"), HARMS)
def test_step_that_harms_keeps_people_away(business_type: str, event: str) -> None:
    found = replay(business_type, event, first_day=FIRST, last_day=LAST, users_per_day=3_000)
    assert found.users > 100
    assert 0.8 * _row(business_type, event).effect < found.ratio < 0.95


@pytest.mark.parametrize(("business_type", "event"), [("saas", "pricing_view"), ("brand", "share")])
def test_step_without_effect_changes_nothing_at_all(business_type: str, event: str) -> None:
    assert _row(business_type, event).effect == 1
    one = generate(business_type, first_day=FIRST, last_day=LAST, users_per_day=30)
    other = generate(business_type, first_day=FIRST, last_day=LAST, users_per_day=30, without_effect_of=event)
    assert one.equals(other)


def test_events_change_when_an_effect_is_taken_away() -> None:
    one = generate("brand", first_day=FIRST, last_day=LAST, users_per_day=60)
    other = generate("brand", first_day=FIRST, last_day=LAST, users_per_day=60, without_effect_of="video_50")
    assert not one.equals(other)


def test_hidden_intent_makes_a_step_without_effect_look_good() -> None:
    assert _row("saas", "pricing_view").effect == 1
    query = f"""
        select avg(tried::int) filter (saw) / avg(tried::int) filter (not saw) from (
            select u, bool_or(p['page_location'] like '%.example/pricing') saw,
                   bool_or(p['page_location'] like '%/trial/welcome') tried
            from flat where touched >= epoch_us(timestamp '{FIRST_DAY}') group by u)"""
    assert events("saas").execute(query).fetchall()[0][0] > 2


def test_replay_unknown_step_is_refused() -> None:
    with pytest.raises(ValueError, match="has no step 'purchase'"):
        replay("ecommerce", "purchase", first_day=FIRST, last_day=LAST)
