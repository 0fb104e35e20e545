"""Writes the lists of fields in json.md from the schemas: `python docs/json_fields.py`.

The tests compare; a new key of any document fails them until this has run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from milepost.render.schemas import VIEWS, view_schema

PAGE = Path(__file__).parent / "json.md"

BEGIN, END = "<!-- fields: written by docs/json_fields.py -->\n", "<!-- end of fields -->"

_HEAD = "| in | key | holds | means |\n|:--|:--|:--|:--|\n"


def with_fields(page: str) -> str:
    """The page with the lists written anew.

    Raises:
        ValueError: the marks around them are missing.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("no marks around the fields")
    return f"{before}{BEGIN}{''.join(_section(view) for view in VIEWS)}\n{END}{after}"


def _section(view: str) -> str:
    schema = view_schema(view)
    tables = {"document": schema, **{name: schema["$defs"][name] for name in _met(schema, schema, [])}}
    rows = "".join(row for name, table in tables.items() for row in _rows(name, table))
    return f"\n## {view}: `milepost {VIEWS[view][2]}`\n\n{schema['description']}\n\n{_HEAD}{rows}"


def _met(value: Any, schema: Mapping[str, Any], met: list[str]) -> list[str]:
    """Names of the objects inside, in the order they are met, each once."""
    if isinstance(value, Mapping):
        name = str(value.get("$ref", "")).rpartition("/")[2]
        if name and name not in met:
            met.append(name)
            _met(schema["$defs"][name], schema, met)
        for key, inner in value.items():
            if key != "$defs":
                _met(inner, schema, met)
    elif isinstance(value, list):
        for inner in value:
            _met(inner, schema, met)
    return met


def _rows(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """One row per key, the first with the name of its object."""
    shown = f"**{name}**"
    for key, entry in table["properties"].items():
        optional = "" if key in table.get("required", ()) else ", may be missing"
        meaning = entry["description"].replace("|", r"\|")
        yield f"| {shown} | `{key}` | {_kind(entry)}{optional} | {meaning} |\n"
        shown = ""


def _kind(entry: Mapping[str, Any]) -> str:
    written = entry.get("format", "text")
    if "anyOf" in entry:
        choices = (_kind({"format": written, **choice}) for choice in entry["anyOf"])
        return " or ".join(dict.fromkeys(choices))
    if "$ref" in entry:
        return str(entry["$ref"]).rpartition("/")[2]
    if "enum" in entry:
        return ", ".join(f"`{value}`" for value in entry["enum"])
    if "const" in entry:
        return f"`{entry['const']}`"
    if "items" in entry:
        return f"list of {_kind(entry['items'])}"
    if isinstance(entry.get("additionalProperties"), Mapping):
        return f"{_kind(entry['additionalProperties'])} by name"
    words = {"string": written, "integer": "whole number", "boolean": "true or false", "": "anything"}
    name = str(entry.get("type", ""))
    return str(words.get(name, name))


if __name__ == "__main__":
    PAGE.write_text(with_fields(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
