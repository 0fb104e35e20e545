"""The JSON Schema: it takes what Milepost takes, refuses mistakes, and tells editors what each key means."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from milepost.__main__ import main
from milepost.model.declared import is_property_id, is_variable
from milepost.model.load import check_text
from milepost.operations.schema import DRAFT, PROPERTY_ID, schema
from milepost.operations.schema_words import WORDS
from milepost.operations.starter import business_types, catalogue_text, starter_text

VALIDATOR = Draft202012Validator(schema())

GOOD = """\
version = 1
[properties.shop]
id = "100000001"
business_types = ["ecommerce"]
[business_types.ecommerce]
journey = ["purchase"]
[business_types.ecommerce.macro.purchase]
label = "Purchase"
counting = "once_per_event"
target = { per_week = 120 }
[business_types.ecommerce.micro.contact]
from = "form_submit"
when = [{ form_id = "contact" }, { step = { greater_than = 2, negated = true } }]
set = { source = "site" }
[dimensions.filter_name]
label = "Filter name"
"""


def _errors(text: str) -> list[str]:
    return [error.json_path for error in VALIDATOR.iter_errors(tomllib.loads(text))]


def test_schema_is_a_schema_of_its_draft() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == DRAFT


def test_catalogue_fits_the_schema() -> None:
    assert _errors(catalogue_text()) == []


@pytest.mark.parametrize("business_type", business_types())
def test_starter_fits_the_schema(business_type: str) -> None:
    assert _errors(starter_text([business_type])) == []


def test_starter_of_all_types_fits_the_schema() -> None:
    assert _errors(starter_text(business_types(), "${GA4_PROPERTY_ID}")) == []


def test_small_file_fits_schema_and_models() -> None:
    document, problems = check_text(GOOD)
    assert document is not None
    assert [p for p in problems if p.severity == "error"] == []
    assert _errors(GOOD) == []


_SHOP = "$.business_types.ecommerce"

MISTAKES = {
    "unknown key at the top": ('[dimensions.filter_name]', "[dimension.filter_name]", "$"),
    # What to replace, with what, and where the mistake then is; ~ stands for the business type.
    "unknown key of a conversion": ('counting = "once', 'count = "once', "~.macro.purchase"),
    "misspelt choice": ("once_per_event", "once", "~.macro.purchase.counting"),
    "number as text": ("per_week = 120", 'per_week = "120"', "~.macro.purchase.target.per_week"),
    "negative target": ("per_week = 120", "per_week = -1", "~.macro.purchase.target.per_week"),
    "id that is no number": ('"100000001"', '"G-ABC123"', "$.properties.shop.id"),
    "id without quotes": ('"100000001"', "100000001", "$.properties.shop.id"),
    "no business type": ('["ecommerce"]', "[]", "$.properties.shop.business_types"),
    "text in place of a list": ('["ecommerce"]', '"ecommerce"', "$.properties.shop.business_types"),
    "another version": ("version = 1", "version = 2", "$.version"),
    "no version": ("version = 1", "", "$"),
    "event name with a hyphen": ("macro.purchase", "macro.pur-chase", "~.macro"),
    "event name too long": ("macro.purchase", f"macro.{'p' * 41}", "~.macro"),
    "two comparators": ("2, negated", "2, less_than = 9, negated", "~.micro.contact.when[1].step"),
    "no comparator": ("greater_than = 2, ", "", "~.micro.contact.when[1].step"),
    "true compared with": ('form_id = "contact"', "form_id = true", "~.micro.contact.when[0].form_id"),
    "number to be set": ('source = "site"', "source = 1", "~.micro.contact.set.source"),
    "dimension without label": ('label = "Filter name"', "", "$.dimensions.filter_name"),
    "currency in words": ('label = "Purchase"', 'currency = "euro"', "~.macro.purchase.currency"),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "path"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistake_is_refused_where_it_is_by_schema_and_models(right: str, wrong: str, path: str) -> None:
    assert right in GOOD
    text = GOOD.replace(right, wrong)
    assert _errors(text) == [path.replace("~", _SHOP)]
    _, problems = check_text(text)
    assert [p for p in problems if p.severity == "error"]


TABLES: dict[str, dict[str, Any]] = {"Document": schema(), **schema()["$defs"]}


@pytest.mark.parametrize(("model", "table"), TABLES.items(), ids=TABLES.keys())
def test_every_table_is_closed_and_every_key_described(model: str, table: dict[str, Any]) -> None:
    assert table["additionalProperties"] is False
    assert table["title"]
    assert table["description"]
    undescribed = [key for key, entry in table["properties"].items() if not entry.get("description")]
    assert undescribed == [], f"add them to milepost.operations.schema_words.WORDS[{model!r}]"


def test_no_key_is_described_that_is_not_there() -> None:
    known = {model: set(table["properties"]) for model, table in TABLES.items()}
    assert {model: sorted(set(keys) - known.get(model, set())) for model, keys in WORDS.items()} == {
        model: [] for model in WORDS
    }


def test_schema_knows_no_null_which_toml_does_not_have() -> None:
    assert '"null"' not in json.dumps(schema())


@given(st.from_regex(r"\A[0-9]{1,22}\Z|\A\$\{\w*\}\Z|\Ademo.?\Z") | st.text(max_size=8))
def test_property_ids_are_those_that_the_models_take(written: str) -> None:
    validator = Draft202012Validator({"pattern": PROPERTY_ID})
    # In Python, $ also stands before a last line end; in JavaScript, which editors go by, it does not.
    if not written.endswith("\n"):
        assert validator.is_valid(written) == (is_property_id(written) or is_variable(written))


def test_command_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()


def test_command_writes_the_schema_anew_and_tells_the_first_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "conversions.schema.json"
    path.write_text("old", encoding="utf-8")
    assert main(["schema", "--output", str(path)]) == 0
    assert json.loads(path.read_text(encoding="utf-8")) == schema()
    assert "#:schema ./conversions.schema.json" in capsys.readouterr().out


def test_schema_line_is_a_comment_that_changes_nothing() -> None:
    with_line, _ = check_text(f"#:schema ./conversions.schema.json\n{GOOD}")
    assert with_line == check_text(GOOD)[0]


def test_folder_that_is_not_there_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--output", str(tmp_path / "no" / "schema.json")]) == 1
    assert "cannot be written" in capsys.readouterr().err
