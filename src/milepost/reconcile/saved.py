"""Plans in a file: what was reviewed, whole, so that exactly that can be carried out later.

The document is the one that `plan --format json` prints: one entry per property, a plan or the reason why
there is none. Keys a reader does not know are passed over.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from milepost.errors import InputError
from milepost.reconcile.entries import TAGS, Head, PlanDocument, Unplanned, plan_entry, unplanned_entry
from milepost.reconcile.plan import Plan

FORMAT_VERSION = 1

_AGAIN = "Write it anew with 'milepost plan --out FILE'."


@dataclass(frozen=True)
class Plans:
    """What a plan file holds, one entry per property, in the order of the file it was made from."""

    entries: tuple[Plan | Unplanned, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The properties that could be planned."""
        return tuple(entry for entry in self.entries if isinstance(entry, Plan))


def plans_text(entries: Iterable[Mapping[str, Any]]) -> str:
    """The document around one entry per property (see `plan_entry`, `unplanned_entry`), as JSON."""
    document = {"format_version": FORMAT_VERSION, "properties": list(entries)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def write_plan(path: Path, plans: Plans) -> None:
    """Write plans into a file, whole or not at all; what stood there before stays until then.

    Raises:
        InputError: it cannot be written there.
    """
    text = plans_text(
        plan_entry(entry) if isinstance(entry, Plan) else unplanned_entry(entry) for entry in plans.entries
    )
    place = path.resolve()
    part = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        try:
            with part.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(place)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(
            str(path), f"cannot be written ({error.strerror})", "Name another file with --out."
        ) from None


def load_plan(path: Path) -> Plans:
    """The plans of a file that `write_plan` wrote.

    Raises:
        InputError: it cannot be read, is cut off, is of another version, or is no plan.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            str(path), f"cannot be read ({error.strerror})", "Make one with 'milepost plan --out FILE'."
        ) from None
    try:
        version = Head.model_validate_json(content).format_version
        if version != FORMAT_VERSION:
            raise InputError(
                str(path),
                f"is of format version {version}; this Milepost reads version {FORMAT_VERSION}",
                f"Use the Milepost that wrote it, or plan again. {_AGAIN}",
            )
        document = PlanDocument.model_validate_json(content, strict=True)
    except ValidationError as error:
        raise _unusable(path, error) from None
    names = [entry.name for entry in document.properties]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InputError(str(path), f"has property {twice} twice", _AGAIN)
    return Plans(tuple(entry.value() for entry in document.properties))


def _unusable(path: Path, error: ValidationError) -> InputError:
    detail = error.errors(include_url=False)[0]
    if detail["type"] == "json_invalid":
        reason = detail["ctx"]["error"]
        return InputError(str(path), f"is not JSON, or cut off ({reason})", _AGAIN)
    place = ".".join(str(part) for part in detail["loc"] if part not in TAGS) or "the document"
    reason = detail["msg"].removeprefix("Value error, ")
    return InputError(str(path), f"is no plan ({place}: {reason[:1].lower()}{reason[1:]})", _AGAIN)
