"""paths, and report and funnel from the export, from the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from milepost.render.schemas import view_schema
from tests.functional.conftest import Milepost
from tests.journeys.exports import write_export
from tests.journeys.test_paths_counts import TOLD

SITE = """\
version = 1
[properties.site]
id = "123"
business_types = ["brand"]
currency = "EUR"
[business_types.brand]
journey = ["video", "signup", "purchase"]
[business_types.brand.macro.purchase]
label = "Purchase"
[business_types.brand.micro.video]
label = "Watched the video"
[business_types.brand.micro.signup]
label = "=Signed up"
"""


@pytest.fixture
def events(workdir: Path) -> str:
    (workdir / "conversions.toml").write_text(SITE, encoding="utf-8")
    return write_export(workdir, TOLD)


def test_roads_are_told_in_every_format_without_asking_google(milepost: Milepost, events: str) -> None:
    screen = milepost("paths", "--events", events)
    assert screen.code == 0, screen.stderr
    assert "Watched the video → 45 s → =Signed up → 1 min → Purchase" in " ".join(screen.stdout.split())
    document = milepost("paths", "--events", events, "--format", "json").json
    assert [error.message for error in Draft202012Validator(view_schema("paths")).iter_errors(document)] == []
    (table,) = document["properties"][0]["macros"]
    assert [(road["users"], road["reached"]) for road in table["roads"]] == [(2, 1), (1, 0)]
    rows = list(csv.DictReader(io.StringIO(milepost("paths", "--events", events, "--format", "csv").stdout)))
    assert [row["label"] for row in rows if row["row"] == "step"] == ["Watched the video", "'=Signed up"]
    assert "### The roads to Purchase" in milepost("paths", "--events", events, "--format", "markdown").stdout


def test_report_and_funnel_come_from_the_export(milepost: Milepost, events: str) -> None:
    report = milepost("report", "--events", events, "--days", "2", "--trend", "day", "--format", "json").json
    assert [error.message for error in Draft202012Validator(view_schema("report")).iter_errors(report)] == []
    entry = report["properties"][0]
    assert (entry["users"], entry["macro"]["users"]) == (6, 3)
    funnel = milepost("funnel", "--events", events, "--format", "json").json
    assert [error.message for error in Draft202012Validator(view_schema("funnel")).iter_errors(funnel)] == []
    steps = funnel["properties"][0]["funnels"][0]["steps"]
    assert [step["users"] for step in steps] == [4, 2, 1]
    screen = milepost("report", "--events", events).stdout
    assert "From the event export" in screen
    assert "could not be read" not in screen


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("paths",), "is not the demo, so its export has to be named"),
        (("paths", "--events", "none_*.parquet"), "no file matches"),
        (("paths", "--events", "EVENTS", "--macro", "video"), 'has no "video"'),
        (("report", "--events", "EVENTS", "--by", "device"), "--by: does not go with --source export"),
        (("report", "--events", "EVENTS", "--quota"), "--quota: does not go with --source export"),
        (("report", "--source", "api", "--events", "EVENTS"), "does not go with --source api"),
        (("report", "--max-bytes", "9"), "--max-bytes: limits what BigQuery bills"),
        (("funnel", "--events", "EVENTS", "--next"), "--next: does not go with --source export"),
        (("funnel", "--events", "EVENTS", "--max-bytes", "9"), "--max-bytes: limits what BigQuery bills"),
    ],
)
def test_what_makes_no_sense_is_said(
    milepost: Milepost, events: str, argv: tuple[str, ...], words: str
) -> None:
    run = milepost(*(events if word == "EVENTS" else word for word in argv))
    assert run.code == 1
    assert words in " ".join(run.stderr.split())
    assert "Traceback" not in run.stderr
