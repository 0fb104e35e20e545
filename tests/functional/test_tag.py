"""tag from the command line: the table, and the files for a site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

import milepost as library
from milepost.emulator.embedded import Emulator
from milepost.operations.starter import business_types
from tests.functional.conftest import Milepost
from tests.tracking.site import SITE

ID = ("--measurement-id", "G-ABC12345")


@pytest.fixture
def site(workdir: Path) -> Path:
    """A conversions file with every means and every trigger."""
    path = workdir / "conversions.toml"
    path.write_text(SITE, encoding="utf-8")
    return path


@pytest.mark.parametrize("width", ["80", "120"])
def test_table_on_the_screen(
    milepost: Milepost, site: Path, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    run = milepost("tag")
    assert run.code == 0
    assert run.stderr == ""
    assert "\n".join(line.rstrip() for line in run.stdout.splitlines()) == snapshot


def test_table_as_json_and_markdown(milepost: Milepost, site: Path, snapshot: SnapshotAssertion) -> None:
    assert milepost("tag", "--format", "json").json == snapshot(name="json")
    assert milepost("tag", "--format", "markdown").stdout == snapshot(name="markdown")


def test_table_needs_no_id_and_talks_to_nobody(
    milepost: Milepost, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write_text(SITE.replace('"demo"', '"${GA4_PROPERTY_ID}"'), encoding="utf-8")
    monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", "127.0.0.1:1")
    assert milepost("tag").code == 0
    assert milepost("tag", "--gtm", "c.json", *ID).code == 0


def test_starter_gets_its_files_in_two_commands(milepost: Milepost, workdir: Path) -> None:
    for business_type in business_types():
        path = workdir / f"{business_type}.toml"
        assert milepost("init", "-b", business_type, "--output", str(path)).code == 0
        run = milepost("tag", "--config", str(path), "--gtm", f"{business_type}.json", *ID)
        assert run.code == 0
        assert json.loads((workdir / f"{business_type}.json").read_text(encoding="utf-8"))


def test_measurement_id_is_read_from_the_property(
    milepost: Milepost, site: Path, emulator: Emulator, workdir: Path
) -> None:
    site.write_text(SITE.replace('"demo"', '"100000001"'), encoding="utf-8")
    assert milepost("tag", "--gtm", "c.json", "--gtag", "m.js").code == 0
    with library.Session("read") as session:
        from milepost.gateways.admin import AdminGateway
        from milepost.operations.tag import tagged_property

        connection, _ = session.reach(tagged_property(library.load_file(site), "site"))
        (stream,) = AdminGateway(connection).read_web_streams("100000001")
    assert stream.measurement_id in (workdir / "c.json").read_text(encoding="utf-8")
    assert f'"{stream.measurement_id}"' in (workdir / "m.js").read_text(encoding="utf-8")


def test_stream_named_by_its_measurement_id_needs_no_reading(
    milepost: Milepost, site: Path, monkeypatch: pytest.MonkeyPatch, workdir: Path
) -> None:
    site.write_text(SITE.replace('currency = "EUR"', 'stream = "G-STREAM123"', 1), encoding="utf-8")
    monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", "127.0.0.1:1")
    assert milepost("tag", "--gtag", "m.js").code == 0
    assert "G-STREAM123" in (workdir / "m.js").read_text(encoding="utf-8")


def test_second_run_leaves_every_file_as_it_is(milepost: Milepost, site: Path, workdir: Path) -> None:
    files = ("--gtm", "c.json", "--gtag", "m.js", "--handoff", "h.md", "--types", "t.d.ts")
    assert milepost("tag", *files, *ID).code == 0
    first = {path.name: path.read_bytes() for path in workdir.iterdir()}
    run = milepost("tag", *files, *ID)
    assert run.code == 0
    assert "c.json: nothing to change." in run.stdout
    assert {path.name: path.read_bytes() for path in workdir.iterdir()} == first


def test_edited_container_is_refused_until_forced(milepost: Milepost, site: Path, workdir: Path) -> None:
    path = workdir / "c.json"
    milepost("tag", "--gtm", "c.json", *ID)
    edited = path.read_text(encoding="utf-8").replace('"value": "60000"', '"value": "30000"')
    path.write_text(edited, encoding="utf-8")
    run = milepost("tag", "--gtm", "c.json", *ID)
    assert run.code == 1
    assert 'trigger "Milepost - engaged_time"' in run.stderr
    assert "--force" in run.stderr
    assert path.read_text(encoding="utf-8") == edited
    assert milepost("tag", "--gtm", "c.json", "--force", *ID).code == 0
    assert '"value": "60000"' in path.read_text(encoding="utf-8")


def test_removed_conversion_is_named(milepost: Milepost, site: Path) -> None:
    milepost("tag", "--gtm", "c.json", *ID)
    site.write_text(
        SITE.replace("on = { timer = 60 }\nsend = { seconds = 60 }", 'sent_by = "server"'), encoding="utf-8"
    )
    run = milepost("tag", "--gtm", "c.json", *ID)
    assert 'removed trigger "Milepost - engaged_time", tag "Milepost - engaged_time"' in run.stdout
    assert "A merge removes nothing" in run.stdout


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("--measurement-id", "G-XXXXXXXXXX"), "no measurement id"),
        (("--measurement-id", "UA-12345-1"), "no measurement id"),
        (("--measurement-id", ""), "no measurement id"),
    ],
)
def test_placeholder_is_no_measurement_id(
    milepost: Milepost, site: Path, workdir: Path, argv: tuple[str, ...], told: str
) -> None:
    run = milepost("tag", "--gtm", "c.json", *argv)
    assert run.code == 1
    assert told in run.stderr
    assert not (workdir / "c.json").exists()


@pytest.mark.parametrize("option", ["--gtm", "--gtag", "--handoff", "--types"])
def test_file_of_somebody_else_stays(milepost: Milepost, site: Path, workdir: Path, option: str) -> None:
    path = workdir / "own.txt"
    path.write_text("mine\n", encoding="utf-8")
    run = milepost("tag", option, "own.txt", *ID)
    assert run.code == 1
    assert "own.txt" in run.stderr
    assert path.read_text(encoding="utf-8") == "mine\n"


def test_files_are_for_one_property(milepost: Milepost, site: Path) -> None:
    second = '\n[properties.other]\nid = "100000002"\nbusiness_types = ["shop"]\n'
    site.write_text(SITE + second, encoding="utf-8")
    run = milepost("tag", "--gtm", "c.json", *ID)
    assert run.code == 1
    assert "Name one: site, other." in run.stderr
    assert milepost("tag", "other", "--gtm", "c.json", *ID).code == 0


def test_folder_that_is_not_there_is_an_error(milepost: Milepost, site: Path) -> None:
    run = milepost("tag", "--gtag", "no/m.js", *ID)
    assert run.code == 1
    assert "cannot be written" in run.stderr


def test_what_cannot_be_tagged_is_said_beside_the_files(milepost: Milepost, site: Path) -> None:
    run = milepost("tag", "--gtm", "c.json", *ID)
    assert "webinar_attend: is sent by a server, not by Tag Manager" in run.stderr
    assert "video_half: Tag Manager hears YouTube only" in run.stderr


def test_tracking_is_part_of_the_library(site: Path) -> None:
    (tracking,) = library.track_properties(library.load_file(site), ["site"])
    assert isinstance(tracking, library.PropertyTracking)
    assert {t.means for t in tracking.conversions} == {
        "recommended", "custom", "derived", "enhanced_measurement", "server"
    }  # fmt: skip


def test_format_does_not_go_with_files(milepost: Milepost, site: Path, workdir: Path) -> None:
    run = milepost("tag", "--gtm", "c.json", "--format", "json", *ID)
    assert run.code == 1
    assert "--format" in run.stderr
    assert not (workdir / "c.json").exists()


def test_file_of_another_kind_is_not_overwritten(milepost: Milepost, site: Path, workdir: Path) -> None:
    assert milepost("tag", "--gtm", "c.json", "--gtag", "m.js", *ID).code == 0
    before = {path.name: path.read_bytes() for path in workdir.iterdir()}
    for option, name in (("--gtag", "c.json"), ("--types", "m.js"), ("--handoff", "m.js"), ("--gtm", "m.js")):
        assert milepost("tag", option, name, *ID).code == 1
    assert {path.name: path.read_bytes() for path in workdir.iterdir()} == before


@pytest.mark.parametrize("argv", [("--port", "8080"), ("--open",)])
def test_options_of_the_preview_go_with_it(milepost: Milepost, site: Path, argv: tuple[str, ...]) -> None:
    run = milepost("tag", *argv)
    assert run.code == 1
    assert "goes with --preview" in run.stderr
