"""What a command does not load, it does not make anybody wait for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.conftest import Milepost

_PRINT_MODULES = """
import sys
from milepost.__main__ import main
code = main({argv!r})
print("\\n".join(sorted(sys.modules)))
sys.exit(code)
"""


def _modules_after(*argv: str, cwd: Path) -> set[str]:
    script = _PRINT_MODULES.format(argv=list(argv))
    run = subprocess.run([sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=True)
    return {line for line in run.stdout.splitlines() if " " not in line}


def _tops(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("command", ["check", "init", "tag"])
def test_file_commands_load_no_google_package(milepost: Milepost, shop: Path, command: str) -> None:
    argv = [command] if command != "init" else ["init", "-b", "saas", "-o", "other.toml"]
    modules = _modules_after(*argv, cwd=shop.parent)
    assert "milepost.model.document" in modules
    assert not _tops(modules) & {"google", "grpc", "duckdb", "numpy", "pyarrow", "proto"}


def test_telling_problems_loads_no_google_package(shop: Path) -> None:
    shop.write_text("version = 2", encoding="utf-8")
    script = _PRINT_MODULES.format(argv=["check"]).replace("sys.exit(code)", "sys.exit(code - 1)")
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=shop.parent, capture_output=True, text=True, check=True
    )
    assert "version is not 1" in run.stderr
    assert not _tops(set(run.stdout.split())) & {"google", "grpc"}


def test_help_loads_neither_the_model_nor_google(workdir: Path) -> None:
    modules = _modules_after("--help", cwd=workdir)
    assert "milepost.cli.app" in modules
    assert not _tops(modules) & {"google", "grpc", "duckdb", "pydantic"}


def test_plan_against_a_real_property_loads_no_emulator(shop: Path) -> None:
    """Without credentials it ends in a sign-in error, having loaded nothing of the emulator's packages."""
    script = _PRINT_MODULES.format(argv=["plan"]).replace("sys.exit(code)", "")
    environment = {
        "PATH": "",
        "HOME": str(shop.parent),
        "GCE_METADATA_MTLS_MODE": "none",
        "NO_GCE_CHECK": "true",
    }
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=shop.parent,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert "error: signing in to Google" in run.stderr
    assert "gcloud auth application-default login" in run.stderr
    assert not _tops(set(run.stdout.split())) & {"duckdb", "numpy", "pyarrow", "filelock"}
