"""The analytics workflow as it is written: events, permissions, pins, and commands that exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from milepost.__main__ import main

from .workflow import PATH, ROOT, jobs, workflow

_COMMAND = re.compile(r"(?:^|[\s(`])milepost ([a-z][^|>;&)`\n]*)")
_PINNED = re.compile(r"^[\w.-]+/[\w.-]+@[0-9a-f]{40}$")
_PIN = re.compile(r"uses: (\S+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$", re.MULTILINE)
SIGNED_IN = ("plan", "sync", "drift", "report")


def _steps() -> Iterator[tuple[str, Any]]:
    for name, job in jobs().items():
        for step in job["steps"]:
            yield name, step


def test_events_are_those_of_the_jobs() -> None:
    # YAML 1.1 reads the key `on` as true.
    events = workflow()[True]
    assert set(events) == {"pull_request", "push", "schedule", "workflow_dispatch"}
    assert events["push"]["branches"] == ["main"]
    for entry in events["schedule"]:
        conditions = [job["if"] for job in jobs().values() if f"'{entry['cron']}'" in job.get("if", "")]
        assert len(conditions) == 1


def test_nothing_is_permitted_that_a_job_does_not_need() -> None:
    assert workflow()["permissions"] == {}
    permitted = {name: job["permissions"] for name, job in jobs().items()}
    assert permitted == {
        **{name: {"contents": "read", "id-token": "write"} for name in SIGNED_IN},
        "comment": {"pull-requests": "write"},
    }


def test_the_job_that_may_comment_runs_nothing_of_the_pull_request() -> None:
    assert [step for step in jobs()["comment"]["steps"] if "uses" in step] == []
    assert not re.search(r"milepost (?!plan -->)|pip|python", jobs()["comment"]["steps"][0]["run"])


def test_only_sync_signs_in_as_the_editor() -> None:
    accounts = {
        name: step["with"]["service_account"] for name, step in _steps() if "auth@" in step.get("uses", "")
    }
    assert accounts == {
        "plan": "${{ vars.GCP_READER }}",
        "sync": "${{ vars.GCP_EDITOR }}",
        "drift": "${{ vars.GCP_READER }}",
        "report": "${{ vars.GCP_READER }}",
    }


def test_sign_in_is_left_out_where_none_is_configured() -> None:
    conditions = {step["if"] for _, step in _steps() if "auth@" in step.get("uses", "")}
    assert conditions == {"vars.GCP_WORKLOAD_IDENTITY_PROVIDER != ''"}


def test_actions_are_pinned_by_commit_and_say_which_version_that_is() -> None:
    used = [step["uses"] for _, step in _steps() if "uses" in step]
    assert [uses for uses in used if not _PINNED.fullmatch(uses)] == []
    told = _PIN.findall(PATH.read_text(encoding="utf-8"))
    assert len(told) == len(used)
    assert len({action for action, _, _ in told}) == len(set(told)), "one action, one version"


def test_no_expression_stands_in_a_script() -> None:
    """Texts from outside, such as a branch's name, reach scripts as variables, never as part of them."""
    assert [step["run"] for _, step in _steps() if "${{" in step.get("run", "")] == []


def test_checkout_leaves_no_token_behind() -> None:
    checkouts = [step for _, step in _steps() if "actions/checkout@" in step.get("uses", "")]
    assert {step["with"]["persist-credentials"] for step in checkouts} == {False}


def test_no_two_syncs_run_at_once() -> None:
    assert jobs()["sync"]["concurrency"] == {"group": "analytics-sync", "cancel-in-progress": False}


def _commands() -> list[str]:
    scripts = [step["run"] for _, step in _steps() if "run" in step and "gh api" not in step["run"]]
    documented = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```(?:sh|yaml)\n(.*?)```", documented, re.DOTALL))
    spoken = "\n".join(re.findall(r"`(milepost [a-z][^`]*)`", documented))
    return sorted({found.strip() for found in _COMMAND.findall("\n".join([*scripts, blocks, spoken]))})


def test_every_command_is_looked_at() -> None:
    assert {"check", "plan", "sync", "report", "doctor"} <= {command.split()[0] for command in _commands()}


@pytest.mark.parametrize("command", _commands())
def test_command_exists_with_these_options(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    name, *arguments = shlex.split(command)
    assert main([name, "--help"]) == 0
    screen = capsys.readouterr().out
    options = [argument for argument in arguments if argument.startswith("-")]
    assert [option for option in options if not re.search(rf"(?<![\w-]){option}(?![\w-])", screen)] == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize("script", [s["run"] for _, s in _steps() if "run" in s])
def test_script_is_one_that_bash_reads(script: str, tmp_path: Path) -> None:
    path = tmp_path / "script.sh"
    path.write_text(script, encoding="utf-8", newline="\n")
    read = subprocess.run(
        ["bash", "-n", path.name], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (read.returncode, read.stderr) == (0, "")
