"""The pre-commit hook: its entry, run as pre-commit runs it, with the names of the files that fit."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from milepost.__main__ import main
from milepost.operations.starter import starter_text

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hook() -> Any:
    (only,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return only


@pytest.fixture
def two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A good file at the root and another one below; nothing at the root but them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shops").mkdir()
    names = ["conversions.toml", "shops/conversions.toml"]
    for name, business_type in zip(names, ["ecommerce", "saas"], strict=True):
        Path(name).write_text(starter_text([business_type]), encoding="utf-8")
    return names


def _run(hook: Any, files: list[str]) -> int:
    program, *arguments = shlex.split(hook["entry"])
    assert program == "milepost"
    return main([*arguments, *hook.get("args", []), *files])


def test_hook_is_one_that_pre_commit_can_install(hook: Any) -> None:
    assert hook["id"] == "milepost-check"
    assert hook["language"] == "python"
    assert hook["name"]
    assert (ROOT / "pyproject.toml").exists()


@pytest.mark.parametrize("path", ["conversions.toml", "sites/shop/conversions.toml"])
def test_hook_takes_conversions_files(hook: Any, path: str) -> None:
    assert re.search(hook["files"], path)


@pytest.mark.parametrize(
    "path", ["my-conversions.toml", "conversions.toml.orig", "conversionsxtoml", "README.md"]
)
def test_hook_takes_nothing_else(hook: Any, path: str) -> None:
    assert not re.search(hook["files"], path)


def test_good_files_pass(hook: Any, two_files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(hook, two_files) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in printed] == [str(Path(name)) for name in two_files]


@pytest.mark.parametrize("broken", [0, 1])
def test_one_broken_file_fails_and_hides_no_other(
    hook: Any, two_files: list[str], broken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(two_files[broken]).write_text('version = 1\ncolour = "red"\n', encoding="utf-8")
    assert _run(hook, two_files) == 1
    printed = capsys.readouterr()
    assert f"{Path(two_files[broken])}:2: colour" in printed.err
    assert f"{Path(two_files[1 - broken])}: no errors" in printed.out


def test_every_broken_file_lists_its_problems(
    hook: Any, two_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for name in two_files:
        Path(name).write_text("version = 2\n", encoding="utf-8")
    assert _run(hook, two_files) == 1
    assert capsys.readouterr().err.count(":1: version is not 1") == 2


def test_file_that_is_gone_fails_by_name(
    hook: Any, two_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(hook, [*two_files, "gone.toml"]) == 1
    printed = capsys.readouterr()
    assert "gone.toml: does not exist" in printed.err
    assert printed.out.count("no errors") == 2


def test_config_option_still_names_one_file_and_the_same_file_is_checked_once(
    two_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--config", two_files[1]]) == 0
    assert main(["check", "--config", two_files[1], two_files[1]]) == 0
    assert capsys.readouterr().out.count(f"{Path(two_files[1])}: no errors") == 2
