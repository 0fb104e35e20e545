"""Parsed TOML → Document, with every violation told in the file's own words."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from milepost.model.document import Document
from milepost.model.findings import Finding, nearest

_WANTED = {
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "float_type": "a number",
    "int_type": "a whole number",
    "tuple_type": "a list in square brackets",
    "dict_type": "a table",
    "model_type": "a table",
}
_NO_TABLE = ("dict_type", "model_type")
_LEVELS = 10
_LONGEST_NUMBER = 64


def validate(raw: dict[str, Any]) -> tuple[Document | None, list[Finding]]:
    """The document and everything wrong with its shape.

    Returns:
        The document when the shape is right; otherwise what remains without the offending parts (so that
        further checks can run in the same pass), or None when nothing sensible remains; and the findings.
    """
    findings: list[Finding] | None = None
    # Taking a part out can leave its table without something it needs: then that goes too, level by level.
    for _ in range(_LEVELS):
        try:
            return Document.model_validate(raw), findings or []
        except ValidationError as error:
            details = error.errors(include_url=False)
        if findings is None:
            # What later rounds find follows from what was taken out.
            findings = list(dict.fromkeys(_finding(raw, detail) for detail in details))
        _prune(raw, details)
    return None, findings or []


def _finding(raw: dict[str, Any], detail: ErrorDetails) -> Finding:
    path = tuple(str(part) for part in _path_in_file(raw, detail))
    kind = detail["type"]
    match kind:
        case "extra_forbidden":
            return _unknown_key(path)
        case "missing":
            return Finding(path, "is missing", f'Add "{path[-1]} = …".')
        case "literal_error":
            return _not_one_of(path, detail)
        case "value_error":
            cause, _, remedy = str(detail["ctx"]["error"]).partition("|")
            return Finding(path, cause, remedy)
    if kind in _WANTED:
        return Finding(path, f"is {_shown(detail['input'])}", f"It must be {_WANTED[kind]}.")
    return Finding(path, f"is {_shown(detail['input'])}", f"{detail['msg']}.")


def _shown(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}…"'
        case int() if value.bit_length() > _LONGEST_NUMBER:
            return "a number of very many digits"
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return str(value)


def _unknown_key(path: tuple[str, ...]) -> Finding:
    known = sorted(_keys_at(path[:-1]))
    guess = nearest(path[-1], known)
    remedy = f'Did you mean "{guess}"?' if guess else f"Known here: {', '.join(known)}."
    return Finding(path, "is not a key Milepost knows", remedy)


def _not_one_of(path: tuple[str, ...], detail: ErrorDetails) -> Finding:
    expected = detail["ctx"]["expected"]
    known = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    guess = nearest(detail["input"], known) if isinstance(detail["input"], str) else None
    hint = f'Did you mean "{guess}"? ' if guess else ""
    choices = expected.replace("'", '"')
    return Finding(path, f"is {_shown(detail['input'])}", f"{hint}It must be {choices}.")


def _path_in_file(raw: dict[str, Any], detail: ErrorDetails) -> tuple[str | int, ...]:
    """The error's location without the parts pydantic adds for unions and aliases."""
    path: list[str | int] = []
    here: Any = raw
    for part in detail["loc"]:
        inside = part in here if isinstance(here, Mapping) else isinstance(here, list)
        if inside:
            here = here[part]
        else:
            if detail["type"] == "missing":
                path.append(part)
            break
        path.append(part)
    return tuple(path)


def _prune(raw: dict[str, Any], details: list[ErrorDetails]) -> None:
    """Take the offending parts out; for a missing key, the table that lacks it."""
    no_tables: dict[tuple[str | int, ...], bool] = {}
    for detail in details:
        path = _path_in_file(raw, detail)
        no_tables[path[:-1] if detail["type"] == "missing" else path] = detail["type"] in _NO_TABLE
    # From the end, so that the places in lists stay true; what stands at one place is of one type.
    for path in sorted(filter(None, no_tables), reverse=True):
        here: Any = raw
        for part in path[:-1]:
            here = here[part]
        if no_tables[path]:
            # The name stays, with an empty table: what refers to it is not to blame.
            here[path[-1]] = {}
        else:
            del here[path[-1]]
    raw.setdefault("version", 1)


def _keys_at(path: tuple[str, ...]) -> set[str]:
    """Keys the table at this path may have, under the names the file uses."""
    here: Any = Document
    for part in path:
        here = _step(here, part)
    models = [kind for kind in _flatten(here) if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


def _step(kind: Any, part: str) -> Any:
    for candidate in _flatten(kind):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            for name, field in candidate.model_fields.items():
                if part == (field.alias or name):
                    return field.annotation
        elif get_origin(candidate) is dict:
            return get_args(candidate)[1]
        elif get_origin(candidate) is tuple:
            return get_args(candidate)[0]
    return None


def _flatten(kind: Any) -> list[Any]:
    """The alternatives of a type, without Annotated and Optional around them."""
    if get_origin(kind) is Annotated:
        return _flatten(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return [inner for arg in get_args(kind) for inner in _flatten(arg)]
    return [kind]
