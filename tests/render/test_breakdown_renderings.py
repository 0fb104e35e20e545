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

from milepost.render.breakdown.data import render_breakdown_csv, render_breakdown_json
from milepost.render.breakdown.markdown import render_breakdown_markdown
from milepost.render.breakdown.text import render_breakdown_text
from milepost.reports.breakdown import Breakdown, BreakdownRow
from milepost.reports.results import Period, RoleFigures, share
from milepost.reports.worth import Worth


def _row(users: int, sessions: int, macro: int, micro: int) -> BreakdownRow:
    return BreakdownRow(
        users,
        sessions,
        macro=RoleFigures(macro, macro, share(macro, users)),
        micro=RoleFigures(micro, micro, share(micro, users)),
        macro_events=macro + 1,
        micro_events=micro * 3,
        macro_value=Worth(macro * 41.25, "ga4", "EUR"),
        micro_value=Worth(micro * 0.5, "declared", "EUR"),
    )


def _without_values(result: Breakdown) -> Breakdown:
    def bare(row: BreakdownRow) -> BreakdownRow:
        return replace(row, macro_value=None, micro_value=None)

    return replace(
        result,
        total=bare(result.total),
        rows=tuple((value, bare(row)) for value, row in result.rows),
        others=bare(result.others) if result.others else None,
    )


def _channels() -> Breakdown:
    return Breakdown(
        name="shop",
        property_id="100000001",
        by="channel",
        dimension="sessionDefaultChannelGroup",
        period=Period(date(2020, 12, 20), date(2021, 1, 16)),
        total=_row(82_402, 99_571, 743, 16_655),
        rows=(
            ("Organic Search", _row(40_123, 48_000, 400, 9000)),
            ("Direct", _row(30_000, 35_000, 300, 7000)),
        ),
        others=_row(13_000, 16_571, 60, 1200),
        values=7,
        notes=("Users with several values of sessionDefaultChannelGroup are in several rows.",),
        time_zone="Etc/GMT",
    )


def _hostile() -> Breakdown:
    channels = _channels()
    value = "=1+1|[red]x[/red] \x1b[31m<b>/a/very/long/path/that/has/to/fold/somewhere/index.html"
    return replace(channels, rows=((value, channels.rows[0][1]),), others=None, values=1)


def _screen(results: list[Breakdown], width: int) -> str:
    stream = io.StringIO()
    render_breakdown_text(results, Console(file=stream, width=width, legacy_windows=False, _environ={}))
    return stream.getvalue()


def test_text_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    screen = _screen([_channels(), _hostile()], 80)

    assert max(cell_len(line.rstrip()) for line in screen.splitlines()) <= 80
    assert "\x1b" not in screen
    assert screen == snapshot


def test_text_without_values_needs_no_columns_for_them(snapshot: SnapshotAssertion) -> None:
    assert _screen([_without_values(_channels())], 80) == snapshot


@pytest.mark.parametrize(
    ("width", "missing"), [(110, ""), (72, "Sessions"), (64, "Sessions, Value of Micro")]
)
def test_text_tells_which_columns_found_no_room(width: int, missing: str) -> None:
    screen = _screen([_channels()], width)

    assert (f"Too narrow for: {missing}." in " ".join(screen.split())) is bool(missing)


@pytest.mark.parametrize("width", [20, 40, 60])
def test_text_never_cuts_a_number(width: int) -> None:
    screen = _screen([_channels()], width)

    for number in ("82,402", "16,655", "40,123", "22.4%"):
        assert re.search(rf"(?<![\d,.]){re.escape(number)}(?![\d,.])", screen), number


def test_markdown_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    text = render_breakdown_markdown([_channels(), _hostile()])
    bars = {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")}

    assert bars == {10, 5}
    assert "<b>" not in text
    assert text == snapshot


def test_json_has_the_promised_keys() -> None:
    document = json.loads(render_breakdown_json([_channels()]))
    (shop,) = document["properties"]

    assert document["format_version"] == 1
    assert (shop["by"], shop["dimension"], shop["values"]) == ("channel", "sessionDefaultChannelGroup", 7)
    assert shop["rows"][0] == {
        "value": "Organic Search",
        "users": 40_123,
        "sessions": 48_000,
        "macro": {
            "events": 401,
            "users": 400,
            "sessions": 400,
            "user_rate": 400 / 40_123,
            "value": {"amount": 16_500.0, "currency": "EUR", "source": "ga4"},
        },
        "micro": {
            "events": 27_000,
            "users": 9000,
            "sessions": 9000,
            "user_rate": 9000 / 40_123,
            "value": {"amount": 4500.0, "currency": "EUR", "source": "declared"},
        },
    }
    assert (shop["others"]["users"], shop["total"]["users"]) == (13_000, 82_402)


def test_csv_holds_values_others_and_total_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(render_breakdown_csv([_channels(), _hostile()]))))

    assert tuple(rows[0]) == tuple(Breakdown.COLUMNS)
    assert [row["row"] for row in rows] == ["value", "value", "others", "total", "value", "total"]
    assert rows[4]["value"].startswith("'=1+1")
    assert (rows[0]["macro_value"], rows[0]["macro_value_source"], rows[0]["currency"]) == (
        "16500.0",
        "ga4",
        "EUR",
    )


def test_values_that_found_no_room_are_not_explained() -> None:
    assert "Value in EUR" in _screen([_channels()], 80)
    narrow = _screen([_channels()], 50)
    assert "Value of Macro" in " ".join(narrow.split())
    assert "Value in EUR" not in narrow
