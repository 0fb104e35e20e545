"""Funnels as people and programs read them: whole screens, and what names from outside may not do."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from rich.cells import cell_len
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from milepost.gateways.funnel import FunnelAnswer, FunnelRow
from milepost.render.funnel.as_csv import render_funnel_csv
from milepost.render.funnel.as_json import render_funnel_json
from milepost.render.funnel.markdown import render_funnel_markdown
from milepost.render.funnel.text import render_funnel_text
from milepost.reports.funnel import FunnelChoice, Journey, JourneyStep, read_funnel
from milepost.reports.funnel_results import Funnel, FunnelReport
from milepost.reports.period import LastDays
from milepost.reports.results import Period
from tests.reports.funnel_answers import choice, closed, split

_DAYS = Period(date(2020, 12, 20), date(2021, 1, 16))
_NOW = datetime(2021, 1, 17, 12, tzinfo=UTC)
_JOURNEY = Journey(
    "ecommerce",
    "Online shop",
    (
        JourneyStep("session_start", "Session start"),
        JourneyStep("view_item", "Viewed a product", "micro"),
        JourneyStep("add_to_cart", "Added to cart", "micro"),
        JourneyStep("begin_checkout", "Started the checkout", "micro"),
        JourneyStep("add_payment_info", "Chose how to pay for it", "micro"),
        JourneyStep("purchase", "Purchase", "macro"),
    ),
)
_BY_DEVICE = {
    "desktop": [47_910, 11_002, 1_960, 402, 310, 301],
    "mobile": [33_101, 6_011, 1_020, 221, 140, 133],
    "tablet": [1_391, 250, 41, 3, 0, 0],
}
_NEXT = (("1", "first_visit", 60_120), ("1", "page_view", 9_004), ("2", "scroll", 4_410))


def _funnel() -> Funnel:
    """Everything at once: segments and next actions."""
    answer = replace(
        split("deviceCategory", _BY_DEVICE),
        visualization=tuple(
            FunnelRow(
                {"funnelStepName": f"{number}. step", "funnelStepNextAction": event}, {"activeUsers": users}
            )
            for number, event, users in _NEXT
        ),
        sampled=((10_000_000, 40_000_000),),
    )
    return read_funnel(_JOURNEY, choice(_DAYS, by="device", next_actions=True), answer, now=_NOW)


def _report(*funnels: Funnel) -> FunnelReport:
    return FunnelReport("shop", "100000001", funnels)


def _open() -> Funnel:
    answer = FunnelAnswer(tuple(closed([900, 400, 90, 40, 20, 15])))
    return read_funnel(_JOURNEY, FunnelChoice(LastDays(7), is_open=True), answer, now=_NOW)


def _empty() -> Funnel:
    return read_funnel(_JOURNEY, choice(_DAYS), FunnelAnswer(()), now=_NOW)


def _text(report: FunnelReport, width: int, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    render_funnel_text([report], Console(file=stream, width=width, highlight=False, markup=False))
    stream.flush()
    return "\n".join(line.rstrip() for line in raw.getvalue().decode(encoding).splitlines())


@pytest.mark.parametrize("width", [80, 120])
def test_a_funnel_on_a_terminal(width: int, snapshot: SnapshotAssertion) -> None:
    assert _text(_report(_funnel()), width) == snapshot


def test_open_and_empty_funnels_on_a_terminal(snapshot: SnapshotAssertion) -> None:
    assert _text(_report(_open(), _empty()), 80) == snapshot


def test_a_funnel_in_ascii(snapshot: SnapshotAssertion) -> None:
    assert _text(_report(_funnel()), 80, "ascii") == snapshot


@pytest.mark.parametrize("width", [72, 80, 120, 200])
def test_lines_keep_within_the_screen(width: int) -> None:
    for line in _text(_report(_funnel(), _open(), _empty()), width).splitlines():
        assert cell_len(line) <= width


def test_numbers_are_whole_on_a_screen_too_narrow() -> None:
    shown = _text(_report(_funnel()), 30)
    for cell in ("82,402", "65,139", "79.1%", "47,910"):
        assert cell in shown


def test_a_funnel_in_markdown(snapshot: SnapshotAssertion) -> None:
    assert render_funnel_markdown([_report(_funnel(), _open())]) == snapshot


def test_a_funnel_in_csv(snapshot: SnapshotAssertion) -> None:
    assert render_funnel_csv([_report(_funnel())]) == snapshot


def test_csv_has_a_row_for_every_figure() -> None:
    rows = list(csv.DictReader(io.StringIO(render_funnel_csv([_report(_funnel(), _empty())]))))
    assert tuple(rows[0]) == tuple(FunnelReport.COLUMNS)
    kinds = [row["row"] for row in rows]
    assert (kinds.count("step"), kinds.count("segment"), kinds.count("next_action")) == (12, 18, 3)
    assert rows[-1]["users"] == ""


def test_json_holds_the_findings() -> None:
    document = json.loads(render_funnel_json([_report(_funnel())]))
    (funnel,) = document["properties"][0]["funnels"]
    assert document["format_version"] == 1
    assert funnel["period"] == {"from": "2020-12-20", "to": "2021-01-16"}
    assert (funnel["worst_step"], funnel["steepest_step"]) == (1, 2)
    assert funnel["worst_segment"]["value"] == "mobile"
    assert funnel["steps"][0]["abandonments"] == 82_402 - 17_263
    assert funnel["steps"][0]["next_actions"][0] == {"event": "first_visit", "users": 60_120}
    assert [step["users"] for step in funnel["segments"][2]["steps"]] == [1391, 250, 41, 3, 0, 0]


def test_json_says_relative_days_where_nothing_told_which() -> None:
    (funnel,) = json.loads(render_funnel_json([_report(_open())]))["properties"][0]["funnels"]
    assert (funnel["period"], funnel["days"]) == ({"from": "7daysAgo", "to": "yesterday"}, 7)
    assert (funnel["open"], funnel["worst_segment"]) == (True, None)


_EVIL = "=[red]x[/red]|<b>\x1b[31m\u202e"


def _hostile() -> FunnelReport:
    funnel = _funnel()
    return FunnelReport(
        _EVIL,
        "1",
        (
            replace(
                funnel,
                label=_EVIL,
                by=_EVIL,
                steps=tuple(
                    replace(
                        step,
                        label=_EVIL,
                        event=_EVIL,
                        next_actions=tuple(replace(action, event=_EVIL) for action in step.next_actions),
                    )
                    for step in funnel.steps
                ),
                segments=tuple(replace(segment, value=_EVIL) for segment in funnel.segments),
                notes=(_EVIL,),
            ),
        ),
    )


def test_names_are_never_markup_on_a_terminal() -> None:
    shown = _text(_hostile(), 120)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[red]x[/red]" in shown


def test_names_are_never_markup_in_markdown() -> None:
    shown = render_funnel_markdown([_hostile()])
    assert "<b>" not in shown
    assert "\x1b" not in shown
    tables = [line for line in shown.splitlines() if line.startswith("|")]
    assert {line.replace(r"\|", "").count("|") for line in tables} == {4, 8}


def test_names_are_never_formulas_in_csv() -> None:
    rows = csv.DictReader(io.StringIO(render_funnel_csv([_hostile()])))
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=") or "\x1b" in cell]


def test_values_that_differ_at_their_ends_can_be_told_apart() -> None:
    funnel = _funnel()
    values = [f"/catalogue/of/everything/there/is/page-{number}" for number in range(3)]
    segments = tuple(
        replace(segment, value=value) for segment, value in zip(funnel.segments, values, strict=True)
    )
    stream = io.StringIO()
    report = FunnelReport("shop", "100000001", (replace(funnel, segments=segments),))
    render_funnel_text([report], Console(file=stream, width=70, legacy_windows=False, _environ={}))
    table = stream.getvalue().partition("\n/catalogue")[2].split("\n\n")[0]

    assert "/catalogue" + "".join(line.split(" ")[0] for line in table.splitlines()) == "".join(values)
    assert max(cell_len(line.rstrip()) for line in table.splitlines()) <= 70
