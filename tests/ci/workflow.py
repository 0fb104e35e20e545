"""The analytics workflow read, and its steps run as a runner does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PATH = ROOT / ".github" / "workflows" / "analytics.yml"
_OUTPUT = re.compile(r"^(?P<name>\w+)<<(?P<end>\S+)\n(?P<value>.*?)\n(?P=end)\n", re.DOTALL | re.MULTILINE)


def workflow() -> Any:
    return yaml.safe_load(PATH.read_text(encoding="utf-8"))


def jobs() -> dict[str, Any]:
    found: dict[str, Any] = workflow()["jobs"]
    return found


def step(job: str, name: str) -> Any:
    (only,) = [s for s in jobs()[job]["steps"] if s.get("name") == name]
    return only


@dataclass(frozen=True)
class StepRun:
    """What a step left behind."""

    code: int
    stdout: str
    stderr: str
    summary: str
    outputs: dict[str, str]


def run_step(job: str, name: str, folder: Path, **environment: str) -> StepRun:
    """One step's script in a shell of its own, with the variables that a runner sets and those given."""
    summary, output = folder / "summary.md", folder / "output"
    for path in (summary, output):
        path.write_text("", encoding="utf-8")
    ran = subprocess.run(
        # How a runner starts `shell: bash`.
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(job, name)["run"]],
        cwd=folder,
        env={
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_REPOSITORY": "shop/site",
            "NO_COLOR": "1",
            **environment,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    told = output.read_text(encoding="utf-8")
    outputs = {found["name"]: found["value"] for found in _OUTPUT.finditer(told)}
    return StepRun(ran.returncode, ran.stdout, ran.stderr, summary.read_text(encoding="utf-8"), outputs)
