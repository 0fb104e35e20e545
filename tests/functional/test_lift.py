"""lift from the command line, from GA4's funnels and from the event export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlglot import parse_one
from sqlglot.expressions import Query

import milepost as library
from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.events.generator import write_parquet
from milepost.emulator.switches import Switches
from tests.functional.conftest import NOW, Milepost

SHOP = """\
version = 1

[properties.shop]
id = "100000001"
business_types = ["ecommerce"]
currency = "EUR"

[business_types.ecommerce.macro.purchase]
label = "Purchase"

[business_types.ecommerce.micro.add_to_wishlist]
label = "Saved to wish list"

[business_types.ecommerce.micro.add_to_cart]
label = "Added to cart"

[business_types.ecommerce.micro.begin_checkout]
label = "Started the checkout"

[business_types.ecommerce.micro.newsletter_signup]
label = "Subscribed to the newsletter"
from = "page_view"
when = [{ page_location = { matches = '^https?://[^/]+/newsletter/thank-you/?([?#]|$)' } }]
"""
FIRST, LAST = date(2026, 1, 19), date(2026, 3, 15)
DAYS = ("--from", str(FIRST), "--to", str(LAST))


@pytest.fixture(scope="module")
def served() -> Iterator[Emulator]:
    """One emulator for all tests here: asking changes nothing."""
    with Emulator(clock=Clock(NOW)) as running:
        yield running


@pytest.fixture
def emulator(served: Emulator, monkeypatch: pytest.MonkeyPatch, workdir: Path) -> Emulator:
    """The shared emulator, with an empty log, that every command is pointed at."""
    monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", served.address)
    served.calls.clear()
    return served


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same events as export files."""
    folder = tmp_path_factory.mktemp("export")
    write_parquet(folder, "ecommerce", first_day=FIRST, last_day=LAST)
    return str(folder / "events_*.parquet")


@pytest.fixture
def shop(workdir: Path) -> Path:
    path = workdir / "conversions.toml"
    path.write_text(SHOP, encoding="utf-8")
    return path


_Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, ...], Any]:
    """What was asked before: the events are the same for all tests here."""
    return {}


@pytest.fixture
def ask(milepost: Milepost, shop: Path, answers: dict[tuple[str, ...], Any]) -> _Ask:
    """The shop's entry in the JSON that some options give."""

    def entry(*options: str) -> Any:
        if options not in answers:
            run = milepost("lift", *options, "--format", "json")
            assert run.code == 0, run.stderr
            (answers[options],) = run.json["properties"]
        return answers[options]

    return entry


def _rows(entry: Any) -> dict[str, Any]:
    (table,) = entry["macros"]
    return {row["event"]: row for row in table["micros"]}


def test_funnels_are_asked_for_once_and_no_more_than_needed(
    ask: _Ask, emulator: Emulator, shop: Path
) -> None:
    rows = _rows(ask(*DAYS))
    compared = sum(row["users"] >= 30 for row in rows.values())
    assert emulator.calls.count("*BatchRunReports") == 1
    assert emulator.calls.count("*RunFunnelReport") == 5 + 2 * len(rows) + 5 * compared
    assert emulator.calls.count() == emulator.calls.count("*RunFunnelReport") + 1


def test_every_figure_from_funnels_is_marked_as_approximate(
    milepost: Milepost, ask: _Ask, emulator: Emulator, shop: Path
) -> None:
    shown = milepost("lift").stdout
    assert ask(*DAYS)["approximate"]
    lines = [line for line in shown.splitlines() if line.startswith("Saved to wish list")]
    # Users, went on, rate, base, ratio, worth, above base.
    assert sum(line.count("≈") for line in lines) == 7
    assert "'--source export' knows all of these" in " ".join(shown.split())


def test_both_sources_agree_within_what_funnels_lose(
    ask: _Ask, emulator: Emulator, shop: Path, export: str
) -> None:
    api, exact = _rows(ask(*DAYS)), _rows(ask("--events", export))
    for event in ("add_to_wishlist", "add_to_cart", "begin_checkout"):
        assert api[event]["ever"] == exact[event]["ever"]
        # Nobody is left out as too recent, nor for having bought before.
        left_out = exact[event]["too_recent"] + exact[event]["after_macro"] + exact[event]["same_instant"]
        assert exact[event]["users"] <= api[event]["users"] <= exact[event]["users"] + left_out
    wish = "add_to_wishlist"
    assert api[wish]["ratio_low"] < exact[wish]["ratio_high"]
    assert exact[wish]["ratio_low"] < api[wish]["ratio_high"]
    for source in (api, exact):
        assert source["begin_checkout"]["flags"][-1:] == ["required-step"]
        assert source["begin_checkout"]["ratio"] is None


def test_a_step_by_a_rule_is_counted_from_its_source_event(
    ask: _Ask, workdir: Path, shop: Path, export: str
) -> None:
    assert _rows(ask("--events", export))["newsletter_signup"]["ever"] > 100


def test_users_of_the_export_add_up(ask: _Ask, workdir: Path, shop: Path, export: str) -> None:
    for row in _rows(ask("--events", export)).values():
        parts = (row["users"], row["after_macro"], row["same_instant"], row["too_recent"])
        assert row["ever"] == sum(parts)
        assert row["reached"] <= row["users"]
        if row["ratio"] is not None:
            assert row["ratio_low"] <= row["ratio"] <= row["ratio_high"]
            assert row["expected"] == pytest.approx(row["users"] * row["base"], rel=0.06)


def test_one_page_view_for_several_steps_is_noticed(
    ask: _Ask, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator(clock=Clock(NOW), switches=Switches(funnel_event_meets_several_steps=True)) as own:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", own.address)
        entry = ask()
        asked = own.calls.count("*RunFunnelReport")
    assert any("took one page view for several steps" in note for note in entry["notes"])
    assert asked == 5 + 2 * len(_rows(entry)) + 1


@pytest.mark.parametrize("by", ["channel", "campaign"])
def test_people_stand_in_one_row_each(
    ask: _Ask, emulator: Emulator, shop: Path, export: str, by: str
) -> None:
    whole = ask("--events", export)["macros"][0]["users"]
    (table,) = ask("--events", export, "--by", by)["macros"]
    assert table["by"] == by
    assert sum(row["macro_users"] for row in table["rows"]) == whole
    assert all(row["leading_users"] <= row["users"] for row in table["rows"])


def test_what_is_expected_is_what_there_was_and_what_is_to_come(
    ask: _Ask, workdir: Path, shop: Path, export: str
) -> None:
    (table,) = ask("--events", export, "--by", "device")["macros"]
    leading = [row for row in table["micros"] if row["verdict"] == "ahead"]
    assert leading
    assert [step["event"] for step in table["rows"][0]["steps"]] == [row["event"] for row in leading]
    # A week of eight may still buy.
    expected = sum(row["expected"] for row in table["rows"])
    assert 0.97 * table["users"] <= expected <= 1.2 * table["users"]
    for row in table["rows"]:
        assert max(step["users"] for step in row["steps"]) <= row["leading_users"]


def test_channels_of_the_export_are_those_of_ga4(
    ask: _Ask, emulator: Emulator, shop: Path, export: str
) -> None:
    (api,) = ask(*DAYS, "--by", "channel")["macros"]
    (exact,) = ask("--events", export, "--by", "channel")["macros"]
    users = [{row["value"]: row["users"] for row in table["rows"]} for table in (api, exact)]
    assert set(users[0]) == set(users[1])
    for channel, number in users[0].items():
        assert number == pytest.approx(users[1][channel], rel=0.03, abs=3)


def test_explain_shows_four_numbers_in_sentences(
    milepost: Milepost, ask: _Ask, workdir: Path, shop: Path, export: str
) -> None:
    row = _rows(ask("--events", export))["add_to_wishlist"]
    shown = " ".join(milepost("lift", "--events", export, "--explain", "add_to_wishlist").stdout.split())
    assert f"1. {row['users']:,} people did it" in shown
    assert f"2. {row['reached']:,} of them" in shown
    assert f"3. They are compared with {row['compared']:,} moments" in shown
    assert f"4. {row['compared_reached']:,} of these were followed by Purchase" in shown
    assert "Association, not cause" in shown


def test_people_at_the_same_progress_are_compared_on_request(
    ask: _Ask, workdir: Path, shop: Path, export: str
) -> None:
    everybody, equal = ask("--events", export), ask("--events", export, "--same-progress")
    assert everybody["macros"][0]["same_progress"] == []
    assert equal["macros"][0]["same_progress"] == ["begin_checkout"]
    assert any("--same-progress compares" in note for note in everybody["notes"])
    plain, matched = _rows(everybody), _rows(equal)
    assert matched["begin_checkout"] == plain["begin_checkout"]
    for event in ("add_to_wishlist", "newsletter_signup"):
        assert matched[event]["users"] == plain[event]["users"]
        assert matched[event]["ratio"] > plain[event]["ratio"]


def test_explain_names_the_steps_there_are(
    milepost: Milepost, workdir: Path, shop: Path, export: str
) -> None:
    run = milepost("lift", "--events", export, "--explain", "nothing")
    assert (run.code, run.stdout) == (1, "")
    assert '"nothing" is no micro conversion. There are: add_to_wishlist, add_to_cart' in run.stderr


def test_a_given_value_changes_worth_and_no_ratio(ask: _Ask, workdir: Path, shop: Path, export: str) -> None:
    as_is, given = (
        _rows(ask("--events", export, *value))["add_to_wishlist"] for value in ((), ("--macro-value", "1000"))
    )
    assert given["value"] == pytest.approx(1000 * given["rate"])
    assert given["ratio"] == as_is["ratio"]
    assert given["value_above_base_low"] < given["value_above_base"] < given["value_above_base_high"]


def test_csv_has_the_json_s_figures(
    milepost: Milepost, ask: _Ask, workdir: Path, shop: Path, export: str
) -> None:
    expected = _rows(ask("--events", export))
    text = milepost("lift", "--events", export, "--by", "device", "--format", "csv").stdout
    lines = list(csv.DictReader(io.StringIO(text)))
    steps = {line["event"]: line for line in lines if line["row"] == "step"}
    assert set(steps) == set(expected)
    assert {line["dimension_value"] for line in lines if line["row"] == "credit"} == {
        "desktop",
        "mobile",
        "tablet",
    }
    for event, row in expected.items():
        assert int(steps[event]["users"]) == row["users"]
        assert steps[event]["flags"].split() == row["flags"]


def test_no_format_knows_infinity(milepost: Milepost, workdir: Path, shop: Path, export: str) -> None:
    for output in ("text", "csv"):
        shown = milepost("lift", "--events", export, "--days", "9", "--format", output).stdout.lower()
        assert not {"inf", "nan", "infinity"} & set(shown.replace(",", " ").replace("×", " ").split())


def test_sql_is_printed_and_nothing_is_asked(
    milepost: Milepost, emulator: Emulator, shop: Path, export: str
) -> None:
    shown = milepost("lift", "--events", export, "--sql").stdout
    assert shown.startswith("WITH")
    assert "`your-project.analytics_123456789.events_*`" in shown
    assert "'add_to_wishlist'" in shown
    assert emulator.calls.count() == 0


def test_days_end_in_the_property_s_time_zone(ask: _Ask, workdir: Path, shop: Path, export: str) -> None:
    west, utc, east = (
        _rows(ask("--events", export, "--time-zone", zone)).values()
        for zone in ("Etc/GMT+12", "UTC", "Pacific/Kiritimati")
    )
    recent = [sum(row["too_recent"] for row in rows) for rows in (west, utc, east)]
    assert recent[0] < recent[1] < recent[2]
    assert len({sum(row["users"] + row["too_recent"] for row in rows) for rows in (west, utc, east)}) == 1


def test_sql_has_the_queries_that_depend_on_an_answer(
    milepost: Milepost, emulator: Emulator, shop: Path, export: str
) -> None:
    options = ("--sql", "--same-progress", "--by", "device")
    first, progress, leading = milepost("lift", "--events", export, *options).stdout.split(";\n\n")
    assert first.startswith("-- Everybody.\nWITH")
    assert "IN ('REQUIRED_STEP')" in progress
    assert "IN ('REQUIRED_STEP')" not in first
    assert "IN ('LEADING_STEP')" in leading
    assert all(isinstance(parse_one(sql, read="bigquery"), Query) for sql in (first, progress, leading))
    assert emulator.calls.count() == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--within", "soon"), ('"soon" is no time', "7d, 12h or 90m")),
        (("--within", "0d"), ("is no time", "7d")),
        (("--macro", "lead"), ('has no "lead"', "It has: purchase")),
        (("--max-bytes", "5"), ("limits what BigQuery bills", "bigquery://")),
        (("--source", "export"), ("is not the demo", "events_*.parquet")),
        (("--events", "none_*.parquet"), ("no file matches",)),
        (("--source", "api", "--events", "x"), ("does not go with --source api",)),
        (("--source", "api", "--same-progress"), ("GA4's funnels do not tell", "--source export")),
        (("--events", "x", "--time-zone", "Rome/Europe"), ('"Rome/Europe" is no time zone', "Europe/Rome")),
        (("--time-zone", "Europe/Rome"), ("GA4 knows the property's own",)),
        (("--explain", "x", "--format", "csv"), ("does not go with --format csv",)),
    ],
)
def test_bad_input_says_what_to_do(
    milepost: Milepost, emulator: Emulator, shop: Path, options: tuple[str, ...], words: tuple[str, ...]
) -> None:
    run = milepost("lift", *options)
    assert run.code == 1
    assert run.stdout == ""
    for word in words:
        assert word in run.stderr


def test_one_export_is_not_read_for_two_properties(milepost: Milepost, shop: Path, export: str) -> None:
    shop.write_text(SHOP.replace("[properties.shop]", _OTHER + "[properties.shop]"), encoding="utf-8")
    run = milepost("lift", "--events", export)
    assert run.code == 1
    assert "holds the events of one property, and 2 are asked for" in run.stderr


_OTHER = '[properties.other]\nid = "100000002"\nbusiness_types = ["ecommerce"]\n\n'


def test_one_property_s_failure_hides_no_other(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    gone = '[properties.gone]\nid = "999"\nbusiness_types = ["ecommerce"]\n\n'
    shop.write_text(SHOP.replace("[properties.shop]", gone + "[properties.shop]"), encoding="utf-8")
    run = milepost("lift", "--days", "7")
    assert run.code == 1
    assert "999" in run.stderr
    assert "Which steps lead to Purchase?" in run.stdout


def test_lift_is_part_of_the_library(workdir: Path, shop: Path, export: str) -> None:
    file = library.load_file(shop)
    choice = library.LiftChoice(source="export", events=export, within_seconds=86_400)
    with library.Session("read") as session:
        (report,) = library.lift_properties(file, [], session, choice)
    assert isinstance(report, library.LiftReport)
    assert report.days == 56
    assert report.tables[0].macro_users > 100


def test_the_screen_at_eighty_columns(
    milepost: Milepost, workdir: Path, shop: Path, export: str, monkeypatch: pytest.MonkeyPatch, snapshot: Any
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert milepost("lift", "--events", export, "--by", "channel").stdout == snapshot


def test_the_markdown(milepost: Milepost, workdir: Path, shop: Path, export: str, snapshot: Any) -> None:
    assert milepost("lift", "--events", export, "--by", "device", "--format", "markdown").stdout == snapshot
