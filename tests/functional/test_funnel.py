"""funnel from the command line: GA4's journey of the shop, as the marketer and the engineer meet it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import milepost as library
from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from tests.functional.conftest import NOW, SHOP, Milepost

YESTERDAY = (NOW - timedelta(days=1)).date().isoformat()
_JOURNEY = 'journey = ["view_item", "add_to_cart", "purchase"]'


def _funnel(milepost: Milepost, *options: str) -> Any:
    (entry,) = milepost("funnel", *options, "--format", "json").json["properties"]
    (funnel,) = entry["funnels"]
    return funnel


def _users(funnel: Any) -> list[int]:
    return [step["users"] for step in funnel["steps"]]


def test_funnel_is_one_call(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    run = milepost("funnel", "--by", "device", "--next")
    assert run.code == 0
    assert untouched.calls.count() == untouched.calls.count("*RunFunnelReport") == 1


def test_funnel_text_names_the_worst_step(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    shown = milepost("funnel").stdout
    assert f"Online shop, closed funnel, 2026-02-16 to {YESTERDAY}, 28 days" in shown
    assert "Largest loss: after 1. Viewed a product" in shown
    assert f"{YESTERDAY} are preliminary" in shown


def test_closed_funnel_adds_up(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    funnel = _funnel(milepost)
    assert funnel["period"] == {"from": "2026-02-16", "to": YESTERDAY}
    assert [step["role"] for step in funnel["steps"]] == ["micro", "micro", "macro"]
    for here, following in pairwise(funnel["steps"]):
        assert here["users"] > following["users"] > 0
        assert here["abandonments"] == here["users"] - following["users"]
        assert here["completion_rate"] == pytest.approx(following["users"] / here["users"])


def test_open_funnel_has_everybody_the_closed_one_has(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    closed, opened = _funnel(milepost), _funnel(milepost, "--open")
    assert opened["open"]
    assert all(more >= less for more, less in zip(_users(opened), _users(closed), strict=True))
    assert all(step["share_of_first"] is None for step in opened["steps"])


def test_segments_add_up_to_all(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    funnel = _funnel(milepost, "--by", "device")
    assert funnel["by"] == "deviceCategory"
    assert {segment["value"] for segment in funnel["segments"]} == {"desktop", "mobile", "tablet"}
    by_step = zip(*(_users(segment) for segment in funnel["segments"]), strict=True)
    assert [sum(column) for column in by_step] == _users(funnel)


def test_next_actions_are_those_of_users_of_the_step(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    funnel = _funnel(milepost, "--next")
    assert funnel["period"] == {"from": "28daysAgo", "to": "yesterday"}
    for step in funnel["steps"]:
        counts = [action["users"] for action in step["next_actions"]]
        assert counts == sorted(counts, reverse=True)
        assert 0 < sum(counts) <= step["users"]


def test_days_and_dates_mean_the_same(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    days = _funnel(milepost, "--days", "7")
    named = _funnel(milepost, "--from", days["period"]["from"], "--to", days["period"]["to"])
    assert named["steps"] == days["steps"]


def test_a_step_may_be_an_event_that_a_rule_makes(
    milepost: Milepost, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = 'journey = ["view_item", "newsletter_signup", "purchase"]'
    shop.write_text(SHOP.replace(_JOURNEY, journey), encoding="utf-8")
    with Emulator(clock=Clock(NOW)) as own:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", own.address)
        assert _users(_funnel(milepost))[1:] == [0, 0]
        milepost("sync", "--yes")
        own.clock.set(NOW + timedelta(days=28))
        viewed, signed_up, _ = _users(_funnel(milepost))
    assert 0 < signed_up < viewed


def test_every_business_type_has_its_journey(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    blog = '[business_types.blog]\njourney = ["page_view", "scroll"]\n[business_types.blog.macro.scroll]\n'
    both = SHOP.replace('["ecommerce"]', '["ecommerce", "blog"]')
    shop.write_text(f"{both}\n{blog}", encoding="utf-8")
    (entry,) = milepost("funnel", "--format", "json").json["properties"]
    assert [funnel["business_type"] for funnel in entry["funnels"]] == ["ecommerce", "blog"]
    assert untouched.calls.count() == 2


def test_csv_goes_to_stdout_and_its_notes_to_stderr(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    run = milepost("funnel", "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(run.stdout)))) == 3
    assert "Users, not sessions" in run.stderr


def test_markdown_is_a_table(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    run = milepost("funnel", "--format", "markdown")
    assert "| 3. Purchase | `purchase` |" in run.stdout


def test_an_unknown_dimension_is_told_by_ga4(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    run = milepost("funnel", "--by", "devices")
    assert run.code == 1
    said = " ".join(run.stderr.split())
    assert "--by devices: Field devices is not a valid dimension" in said
    assert "Give channel, campaign, source, medium, landing-page, page, device, country, or" in said


@pytest.mark.parametrize("by", ["medium", "landing-page", "page"])
def test_short_names_are_those_of_reports(
    milepost: Milepost, untouched: Emulator, shop: Path, by: str
) -> None:
    run = milepost("funnel", "--by", by)
    assert run.code == 0, run.stderr
    assert f"Users of each step by {by}" in run.stdout or f"\n{by} " in run.stdout


def test_a_file_without_a_journey_is_told_so(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    shop.write_text(SHOP.replace(_JOURNEY, ""), encoding="utf-8")
    run = milepost("funnel")
    assert run.code == 1
    assert "business_types.ecommerce.journey: names fewer than two steps" in run.stderr


def test_one_property_without_access_does_not_hide_the_other(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    other = '[properties.other]\nid = "999"\nbusiness_types = ["ecommerce"]\ncurrency = "EUR"\n'
    shop.write_text(f"{SHOP}\n{other}", encoding="utf-8")
    run = milepost("funnel")
    assert run.code == 1
    assert "Largest loss" in run.stdout
    assert "sufficient permissions" in run.stderr


def test_reversed_days_are_refused(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    run = milepost("funnel", "--from", "2026-03-02", "--to", "2026-03-01")
    assert run.code == 1
    assert "--from" in run.stderr


def test_funnels_are_values_in_the_library(untouched: Emulator, shop: Path) -> None:
    choice = library.FunnelChoice(library.LastDays(7), by="device")
    with library.Session("read") as session:
        (report,) = library.funnel_properties(library.load_file(shop), [], session, choice)
    assert isinstance(report, library.FunnelReport)
    (found,) = report.funnels
    assert found.period is not None
    assert (found.period.days, found.worst_step) == (7, 0)
    assert len(found.segments) == 3
