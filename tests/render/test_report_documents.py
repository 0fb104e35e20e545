"""The standard report as JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

from syrupy.assertion import SnapshotAssertion

from milepost.render.report.as_csv import render_report_csv
from milepost.render.report.as_json import render_report_json
from milepost.render.report.markdown import render_report_markdown
from milepost.reports.report_records import REPORT_COLUMNS
from tests.render.reports import (
    hostile_report,
    report_with_everything,
    report_with_targets,
    report_without_comparison,
    running_report,
    shop_report,
)


def test_markdown_shows_targets(snapshot: SnapshotAssertion) -> None:
    assert render_report_markdown([report_with_targets()]) == snapshot


def test_json_and_csv_tell_targets() -> None:
    (shop,) = json.loads(render_report_json([report_with_targets()]))["properties"]
    rows = {r["event"]: r for r in csv.DictReader(io.StringIO(render_report_csv([report_with_targets()])))}

    assert shop["conversions"][0]["targets"] == [
        {
            "kind": "per_week",
            "declared": 120,
            "wanted": 480,
            "reached": 851,
            "met": True,
            "status": "met",
            "pace": None,
        }
    ]
    assert [t["met"] for t in shop["conversions"][2]["targets"]] == [True, False]
    assert shop["conversions"][3]["targets"] == []
    assert [rows["view_search_results"][c] for c in ("target", "target_wanted", "target_met")] == [
        "per_month", "6451.6", "false"
    ]  # fmt: skip
    assert rows["begin_checkout"]["target_met"] == ""


def test_markdown_shows_engagement_and_trend(snapshot: SnapshotAssertion) -> None:
    assert render_report_markdown([report_with_everything()]) == snapshot


def test_json_tells_engagement_trend_and_quota() -> None:
    (shop,) = json.loads(render_report_json([report_with_everything()]))["properties"]

    assert shop["engagement"] == {
        "rate": 0.6123,
        "session_duration": 185.4,
        "pages_per_session": 3.25,
        "duration_per_user": 3725.0,
    }
    assert shop["quota"]["tokens_per_day"] == {"used": 25, "left": 199_975}
    assert [(s["from"], s["to"]) for s in shop["trend"]][::3] == [
        ("2020-12-20", "2020-12-26"), ("2021-01-10", "2021-01-16")
    ]  # fmt: skip
    purchases = sum(s["conversions"]["purchase"] for s in shop["trend"])
    assert purchases == sum(s["macro_events"] for s in shop["trend"]) == sum(shop["conversions"][0]["trend"])


def test_csv_has_a_row_per_step_and_conversion() -> None:
    rows = list(csv.DictReader(io.StringIO(render_report_csv([report_with_everything()]))))
    steps = [row for row in rows if row["row"] == "trend"]

    assert len(steps) == 4 * 5
    assert (steps[0]["from"], steps[0]["to"], steps[0]["event"]) == ("2020-12-20", "2020-12-26", "purchase")
    assert (rows[0]["engagement_rate"], rows[0]["session_duration"]) == ("0.6123", "185.4")


def test_json_and_csv_without_comparison_leave_it_empty() -> None:
    (shop,) = json.loads(render_report_json([report_without_comparison()]))["properties"]
    rows = list(csv.DictReader(io.StringIO(render_report_csv([report_without_comparison()]))))

    assert (shop["previous_period"], shop["previous"], shop["same_weekdays"]) == (None, None, None)
    assert {c["previous"] for c in shop["conversions"]} == {None}
    assert {row[name] for row in rows for name in REPORT_COLUMNS if name.startswith("previous_")} == {""}


def test_json_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    assert render_report_json([shop_report(), hostile_report()]) == snapshot


def test_json_has_the_promised_keys() -> None:
    document = json.loads(render_report_json([shop_report()]))
    (shop,) = document["properties"]

    assert document["format_version"] == 1
    assert (shop["name"], shop["property"]) == ("shop", "100000001")
    assert shop["period"] == {"from": "2020-12-20", "to": "2021-01-16"}
    assert (shop["users"], shop["sessions"]) == (82_402, 99_571)
    assert shop["macro"] == {"users": 743, "sessions": 780, "user_rate": 743 / 82_402}
    assert shop["micro"]["users"] == 16_655
    assert len(shop["notes"]) == 2
    purchase = shop["conversions"][0]
    assert {k: purchase[k] for k in ("event", "label", "role", "key_event", "events", "users", "value")} == {
        "event": "purchase",
        "label": "Purchase",
        "role": "macro",
        "key_event": True,
        "events": 851,
        "users": 743,
        "value": 48560.46,
    }
    assert purchase["user_rate"] == 743 / 82_402
    assert purchase["previous"] == {
        "events": 900,
        "users": 803,
        "user_rate": 803 / 70_115,
        "value": 51000.0,
    }


def test_json_keeps_names_as_they_are() -> None:
    label = '[ 1, 2 ] "quoted" [\n  3\n ] Straße'
    shop = shop_report()
    report = replace(shop, conversions=(replace(shop.conversions[0], label=label),))
    (conversion,) = json.loads(render_report_json([report]))["properties"][0]["conversions"]

    assert conversion["label"] == label
    assert conversion["trend"] == list(shop.conversions[0].trend)


def test_json_of_nothing_is_an_empty_list() -> None:
    assert json.loads(render_report_json([])) == {"format_version": 1, "properties": []}


def test_csv_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    assert render_report_csv([shop_report(), hostile_report()]) == snapshot


def test_csv_has_three_rows_of_totals_and_one_per_conversion() -> None:
    rows = list(csv.DictReader(io.StringIO(render_report_csv([shop_report()]))))

    assert tuple(rows[0]) == tuple(REPORT_COLUMNS)
    assert [row["row"] for row in rows] == ["all", "any_macro", "any_micro", *["conversion"] * 5]
    assert [row["users"] for row in rows[:4]] == ["82402", "743", "16655", "743"]


def test_csv_holds_no_formula_from_outside() -> None:
    cells = [cell for row in csv.reader(io.StringIO(render_report_csv([hostile_report()]))) for cell in row]

    assert "'=HYPERLINK(1)|<b>" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_markdown_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    assert render_report_markdown([shop_report(), hostile_report()]) == snapshot


def test_markdown_rows_have_as_many_cells_as_the_header() -> None:
    lines = render_report_markdown([shop_report(), hostile_report()]).splitlines()
    bars = {len(re.findall(r"(?<!\\)\|", line)) for line in lines if line.startswith("|")}

    assert bars == {8}


def test_markdown_tells_the_pace_of_a_running_period(snapshot: SnapshotAssertion) -> None:
    assert render_report_markdown([running_report()]) == snapshot


def test_json_and_csv_tell_the_pace_of_a_running_period() -> None:
    (shop,) = json.loads(render_report_json([running_report()]))["properties"]
    rows = {r["event"]: r for r in csv.DictReader(io.StringIO(render_report_csv([running_report()])))}
    goals = [goal for conversion in shop["conversions"] for goal in conversion["targets"]]

    assert shop["whole_period"] == {"from": "2020-12-20", "to": "2021-02-20"}
    assert [goal["status"] for goal in goals] == ["met", "on_pace", "behind", "open"]
    assert goals[2]["pace"] == {"so_far": 6230, "expected": 7000.4, "projected": 11_049.7, "by": "weekday"}
    assert goals[3]["pace"] is None
    behind = [rows["view_search_results"][f"target_{c}"] for c in ("status", "expected", "projected")]
    assert behind == ["behind", "7000.4", "11049.7"]
