"""What the pages of each view say: the figures of every other format, beside what must be known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from syrupy.assertion import SnapshotAssertion

from milepost.render.html.breakdown_page import render_breakdown_html
from milepost.render.html.experiment_page import render_experiment_html
from milepost.render.html.funnel_page import render_funnel_html
from milepost.render.html.heat_page import render_heat_html
from milepost.render.html.lift_page import render_lift_html
from milepost.render.html.properties import MOST_DRAWN
from milepost.render.html.report_page import render_report_html
from milepost.render.html.verify_page import render_verify_html
from milepost.reports.breakdown import Breakdown, BreakdownRow
from milepost.reports.funnel_results import (
    Funnel,
    FunnelReport,
    FunnelSegment,
    FunnelStep,
    NextAction,
    StepFigures,
)
from milepost.reports.heat import HeatCell, HeatColumn, HeatRow, HeatTable
from milepost.reports.notes import engagement_note
from milepost.reports.results import Period, RoleFigures, share
from milepost.reports.verification.results import Finding
from tests.library.results import experiment, lift, verification
from tests.render.parsed_pages import Element, parse_page, table_rows
from tests.render.reports import (
    hostile_report,
    report_with_everything,
    report_without_comparison,
    running_report,
    shop_report,
)

_ROWS_MOST = 10
_DAYS = Period(date(2020, 12, 20), date(2021, 1, 16))


def _outline(text: str) -> str:
    """The page as one reads it, line by line; pictures by what is said in their place, long tables cut."""
    return "\n".join(_lines(parse_page(text).one("main")))


def _lines(element: Element) -> Iterator[str]:
    if element.tag in ("h2", "h3", "p", "li", "caption", "dt", "dd", "summary"):
        yield f"{element.tag:8}{element.words}"
    elif element.attributes.get("role") == "img":
        yield f"{'img':8}{element.attributes['aria-label']}"
    elif element.tag == "table":
        rows = [" | ".join(cells) for cells in table_rows(element)]
        yield f"{'caption':8}{element.one('caption').words}"
        yield from (f"{'tr':8}{row}" for row in rows[:_ROWS_MOST])
        if len(rows) > _ROWS_MOST:
            yield f"{'':8}and {len(rows) - _ROWS_MOST} rows more"
    else:
        for part in element.inside:
            if isinstance(part, Element):
                yield from _lines(part)


def _table(page: Element, caption: str) -> list[list[str]]:
    """The first table with the caption."""
    return table_rows(next(table for table in page.all("table") if table.one("caption").words == caption))


def _captions(page: Element) -> list[str]:
    return [caption.words for caption in page.all("caption")]


def test_report_reads_as_it_did(snapshot: SnapshotAssertion) -> None:
    pages = [
        render_report_html([report_with_everything(), hostile_report()], {"blog": "no role on the property"}),
        render_report_html([running_report()]),
    ]
    assert "\n\n".join(map(_outline, pages)) == snapshot


def test_report_has_a_summary_only_of_several() -> None:
    one = parse_page(render_report_html([shop_report()]))
    several = parse_page(render_report_html([shop_report()], {"blog": "quota used up"}))
    assert "All properties" not in _captions(one)
    assert [row[0] for row in _table(several, "All properties")[1:]] == [
        "shop", "blog could not be read: quota used up"
    ]  # fmt: skip


def test_report_compared_with_nothing_shows_no_change() -> None:
    page = parse_page(render_report_html([report_without_comparison()]))
    assert not [element for element in page.walk() if "change" in element.classes]
    assert _table(page, "Conversions")[0] == ["Conversion", "Events", "Users", "Share", "Value, EUR"]
    assert "▲" not in page.words
    assert "Compared" not in page.words


def test_engagement_warning_stands_with_the_engagement_figures() -> None:
    shop = report_with_everything()
    warning = engagement_note(shop.conversions)
    page = parse_page(render_report_html([replace(shop, notes=(*shop.notes, warning))]))
    (section,) = page.all("section")
    parts = [part for part in section.inside if isinstance(part, Element)]
    figures = next(place for place, part in enumerate(parts) if "minor" in part.classes)
    assert warning
    assert parts[figures + 1].words == warning
    assert page.words.count(warning) == 1


@pytest.mark.parametrize(
    ("days", "steps"), [(1, "day"), (28, "day"), (62, "day"), (63, "week"), (400, "week")]
)
def test_trend_goes_by_week_where_days_would_be_too_many(days: int, steps: str) -> None:
    shop = shop_report()
    period = Period(_DAYS.first, date.fromordinal(_DAYS.first.toordinal() + days - 1))
    counted = tuple(replace(c, trend=(1,) * days) for c in shop.conversions)
    page = parse_page(render_report_html([replace(shop, period=period, conversions=counted)]))
    rows = _table(page, f"Events by {steps}")[1:]
    assert len(rows) == (days if steps == "day" else -(-days // 7))
    assert sum(int(row[1].replace(",", "")) for row in rows) == days


def test_small_panels_hold_every_conversion_and_day() -> None:
    shop = shop_report()
    page = parse_page(render_report_html([shop]))
    rows = _table(page, "Events of each conversion")
    assert rows[0] == ["Days", *(c.label for c in shop.conversions)]
    for number, conversion in enumerate(shop.conversions, 1):
        assert [int(row[number].replace(",", "")) for row in rows[1:]] == list(conversion.trend)


def _row(users: int, macro: int, micro: int) -> BreakdownRow:
    return BreakdownRow(
        users,
        users + 5,
        macro=RoleFigures(macro, macro, share(macro, users)),
        micro=RoleFigures(micro, micro, share(micro, users)),
        macro_events=macro,
        micro_events=micro,
    )


def _channels() -> Breakdown:
    return Breakdown(
        name="shop",
        property_id="100000001",
        by="channel",
        dimension="sessionDefaultChannelGroup",
        period=_DAYS,
        total=_row(82_402, 743, 16_655),
        rows=(("Organic Search", _row(40_123, 400, 9000)), ('<b>"Direct"\u202e', _row(30_000, 0, 7000))),
        others=_row(13_000, 60, 1200),
        values=7,
        notes=("Users with several values are in several rows.",),
        time_zone="Etc/GMT",
    )


def test_breakdown_reads_as_it_did(snapshot: SnapshotAssertion) -> None:
    empty = replace(_channels(), name="new", rows=(), others=None, values=0, total=_row(0, 0, 0), notes=())
    assert _outline(render_breakdown_html([_channels(), empty])) == snapshot


def _step(event: str, users: int, left: int | None, *next_actions: NextAction) -> FunnelStep:
    rate = None if left is None else left / users
    figures = StepFigures(users, None if rate is None else 1 - rate, left, rate)
    return FunnelStep(
        event, event.replace("_", " ").capitalize(), "micro" if left else "macro", figures, next_actions
    )


def _journey() -> Funnel:
    steps = (
        _step("view_item", 1000, 700, NextAction("scroll", 300)),
        _step("add_to_cart", 300, 200),
        _step("purchase", 100, None),
    )
    figures = tuple(step.figures for step in steps)
    mobile = (replace(figures[0], users=600, abandonments=450, abandonment_rate=0.75), *figures[1:])
    return Funnel(
        "ecommerce", "Online shop", False, _DAYS, 28, steps, "deviceCategory",
        (FunnelSegment("mobile", mobile), FunnelSegment("desktop", figures)),
        ("Users, not sessions.",),
    )  # fmt: skip


def test_funnel_reads_as_it_did(snapshot: SnapshotAssertion) -> None:
    empty = replace(
        _journey(),
        steps=tuple(replace(step, figures=StepFigures(), next_actions=()) for step in _journey().steps),
        is_open=True,
        segments=(),
        notes=(),
    )
    reports = [FunnelReport("shop", "100000001", (_journey(), empty)), FunnelReport("new", "2", (empty,))]
    assert _outline(render_funnel_html(reports)) == snapshot


def test_funnel_bars_part_those_who_went_on_from_those_who_left() -> None:
    page = parse_page(render_funnel_html([FunnelReport("shop", "100000001", (_journey(),))]))
    wide = page.all("svg")[0]
    shown = [text.words for text in wide.all("text")]
    assert shown[:3] == ["1,000 · 700 left (70.0%)", "300 · 200 left (66.7%)", "100"]
    # A last step that nobody can leave has no second part.
    assert len([path for path in wide.all("path") if path.attributes.get("fill", "none") != "none"]) >= 5


def sample_heat() -> HeatTable:
    cells = (HeatCell(30, 0.3, 1.0), HeatCell(0, 0.0, 0.0))
    return HeatTable(
        name="shop",
        property_id="100000001",
        by="page",
        dimension="pagePath",
        period=_DAYS,
        columns=(
            HeatColumn("scroll", "Read <to> the end", "micro"),
            HeatColumn("purchase", "Purchase", "macro"),
        ),
        total=HeatRow(200, (HeatCell(40, 0.2), HeatCell(2, 0.01))),
        rows=(
            ("/", HeatRow(100, cells)),
            ("/<script>", HeatRow(50, (HeatCell(5, 0.1, 1 / 3), HeatCell(1, 0.02, 1.0)))),
        ),
        others=HeatRow(50, (HeatCell(5, 0.1), HeatCell(1, 0.02))),
        values=12,
        notes=("Conversions of a page are those that happened on it, not those that it led to.",),
        time_zone="Etc/GMT",
    )


def test_heat_reads_as_it_did(snapshot: SnapshotAssertion) -> None:
    assert _outline(render_heat_html([sample_heat()])) == snapshot


@pytest.mark.parametrize(
    ("render", "result"),
    [
        (render_experiment_html, experiment()),
        (render_verify_html, verification()),
        (render_lift_html, lift()),
    ],
    ids=["experiment", "verify", "lift"],
)
def test_other_views_read_as_they_did(
    render: Callable[[list[object]], str], result: object, snapshot: SnapshotAssertion
) -> None:
    # Their sentences are tested where they are written.
    lines = [line for line in _outline(render([result])).splitlines() if not line.startswith(("p ", "li "))]
    assert "\n".join(lines) == snapshot


def test_heat_tints_against_the_highest_of_the_column() -> None:
    page = parse_page(render_heat_html([sample_heat()]))
    tints = [cell.attributes["style"] for cell in page.all("td") if "shaded" in cell.classes]
    assert tints == ["--shade: 30%", "--shade: 0%", "--shade: 10%", "--shade: 30%"]


def test_a_page_of_a_fleet_has_every_figure_but_no_charts() -> None:
    some, many = (
        parse_page(render_report_html([replace(shop_report(), name=f"shop-{n}") for n in range(size)]))
        for size in (2, MOST_DRAWN + 1)
    )
    tables = [table.one("caption").words for table in some.all("section")[1].all("table")]

    assert "No charts" not in some.words
    assert some.all("svg")
    assert "No charts for more than 20 properties on a page: name fewer" in many.words
    assert not many.all("svg")
    assert "img" not in {element.attributes.get("role") for element in many.walk()}
    assert len(many.all("section")) == 1 + MOST_DRAWN + 1
    for section in many.all("section")[1:]:
        assert [table.one("caption").words for table in section.all("table")] == tables


@pytest.mark.parametrize("failing", [True, False])
def test_what_to_do_stands_under_its_finding(*, failing: bool) -> None:
    todo = ("Do it once.", "Look at <the> tag.")
    found = (
        Finding(("purchase",), "Went silent.", todo, failing),
        Finding(("sign_up",), "So did this.", failing=failing),
    )
    page = parse_page(render_verify_html([replace(verification(), findings=found)]))
    (first,) = (item for item in page.all("li") if item.words.startswith("Went silent."))
    (second,) = (item for item in page.all("li") if item.words == "So did this.")

    assert [step.words for step in first.all("li")] == list(todo)
    assert not second.all("li")


def test_a_period_that_nobody_was_in_is_not_drawn_beside() -> None:
    report = shop_report()
    assert report.previous is not None
    empty = replace(report, previous=replace(report.previous, users=0))

    captions = [caption.words for caption in parse_page(render_report_html([empty])).all("caption")]
    assert "Events" in captions
    assert "Events, now and before" not in captions
