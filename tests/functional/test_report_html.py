"""Pages from the command line: to a file, into a pipe, never onto a terminal, and never half."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from milepost.emulator.embedded import Emulator
from tests.functional.conftest import SHOP, Milepost
from tests.render.parsed_pages import parse_page, table_rows

_VIEWS = (
    ("report",),
    ("report", "--trend", "week"),
    ("report", "--by", "channel"),
    ("report", "--heat"),
    ("funnel", "--by", "device", "--next"),
    ("lift",),
    ("verify",),
)

_GONE = """\
[properties.gone]
id = "999999999"
currency = "EUR"
business_types = ["ecommerce"]

[business_types.ecommerce]
"""


@pytest.mark.parametrize("view", _VIEWS, ids=" ".join)
def test_a_page_goes_into_a_pipe_or_a_file_alike(
    milepost: Milepost, untouched: Emulator, shop: Path, view: tuple[str, ...]
) -> None:
    piped = milepost(*view, "--format", "html")
    written = milepost(*view, "--format", "html", "--output", "page.html")
    assert piped.code == written.code
    assert piped.code in ((0, 3) if view == ("verify",) else (0,))
    assert (written.stdout, written.stderr) == ("", "Wrote page.html.\n")
    assert Path("page.html").read_text(encoding="utf-8") == piped.stdout
    assert parse_page(piped.stdout).one("h2").words == "shop"


def test_a_page_has_the_figures_of_the_json(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    (entry,) = milepost("report", "--format", "json").json["properties"]
    page = parse_page(milepost("report", "--format", "html").stdout)
    table = next(table for table in page.all("table") if table.one("caption").words == "Conversions")
    events = {row[0]: row[1] for row in table_rows(table) if len(row) > 1}
    for conversion in entry["conversions"]:
        (name,) = [name for name in events if conversion["event"] in name.split()]
        assert events[name] == f"{conversion['events']:,}"
    assert f"{entry['users']:,}" in [value.words.split()[0] for value in page.all("dd")]


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown"])
def test_other_formats_go_to_a_file_too(
    milepost: Milepost, untouched: Emulator, shop: Path, form: str
) -> None:
    printed = milepost("report", "--format", form).stdout
    assert milepost("report", "--format", form, "-o", "report.out").stdout == ""
    assert Path("report.out").read_text(encoding="utf-8") == printed


def test_a_page_is_not_written_onto_a_terminal(
    milepost: Milepost, untouched: Emulator, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    run = milepost("report", "--format", "html")
    assert run.code == 1
    assert "--output FILE" in run.stderr
    assert untouched.calls.count() == 0
    assert milepost("report", "--format", "html", "--output", "page.html").code == 0


def test_missing_packages_are_told_before_anything_is_asked(
    milepost: Milepost, untouched: Emulator, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    run = milepost("funnel", "--format", "html")
    assert run.code == 1
    assert "pip install 'milepost[html]'" in run.stderr
    assert untouched.calls.count() == 0


def test_a_property_that_could_not_be_read_is_named_on_the_page(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    shop.write_text(SHOP.replace("[business_types.ecommerce]\n", _GONE, 1), encoding="utf-8")
    run = milepost("report", "--format", "html", "--output", "page.html")
    assert run.code == 1
    page = parse_page(Path("page.html").read_text(encoding="utf-8"))
    summary = [row[0] for row in table_rows(page.all("table")[0])]
    assert summary[1] == "shop"
    assert summary[2].startswith("gone could not be read: ")


def test_a_file_that_cannot_be_written_is_left_as_it_was(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    Path("page.html").mkdir()
    run = milepost("report", "--format", "html", "--output", "page.html")
    assert run.code == 1
    assert "page.html: cannot be written" in run.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["conversions.toml", "page.html"]
