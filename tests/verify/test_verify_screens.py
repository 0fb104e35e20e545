"""What verify prints, whole, on the planted shop."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

import milepost as library
from milepost.emulator.embedded import Emulator
from milepost.render.verify.as_csv import render_verify_csv
from milepost.render.verify.as_json import render_verify_json
from milepost.render.verify.markdown import render_verify_markdown
from milepost.render.verify.text import render_verify_text
from tests.functional.conftest import Milepost
from tests.verify.planted import SHOP


@pytest.fixture(scope="module")
def verification(planted: Emulator, tmp_path_factory: pytest.TempPathFactory) -> library.Verification:
    path = tmp_path_factory.mktemp("screens") / "conversions.toml"
    path.write_text(SHOP, encoding="utf-8")
    with library.Session("read", {"ANALYTICS_EMULATOR_HOST": planted.address}) as session:
        (found,) = library.verify_properties(library.load_file(path), [], session)
    assert isinstance(found, library.Verification)
    return found


def _screen(*verifications: library.Verification, width: int, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=stream, width=width, highlight=False, markup=False, emoji=False)
    render_verify_text(verifications, console)
    stream.seek(0)
    return "\n".join(line.rstrip() for line in stream.read().splitlines())


@pytest.mark.parametrize("width", [80, 120])
def test_text_screen(verification: library.Verification, width: int, snapshot: SnapshotAssertion) -> None:
    screen = _screen(verification, width=width)
    assert screen == snapshot
    assert max(cell_len(line) for line in screen.splitlines()) <= width


def test_ascii_screen(verification: library.Verification, snapshot: SnapshotAssertion) -> None:
    alone = replace(verification, conversions=verification.conversions[:3], findings=(), notes=())
    assert _screen(alone, width=80, encoding="ascii") == snapshot


def test_markdown(verification: library.Verification, snapshot: SnapshotAssertion) -> None:
    assert render_verify_markdown([verification]) == snapshot


def test_json(verification: library.Verification, snapshot: SnapshotAssertion) -> None:
    assert render_verify_json([verification]) == snapshot


def test_csv_holds_what_json_holds(verification: library.Verification) -> None:
    rows = list(csv.DictReader(io.StringIO(render_verify_csv([verification]))))
    (entry,) = json.loads(render_verify_json([verification]))["properties"]
    assert tuple(rows[0]) == tuple(library.Verification.COLUMNS)
    for conversion in entry["conversions"]:
        row = next(r for r in rows if r["row"] == "conversion" and r["event"] == conversion["event"])
        assert row["state"] == conversion["state"]
        assert row["events"] == str(conversion["events"])
        assert row["last_seen"] == (conversion["last_seen"] or "")
        assert row["silent_since"] == (conversion["silence"] or {}).get("since", "")
        parameters = [r["parameter"] for r in rows if r["row"] == "parameter" and r["event"] == row["event"]]
        assert parameters == [parameter["parameter"] for parameter in conversion["parameters"]]


def test_names_from_outside_are_never_markup(verification: library.Verification) -> None:
    evil = "[red]x[/red]\x1b[31m<b>|=1+1"
    hostile = replace(
        verification,
        name=evil,
        conversions=tuple(replace(c, label=f"={evil}") for c in verification.conversions),
        findings=tuple(replace(finding, problem=evil) for finding in verification.findings),
    )
    screen = _screen(hostile, width=200)
    assert "[red]x[/red]" in screen
    assert "\x1b[31m" not in screen
    markdown = render_verify_markdown([hostile])
    assert "<b>" not in markdown
    assert "\x1b" not in markdown
    rows = list(csv.DictReader(io.StringIO(render_verify_csv([hostile]))))
    assert all(row["label"].startswith("'=") for row in rows)


def test_notes_of_csv_go_to_stderr_and_output_to_a_file(milepost: Milepost, shop: Path) -> None:
    run = milepost("verify", "--format", "csv", "--output", "found.csv")
    assert (run.code, run.stdout) == (3, "")
    assert "arrives without value" in run.stderr
    assert (shop.parent / "found.csv").read_text(encoding="utf-8").startswith("name,property,")


def test_several_properties_end_in_a_line_for_each(milepost: Milepost, shop: Path) -> None:
    keys = 'business_types = ["ecommerce"]\ncurrency = "EUR"'
    other = f'[properties.missing]\nid = "999"\n{keys}\n[properties.shop]'
    shop.write_text(SHOP.replace("[properties.shop]", other), encoding="utf-8")
    run = milepost("verify", "--event", "add_to_cart", "--event", "rare_thing")
    assert run.code == 1
    assert "999" in run.stderr
    assert run.stdout.splitlines()[-1].split() == ["shop", "2", "1", "1", "·"]


def test_data_frames_hold_the_same_rows(verification: library.Verification) -> None:
    pandas = pytest.importorskip("pandas")
    frame = verification.to_pandas()
    conversions = frame[frame["row"] == "conversion"]
    assert list(conversions["event"]) == [c.event for c in verification.conversions]
    assert list(conversions["events"]) == [c.events for c in verification.conversions]
    cart = conversions[conversions["event"] == "add_to_cart"].iloc[0]
    assert cart["silent_since"] == pandas.Timestamp("2026-03-04")
    assert len(frame) == sum(1 + len(c.parameters) for c in verification.conversions)
