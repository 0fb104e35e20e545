"""The page of kinds is written from the descriptions that sync works from."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from milepost.reconcile.kinds import KINDS, Kind

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "kinds.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("kinds_table", DOCS / "kinds_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_that_of_the_code(script: Any) -> None:
    assert script.with_table(PAGE) == PAGE, "run: python docs/kinds_table.py"


def test_every_kind_has_a_row_with_as_many_cells_as_the_header() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(KINDS)
    assert {line.count("|") for line in rows} == {rows[0].count("|")}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_row_tells_fields_and_the_fixed_ones(script: Any, kind: Kind) -> None:
    (row,) = re.findall(rf"^\| *\d+ \| {kind.label} \|.*$", PAGE, re.MULTILINE)
    told = {name for resource in script.desired_of(kind) for name in resource.fields}
    assert told
    assert all(f"`{field}`" in row or f"<{field}>" in row for field in told | kind.immutable)
