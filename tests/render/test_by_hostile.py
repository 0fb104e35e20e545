"""Values from outside that try to be something else, in every format of every view by a dimension."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from milepost.render.breakdown.data import render_breakdown_csv, render_breakdown_json
from milepost.render.breakdown.markdown import render_breakdown_markdown
from milepost.render.breakdown.text import render_breakdown_text
from milepost.render.experiment.data import render_experiment_csv, render_experiment_json
from milepost.render.experiment.markdown import render_experiment_markdown
from milepost.render.experiment.text import render_experiment_text
from milepost.render.heat.data import render_heat_csv, render_heat_json
from milepost.render.heat.markdown import render_heat_markdown
from milepost.render.heat.text import render_heat_text
from milepost.render.html.breakdown_page import render_breakdown_html
from milepost.render.html.experiment_page import render_experiment_html
from milepost.render.html.heat_page import render_heat_html
from milepost.reports.breakdown import Breakdown, BreakdownRow
from milepost.reports.experiment_results import ArmFigures, ArmsConversion, Experiment
from milepost.reports.experiment_statistics import Interval
from milepost.reports.heat import HeatCell, HeatColumn, HeatRow, HeatTable
from milepost.reports.results import Period, RoleFigures

_PERIOD = Period(date(2026, 2, 16), date(2026, 3, 15))
_HOSTILE = {
    "markup": "[red]x[/red] [link=https://evil.example]y[/link]",
    "html": "</td></table><script>alert(1)</script><img src=x onerror=alert(2)>",
    "formula": '=HYPERLINK("https://evil.example";"click")',
    "full-width formula": "\uff1dSUM(A1:A9)",
    "escape": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\ \x1b[31mred\x1b[0m \x9b2J\x07\r\n\tend",
    "right to left": "/page\u202egnp.exe\u2066/\u200f",
    "markdown": "a|b `c` **d** [e](https://evil.example) @somebody #1 <!-- x -->",
    "very long": "https://shop.example/" + "path/" * 100,
    "empty": "",
}
_ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _breakdown(value: str) -> Breakdown:
    figures = RoleFigures(4, 5, 0.4)
    row = BreakdownRow(10, 12, figures, figures, 6, 7)
    rows = ((value, row),)
    return Breakdown(value, "1", value, value, _PERIOD, row, rows, row, 3, (value,), value)


def _heat(value: str) -> HeatTable:
    row = HeatRow(10, (HeatCell(4, 0.4, 1.0),))
    columns = (HeatColumn("purchase", value, "macro"),)
    rows = ((value, row),)
    return HeatTable(value, "1", value, value, _PERIOD, columns, row, rows, row, 3, (value,), value)


def _experiment(value: str) -> Experiment:
    arm = ArmFigures(10, 4, Interval(0.4, 0.2, 0.6), None, None, "control")
    conversions = (ArmsConversion("purchase", value, "macro", 100, (arm,)),)
    return Experiment(
        value, "1", value, value, _PERIOD, (value,), 0.1, conversions, 0, None, (), (value,), value
    )


Render = Callable[[Sequence[Any]], str]


def _screen(render: Callable[[Sequence[Any], Console], None]) -> Render:
    def text(results: Sequence[Any]) -> str:
        stream = io.StringIO()
        options: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}
        render(results, Console(file=stream, width=80, legacy_windows=False, _environ={}, **options))
        return stream.getvalue()

    return text


_VIEWS: dict[str, tuple[Callable[[str], Any], dict[str, Render]]] = {
    "breakdown": (
        _breakdown,
        {
            "text": _screen(render_breakdown_text),
            "markdown": render_breakdown_markdown,
            "csv": render_breakdown_csv,
            "json": render_breakdown_json,
            "html": render_breakdown_html,
        },
    ),
    "heat": (
        _heat,
        {
            "text": _screen(render_heat_text),
            "markdown": render_heat_markdown,
            "csv": render_heat_csv,
            "json": render_heat_json,
            "html": render_heat_html,
        },
    ),
    "experiment": (
        _experiment,
        {
            "text": _screen(render_experiment_text),
            "markdown": render_experiment_markdown,
            "csv": render_experiment_csv,
            "json": render_experiment_json,
            "html": render_experiment_html,
        },
    ),
}


@pytest.fixture(params=[f"{view}, {kind}" for view in _VIEWS for kind in _HOSTILE])
def shown(request: pytest.FixtureRequest) -> tuple[dict[str, Render], Any]:
    """A view's renderings, and a result full of one hostile value."""
    view, kind = request.param.split(", ")
    make, renders = _VIEWS[view]
    return renders, make(_HOSTILE[kind])


def test_text_and_markdown_hold_nothing_that_acts(shown: tuple[dict[str, Render], Any]) -> None:
    renders, result = shown

    for output in ("text", "markdown"):
        assert not _ACTING.search(renders[output]([result])), output


def test_tables_of_text_stay_within_the_screen(shown: tuple[dict[str, Render], Any]) -> None:
    renders, result = shown
    table = renders["text"]([result]).split("\n\n", 1)[1]

    assert max(cell_len(line.rstrip()) for line in table.splitlines()) <= 80


def test_markdown_tables_keep_their_shape(shown: tuple[dict[str, Render], Any]) -> None:
    renders, result = shown
    text = renders["markdown"]([result])
    bars = {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")}

    assert len(bars) == 1
    assert not re.search(r"(?<![\\`])<(?:script|img|!--)", re.sub(r"`[^`]*`|<code>.*?</code>", "", text))


def test_csv_holds_no_formula(shown: tuple[dict[str, Render], Any]) -> None:
    renders, result = shown
    rows = list(csv.DictReader(io.StringIO(renders["csv"]([result]))))

    assert rows
    assert not any(cell.lstrip()[:1] in set("=@+\uff1d") for row in rows for cell in row.values() if cell)


def test_json_keeps_the_value_as_it_came(shown: tuple[dict[str, Render], Any]) -> None:
    renders, result = shown
    text = renders["json"]([result])

    assert text.isascii()
    assert json.loads(text)["properties"][0]["name"] == result.name


def test_html_holds_it_as_text_only(shown: tuple[dict[str, Render], Any]) -> None:
    renders, result = shown
    page = _Tags()
    page.feed(renders["html"]([result]))

    assert not page.names & {"script", "img", "link", "iframe"}
    assert not any(name.startswith("on") for name in page.attributes)


class _Tags(HTMLParser):
    """The names of all elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)
