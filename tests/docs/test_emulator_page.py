"""The emulator's page tells the truth: its tables are complete, its examples work, no option is left out."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import grpc
import pytest

from milepost.__main__ import main
from milepost.emulator.embedded import Emulator
from milepost.emulator.faults.control import SERVICE, Controls, control_methods
from milepost.emulator.faults.plan import read_plan
from milepost.emulator.faults.quota import SETTINGS
from milepost.emulator.faults.short import parse_rule
from milepost.emulator.switches import Switches

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "emulator.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_tables_are_those_of_the_code() -> None:
    spec = importlib.util.spec_from_file_location("tables", DOCS / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    tables: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    assert tables.with_tables(PAGE) == PAGE, "run: python docs/tables.py"
    for name in Switches.__dataclass_fields__:
        assert f"\n| `{name}` | " in PAGE


def test_every_option_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulator", "--help"]) == 0
    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert {"--fault", "--quota", "--port"} <= options
    assert {option for option in options if f"\n| `{option}" not in PAGE} == set()


def test_every_setting_of_the_quota_is_described() -> None:
    rows = "".join(re.findall(r"^\| (`.*?) \|", PAGE.split("## Quotas")[1].split("\n## ")[0], re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", rows)) == set(SETTINGS)


def test_every_control_is_described_and_in_the_proto() -> None:
    with Emulator() as emulator:
        controls = Controls(emulator.faults, emulator.calls, emulator.clock, emulator.reset)
        names = {method.path.removeprefix(SERVICE) for method in control_methods(controls)}
    (proto,) = blocks("proto")
    assert set(re.findall(r"rpc (\w+)\(", proto)) == names
    assert all(f"\n| `{name}` | " in PAGE for name in names)


def test_short_forms_of_the_table_are_read() -> None:
    table = PAGE.split("| short form | means |\n|---|---|\n")[1].split("\n\n")[0]
    written = [form for row in table.splitlines() for form in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    assert len(written) > 8
    for form in written:
        parse_rule(form)


def test_fault_file_is_read(tmp_path: Path) -> None:
    (block,) = blocks("toml")
    (tmp_path / "faults.toml").write_text(block, encoding="utf-8")
    plan = read_plan(tmp_path / "faults.toml")
    assert (len(plan.rules), plan.seed) == (3, 7)
    assert plan.quota is not None
    assert plan.quota.requests == 600


def test_python_examples_run() -> None:
    in_process, from_outside, over_http = blocks("python")
    exec(in_process, {})  # noqa: S102 - our own page
    exec(over_http, {})  # noqa: S102
    with Emulator() as emulator, grpc.insecure_channel(emulator.address) as channel:
        exec(from_outside, {"channel": channel})  # noqa: S102
        assert [rule.answer for rule in emulator.faults.rules] == ["lost"]
