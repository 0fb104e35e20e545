"""Proposed values and roads in every format: whole screens, and names from outside made harmless."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from milepost.render.html.paths_page import render_paths_html
from milepost.render.html.values_page import render_values_html
from milepost.render.paths.data import render_paths_csv
from milepost.render.paths.markdown import render_paths_markdown
from milepost.render.paths.text import render_paths_text
from milepost.render.values.data import render_values_csv
from milepost.render.values.markdown import render_values_markdown
from milepost.render.values.text import render_values_text
from tests.library.results import paths, proposals
from tests.render.parsed_pages import parse_page

HOSTILE = "=1+1\x1b[31m<script>|\n"


def _screen(width: int, encoding: str = "utf-8") -> Console:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(file=stream, width=width, color_system=None, force_terminal=False)


def _shown(console: Console) -> str:
    """What was printed, which the screen's encoding must be able to hold."""
    assert isinstance(console.file, io.TextIOWrapper)
    console.file.flush()
    console.file.seek(0)
    return console.file.read()


@pytest.mark.parametrize("width", [80, 120])
def test_screens_read_as_they_did(width: int, snapshot: SnapshotAssertion) -> None:
    console = _screen(width)
    render_values_text([proposals()], console)
    render_paths_text([paths()], console)
    assert _shown(console) == snapshot


def test_markdown_reads_as_it_did(snapshot: SnapshotAssertion) -> None:
    assert render_values_markdown([proposals()]) + render_paths_markdown([paths()]) == snapshot


def test_screen_without_unicode_has_only_ascii() -> None:
    console = _screen(80, "ascii")
    render_paths_text([paths()], console)
    assert "Watched -> 4 s -> =Cart| + <b>List -> 2 min -> ... -> Bought" in " ".join(_shown(console).split())


def test_stopped_and_empty_say_why() -> None:
    table = replace(paths().tables[0], roads=(), other_roads=0)
    console = _screen(200)
    render_paths_text([replace(paths(), tables=(table,))], console)
    render_values_text([replace(proposals(), stopped="no-macro", proposals=())], console)
    shown = _shown(console)
    assert "Nobody took a step towards Bought in these days." in shown
    assert "Nobody reached it in these days." in shown
    page = parse_page(render_paths_html([replace(paths(), tables=(table,))])).one("main").words
    assert "Nobody took a step towards Bought" in page


def test_pages_hold_the_figures_and_what_must_be_known() -> None:
    values = parse_page(render_values_html([proposals()], {"blog": "no role"})).one("main").words
    roads = parse_page(render_paths_html([paths()])).one("main").words
    assert "~ business_types.ecommerce.micro.add_to_cart.value 9 → 1.5 EUR" in values
    assert "too few people to say" in values
    assert "never add them up" in values
    assert "blog" in values
    assert "Watched → 4 s → =Cart| + <b>List → 2 min → … → Bought" in roads
    assert "Most people leave after" in roads


def test_names_from_outside_are_never_obeyed() -> None:
    value = replace(proposals(), name=HOSTILE, macro_label=HOSTILE)
    value = replace(value, proposals=tuple(replace(p, label=HOSTILE) for p in value.proposals))
    road = replace(paths(), name=HOSTILE)
    steps = tuple(replace(step, label=HOSTILE) for step in road.tables[0].steps)
    road = replace(road, tables=(replace(road.tables[0], label=HOSTILE, steps=steps),))
    console = _screen(200)
    render_values_text([value], console)
    render_paths_text([road], console)
    assert "\x1b" not in _shown(console)
    for text in (render_values_csv([value]), render_paths_csv([road])):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not [cell for cell in cells if cell.startswith("=")]
    for text in (render_values_markdown([value]), render_paths_markdown([road])):
        assert "<script>" not in text.replace("\\<", "")
    for text in (render_values_html([value]), render_paths_html([road])):
        assert "<script" not in text
