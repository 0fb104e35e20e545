from __future__ import annotations

import io
import re
from datetime import date

import pytest
from rich.cells import cell_len
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from milepost.render.experiment.markdown import render_experiment_markdown
from milepost.render.experiment.text import render_experiment_text
from milepost.reports.experiment_results import ArmFigures, ArmsConversion, Experiment
from milepost.reports.experiment_statistics import Interval
from milepost.reports.results import Period

_ORIGINAL = ArmFigures(2768, 211, Interval(0.0762, 0.0669, 0.0867), None, None, "control")
_SIGNUPS = (
    _ORIGINAL,
    ArmFigures(2677, 296, Interval(0.1106, 0.0992, 0.1230), 0.0344, 0.00002, "higher"),
    ArmFigures(2700, 150, Interval(0.0556, 0.0475, 0.0649), -0.0206, 0.004, "lower"),
)
_COMMENTS = (
    ArmFigures(2768, 0, Interval(0.0, 0.0, 0.0014), None, None, "control"),
    ArmFigures(2677, 0, Interval(0.0, 0.0, 0.0014), 0.0, 1.0, "too_few"),
    ArmFigures(0, 0, None, None, None, "too_few"),
)


def _experiment() -> Experiment:
    return Experiment(
        name="brand",
        property_id="100000006",
        experiment="site-letter",
        dimension="customEvent:exp_variant_string",
        period=Period(date(2026, 1, 1), date(2026, 3, 15)),
        arms=("site-letter-original", "site-letter-recipe", "site-letter-with_a_long_name"),
        effect=0.5,
        conversions=(
            ArmsConversion("newsletter_signup", "Subscribed to the newsletter", "macro", 931, _SIGNUPS),
            ArmsConversion("comment_submit", "Wrote a comment", "micro", None, _COMMENTS),
        ),
        in_several=2,
        mismatch=0.4,
        others=("site-menu",),
        notes=("2 users were shown more than one arm; each counts in the arm of the first impression.",),
        time_zone="Etc/GMT",
    )


def _screen(width: int, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    render_experiment_text(
        [_experiment()], Console(file=stream, width=width, legacy_windows=False, _environ={})
    )
    stream.seek(0)
    return stream.read()


def test_text_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    screen = _screen(80)

    assert max(cell_len(line.rstrip()) for line in screen.splitlines()) <= 80
    assert screen == snapshot


@pytest.mark.parametrize("width", [30, 60])
def test_text_never_cuts_a_number(width: int) -> None:
    screen = _screen(width)

    for number in ("2,768", "211", "7.62%", "6.69-8.67%", "<0.001"):
        assert re.search(rf"(?<![\d,.]){re.escape(number)}(?![\d,.])", screen), number


def test_text_needs_no_unicode() -> None:
    assert "+ 3.44" in _screen(100, "ascii")


def test_markdown_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    assert render_experiment_markdown([_experiment()]) == snapshot
