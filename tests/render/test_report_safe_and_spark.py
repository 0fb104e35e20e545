from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.render.report.figures import ASCII_SIGNS, Signs, change, percent
from milepost.render.safe import csv_cell, markdown, markdown_code, plain
from milepost.render.spark import ASCII_BARS, BARS, spark
from milepost.reports.results import Change


@pytest.mark.parametrize(
    ("counts", "width", "bars"),
    [
        ([0, 1, 2, 3, 4], 10, "▁▂▃▅▇"),
        ([5, 5], 10, "▇▇"),
        ([0, 0, 0], 10, "▁▁▁"),
        ([], 10, ""),
        ([1, 100_000], 10, "▂▇"),
        ([0, 0, 4, 4, 2, 2], 3, "▁▇▃"),
        ([6, 0, 0, 6, 6, 6, 6], 2, "▃▇"),
    ],
)
def test_spark_draws_the_mean_of_each_stretch(counts: list[int], width: int, bars: str) -> None:
    assert spark(counts, width) == bars


@given(st.lists(st.integers(0, 10**9), max_size=400), st.integers(1, 60))
def test_spark_fits_and_marks_the_top(counts: list[int], width: int) -> None:
    bars = spark(counts, width, ASCII_BARS)

    assert len(bars) == min(len(counts), width)
    assert (ASCII_BARS[-1] in bars) == any(counts)
    assert set(bars) <= set(ASCII_BARS)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40))
def test_spark_at_full_width_shows_zero_as_the_lowest_bar_only(counts: list[int]) -> None:
    assert [bar == BARS[0] for bar in spark(counts, 40)] == [number == 0 for number in counts]


@pytest.mark.parametrize("name", ["\x1b[31mred", "two\nlines", "bell\x07", "\x9b31m", "a\u202eb", "x\u2028y"])
def test_plain_keeps_nothing_a_terminal_would_obey(name: str) -> None:
    shown = plain(name)

    assert len(shown) == len(name)
    assert not any(unicodedata.category(c) in ("Cc", "Zl") or c == "\u202e" for c in shown)


def test_plain_leaves_ordinary_names_as_they_are() -> None:
    assert plain("Straße 東京 👩‍💻 [b]") == "Straße 東京 👩‍💻 [b]"


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", "  =1", "\uff1d1", "\x1b=1"]
)
def test_csv_cell_defuses_formulas(name: str) -> None:
    assert csv_cell(name).startswith("'")


def test_csv_cell_leaves_ordinary_names_as_they_are() -> None:
    assert csv_cell("Purchase = sale, 100 %") == "Purchase = sale, 100 %"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a|b", r"a\|b"),
        ("<b>*x*</b>", r"\<b\>\*x\*\</b\>"),
        ("a\nb", "a b"),
        ("[a](b)", r"\[a\](b)"),
        ("a\\|b", r"a\\\|b"),
    ],
)
def test_markdown_escapes_whatever_it_would_read(name: str, shown: str) -> None:
    assert markdown(name) == shown


def test_markdown_code_is_for_harmless_names_only() -> None:
    assert markdown_code("add_to_cart") == "`add_to_cart`"
    assert markdown_code("a`|b") == r"a\`\|b"


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(None, "–"), (0.0, "0%"), (0.00001, "<0.01%"), (0.00904, "0.90%"), (0.2131, "21.3%"), (1.0, "100.0%")],
)
def test_percent_is_never_nothing_for_something(rate: float | None, shown: str) -> None:
    assert percent(rate, Signs()) == shown


@pytest.mark.parametrize(
    ("growth", "shown", "ascii_shown"),
    [
        (None, "–", "-"),
        ("new", "new", "new"),
        (0.0, "=", "="),
        (0.0001, "▲ <0.1%", "+ <0.1%"),
        (0.034, "▲ 3.4%", "+ 3.4%"),
        (-0.5, "▼ 50%", "- 50%"),
        (12.345, "▲ 1,234%", "+ 1,234%"),
    ],
)
def test_change_shows_direction_and_size(growth: Change, shown: str, ascii_shown: str) -> None:
    assert change(growth, Signs()) == shown
    assert change(growth, ASCII_SIGNS) == ascii_shown
