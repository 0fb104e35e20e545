"""`report --by` and `--heat` from the command line: several properties, tags that appeared, wrong input."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from tests.functional.conftest import NOW, SHOP, Milepost

_SECOND = """
[properties.nowhere]
id = "999999999"
business_types = ["ecommerce"]
currency = "EUR"
"""


_NOTED: dict[tuple[str, ...], tuple[str, ...]] = {
    (): ("text", "markdown", "csv", "html"),
    ("--by", "device"): ("text", "csv"),
}
"""Views and formats in which notes are looked for, beside JSON."""


def test_several_properties_end_in_a_line_each(milepost: Milepost, untouched: Emulator, shop: Path) -> None:
    shop.write_text(SHOP + _SECOND, encoding="utf-8")
    run = milepost("report", "--by", "device")
    summary = run.stdout[run.stdout.index("\nProperty ") + 1 :].splitlines()[:3]
    one = milepost("report", "shop", "--by", "device", "--format", "json").json["properties"][0]["total"]

    assert run.code == 1
    assert [line.split()[0] for line in summary] == ["Property", "shop", "nowhere"]
    figures = [f"{n:,}" for n in (one["users"], one["macro"]["users"], one["micro"]["users"])]
    assert summary[1].split()[1:] == figures
    assert "User does not" in summary[2]


def test_tag_that_appeared_inside_the_period_is_told_in_every_format(
    milepost: Milepost, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GA4 makes the event from the day its rule is made, ten days before the end."""
    with Emulator(clock=Clock(NOW - timedelta(days=10))) as emulator:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", emulator.address)
        assert milepost("sync", "--yes").code == 0
        emulator.clock.set(NOW)
        for view, outputs in _NOTED.items():
            for output in outputs:
                run = milepost("report", *view, "--format", output)
                said = " ".join((run.stderr if output == "csv" else run.stdout).split())
                assert "First seen on 2026-03-0" in said, (view, output)
            notes = milepost("report", *view, "--format", "json").json["properties"][0]["notes"]
            (note,) = (note for note in notes if note.startswith("First seen"))
            assert "newsletter_signup" in note
            assert "view_item" not in note


def test_heat_is_two_data_calls_and_a_line_per_cell(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    run = milepost("report", "--heat", "--top", "4", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(run.stdout)))

    assert emulator.calls.by_method() == {"data.v1beta/BatchRunReports": 2}
    assert len(rows) == (4 + 1 + 1) * 4
    assert {row["dimension"] for row in rows} == {"pagePath"}
    assert "happened on it" in run.stderr


def test_days_before_anybody_came_have_only_a_total(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    for view in (("--heat",), ("--by", "channel")):
        run = milepost("report", *view, "--from", "2016-01-01", "--to", "2016-01-07", "--format", "json")
        (found,) = run.json["properties"]
        assert (run.code, found["rows"], found["others"], found["total"]["users"]) == (0, [], None, 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--heat", "--by", "nonsense"), "--by nonsense: Field nonsense is not a valid dimension"),
        (("--heat", "--trend", "day"), "--trend: does not go with --heat"),
        (("--heat", "--fail-under-target"), "--fail-under-target: does not go with --heat"),
        (("--heat", "--mde", "5"), "--mde: goes with --by experiment only"),
        (("--by", "itemName"), "--by itemName"),
    ],
)
def test_views_refuse_what_they_cannot_show(
    milepost: Milepost, untouched: Emulator, shop: Path, options: tuple[str, ...], message: str
) -> None:
    run = milepost("report", *options)

    assert (run.code, run.stdout) == (1, "")
    assert message in " ".join(run.stderr.split())
