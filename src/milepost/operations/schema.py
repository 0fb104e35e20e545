"""The JSON Schema of the conversions file, made from the models that read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from milepost.model import rules
from milepost.model.document import Document
from milepost.model.part import COMPARATORS
from milepost.model.trigger import SOURCES, TRIGGERS
from milepost.operations.schema_words import WORDS

DRAFT = "https://json-schema.org/draft/2020-12/schema"

PROPERTY_ID = r"^([0-9]{1,20}|demo|\$\{[A-Za-z_][A-Za-z0-9_]*\})$"
"""What `properties.*.id` may say."""

_SHORT = ("#/$defs/Comparison", "#/$defs/Source")
_EVENT_NAMES = {"pattern": f"^{rules.NAME.pattern}$", "maxLength": rules.EVENT_NAME_LENGTH}


def schema() -> dict[str, Any]:
    """The schema as plain values. It refuses what the models refuse; `check` finds more than a schema can.

    Keys stand as the file writes them, with what they mean; no key is taken that Milepost does not know.
    """
    made = Document.model_json_schema(by_alias=True, schema_generator=_OfToml)
    definitions = made.pop("$defs")
    root = {**made, "title": "Milepost conversions file", "description": "GA4 conversions as code."}
    whole = {"$schema": DRAFT, **_each(root, _shorthand), "$defs": _each(definitions, _shorthand)}
    for model, table in [("Document", whole), *whole["$defs"].items()]:
        for key, entry in table.get("properties", {}).items():
            _tell(model, key, entry)
    _narrow(whole)
    return whole


def schema_text() -> str:
    """The schema as a JSON file's text."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


class _OfToml(GenerateJsonSchema):
    """TOML has no null: what may be left out simply need not be there."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if made.get("default") in (None, [], {}) or isinstance(made.get("default"), dict):
            made.pop("default", None)
        return made


def _each(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """The same with `change` made to every table in it, the inner ones first."""
    if isinstance(value, list):
        return [_each(item, change) for item in value]
    if isinstance(value, dict):
        return change({key: _each(item, change) for key, item in value.items()})
    return value


def _shorthand(table: dict[str, Any]) -> dict[str, Any]:
    """A condition may also be a plain value, which means `equals`; so may the source of a parameter."""
    if table.get("$ref") not in _SHORT:
        return table
    return {"anyOf": [{"type": "string"}, {"type": "number"}, table]}


def _tell(model: str, key: str, entry: dict[str, Any]) -> None:
    """Says what the key means. Titles made of the key alone say nothing."""
    entry.pop("title", None)
    words = WORDS.get(model, {}).get(key)
    if words:
        entry["description"] = words


def _narrow(whole: dict[str, Any]) -> None:
    """Rules that the models keep in code."""
    definitions = whole["$defs"]
    whole["properties"]["version"] = {**whole["properties"]["version"], "const": 1}
    definitions["Property"]["properties"]["id"]["pattern"] = PROPERTY_ID
    for name, choices in (("Comparison", COMPARATORS), ("Trigger", TRIGGERS), ("Source", SOURCES)):
        definitions[name]["oneOf"] = [{"required": [choice]} for choice in choices]
    for role in ("macro", "micro"):
        definitions["BusinessType"]["properties"][role]["propertyNames"] = _EVENT_NAMES
    for table in definitions.values():
        currency = table["properties"].get("currency")
        if currency is not None:
            currency["pattern"] = f"^{rules.CURRENCY.pattern}$"
