from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from rich.cells import cell_len
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from milepost.render.report.markdown import render_report_markdown
from milepost.render.report.text import render_report_text
from milepost.reports.results import (
    Figures,
    Period,
    PropertyReport,
)
from tests.render.reports import (
    hostile_report,
    report_with_everything,
    report_with_targets,
    report_without_comparison,
    running_report,
    shop_report,
)


def _screen(reports: list[PropertyReport], width: int, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")
    render_report_text(reports, Console(file=stream, width=width, legacy_windows=False, _environ={}))
    stream.seek(0)
    return stream.read()


@pytest.mark.parametrize("width", [80, 120])
def test_text_looks_as_it_did(width: int, snapshot: SnapshotAssertion) -> None:
    assert _screen([shop_report(), hostile_report()], width) == snapshot


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_text_keeps_within_the_screen(width: int) -> None:
    assert max(cell_len(line.rstrip()) for line in _screen([shop_report()], width).splitlines()) <= width


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_text_never_cuts_a_number(width: int) -> None:
    shop = shop_report()
    large = Figures(12_345_678_901, 9_876_543_210, 0.1234, 123_456_789_012.34)
    first = replace(shop.conversions[0], current=large)
    screen = _screen([replace(shop, conversions=(first, *shop.conversions[1:]))], width)

    for number in ("12,345,678,901", "9,876,543,210", "12.3%", "123,456,789,012.34", "82,402", "~4,177.00"):
        assert re.search(rf"(?<![\d,.]){re.escape(number)}(?![\d,.])", screen), number


def test_text_names_events_where_there_is_room_for_them() -> None:
    assert "view_search_results" in _screen([shop_report()], 120)
    assert "view_search_results" not in _screen([shop_report()], 80)


def test_text_shows_different_currencies_beside_their_values() -> None:
    shop = shop_report()
    dollars = replace(shop.conversions[0], currency="USD")
    screen = _screen([replace(shop, conversions=(dollars, *shop.conversions[1:]))], 120)

    assert "48,560.46 USD" in screen
    assert "~4,177.00 EUR" in screen


def test_text_without_any_value_has_no_column_for_it() -> None:
    shop = shop_report()

    assert "Value" not in _screen([replace(shop, conversions=shop.conversions[1:3])], 120)


def test_text_of_a_property_without_conversions_is_its_totals() -> None:
    screen = _screen([replace(shop_report(), conversions=())], 80)

    assert "99,571" in screen
    assert "Conversion " not in screen


def test_text_is_plain_ascii_where_the_terminal_knows_no_more() -> None:
    screen = _screen([shop_report()], 80, encoding="ascii")

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
    render_report_text([shop_report()], console)

    assert ("\x1b[32m" in stream.getvalue()) is coloured


def test_text_passes_no_escape_or_markup_from_outside() -> None:
    screen = _screen([hostile_report()], 120)

    assert "\x1b" not in screen
    assert "\x07" not in screen
    assert "[red]Sale[/red]" in screen


def test_text_shows_targets_at_80_columns(snapshot: SnapshotAssertion) -> None:
    screen = _screen([report_with_targets()], 80)

    assert max(cell_len(line.rstrip()) for line in screen.splitlines()) <= 80
    assert screen == snapshot


def test_text_shows_targets_in_plain_ascii() -> None:
    screen = _screen([report_with_targets()], 80, encoding="ascii")

    assert "+ 177%" in screen
    assert "! 99%" in screen


def test_text_shows_engagement_and_trend_at_80_columns(snapshot: SnapshotAssertion) -> None:
    screen = _screen([report_with_everything()], 80)

    assert max(cell_len(line.rstrip()) for line in screen.splitlines()) <= 80
    assert screen == snapshot


def test_text_and_markdown_without_comparison_have_no_column_for_it(snapshot: SnapshotAssertion) -> None:
    screen = _screen([report_without_comparison()], 80)

    assert "before" not in screen
    assert screen == snapshot
    assert "before" not in render_report_markdown([report_without_comparison()])


def test_report_says_whether_weekdays_agree() -> None:
    shop = shop_report()
    moved = Period(date(2020, 11, 20), date(2020, 12, 17))

    assert "compared with 2020-11-22 to 2020-12-19, the same weekdays" in _screen([shop], 80)
    assert "2020-12-17, other weekdays" in _screen([replace(shop, previous_period=moved)], 80)


def test_text_tells_the_pace_of_a_running_period_at_80_columns(snapshot: SnapshotAssertion) -> None:
    screen = _screen([running_report()], 80)

    assert max(cell_len(line.rstrip()) for line in screen.splitlines()) <= 80
    assert screen == snapshot


def test_text_tells_the_pace_in_plain_ascii() -> None:
    screen = _screen([running_report()], 80, encoding="ascii")

    assert [mark in screen for mark in ("+ 233%", "> 112%", "! 70%", "? 0%")] == [True] * 4
