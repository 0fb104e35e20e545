"""lift on data that do not carry what is asked: it says what to do, and shows no figure it cannot know."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.switches import Switches
from tests.functional.conftest import NOW, Milepost
from tests.journeys.exports import Event, write_export

DAY = 86_400
FILE = """\
version = 1

[properties.shop]
id = "100000001"
business_types = ["shop"]

[business_types.shop.macro.purchase]
label = "Purchase"

[business_types.shop.micro.signup]
label = "Signed up"
"""
LAST = Event("nobody", 13 * DAY, "session_start")


@pytest.fixture
def shop(workdir: Path) -> Path:
    path = workdir / "conversions.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def _visit(user: str | None, begin: float, *, signs_up: bool = False, buys: bool = False) -> list[Event]:
    events = [Event(user, begin, "page_view"), Event(user, begin + 40, "user_engagement")]
    if signs_up:
        events.append(Event(user, begin + 10, "signup"))
    if buys:
        events.append(Event(user, begin + 60, "purchase"))
    return events


def _shown(milepost: Milepost, folder: Path, events: Iterable[Event], *options: str) -> str:
    run = milepost("lift", "--events", write_export(folder, [*events, LAST]), *options)
    assert run.code == 0, run.stderr
    return " ".join(run.stdout.split())


def _visits(number: int, **what: bool) -> list[Event]:
    return [event for n in range(number) for event in _visit(f"u{n}", n * 60, **what)]


def test_no_macro_conversion(milepost: Milepost, shop: Path, tmp_path: Path) -> None:
    shown = _shown(milepost, tmp_path, _visits(40, signs_up=True))
    assert "Nobody reached it in these days. Take more days" in shown
    assert "Signed up" not in shown


def test_one_user(milepost: Milepost, shop: Path, tmp_path: Path) -> None:
    shown = _shown(milepost, tmp_path, _visits(1, signs_up=True, buys=True))
    assert "Fewer than 10 people reached it" in shown
    assert "Signed up" not in shown


def test_events_without_user_ids(milepost: Milepost, shop: Path, tmp_path: Path) -> None:
    nameless = [Event(None, n, "purchase") for n in range(20)]
    events = write_export(tmp_path, [*nameless, Event(None, 13 * DAY, "page_view")])
    shown = " ".join(milepost("lift", "--events", events).stdout.split())
    assert "No event of these days carries a user id" in shown
    assert "21 events (100.0%) carry no user id and were left out" in shown


def test_no_page_views(milepost: Milepost, shop: Path, tmp_path: Path) -> None:
    bought = [event for event in _visits(40, buys=True) if event.name != "page_view"]
    assert "There are no page views" in _shown(milepost, tmp_path, bought)


def test_nothing_can_be_followed(milepost: Milepost, shop: Path, tmp_path: Path) -> None:
    shown = _shown(milepost, tmp_path, _visits(40, buys=True), "--within", "20d")
    assert "Nothing in these days can be followed" in shown
    assert "is more than a third of the 14 days" in shown


def test_a_micro_conversion_declared_yesterday(milepost: Milepost, shop: Path, tmp_path: Path) -> None:
    new = [Event(f"n{n}", 13 * DAY + n, "signup") for n in range(50)]
    shown = _shown(milepost, tmp_path, [*_visits(40, buys=True), *new])
    assert "Signed up 0 – too new: nobody can be followed for long enough yet" in shown


def test_a_missing_day_is_named(milepost: Milepost, shop: Path, tmp_path: Path) -> None:
    shown = _shown(milepost, tmp_path, _visits(20, buys=True))
    assert "No events of 2026-03-03, 2026-03-04, 2026-03-05" in shown


def test_an_unreadable_day_is_named(milepost: Milepost, shop: Path, tmp_path: Path) -> None:
    events = write_export(tmp_path, [*_visits(20, buys=True), LAST])
    broken = tmp_path / "events_20260304.parquet"
    broken.write_text("nothing")
    run = milepost("lift", "--events", events)
    assert run.code == 1
    assert str(broken) in run.stderr
    assert "Export this day again" in run.stderr


def test_labels_are_never_read_as_anything_but_text(milepost: Milepost, shop: Path, tmp_path: Path) -> None:
    wicked = '"=1+1 [red]<b>|\\u001b[31m"'
    shop.write_text(FILE.replace('"Signed up"', wicked), encoding="utf-8")
    files = write_export(tmp_path, [*_visits(60, signs_up=True, buys=True), LAST])
    text, csv, markdown = (
        milepost("lift", "--events", files, "--format", output).stdout
        for output in ("text", "csv", "markdown")
    )
    assert "\x1b" not in text + csv + markdown
    assert "=1+1 [red]<b>| [31m" in text
    assert "'=1+1" in csv
    assert "<b>|" not in markdown


def test_thresholds_of_ga4_forbid_ratios(
    milepost: Milepost, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write_text(FILE.replace("signup", "add_to_cart"), encoding="utf-8")
    with Emulator(clock=Clock(NOW), switches=Switches(report_threshold_users=3)) as own:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", own.address)
        (entry,) = milepost("lift", "--format", "json").json["properties"]
        asked = own.calls.count("*RunFunnelReport")
    (row,) = entry["macros"][0]["micros"]
    assert row["users"] > 30
    assert "sampled" in row["flags"]
    assert row["ratio"] is None
    assert any("thresholding" in note for note in entry["notes"])
    assert asked == 5 + 2


def test_a_macro_conversion_that_never_happened_costs_no_funnel(
    milepost: Milepost, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write_text(FILE.replace("macro.purchase", "macro.generate_lead"), encoding="utf-8")
    with Emulator(clock=Clock(NOW)) as own:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", own.address)
        shown = milepost("lift", "--days", "7").stdout
        assert own.calls.count("*RunFunnelReport") == 0
    assert "Nobody reached it in these days" in shown
