from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date

import pytest
from rich.cells import cell_len
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from milepost.gateways.data import QuotaUse
from milepost.model.document import Role
from milepost.render.report_csv import COLUMNS, render_report_csv
from milepost.render.report_json import render_report_json
from milepost.render.report_markdown import render_report_markdown
from milepost.render.report_text import render_report_text
from milepost.reports.results import (
    ConversionReport,
    Engagement,
    Figures,
    Goal,
    Period,
    PropertyReport,
    RoleFigures,
    Totals,
    ValueSource,
    share,
)
from milepost.reports.trend import read_trend

_PERIOD = Period(date(2020, 12, 20), date(2021, 1, 16))
_WEEK = (9, 4, 3, 5, 6, 7, 8)
_USERS, _USERS_BEFORE = 82_402, 70_115


def _conversion(
    event: str,
    label: str,
    role: Role,
    now: tuple[int, int, float | None],
    before: tuple[int, int, float | None],
    *,
    source: ValueSource | None = None,
    key_event: bool | None = True,
    since: date | None = None,
) -> ConversionReport:
    trend = tuple(now[0] * _WEEK[day % 7] // 168 for day in range(28))
    return ConversionReport(
        event=event,
        label=label,
        role=role,
        key_event=key_event,
        key_event_since=since,
        current=Figures(now[0], now[1], share(now[1], _USERS), now[2]),
        previous=Figures(before[0], before[1], share(before[1], _USERS_BEFORE), before[2]),
        value_source=source,
        currency="EUR" if source else None,
        trend=trend,
    )


def _shop() -> PropertyReport:
    return PropertyReport(
        name="shop",
        property_id="100000001",
        period=_PERIOD,
        previous_period=_PERIOD.before(),
        current=Totals(
            _USERS,
            99_571,
            micro=RoleFigures(16_655, 19_191, 16_655 / _USERS),
            macro=RoleFigures(743, 780, 743 / _USERS),
        ),
        previous=Totals(
            _USERS_BEFORE,
            88_020,
            micro=RoleFigures(15_001, 18_300, 15_001 / _USERS_BEFORE),
            macro=RoleFigures(803, 811, 803 / _USERS_BEFORE),
        ),
        conversions=(
            _conversion(
                "purchase", "Purchase", "macro", (851, 743, 48560.46), (900, 803, 51_000.0), source="ga4",
            ),
            _conversion(
                "add_to_cart", "Added to cart", "micro", (15_253, 3_230, None), (14_004, 3_100, None),
                since=date(2021, 1, 5),
            ),
            _conversion(
                "view_search_results", "Used the site search", "micro", (6_230, 3_881, None), (0, 0, None),
                key_event=False,
            ),
            _conversion(
                "newsletter_signup", "Subscribed to the newsletter", "micro", (0, 0, 0), (0, 0, 0),
                source="declared",
            ),
            _conversion(
                "begin_checkout", "Started the checkout", "micro", (8_354, 1_374, 4177), (8_354, 1_300, 4177),
                source="declared",
            ),
        ),
        notes=(
            "2021-01-15 to 2021-01-16 are preliminary: GA4 goes on processing a day for up to 48 hours.",
            "Key event since 2021-01-05: add_to_cart. GA4's key event figures begin there; these cover all.",
        ),
        currency="EUR",
        time_zone="Etc/GMT",
    )  # fmt: skip


def _hostile() -> PropertyReport:
    """Names from outside that try everything, in a property nobody visited before."""
    shop = _shop()
    return replace(
        shop,
        name="=HYPERLINK(1)|<b>",
        current=Totals(0, 0, micro=RoleFigures(0, 0, None), macro=RoleFigures(0, 0, None)),
        previous=Totals(0, 0, micro=RoleFigures(0, 0, None), macro=RoleFigures(0, 0, None)),
        conversions=(
            replace(
                shop.conversions[0],
                label="[red]Sale[/red] \x1b[31m=1+1|",
                key_event=None,
                current=Figures(0, 0, None, None),
                previous=Figures(0, 0, None, None),
                value_source=None,
                currency=None,
                trend=(0,) * 28,
            ),
        ),
        notes=("=cmd|' /C calc'!A0 [link](javascript:x) \x1b]0;title\x07",),
    )


def _screen(reports: list[PropertyReport], width: int, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    render_report_text(reports, Console(file=stream, width=width, legacy_windows=False, _environ={}))
    stream.seek(0)
    return stream.read()


@pytest.mark.parametrize("width", [80, 120])
def test_text_looks_as_it_did(width: int, snapshot: SnapshotAssertion) -> None:
    assert _screen([_shop(), _hostile()], width) == snapshot


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_text_keeps_within_the_screen(width: int) -> None:
    assert max(cell_len(line.rstrip()) for line in _screen([_shop()], width).splitlines()) <= width


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_text_never_cuts_a_number(width: int) -> None:
    shop = _shop()
    large = Figures(12_345_678_901, 9_876_543_210, 0.1234, 123_456_789_012.34)
    first = replace(shop.conversions[0], current=large)
    screen = _screen([replace(shop, conversions=(first, *shop.conversions[1:]))], width)

    for number in ("12,345,678,901", "9,876,543,210", "12.3%", "123,456,789,012.34", "82,402", "~4,177.00"):
        assert re.search(rf"(?<![\d,.]){re.escape(number)}(?![\d,.])", screen), number


def test_text_names_events_where_there_is_room_for_them() -> None:
    assert "view_search_results" in _screen([_shop()], 120)
    assert "view_search_results" not in _screen([_shop()], 80)


def test_text_shows_different_currencies_beside_their_values() -> None:
    shop = _shop()
    dollars = replace(shop.conversions[0], currency="USD")
    screen = _screen([replace(shop, conversions=(dollars, *shop.conversions[1:]))], 120)

    assert "48,560.46 USD" in screen
    assert "~4,177.00 EUR" in screen


def test_text_without_any_value_has_no_column_for_it() -> None:
    shop = _shop()

    assert "Value" not in _screen([replace(shop, conversions=shop.conversions[1:3])], 120)


def test_text_of_a_property_without_conversions_is_its_totals() -> None:
    screen = _screen([replace(_shop(), conversions=())], 80)

    assert "99,571" in screen
    assert "Conversion " not in screen


def test_text_is_plain_ascii_where_the_terminal_knows_no_more() -> None:
    screen = _screen([_shop()], 80, encoding="ascii")

    assert screen.isascii()
    assert "- 5.4%" in screen


@pytest.mark.parametrize(("environ", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_text_has_colours_on_a_terminal_unless_told_not_to(environ: dict[str, str], coloured: bool) -> None:
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=80,
        force_terminal=True,
        color_system="standard",
        legacy_windows=False,
        _environ=environ,
    )
    render_report_text([_shop()], console)

    assert ("\x1b[32m" in stream.getvalue()) is coloured


def test_text_passes_no_escape_or_markup_from_outside() -> None:
    screen = _screen([_hostile()], 120)

    assert "\x1b" not in screen
    assert "\x07" not in screen
    assert "[red]Sale[/red]" in screen


def _with_targets() -> PropertyReport:
    """A goal met, one missed by a hair, one of two missed, and conversions without any."""
    shop = _shop()
    purchase, cart, search, *others = shop.conversions
    return replace(
        shop,
        conversions=(
            replace(purchase, goals=(Goal("per_week", 120, 480, 851),)),
            replace(cart, goals=(Goal("user_rate", 0.0392, 0.0392, 0.03919),)),
            replace(search, goals=(Goal("per_day", 1, 28, 6230), Goal("per_month", 7000, 6451.6, 6230))),
            *others,
        ),
    )


def test_text_shows_targets_at_80_columns(snapshot: SnapshotAssertion) -> None:
    screen = _screen([_with_targets()], 80)

    assert max(cell_len(line.rstrip()) for line in screen.splitlines()) <= 80
    assert screen == snapshot


def test_text_shows_targets_in_plain_ascii() -> None:
    screen = _screen([_with_targets()], 80, encoding="ascii")

    assert "+ 177%" in screen
    assert "! 99%" in screen


def test_markdown_shows_targets(snapshot: SnapshotAssertion) -> None:
    assert render_report_markdown([_with_targets()]) == snapshot


def test_json_and_csv_tell_targets() -> None:
    (shop,) = json.loads(render_report_json([_with_targets()]))["properties"]
    rows = {r["event"]: r for r in csv.DictReader(io.StringIO(render_report_csv([_with_targets()])))}

    assert shop["conversions"][0]["targets"] == [
        {"kind": "per_week", "declared": 120, "wanted": 480, "reached": 851, "met": True}
    ]
    assert [t["met"] for t in shop["conversions"][2]["targets"]] == [True, False]
    assert shop["conversions"][3]["targets"] == []
    assert [rows["view_search_results"][c] for c in ("target", "target_wanted", "target_met")] == [
        "per_month", "6451.6", "false"
    ]  # fmt: skip
    assert rows["begin_checkout"]["target_met"] == ""


def _with_everything() -> PropertyReport:
    shop = _with_targets()
    assert shop.previous is not None
    return replace(
        shop,
        current=replace(shop.current, engagement=Engagement(0.6123, 185.4, 3.25, 3725.0)),
        previous=replace(shop.previous, engagement=Engagement(0.5, 200.0, 3.25, None)),
        trend=read_trend(shop.conversions, shop.period, "week"),
        quotas=(QuotaUse("tokens_per_day", 25, 199_975), QuotaUse("tokens_per_hour", 25, 39_975)),
    )


def test_text_shows_engagement_and_trend_at_80_columns(snapshot: SnapshotAssertion) -> None:
    screen = _screen([_with_everything()], 80)

    assert max(cell_len(line.rstrip()) for line in screen.splitlines()) <= 80
    assert screen == snapshot


def test_markdown_shows_engagement_and_trend(snapshot: SnapshotAssertion) -> None:
    assert render_report_markdown([_with_everything()]) == snapshot


def test_json_tells_engagement_trend_and_quota() -> None:
    (shop,) = json.loads(render_report_json([_with_everything()]))["properties"]

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
    rows = list(csv.DictReader(io.StringIO(render_report_csv([_with_everything()]))))
    steps = [row for row in rows if row["row"] == "trend"]

    assert len(steps) == 4 * 5
    assert (steps[0]["from"], steps[0]["to"], steps[0]["event"]) == ("2020-12-20", "2020-12-26", "purchase")
    assert (rows[0]["engagement_rate"], rows[0]["session_duration"]) == ("0.6123", "185.4")


def _without_comparison() -> PropertyReport:
    shop = _shop()
    conversions = tuple(replace(c, previous=None) for c in shop.conversions)
    return replace(shop, previous_period=None, previous=None, conversions=conversions)


def test_text_and_markdown_without_comparison_have_no_column_for_it(snapshot: SnapshotAssertion) -> None:
    screen = _screen([_without_comparison()], 80)

    assert "before" not in screen
    assert screen == snapshot
    assert "before" not in render_report_markdown([_without_comparison()])


def test_json_and_csv_without_comparison_leave_it_empty() -> None:
    (shop,) = json.loads(render_report_json([_without_comparison()]))["properties"]
    rows = list(csv.DictReader(io.StringIO(render_report_csv([_without_comparison()]))))

    assert (shop["previous_period"], shop["previous"], shop["same_weekdays"]) == (None, None, None)
    assert {c["previous"] for c in shop["conversions"]} == {None}
    assert {row[name] for row in rows for name in COLUMNS if name.startswith("previous_")} == {""}


def test_report_says_whether_weekdays_agree() -> None:
    shop = _shop()
    moved = Period(date(2020, 11, 20), date(2020, 12, 17))

    assert "compared with 2020-11-22 to 2020-12-19, the same weekdays" in _screen([shop], 80)
    assert "2020-12-17, other weekdays" in _screen([replace(shop, previous_period=moved)], 80)


def test_json_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    assert render_report_json([_shop(), _hostile()]) == snapshot


def test_json_has_the_promised_keys() -> None:
    document = json.loads(render_report_json([_shop()]))
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
    shop = _shop()
    report = replace(shop, conversions=(replace(shop.conversions[0], label=label),))
    (conversion,) = json.loads(render_report_json([report]))["properties"][0]["conversions"]

    assert conversion["label"] == label
    assert conversion["trend"] == list(shop.conversions[0].trend)


def test_json_of_nothing_is_an_empty_list() -> None:
    assert json.loads(render_report_json([])) == {"format_version": 1, "properties": []}


def test_csv_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    assert render_report_csv([_shop(), _hostile()]) == snapshot


def test_csv_has_three_rows_of_totals_and_one_per_conversion() -> None:
    rows = list(csv.DictReader(io.StringIO(render_report_csv([_shop()]))))

    assert tuple(rows[0]) == COLUMNS
    assert [row["row"] for row in rows] == ["all", "any_macro", "any_micro", *["conversion"] * 5]
    assert [row["users"] for row in rows[:4]] == ["82402", "743", "16655", "743"]


def test_csv_holds_no_formula_from_outside() -> None:
    cells = [cell for row in csv.reader(io.StringIO(render_report_csv([_hostile()]))) for cell in row]

    assert "'=HYPERLINK(1)|<b>" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_markdown_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    assert render_report_markdown([_shop(), _hostile()]) == snapshot


def test_markdown_rows_have_as_many_cells_as_the_header() -> None:
    lines = render_report_markdown([_shop(), _hostile()]).splitlines()
    bars = {len(re.findall(r"(?<!\\)\|", line)) for line in lines if line.startswith("|")}

    assert bars == {8}
