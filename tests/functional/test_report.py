"""report as the marketer and the engineer meet it; its figures are tested in tests/reports."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from milepost.emulator.embedded import Emulator
from tests.functional.conftest import NOW, SHOP, Milepost

YESTERDAY = (NOW - timedelta(days=1)).date().isoformat()


def test_report_is_one_data_call_and_one_admin_call(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    assert milepost("report").code == 0
    assert untouched.calls.count("*RunReport*") == 1
    assert untouched.calls.count() == 2


def test_report_json_is_the_documented_structure(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    document = milepost("report", "--format", "json").json
    assert document["format_version"] == 1
    (entry,) = document["properties"]
    assert (entry["name"], entry["property"]) == ("shop", "100000001")
    assert entry["period"] == {"from": "2026-02-16", "to": YESTERDAY}
    for role in ("micro", "macro"):
        assert 0 < entry[role]["users"] < entry["users"]
        assert entry[role]["user_rate"] == pytest.approx(entry[role]["users"] / entry["users"])
    assert [c["event"] for c in entry["conversions"]] == [
        "purchase", "view_item", "add_to_cart", "newsletter_signup"
    ]  # fmt: skip
    signup = entry["conversions"][3]
    assert (signup["role"], signup["key_event"], signup["events"]) == ("micro", False, 0)
    assert {"events", "users", "user_rate", "value"} <= signup["previous"].keys()


def test_rules_make_events_from_the_day_they_are_made(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    """What `sync` makes acts from then on, never on the past; the report dates the new key event."""
    milepost("sync", "--yes")
    emulator.clock.set(NOW + timedelta(days=7))
    (entry,) = milepost("report", "--format", "json").json["properties"]
    signup = next(c for c in entry["conversions"] if c["event"] == "newsletter_signup")
    assert signup["events"] > 0
    assert signup["key_event_since"] == NOW.date().isoformat()
    before = (NOW.date() - timedelta(days=21)).isoformat()
    old = milepost("report", "--from", before, "--to", YESTERDAY, "--format", "json").json["properties"][0]
    assert next(c for c in old["conversions"] if c["event"] == "newsletter_signup")["events"] == 0
    assert NOW.date().isoformat() in milepost("report").stdout


def test_days_and_dates_mean_the_same(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    (days,) = milepost("report", "--days", "7", "--format", "json").json["properties"]
    dates = ("--from", days["period"]["from"], "--to", days["period"]["to"])
    (named,) = milepost("report", *dates, "--format", "json").json["properties"]
    assert named["conversions"] == days["conversions"]


def test_csv_goes_to_stdout_and_its_notes_to_stderr(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    evil = SHOP.replace('label = "Added to cart"', """label = '=HYPERLINK("http://x")'""")
    shop.write_text(evil, encoding="utf-8")
    run = milepost("report", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    assert next(r for r in rows if r["event"] == "add_to_cart")["label"].startswith("'=")
    assert "preliminary" in run.stderr


def test_names_are_never_markup(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    evil = SHOP.replace('label = "Added to cart"', r'label = "[red]Cart[/red] \u001b[31m<b>|"')
    shop.write_text(evil, encoding="utf-8")
    text = milepost("report").stdout
    assert "[red]Cart[/red]" in text
    assert "\x1b[31m" not in text
    markdown = milepost("report", "--format", "markdown").stdout
    assert "<b>" not in markdown
    assert r"\|" in markdown


def test_a_narrow_alphabet_does_not_end_in_a_traceback(untouched: Emulator, shop: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "milepost", "report"]
    run = subprocess.run(
        command, cwd=shop.parent, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0
    assert "Purchase" in run.stdout
    assert "Traceback" not in run.stderr


def test_trend_and_quota_cost_no_further_call(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    emulator.calls.clear()
    (entry,) = milepost("report", "--trend", "week", "--quota", "--format", "json").json["properties"]
    assert emulator.calls.count() == 2
    assert [step["from"] for step in entry["trend"]] == [
        "2026-02-16",
        "2026-02-23",
        "2026-03-02",
        "2026-03-09",
    ]
    purchase = next(c for c in entry["conversions"] if c["event"] == "purchase")
    assert sum(step["macro_events"] for step in entry["trend"]) == purchase["events"]
    day = entry["quota"]["tokens_per_day"]
    assert day["used"] >= 5
    assert day["left"] == 200_000 - day["used"]
    assert f"Quota: {day['used']} tokens used" in entry["notes"][-1]


def test_engagement_is_told_with_its_warning(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    milepost("sync", "--yes")
    (entry,) = milepost("report", "--format", "json").json["properties"]
    assert 0 < entry["engagement"]["rate"] <= 1
    assert entry["engagement"]["pages_per_session"] >= 1
    assert entry["engagement"]["session_duration"] > 0
    assert entry["engagement"]["duration_per_user"] > 0
    assert any("raises the engagement rate" in note for note in entry["notes"])
    assert "Engagement rate" in milepost("report").stdout


def test_by_channel_is_two_data_calls_and_adds_up_honestly(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    (whole,) = milepost("report", "--format", "json").json["properties"]
    untouched.calls.clear()
    (entry,) = milepost("report", "--by", "channel", "--top", "2", "--format", "json").json["properties"]
    assert untouched.calls.count() == untouched.calls.count("*RunReport*") == 2
    assert (entry["dimension"], len(entry["rows"])) == ("sessionDefaultChannelGroup", 2)
    assert entry["values"] > 2
    assert entry["total"]["users"] == whole["users"]
    assert entry["total"]["macro"]["users"] == whole["macro"]["users"]
    parts = [*entry["rows"], entry["others"]]
    assert sum(part["sessions"] for part in parts) == whole["sessions"]
    for role in ("macro", "micro"):
        assert sum(part[role]["events"] for part in parts) == entry["total"][role]["events"]
        assert all(part[role]["users"] <= part["users"] for part in parts)
    assert sum(part["users"] for part in parts) >= whole["users"]


@pytest.mark.parametrize("by", ["campaign", "source", "medium", "landing-page", "page", "device", "country",
                                "browser"])  # fmt: skip
def test_by_any_dimension_shows_rows_in_every_format(
    milepost: Milepost, untouched: Emulator, shop: Path, by: str
) -> None:
    text = milepost("report", "--by", by, "--days", "7")
    assert (text.code, f"by {by}" in text.stdout) == (0, True)
    assert f"by {by}" in milepost("report", "--by", by, "--days", "7", "--format", "markdown").stdout
    rows = list(csv.DictReader(io.StringIO(milepost("report", "--by", by, "--format", "csv").stdout)))
    assert {"value", "total"} <= {row["row"] for row in rows}
    assert int(rows[0]["users"]) > 0


def test_by_an_unknown_dimension_says_what_google_says(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    run = milepost("report", "--by", "contry")
    message = " ".join(run.stderr.split())
    assert (run.code, run.stdout) == (1, "")
    assert "property 100000001, --by contry: " in message
    assert "Field contry is not a valid dimension" in message
    assert "Give channel, campaign" in message


def test_by_refuses_what_it_does_not_show(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    run = milepost("report", "--by", "channel", "--trend", "week")
    assert run.code == 1
    assert "--trend: does not go with --by" in run.stderr


def test_compare_with_a_year_ago_dates_or_nothing(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    def entry(compare: str) -> Any:
        return milepost("report", "--days", "7", "--compare", compare, "--format", "json").json["properties"][
            0
        ]

    year, named = entry("year"), entry("2026-03-02..2026-03-08")
    assert year["previous_period"] == {"from": "2025-03-10", "to": "2025-03-16"}
    assert named["previous"] == entry("previous")["previous"]
    assert entry("none")["previous"] is None
    refused = milepost("report", "--compare", "2026-03-02..2026-03-08")
    assert (refused.code, "has 7 days, the period has 28" in refused.stderr) == (1, True)


@pytest.mark.parametrize(("per_week", "code"), [(1, 0), (100_000, 3)])
def test_a_missed_target_fails_only_where_asked(
    milepost: Milepost, untouched: Emulator, shop: Path, per_week: int, code: int
) -> None:
    target = f'label = "Purchase"\ntarget = {{ per_week = {per_week} }}'
    shop.write_text(SHOP.replace('label = "Purchase"', target), encoding="utf-8")
    run = milepost("report", "--format", "json", "--fail-under-target")
    (goal,) = run.json["properties"][0]["conversions"][0]["targets"]
    assert (goal["wanted"], goal["met"], run.code) == (4 * per_week, code == 0, code)
    assert milepost("report").code == 0


def test_report_on_the_real_export(
    milepost: Milepost, shop: Path, real_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures that anybody can count in Google's public sample, all the way to the command line."""
    monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", real_emulator.address)
    (entry,) = milepost("report", "--format", "json").json["properties"]
    assert entry["period"] == {"from": "2020-12-20", "to": "2021-01-16"}
    assert (entry["users"], entry["sessions"]) == (82_402, 99_571)
    figures = {c["event"]: (c["events"], c["users"]) for c in entry["conversions"]}
    assert figures["purchase"] == (851, 743)
    assert figures["add_to_cart"] == (15_253, 3_230)
    assert json.dumps(entry["macro"]) == json.dumps(
        {"users": 743, "sessions": 765, "user_rate": 743 / 82_402}
    )
