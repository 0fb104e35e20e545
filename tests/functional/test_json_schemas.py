"""What `--format json` prints fits the schema that `schema --of` prints, to the last key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from milepost.cli.schema import View
from milepost.emulator.embedded import Emulator
from milepost.render.breakdown.data import render_breakdown_json
from milepost.render.experiment.data import render_experiment_json
from milepost.render.funnel.as_json import render_funnel_json
from milepost.render.heat.data import render_heat_json
from milepost.render.lift.as_json import render_lift_json
from milepost.render.paths.data import render_paths_json
from milepost.render.report.as_json import render_report_json
from milepost.render.schemas import DRAFT, VIEWS, view_schema
from milepost.render.values.data import render_values_json
from milepost.render.verify.as_json import render_verify_json
from tests.functional.conftest import SHOP, Milepost
from tests.library import results
from tests.render.reports import (
    hostile_report,
    report_with_everything,
    report_without_comparison,
    running_report,
)

SCHEMAS = {view: view_schema(view) for view in VIEWS}

_TARGETS = 'label = "Purchase"\ntarget = { per_month = 80, per_week = 1, per_day = 2.5, user_rate = 0.03 }'

COMMANDS: dict[str, tuple[str, ...]] = {
    "report": (
        "report",
        "report --trend week --quota --days 9",
        "report --this month --compare year --trend day",
        "report --compare none --from 2026-01-01 --to 2026-03-15",
    ),
    "breakdown": ("report --by channel --top 2", "report --by page", "report --by device --days 1"),
    "heat": ("report --heat --top 3", "report --heat --by device"),
    "funnel": ("funnel", "funnel --open", "funnel --by device", "funnel --next --days 3"),
    "lift": ("lift --source api --days 60",),
    "verify": ("verify", "verify --days 7"),
    "wait": ("verify --wait --timeout 1 --event purchase",),
    "plan": ("plan", "plan --explain", "plan --prune"),
    "doctor": ("doctor",),
    "tag": ("tag",),
}
"""Commands that only read, by the view they print."""


EXPERIMENT = """
version = 1
[properties.brand]
id = "demo"
business_types = ["brand"]
[business_types.brand.macro.newsletter_signup]
from = "page_view"
when = [{ page_location = { contains = "/newsletter/thank-you" } }]
[business_types.brand.micro.comment_submit]
[dimensions.exp_variant_string]
label = "Experiment variant"
"""


def _problems(view: str, document: Any) -> list[str]:
    return [f"{e.json_path}: {e.message}" for e in Draft202012Validator(SCHEMAS[view]).iter_errors(document)]


@pytest.mark.parametrize(
    ("view", "command"), [(view, command) for view, commands in COMMANDS.items() for command in commands]
)
def test_output_fits_its_schema(
    milepost: Milepost, untouched: Emulator, shop: Path, view: str, command: str
) -> None:
    shop.write_text(SHOP.replace('label = "Purchase"', _TARGETS), encoding="utf-8")
    document = milepost(*command.split(), "--format", "json").json
    assert document["properties"], "an empty document shows nothing"
    assert _problems(view, document) == []


def test_report_of_every_kind_fits_its_schema() -> None:
    reports = [report_with_everything(), hostile_report(), report_without_comparison(), running_report()]
    assert _problems("report", json.loads(render_report_json(reports))) == []


@pytest.mark.parametrize(
    ("view", "text"),
    [
        ("breakdown", render_breakdown_json([results.breakdown()])),
        ("heat", render_heat_json([results.heat()])),
        ("experiment", render_experiment_json([results.experiment()])),
        ("funnel", render_funnel_json([results.funnels(), results.funnels(None)])),
        ("verify", render_verify_json([results.verification()])),
        ("lift", render_lift_json([results.lift()])),
        ("values", render_values_json([results.proposals()])),
        ("paths", render_paths_json([results.paths()])),
    ],
)
def test_document_with_every_part_fits_its_schema(view: str, text: str) -> None:
    assert _problems(view, json.loads(text)) == []


def test_sync_and_what_it_leaves_fit_their_schemas(
    milepost: Milepost, emulator: Emulator, shop: Path
) -> None:
    other = '[properties.nowhere]\nid = "999999999"\nbusiness_types = ["ecommerce"]\ncurrency = "EUR"\n\n'
    shop.write_text(
        SHOP.replace("[business_types.ecommerce]", f"{other}[business_types.ecommerce]", 1), "utf-8"
    )
    synced = milepost("sync", "--yes", "--annotate", "--format", "json").json
    assert {key for entry in synced["properties"] for key in entry} >= {"annotation", "error", "outcomes"}
    assert _problems("sync", synced) == []
    shop.write_text(
        shop.read_text("utf-8").replace("[dimensions.filter_name]", "[metrics.filter_name]"), "utf-8"
    )
    assert _problems("plan", milepost("plan", "--explain", "--format", "json").json) == []
    path = shop.parent / "plan.json"
    milepost("plan", "shop", "--out", str(path))
    assert _problems("plan", json.loads(path.read_text("utf-8"))) == []


def test_funnel_of_days_that_nobody_told_fits_its_schema(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    shop.write_text(SHOP.replace('"add_to_cart", "purchase"', '"newsletter_signup", "purchase"'), "utf-8")
    document = milepost("funnel", "--next", "--format", "json").json
    assert document["properties"][0]["funnels"][0]["period"]["from"] == "28daysAgo"
    assert _problems("funnel", document) == []


def test_experiment_fits_its_schema(milepost: Milepost, workdir: Path) -> None:
    (workdir / "conversions.toml").write_text(EXPERIMENT, encoding="utf-8")
    assert milepost("sync", "--yes").code == 0
    document = milepost("report", "--by", "experiment", "--format", "json").json
    assert len(document["properties"][0]["arms"]) > 1
    assert _problems("experiment", document) == []


def test_tags_of_the_whole_catalogue_fit_their_schema(milepost: Milepost, workdir: Path) -> None:
    catalogue = str(Path(__file__).parents[2] / "conversions.toml")
    document = milepost("tag", "--config", catalogue, "--format", "json").json
    assert len(document["properties"]) == 6
    assert _problems("tag", document) == []


@pytest.mark.parametrize("view", VIEWS)
def test_schema_is_closed_and_every_key_described(view: str) -> None:
    schema = SCHEMAS[view]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DRAFT
    for name, table in {"": schema, **schema["$defs"]}.items():
        assert table["additionalProperties"] is False, name
        assert table["description"], name
        assert [key for key, entry in table["properties"].items() if not entry.get("description")] == []


@pytest.mark.parametrize("view", VIEWS)
def test_schema_refuses_a_key_that_nobody_described(view: str) -> None:
    assert _problems(view, {"format_version": 1, "properties": [], "surprise": 1}) != []


@pytest.mark.parametrize("view", VIEWS)
def test_command_prints_the_schema_of_a_view(milepost: Milepost, view: str) -> None:
    assert milepost("schema", "--of", view).json == SCHEMAS[view]


def test_command_writes_the_schema_of_a_view_without_a_hint_for_the_file(
    milepost: Milepost, workdir: Path
) -> None:
    run = milepost("schema", "--of", "report", "--output", "report.schema.json")
    assert run.stdout == "Wrote report.schema.json.\n"
    assert json.loads((workdir / "report.schema.json").read_text("utf-8")) == SCHEMAS["report"]


def test_command_knows_every_view() -> None:
    assert get_args(View) == ("file", *VIEWS)


@pytest.mark.parametrize("view", VIEWS)
def test_schema_has_no_table_that_nothing_refers_to(view: str) -> None:
    text = json.dumps(SCHEMAS[view])
    assert [name for name in SCHEMAS[view]["$defs"] if f'"#/$defs/{name}"' not in text] == []
