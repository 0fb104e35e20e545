"""Pages as a colleague meets them: on a phone, on a desk, in the dark, on paper, and by keyboard."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

import pytest

from milepost.render.html.breakdown_page import render_breakdown_html
from milepost.render.html.experiment_page import render_experiment_html
from milepost.render.html.funnel_page import render_funnel_html
from milepost.render.html.heat_page import render_heat_html
from milepost.render.html.lift_page import render_lift_html
from milepost.render.html.palette import PALETTE
from milepost.render.html.report_page import render_report_html
from milepost.render.html.verify_page import render_verify_html
from tests.browser.conftest import Opened, OpenPage
from tests.library.results import breakdown, experiment, funnels, lift, verification
from tests.render.reports import hostile_report, report_with_everything, running_report
from tests.render.test_html_views import sample_heat

_WIDTHS = (320, 719, 720, 1200)
_TYPE_LEAST = 11

_CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return Array.from(canvas.getImageData(0, 0, 1, 1).data);
  };
  const luminance = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, n) => sum + c * [0.2126, 0.7152, 0.0722][n], 0);
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement)
      layers.push(channels(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce(
      (under, over) => under.map((c, n) => c + (over[n] - c) * over[3] / 255), [255, 255, 255]);
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = Array.from(element.childNodes).some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const drawn = element.closest("svg") ? style.fill : style.color;
    const pair = [luminance(channels(drawn)), luminance(ground(element))].sort((a, b) => b - a);
    found.push([(pair[0] + 0.05) / (pair[1] + 0.05), element.textContent.trim().slice(0, 40)]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def report() -> str:
    return render_report_html([report_with_everything(), hostile_report(), running_report()])


@pytest.fixture(scope="module")
def heat() -> str:
    return render_heat_html([sample_heat()])


@pytest.fixture(scope="module")
def others() -> list[str]:
    """The other views, one with an address as long as addresses get."""
    by_page = breakdown()
    address = f"/{'a-very-long-path/' * 20}?{'x' * 200}"
    long = replace(by_page, rows=((address, by_page.total), *by_page.rows))
    return [
        render_breakdown_html([long]),
        render_funnel_html([funnels()]),
        render_experiment_html([experiment()]),
        render_verify_html([verification()]),
        render_lift_html([lift()]),
    ]


@pytest.mark.parametrize("width", _WIDTHS)
def test_page_never_scrolls_sideways(
    open_page: OpenPage, report: str, heat: str, others: list[str], width: int
) -> None:
    for html in (report, heat, *others):
        page = open_page(html, width).page
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", _WIDTHS)
def test_charts_show_once_in_type_that_can_be_read(open_page: OpenPage, report: str, width: int) -> None:
    page = open_page(report, width).page
    sizes = page.evaluate("""() => Array.from(document.querySelectorAll(".chart svg"))
        .filter((svg) => svg.checkVisibility())
        .map((svg) => 13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)""")
    assert len(sizes) == page.locator("figure").count()
    assert _TYPE_LEAST <= min(sizes) <= max(sizes) <= 20


def test_nothing_is_asked_for_and_nothing_complains(
    open_page: OpenPage, report: str, heat: str, others: list[str]
) -> None:
    for html in (report, heat, *others):
        opened = open_page(html)
        opened.page.wait_for_load_state("networkidle")
        assert (opened.asked, opened.said) == ([], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_every_text_stands_out_from_its_ground(
    open_page: OpenPage, report: str, heat: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    for html in (report, heat):
        found = open_page(html, width, scheme).page.evaluate(_CONTRASTS)
        assert len(found) > 20
        assert min(found)[0] >= 4.5, min(found)


def test_dark_scheme_turns_page_and_charts(open_page: OpenPage, report: str) -> None:
    page = open_page(report, scheme="dark").page
    assert _hex(page.evaluate("getComputedStyle(document.body).backgroundColor")) == PALETTE["page"].dark
    fills = page.evaluate("""() => Array.from(document.querySelectorAll(".chart svg [fill]"))
        .map((shape) => getComputedStyle(shape).fill).filter((fill) => fill !== "none")""")
    assert {_hex(fill) for fill in fills} <= {colour.dark for colour in PALETTE.values()}


def _hex(rgb: str) -> str:
    return "#" + "".join(f"{int(channel):02x}" for channel in re.findall(r"\d+", rgb)[:3])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_light_and_cuts_no_table(
    open_page: OpenPage, report: str, heat: str, scheme: Literal["light", "dark"]
) -> None:
    for html in (report, heat):
        page = open_page(html, 720, scheme).page
        page.emulate_media(media="print", color_scheme=scheme)
        assert _hex(page.evaluate("getComputedStyle(document.body).backgroundColor")) == PALETTE["page"].light
        overflows = page.evaluate("""() => Array.from(document.querySelectorAll(".scroll"))
            .filter((box) => box.checkVisibility()).map((box) => getComputedStyle(box).overflowX)""")
        assert set(overflows) == {"visible"}
        assert page.locator("details").first.is_hidden() or html is heat
        assert page.locator(".narrow svg").first.is_hidden() or html is heat


def test_printing_fills_pages(open_page: OpenPage, report: str) -> None:
    pdf = open_page(report).page.pdf(format="A4")
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert pages >= 3
    assert len(pdf) > 40_000


def test_reader_without_eyes_finds_headings_tables_and_pictures(open_page: OpenPage, report: str) -> None:
    page = open_page(report).page
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("region", name="shop").count() >= 1
    assert page.get_by_role("table", name="Conversions").count() == 3
    assert page.get_by_role("img", name=re.compile("Macro events by week")).count() == 1
    table = page.get_by_role("table", name="Conversions").first
    assert table.get_by_role("rowheader", name=re.compile("^Purchase")).count() == 1
    assert table.get_by_role("columnheader", name="Users").count() == 1


def test_figures_behind_a_chart_unfold_by_keyboard(open_page: OpenPage, report: str) -> None:
    page = open_page(report).page
    table = page.get_by_role("table", name="Events by week")
    assert table.is_hidden()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert table.is_visible()


def test_summary_leads_to_a_property(open_page: OpenPage, report: str) -> None:
    page = open_page(report).page
    page.get_by_role("link", name="=HYPERLINK").click()
    top = page.evaluate("document.querySelector('#section-2').getBoundingClientRect().top")
    assert -1 < top < 100


def test_hostile_names_do_nothing(open_page: OpenPage) -> None:
    evil = '</title></style><script>alert(1)</script><img src="https://x.example/x.png" onerror=alert(2)>'
    opened: Opened = open_page(render_report_html([hostile_report()], {evil: evil}))
    assert (opened.asked, opened.said) == ([], [])
    assert opened.page.locator("script, img").count() == 0
    assert opened.page.get_by_text(evil).count() > 0
