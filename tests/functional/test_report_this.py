"""report --this: the running month, and whether targets will be reached by its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from milepost.emulator.embedded import Emulator
from tests.functional.conftest import SHOP, Milepost


def _with_target(shop: Path, target: str) -> None:
    label = 'label = "Purchase"'
    shop.write_text(SHOP.replace(label, f"{label}\ntarget = {{ {target} }}"), encoding="utf-8")


def _purchase(document: Any) -> Any:
    return document["properties"][0]["conversions"][0]


def test_this_month_looks_as_it_did(
    milepost: Milepost, untouched: Emulator, shop: Path, snapshot: SnapshotAssertion
) -> None:
    _with_target(shop, "per_month = 80, user_rate = 0.03")
    run = milepost("report", "--this", "month")
    assert run.code == 0
    assert run.stdout == snapshot


def test_this_month_counts_what_the_same_days_named_do(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    """The day is the emulator's, which lies in another year than this machine's."""
    _with_target(shop, "per_month = 80")
    this = milepost("report", "--this", "month", "--format", "json").json
    days = ("--from", "2026-03-01", "--to", "2026-03-15", "--compare", "2026-02-01..2026-02-15")
    named = milepost("report", *days, "--format", "json").json
    (entry,), (same,) = this["properties"], named["properties"]
    assert entry["period"] == same["period"]
    assert entry["whole_period"] == {"from": "2026-03-01", "to": "2026-03-31"}
    assert [{**c, "targets": []} for c in entry["conversions"]] == [
        {**c, "targets": []} for c in same["conversions"]
    ]
    (goal,) = _purchase(this)["targets"]
    assert goal["wanted"] == 80
    assert goal["pace"]["so_far"] == _purchase(named)["events"] == goal["reached"]


@pytest.mark.parametrize(
    ("per_month", "standing", "code"), [(1, "met", 0), (60, "on_pace", 0), (900, "behind", 3)]
)
def test_a_running_period_fails_only_behind_its_pace(
    milepost: Milepost, untouched: Emulator, shop: Path, per_month: int, standing: str, code: int
) -> None:
    _with_target(shop, f"per_month = {per_month}")
    run = milepost("report", "--this", "month", "--fail-under-target", "--format", "json")
    (goal,) = _purchase(run.json)["targets"]
    assert (goal["status"], run.code) == (standing, code)
    assert goal["met"] is (standing == "met")


def test_quota_of_a_running_period_counts_both_calls(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    (entry,) = milepost("report", "--this", "month", "--quota", "--format", "json").json["properties"]
    day = entry["quota"]["tokens_per_day"]
    assert day["left"] == 200_000 - day["used"]
    assert entry["notes"][-1].startswith(f"Quota: {day['used']} tokens")


def test_this_week_on_its_first_day_says_what_to_ask_instead(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    run = milepost("report", "--this", "week")
    message = " ".join(run.stderr.split())
    assert (run.code, run.stdout) == (1, "")
    assert "--this week: began today, 2026-03-16" in message
    assert "--from 2026-03-09 --to 2026-03-15" in message


@pytest.mark.parametrize(
    "beside",
    ["--days 7", "--from 2026-03-01 --to 2026-03-02", "--by page", "--compare 2026-02-01..2026-02-15"],
)
def test_this_refuses_what_it_cannot_go_with(
    milepost: Milepost, untouched: Emulator, shop: Path, beside: str
) -> None:
    run = milepost("report", "--this", "month", *beside.split())
    assert (run.code, run.stdout) == (1, "")
    assert "this" in run.stderr
    assert untouched.calls.count() == 0
