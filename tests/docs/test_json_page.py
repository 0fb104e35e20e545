"""The page about JSON lists every key of every document."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from milepost.render.schemas import VIEWS, view_schema

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "json.md").read_text(encoding="utf-8")


def test_fields_are_those_of_the_schemas() -> None:
    spec = importlib.util.spec_from_file_location("json_fields", DOCS / "json_fields.py")
    assert spec is not None
    assert spec.loader is not None
    script: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.with_fields(PAGE) == PAGE, "run: python docs/json_fields.py"


@pytest.mark.parametrize("view", VIEWS)
def test_every_key_has_a_row_in_the_section_of_its_view(view: str) -> None:
    (section,) = re.findall(rf"^## {view}: .*?(?=^## |^<!-- end)", PAGE, re.DOTALL | re.MULTILINE)
    schema = view_schema(view)
    for table in (schema, *schema["$defs"].values()):
        for key, entry in table["properties"].items():
            assert re.search(
                rf"^\| .*\| `{key}` \|.* \| {re.escape(entry['description'])} \|$", section, re.M
            )
