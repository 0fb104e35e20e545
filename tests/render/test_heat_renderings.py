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

from milepost.render.heat.data import render_heat_csv, render_heat_json
from milepost.render.heat.markdown import render_heat_markdown
from milepost.render.heat.text import render_heat_text
from milepost.render.html.heat_page import render_heat_html
from milepost.reports.heat import HeatCell, HeatColumn, HeatRow, HeatTable
from milepost.reports.results import Period, share

_COLUMNS = (
    HeatColumn("view_item", "Viewed a product", "micro"),
    HeatColumn("add_to_cart", "Added to cart", "micro"),
    HeatColumn("newsletter_signup", "Subscribed to the newsletter", "micro"),
    HeatColumn("purchase", "Purchase", "macro"),
)


def _row(users: int, *counts: int, warm: bool = True) -> HeatRow:
    warmths = (n / 100 if warm else None for n in (100, 60, 30, 5))
    return HeatRow(
        users,
        tuple(
            HeatCell(count, share(count, users), (warmth if count else 0.0) if warm else None)
            for count, warmth in zip(counts, warmths, strict=True)
        ),
    )


def _table(value: str = "/products/lamp") -> HeatTable:
    return HeatTable(
        name="shop",
        property_id="100000001",
        by="page",
        dimension="pagePath",
        period=Period(date(2026, 2, 16), date(2026, 3, 15)),
        columns=_COLUMNS,
        total=_row(12_345, 9000, 1500, 122, 65, warm=False),
        rows=((value, _row(8000, 7900, 1200, 0, 3)), ("/", _row(4000, 10, 40, 122, 0))),
        others=_row(900, 90, 260, 0, 62, warm=False),
        values=31,
        notes=("Conversions of a page are those that happened on it, not those that it led to.",),
        time_zone="Etc/GMT",
    )


def _screen(table: HeatTable, width: int, *, colour: bool = False, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        legacy_windows=False,
        _environ={},
    )
    render_heat_text([table], console)
    stream.seek(0)
    return stream.read()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_text_looks_as_it_did(snapshot: SnapshotAssertion, width: int) -> None:
    screen = _screen(_table(), width)

    assert max(cell_len(line.rstrip()) for line in screen.splitlines()[3:]) <= width
    assert screen == snapshot


def test_text_names_what_found_no_room_and_keeps_the_macro() -> None:
    screen = " ".join(_screen(_table(), 50).split())

    assert "And 2 more, too wide for here: Added to cart, Subscribed to the newsletter." in screen
    assert "Purchase" in screen


@pytest.mark.parametrize("width", [20, 40])
def test_text_never_cuts_a_number(width: int) -> None:
    screen = _screen(_table(), width)

    for number in ("12,345", "8,000", "6.89%"):
        assert re.search(rf"(?<![\d,.]){re.escape(number)}(?![\d,.])", screen), number


def test_text_shades_by_colour_where_there_is_any() -> None:
    screen = _screen(_table(), 120, colour=True)

    assert re.search(r"48;2;179;54;26m *98\.8%", screen)
    assert not set("░▒▓█") & set(screen)


def test_text_needs_no_unicode() -> None:
    screen = _screen(_table(), 100, encoding="ascii")

    assert "# 98.8%" in screen


def test_markdown_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    text = render_heat_markdown([_table()])
    bars = {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")}

    assert bars == {7}
    assert text == snapshot


def test_json_has_every_cell_by_event() -> None:
    (shop,) = json.loads(render_heat_json([_table()]))["properties"]

    assert [c["event"] for c in shop["conversions"]] == [c.event for c in _COLUMNS]
    assert shop["rows"][0]["conversions"]["view_item"] == {"users": 7900, "user_rate": 0.9875, "warmth": 1.0}
    assert shop["others"]["conversions"]["purchase"] == {"users": 62, "user_rate": 62 / 900, "warmth": None}


def test_csv_has_a_line_per_cell() -> None:
    rows = list(csv.DictReader(io.StringIO(render_heat_csv([_table()]))))

    assert tuple(rows[0]) == tuple(HeatTable.COLUMNS)
    assert [row["row"] for row in rows] == ["value"] * 8 + ["others"] * 4 + ["total"] * 4
    assert (rows[3]["event"], rows[3]["converted"], rows[3]["role"]) == ("purchase", "3", "macro")


def test_conversions_of_nobody_are_named_instead_of_shown() -> None:
    empty = replace(
        _table(),
        total=_row(12_345, 9000, 0, 0, 65, warm=False),
        rows=(("/", _row(4000, 10, 0, 0, 3)),),
        others=None,
    )

    for written in (_screen(empty, 120), render_heat_markdown([empty]), render_heat_html([empty])):
        assert "Nobody: Added to cart, Subscribed to the newsletter." in written
        assert written.count("Added to cart") == 1
        assert "Viewed" in written
        assert "too wide" not in written


def test_conversions_are_all_shown_where_nobody_did_any() -> None:
    nobody = _row(0, 0, 0, 0, 0, warm=False)

    written = render_heat_markdown([replace(_table(), total=nobody, rows=(), others=None)])

    assert "Nobody" not in written
    assert "| Added to cart | Subscribed to the newsletter | Purchase |" in written
