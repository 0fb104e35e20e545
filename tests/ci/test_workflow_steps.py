"""The workflow's own scripts, run against the emulator from pull request to weekly report."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.analytics.admin_v1beta import AnalyticsAdminServiceClient, KeyEvent
from google.analytics.admin_v1beta.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)

from milepost.emulator.embedded import Emulator
from milepost.operations.starter import starter_text

from .workflow import StepRun, run_step

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("bash") is None, reason="the workflow's scripts are for bash"
)

RUN = "https://github.example/shop/site/actions/runs/1"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a starter file, as the workflow finds it where nothing is configured."""
    folder = tmp_path / "site"
    folder.mkdir()
    text = starter_text(["ecommerce"], "${GA4_PROPERTY_ID}")
    (folder / "conversions.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("GA4_PROPERTY_ID", "demo")
    monkeypatch.setenv("MILEPOST_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("ANALYTICS_EMULATOR_HOST", raising=False)
    return folder


@pytest.fixture
def emulator(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    with Emulator() as running:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", running.address)
        yield running


def _plan(site: Path) -> StepRun:
    return run_step("plan", "Plan", site, RUN=RUN)


def _drift(site: Path) -> StepRun:
    return run_step("drift", "Look for drift", site)


def _delete_a_key_event(emulator: Emulator) -> str:
    """Behind the file's back, as somebody does in Google's own pages."""
    with grpc.insecure_channel(emulator.address) as channel:
        client = AnalyticsAdminServiceClient(transport=AnalyticsAdminServiceGrpcTransport(channel=channel))
        found: list[KeyEvent] = list(client.list_key_events(parent="properties/100000001"))
        gone = next(event for event in found if event.deletable and event.custom)
        client.delete_key_event(name=gone.name)
        return str(gone.event_name)


def test_from_pull_request_to_drift(site: Path, emulator: Emulator) -> None:
    planned = _plan(site)
    assert planned.code == 0, planned.stderr
    assert "add\\_to\\_cart" in planned.summary or "add_to_cart" in planned.summary
    assert planned.outputs["plan"].strip() == planned.summary.strip()

    synced = run_step("sync", "Sync", site)
    assert synced.code == 0, synced.stderr
    assert "Read again: nothing left to do." in synced.summary
    assert synced.summary.startswith("````text\n")
    assert synced.summary.endswith("\n````\n")

    quiet = _drift(site)
    assert quiet.code == 0, quiet.stderr

    event = _delete_a_key_event(emulator)
    drifted = _drift(site)
    assert drifted.code == 3
    assert event in drifted.summary.replace("\\", "")
    assert drifted.stdout.strip() == drifted.summary.strip()


def test_report_goes_to_the_summary(site: Path, emulator: Emulator) -> None:
    reported = run_step("report", "Report", site)
    assert reported.code == 0, reported.stderr
    assert "| Purchase" in reported.summary or "Purchase |" in reported.summary
    assert reported.stdout == reported.summary


def test_drift_without_configuration_fills_the_embedded_emulator_first(site: Path) -> None:
    filled = run_step("drift", "Fill the emulator, which begins empty on every runner", site)
    assert filled.code == 0, filled.stderr
    assert _drift(site).code == 0


def test_broken_file_fails_the_check_and_the_plan(site: Path) -> None:
    (site / "conversions.toml").write_text("version = 1\ncolour = 'red'\n", encoding="utf-8")
    checked = run_step("plan", "Check the file", site)
    assert (checked.code, "conversions.toml:2: colour" in checked.stderr) == (1, True)
    assert _plan(site).code == 1


def test_failure_is_explained_by_doctor(site: Path, emulator: Emulator) -> None:
    emulator.faults.set("ListKeyEvents=no_role", "GetProperty=no_role")
    assert _plan(site).code == 1
    explained = run_step("plan", "Say what is wrong", site)
    assert explained.code == 1
    assert "admin/suiteusermanagement/property" in explained.stdout


def test_sync_that_fails_in_part_fails_its_job_and_says_so(site: Path, emulator: Emulator) -> None:
    emulator.faults.set("CreateKeyEvent=INVALID_ARGUMENT@1")
    synced = run_step("sync", "Sync", site)
    assert synced.code == 1
    assert "1 failed" in synced.summary


def _long_file() -> str:
    conversions = [
        f'[business_types.ecommerce.micro.step_{n}]\nlabel = "Step {n}"\nfrom = "page_view"\n'
        f'when = [{{ page_location = {{ contains = "/{"x" * 1300}/{n}" }} }}]\nkey_event = false\n'
        for n in range(49)
    ]
    head = 'version = 1\n[properties.shop]\nid = "${GA4_PROPERTY_ID}"\nbusiness_types = ["ecommerce"]\n'
    macro = '[business_types.ecommerce.macro.purchase]\nlabel = "Purchase"\n'
    return "\n".join([head, macro, *conversions])


def test_plan_too_long_for_a_comment_is_pointed_to(site: Path, emulator: Emulator) -> None:
    (site / "conversions.toml").write_text(_long_file(), encoding="utf-8")
    planned = _plan(site)
    assert planned.code == 0, planned.stderr
    assert len(planned.summary) > 60_000
    assert planned.outputs["plan"].strip() == (
        f"The plan is too long for a comment: see the [summary of the run]({RUN})."
    )


_GH = """\
#!{python}
# Stands in for GitHub's own command: keeps comments in a file, and answers as its API does.
import json, pathlib, subprocess, sys

store = pathlib.Path({store!r})
comments = json.loads(store.read_text(encoding="utf-8"))
api, *words = sys.argv[1:]
assert api == "api"
path = next(word for word in words if word.startswith("repos/"))
method = words[words.index("--method") + 1] if "--method" in words else "GET"
if method == "GET":
    assert path == "repos/shop/site/issues/7/comments" and "--paginate" in words
    jq = ["jq", "--raw-output", words[words.index("--jq") + 1]]
    sys.exit(subprocess.run(jq, input=json.dumps(comments), text=True, encoding="utf-8").returncode)
body = words[words.index("--raw-field") + 1].removeprefix("body=")
if method == "POST":
    assert path == "repos/shop/site/issues/7/comments"
    comments.append({{"id": len(comments) + 1, "user": {{"login": "github-actions[bot]"}}, "body": body}})
else:
    assert method == "PATCH"
    number = int(path.removeprefix("repos/shop/site/issues/comments/"))
    comments[number - 1]["body"] = body
store.write_text(json.dumps(comments), encoding="utf-8")
"""


@pytest.mark.skipif(shutil.which("jq") is None, reason="no jq, which GitHub's own command has built in")
def test_comment_is_made_once_and_then_replaced(tmp_path: Path) -> None:
    store = tmp_path / "comments.json"
    others = [
        {"id": 1, "user": {"login": "ana"}, "body": "<!-- milepost plan -->\nquoted by somebody"},
        {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "another workflow's"},
    ]
    store.write_text(json.dumps(others), encoding="utf-8")
    command = tmp_path / "bin" / "gh"
    command.parent.mkdir()
    command.write_text(_GH.format(python=sys.executable, store=str(store)), encoding="utf-8")
    command.chmod(0o755)
    path = os.pathsep.join([str(command.parent), os.environ["PATH"]])
    for plan in ("first $(whoami) `whoami`\n\nwith a second line", "second"):
        ran = run_step("comment", "Comment", tmp_path, PATH=path, NUMBER="7", PLAN=plan, GH_TOKEN="")
        assert ran.code == 0, ran.stderr
        written = json.loads(store.read_text(encoding="utf-8"))
        assert written[:2] == others
        assert [comment["body"] for comment in written[2:]] == [f"<!-- milepost plan -->\n{plan}"]
