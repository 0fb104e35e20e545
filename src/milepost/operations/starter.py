"""The catalogue that the package carries, and starter files cut from it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

import tomli_w

from milepost.errors import InputError
from milepost.model.declared import applies, is_property_id, is_variable
from milepost.model.document import Document
from milepost.model.findings import nearest
from milepost.model.lines import entries
from milepost.model.load import check_text

_HEADER = """\
# The conversions of this site. 'milepost plan' shows what this file would change in Google Analytics,
# 'milepost sync' carries it out, and 'milepost report' shows the small steps beside the big one.
"""


def catalogue_text() -> str:
    """The full catalogue: every business type with its conversions, as shipped."""
    packaged = resources.files("milepost").joinpath("conversions.toml")
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    # In a development checkout the one copy stands at the root of the repository.
    return (Path(__file__).parents[3] / "conversions.toml").read_text(encoding="utf-8")


def business_types() -> tuple[str, ...]:
    """The business types of the catalogue, in its order."""
    return tuple(catalogue().business_types)


def starter_text(types: Sequence[str], property_id: str = "demo") -> str:
    """A conversions file for some business types, comments of the catalogue included.

    Args:
        types: business types of the catalogue, at least one; each gets a property of its own.
        property_id: the id of the first one's property; the others get `demo`.

    Raises:
        InputError: a type the catalogue does not have, or something that is no property id.
    """
    shipped = catalogue()
    for business_type in types:
        if business_type not in shipped.business_types:
            guess = nearest(business_type, shipped.business_types)
            hint = f"Did you mean {guess}? " if guess else ""
            known = ", ".join(shipped.business_types)
            raise InputError(
                f"--business-type {business_type}", "is not in the catalogue", f"{hint}There are: {known}."
            )
    if not is_property_id(property_id) and not is_variable(property_id):
        raise InputError(
            f"--id {property_id}", "is no property id", 'Give the digits, "${VARIABLE}" or "demo".'
        )
    wanted = tuple(t for t in shipped.business_types if t in types)
    blocks = [
        _for_types(block, path, wanted)
        for path, block in _blocks(catalogue_text())
        if _concerns(path, shipped, wanted)
    ]
    return "\n".join([_HEADER, "version = 1\n", _properties(shipped, wanted, property_id), *blocks])


def catalogue() -> Document:
    """The catalogue as typed values."""
    document, _ = check_text(catalogue_text())
    if document is None:
        raise RuntimeError("the shipped catalogue is broken")
    return document


def _properties(shipped: Document, wanted: Sequence[str], first_id: str) -> str:
    properties: dict[str, dict[str, object]] = {}
    for business_type in wanted:
        name, entry = next((n, e) for n, e in shipped.properties.items() if business_type in e.business_types)
        own_id = "demo" if properties else first_id
        properties[name] = {
            "id": own_id,
            "business_types": [business_type],
            "currency": entry.currency or "EUR",
        }
    return tomli_w.dumps({"properties": properties})


def _concerns(path: tuple[str, ...], shipped: Document, wanted: Sequence[str]) -> bool:
    """Whether a table of the catalogue belongs into a file for these business types."""
    match path:
        case ("business_types", business_type, *_):
            return business_type in wanted
        case ("dimensions", key):
            return applies(shipped.dimensions[key].business_types, tuple(wanted))
        case ("metrics", key):
            return applies(shipped.metrics[key].business_types, tuple(wanted))
        case _:
            return False


def _blocks(text: str) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Each table: its path, and its lines from the comment right above it to its last key."""
    lines = text.splitlines()
    headers = [e for e in entries(text) if e.is_header]
    starts = [_with_comments(lines, header.line - 1) for header in headers]
    for header, start, end in zip(headers, starts, [*starts[1:], len(lines)], strict=True):
        last = max(n for n in range(start, end) if lines[n].strip() and not lines[n].startswith("#"))
        yield header.path, lines[start : last + 1]


def _with_comments(lines: list[str], header: int) -> int:
    while header > 0 and lines[header - 1].startswith("#"):
        header -= 1
    return header


def _for_types(block: list[str], path: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    """The block with `business_types` cut to the types in the file; with one type the line says nothing."""
    kept = []
    for line in block:
        if path[0] in ("dimensions", "metrics") and line.startswith("business_types = "):
            types = [t for t in tomllib.loads(line)["business_types"] if t in wanted]
            if len(wanted) > 1:
                kept.append(f"business_types = {json.dumps(types)}")
        else:
            kept.append(line)
    return "\n".join(kept) + "\n"
