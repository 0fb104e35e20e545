"""verify over real gRPC on events whose faults are known, for they were planted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import Rule
from tests.functional.conftest import Milepost
from tests.verify.planted import STOP


def _conversions(milepost: Milepost, *options: str) -> dict[str, Any]:
    (entry,) = milepost("verify", "--format", "json", *options).json["properties"]
    return {conversion["event"]: conversion for conversion in entry["conversions"]}


def _parameters(conversion: Any) -> dict[str, Any]:
    return {parameter["parameter"]: parameter for parameter in conversion["parameters"]}


def test_a_planted_stop_is_named_with_its_day(milepost: Milepost, shop: Path) -> None:
    cart = _conversions(milepost)["add_to_cart"]
    assert cart["state"] == "silent"
    assert cart["last_seen"] == "2026-03-03"
    assert cart["silence"]["since"] == STOP.isoformat()
    assert cart["silence"]["days"] == (date(2026, 3, 16) - STOP).days
    assert cart["silence"]["preliminary"] is False
    # Sixteen of the 28 days came before the stop, with six a day.
    assert cart["events"] == 16 * 6
    assert (cart["week_events"], cart["recent"]) == (0, None)


def test_weekday_events_rare_ones_and_new_ones_are_not_silent(milepost: Milepost, shop: Path) -> None:
    found = _conversions(milepost)
    assert found["quote_request"]["state"] == "arriving"
    assert (found["rare_thing"]["state"], found["rare_thing"]["silence"]) == ("arriving", None)
    video = found["video_start"]
    assert (video["state"], video["events"], video["seen_today"]) == ("arriving", 0, True)
    assert video["recent"] == {"events": 2, "minutes_ago": 2}
    assert found["chat_start"]["state"] == "not_seen"


def test_a_parameter_that_stops_is_named_with_its_day(milepost: Milepost, shop: Path) -> None:
    found = _conversions(milepost)
    method = _parameters(found["sign_up"])["method"]
    assert (method["state"], method["field"]) == ("stopped", "method")
    assert method["silence"]["since"] == STOP.isoformat()
    assert method["share"] == 16 / 28
    assert found["sign_up"]["state"] == "arriving"


def test_a_value_that_stops_is_named_with_its_day(milepost: Milepost, shop: Path) -> None:
    value = _parameters(_conversions(milepost)["purchase"])["value"]
    assert (value["state"], value["share"]) == ("stopped", None)
    assert value["silence"]["since"] == STOP.isoformat()


def test_an_undeclared_value_that_stops_is_named_too(milepost: Milepost, shop: Path) -> None:
    text = shop.read_text(encoding="utf-8").replace('["value", "currency"', '["currency"')
    shop.write_text(text, encoding="utf-8")
    value = _parameters(_conversions(milepost)["purchase"])["value"]
    assert (value["state"], value["silence"]["since"]) == ("stopped", STOP.isoformat())


def test_shares_are_of_the_events_that_carry_a_parameter(milepost: Milepost, shop: Path) -> None:
    found = _conversions(milepost)
    assert _parameters(found["filter_apply"])["filter_name"]["share"] == 0.8
    assert _parameters(found["purchase"])["currency"]["share"] == 1.0
    assert _parameters(found["purchase"])["transaction_id"]["events"] == 28 * 4


def test_what_nobody_can_see_is_said_to_be_so(milepost: Milepost, shop: Path) -> None:
    found = _conversions(milepost)
    states = {
        (event, name): parameter["state"]
        for event, conversion in found.items()
        for name, parameter in _parameters(conversion).items()
    }
    assert states["filter_apply", "filter_kind"] == "not_registered"
    assert states["filter_apply", "result_count"] == "never"
    assert states["add_to_cart", "item_list_name"] == "item_parameter"
    assert states["purchase", "items"] == "own_metric"
    # The key event's default value stands in for a missing one.
    assert states["quote_request", "value"] == "default_value"
    assert states["video_start", "video_title"] == "no_events"


def test_a_derived_event_tells_of_its_rule(milepost: Milepost, shop: Path) -> None:
    found = _conversions(milepost)["pricing_view"]
    assert (found["state"], found["source"], found["rule"]) == ("not_seen", "page_view", "live")
    renamed = shop.read_text(encoding="utf-8").replace("micro.pricing_view", "micro.prices_view")
    shop.write_text(renamed, encoding="utf-8")
    run = milepost("verify", "--event", "prices_view")
    assert "GA4 has no event create rule" in run.stdout
    assert "Run 'milepost sync'" in run.stdout


def test_flags_are_dated(milepost: Milepost, shop: Path) -> None:
    found = _conversions(milepost)
    assert (found["purchase"]["key_event"], found["add_to_cart"]["key_event_since"]) == (True, "2026-03-16")
    assert (found["scroll"]["key_event"], found["scroll"]["key_event_since"]) == (False, None)


def test_something_missing_is_exit_code_three_and_all_well_is_zero(milepost: Milepost, shop: Path) -> None:
    assert milepost("verify").code == 3
    assert milepost("verify", "--event", "filter_apply", "--event", "rare_thing").code == 0
    for event in ("add_to_cart", "sign_up", "purchase", "chat_start"):
        assert milepost("verify", "--event", event).code == 3


def test_two_batches_and_one_realtime_beside_parallel_lists(
    milepost: Milepost, shop: Path, planted: Emulator
) -> None:
    milepost("verify")
    # Days; method, currency, transaction id, filter name, result count and video title.
    assert planted.calls.count("*BatchRunReports") == 2
    assert planted.calls.count("*RunRealtimeReport") == 1
    for method in ("ListKeyEvents", "ListCustomDimensions", "ListCustomMetrics", "ListDataStreams"):
        assert planted.calls.count(f"*{method}") == 1
    assert planted.calls.count("*ListEventCreateRules") == 1
    assert planted.calls.count() == 8


def test_what_is_of_no_use_is_not_asked(milepost: Milepost, shop: Path, planted: Emulator) -> None:
    milepost("verify", "--event", "rare_thing")
    assert planted.calls.count() == 3
    assert planted.calls.count("*BatchRunReports") == 1


def test_two_batches_run_side_by_side(milepost: Milepost, shop: Path, planted: Emulator) -> None:
    planted.faults.set(Rule(method="BatchRunReports", latency=0.3))
    try:
        milepost("verify")
    finally:
        planted.faults.clear()
    assert planted.calls.peak >= 2


def test_a_field_that_ga4_refuses_does_not_hide_the_others(
    milepost: Milepost, shop: Path, planted: Emulator
) -> None:
    """The batch is refused for it, so that each report is asked alone: days, then method."""
    planted.faults.set("BatchRunReports=INVALID_ARGUMENT,ok,INVALID_ARGUMENT")
    try:
        found = _conversions(milepost, "--event", "sign_up")["sign_up"]
    finally:
        planted.faults.clear()
    assert (found["state"], found["events"]) == ("arriving", 84)
    assert _parameters(found)["method"]["state"] == "refused"
    assert planted.calls.count("*BatchRunReports") == 3


def test_without_days_there_is_nothing_to_say(milepost: Milepost, shop: Path, planted: Emulator) -> None:
    planted.faults.set("BatchRunReports=PERMISSION_DENIED")
    try:
        run = milepost("verify", "--event", "sign_up")
    finally:
        planted.faults.clear()
    assert run.code == 1
    assert "error: property 100000001" in run.stderr


def test_settings_that_cannot_be_read_leave_the_figures(
    milepost: Milepost, shop: Path, planted: Emulator
) -> None:
    planted.faults.set("List*=PERMISSION_DENIED", "RunRealtimeReport=RESOURCE_EXHAUSTED")
    try:
        run = milepost("verify")
    finally:
        planted.faults.clear()
    assert run.code == 3
    screen = " ".join(run.stdout.split())
    assert "✗ Added to cart add_to_cart 2026-03-03 96 0 – ?" in screen
    assert "Realtime did not answer" in screen
    assert "Which parameters are registered in GA4 could not be read" in screen
    assert "The event create rules could not be read" in screen


def test_several_streams_need_a_choice(milepost: Milepost, shop: Path) -> None:
    text = shop.read_text(encoding="utf-8")
    shop.write_text(text.replace('id = "1', 'stream = "https://other.example"\nid = "1'), encoding="utf-8")
    run = milepost("verify", "--event", "pricing_view")
    assert run.code == 1
    assert "https://other.example" in run.stderr
    assert milepost("verify", "--event", "rare_thing").code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--event", "purchas"], 'Did you mean "purchase"?'),
        (["--days", "0"], "--days: 0 is not between 1 and 366"),
        (["--days", "400"], "--days: 400 is not between 1 and 366"),
        (["--timeout", "5"], "--timeout: says how long --wait lasts"),
        (["--wait", "--days", "7"], "--days: does not go with --wait"),
        (["--wait", "--format", "csv"], "--format csv: does not go with --wait"),
        (["--wait", "--output", "x"], "--output: does not go with --wait"),
        (["nobody"], "has no property nobody"),
    ],
)
def test_wrong_options_are_named(milepost: Milepost, shop: Path, options: list[str], said: str) -> None:
    run = milepost("verify", *options)
    assert (run.code, run.stdout) == (1, "")
    assert said in run.stderr
