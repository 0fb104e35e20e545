"""A page as a document: complete in itself, well formed, the same each time, and inert whatever it holds."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.errors import InputError
from milepost.render.html.charts.bars import Bar, Panel, draw_bars
from milepost.render.html.draw import draw_chart
from milepost.render.html.page import (
    NARROW,
    WIDE,
    Cell,
    Chart,
    Column,
    Frame,
    KeyFigure,
    KeyFigures,
    Page,
    Remarks,
    Row,
    RowGroup,
    Section,
    Table,
    anchor,
    data_table,
)
from milepost.render.html.palette import PALETTE
from milepost.render.html.report_page import render_report_html
from milepost.render.html.write import write_page
from milepost.render.safe import plain
from tests.render.parsed_pages import Element, parse_page
from tests.render.reports import hostile_report, report_with_everything, running_report

_HOSTILE = (
    "</script><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '" onmouseover="alert(1)" x=\'',
    "&lt;b&gt; & &amp; &#x3c;",
    "</style></title></svg><svg onload=alert(1)>",
    "\x1b[31mred\x1b[0m\x00\x07\x85 \u202egnp.exe\u2066",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "]]> --> <!-- <![CDATA[",
)


@pytest.fixture(scope="module")
def text() -> str:
    return render_report_html([report_with_everything(), hostile_report(), running_report()])


@pytest.fixture(scope="module")
def page(text: str) -> Element:
    return parse_page(text)


def _everywhere(text: str) -> Page:
    """The same text in every place of a page that there is."""
    cell = Cell(text, text, "up", (text,), 0.5)
    table = Table(
        text, (Column(text, words=True),), (RowGroup((Row((cell,), link=anchor(0)),), text),), (text,)
    )
    figures = KeyFigures((KeyFigure(text, text, text, text),), (text,))
    return Page(
        text,
        (Section(text, (text,), (figures, table, Remarks((text,)), Remarks((text,), "finding"))),),
        table,
    )


def test_page_is_a_complete_document(text: str, page: Element) -> None:
    assert text.startswith("<!doctype html>\n")
    assert page.attributes["lang"] == "en"
    assert page.one("title").words == page.one("h1").words
    assert len(page.all("main")) == len(page.all("header")) == len(page.all("footer")) == 1
    metas = [meta.attributes for meta in page.all("meta")]
    assert {"charset": "utf-8"} in metas
    policy = next(meta["content"] for meta in metas if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_headings_never_skip_a_level(page: Element) -> None:
    levels = [int(heading.tag[1]) for heading in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(following <= level + 1 for level, following in pairwise(levels))


def test_ids_are_unique_and_links_lead_to_them(page: Element) -> None:
    ids = [element.attributes["id"] for element in page.walk() if "id" in element.attributes]
    links = [link.attributes["href"] for link in page.all("a")]
    assert len(set(ids)) == len(ids)
    assert len(links) == 3
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_nothing_runs_and_nothing_is_fetched(text: str, page: Element) -> None:
    assert not page.all("script", "link", "img", "iframe", "object", "embed", "form", "base", "use", "image")
    for element in page.walk():
        for name, value in element.attributes.items():
            assert not name.startswith("on"), (element.tag, name)
            assert name not in ("src", "srcset", "xlink:href", "action", "background", "poster")
            assert name != "href" or value.startswith("#")
    assert "@import" not in text
    assert "url(" not in text
    assert "://" not in text


def test_every_chart_is_told_in_words_and_has_its_figures(page: Element) -> None:
    charts = page.all("figure")
    assert len(charts) == 9
    for chart in charts:
        (picture,) = [element for element in chart.all("div") if element.attributes.get("role") == "img"]
        assert len(picture.attributes["aria-label"]) > 20
        assert {svg.attributes["aria-hidden"] for svg in picture.all("svg")} == {"true"}
        assert len(picture.all("svg")) == 2
        assert len(chart.one("details").one("table").all("tr")) > 1


def test_every_table_has_a_caption_and_scopes(page: Element) -> None:
    for table in page.all("table"):
        assert table.one("caption").words
        assert all(heading.attributes["scope"] for heading in table.all("th"))
        columns = len(table.one("thead").all("th"))
        rows = [row for row in table.all("tr") if "group" not in row.classes]
        assert {len(row.all("th", "td")) for row in rows} == {columns}


def test_charts_use_no_colour_that_the_dark_scheme_does_not_know(page: Element) -> None:
    known = {colour.light for colour in PALETTE.values()} | {"none"}
    used = {
        element.attributes[name]
        for svg in page.all("svg")
        for element in svg.walk()
        for name in ("fill", "stroke")
        if name in element.attributes
    }
    assert used <= known
    assert PALETTE["macro"].light in used


def test_the_same_results_are_the_same_bytes(text: str) -> None:
    again = render_report_html([report_with_everything(), hostile_report(), running_report()])
    assert again.encode() == text.encode()


@pytest.mark.parametrize("hostile", _HOSTILE)
def test_hostile_text_stays_text(hostile: str) -> None:
    harmless = parse_page(write_page(_everywhere("harmless")))
    page = parse_page(write_page(_everywhere(hostile)))
    assert [element.tag for element in page.walk()] == [element.tag for element in harmless.walk()]
    assert page.one("title").text == plain(hostile)
    assert page.one("h2").text == plain(hostile)
    assert page.all("caption")[0].text == plain(hostile)
    assert all(element.attributes.keys() <= _known(harmless) for element in page.walk())


def _known(page: Element) -> set[str]:
    return {name for element in page.walk() for name in element.attributes}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(min_size=1))
def test_any_text_is_shown_as_it_is_and_acts_on_nothing(any_text: str) -> None:
    html = write_page(_everywhere(any_text))
    page = parse_page(html)
    shown = {page.one("title").text, page.one("h1").text, page.one("h2").text, page.one("dt").text}
    assert shown == {plain(any_text)}
    assert not {c for c in html if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"}


@pytest.mark.parametrize("hostile", _HOSTILE)
def test_hostile_text_stays_text_in_charts(hostile: str) -> None:
    bars = (Bar(hostile, ((3, "micro"),), hostile), Bar(hostile, ((2, "micro"),), "2"))
    svg = _drawn(lambda frame: draw_bars(frame, [Panel(hostile, bars)]), WIDE)
    harmless = (Bar("x", ((3, "micro"),), "x"), Bar("x", ((2, "micro"),), "2"))
    plain_svg = _drawn(lambda frame: draw_bars(frame, [Panel("x", harmless)]), WIDE)
    assert {element.tag for element in svg.walk()} == {element.tag for element in plain_svg.walk()}
    shown = [element.text for element in svg.all("text")]
    # A value stands whole; a name is cut where it is longer than its room.
    assert " ".join(plain(hostile).split()) in [" ".join(text.split()) for text in shown]


def _drawn(draw: object, frame: Frame) -> Element:
    assert callable(draw)
    chart = Chart("title", "what it shows", draw, data_table("title", "name", (), ()))
    return parse_page(f"<html>{draw_chart(chart, frame)}</html>").one("svg")


def _stretches(svg: Element) -> list[tuple[float, float]]:
    """Where the bars of a chart begin, and how long they are."""
    paths = (path.attributes.get("d", "") for path in svg.all("path"))
    return [
        (float(at[1]), float(at[2]))
        for at in (re.match(r"M([\d.]+),[\d.]+h([\d.]+)v14h", d) for d in paths)
        if at
    ]


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_bars_are_as_long_as_their_figures(frame: Frame) -> None:
    bars = (Bar("a", ((30, "micro"), (10, "lost")), "40"), Bar("b", ((20, "micro"),), "20", mark=80))
    (first, rest, second) = _stretches(_drawn(lambda frame: draw_bars(frame, [Panel("", bars)]), frame))
    assert first[0] == second[0]
    assert rest[0] == pytest.approx(first[0] + first[1], abs=0.1)
    assert first[1] == pytest.approx(3 * rest[1], rel=0.02)
    assert second[1] == pytest.approx(2 * rest[1], rel=0.02)


def test_intervals_of_ratios_are_as_long_as_their_factors() -> None:
    bars = (
        Bar("halved", ((0.5, "interval"),), "", start=0.5),
        Bar("doubled", ((2, "interval"),), "", mark=3, start=2),
    )
    panel = Panel("", bars, reference=1.0, ratios=True)
    svg = _drawn(lambda frame: draw_bars(frame, [panel]), WIDE)
    (below, above) = _stretches(svg)
    assert below[1] == pytest.approx(above[1], abs=0.1)
    assert above[0] == pytest.approx(below[0] + 2 * below[1], abs=0.1)
    assert len([line for line in svg.all("line") if "stroke-dasharray" in line.attributes]) == 1


def test_a_ratio_of_nothing_stands_at_the_edge() -> None:
    bars = (Bar("none", ((0.2, "interval"),), "0", mark=0), Bar("some", ((0.5, "interval"),), "1", start=0.5))
    svg = _drawn(lambda frame: draw_bars(frame, [Panel("", bars, reference=1.0, ratios=True)]), WIDE)
    numbers = re.findall(
        r"NaN|Infinity|-?[\d.]+", " ".join(p.attributes.get("d", "") for p in svg.all("path"))
    )
    assert numbers
    assert all(abs(float(number)) <= WIDE.width for number in numbers)


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_a_chart_is_as_wide_as_its_frame(frame: Frame, page: Element) -> None:
    """So that its type is as large as in any other, however little it shows."""
    drawings = [div.one("svg") for div in page.all("div") if div.classes == {frame.name}]
    widths = {float(svg.attributes["viewbox"].split()[2]) for svg in drawings}
    assert len(drawings) == 9
    assert min(widths) == frame.width
    assert max(widths) <= frame.width * 1.03


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_type_in_charts_is_large_enough(frame: Frame, page: Element) -> None:
    drawings = [div for div in page.all("div") if div.classes == {frame.name}]
    sizes = {
        float(text.attributes["font-size"].removesuffix("px"))
        for drawing in drawings
        for text in drawing.all("text")
    }
    assert min(sizes) >= 13


def test_two_conversions_of_one_name_stay_two(page: Element) -> None:
    report = report_with_everything()
    first, second, *rest = report.conversions
    twins = replace(report, conversions=(first, replace(second, label=first.label), *rest))
    bars = parse_page(render_report_html([twins])).all("figure")[1]
    labels = [text.text for text in bars.all("svg")[0].all("text")]
    assert labels.count(first.label) == 2


def test_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(InputError, match=r"vl_convert.*pip install 'milepost\[html\]'"):
        render_report_html([])


def test_the_wheel_carries_template_and_style(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("milepost-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert [name for name in names if re.search(r"render/html/.*\.(css|jinja)$", name)] == [
        "milepost/render/html/page.html.jinja",
        "milepost/render/html/style.css",
    ]
