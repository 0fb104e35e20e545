"""Rules that hold for single fields: required, output-only, immutable, text, enum values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from milepost.emulator.admin import masks
from milepost.emulator.admin.kind import Kind, Text
from milepost.emulator.rpc import invalid_argument


def clear_output(kind: Kind, message: Any) -> None:
    """Forget what a caller said about output-only fields: the API ignores it."""
    for path, field in kind.fields.items():
        if field.output:
            masks.clear(message, path)


def restore_output(kind: Kind, old: Any, new: Any) -> None:
    """Give output-only fields the value they had before an update."""
    for path, field in kind.fields.items():
        if field.output:
            masks.copy_path(old, new, path)


def keep_immutable(kind: Kind, old: Any, new: Any, *, silently: bool) -> None:
    """See that an update leaves immutable fields as they are.

    Args:
        kind: whose fields.
        old: before the update.
        new: after it; repaired when `silently`.
        silently: take the old value instead of refusing.

    Raises:
        RpcError: INVALID_ARGUMENT naming the first field that would change.
    """
    for path, field in kind.fields.items():
        if not field.immutable or masks.value_at(old, path) == masks.value_at(new, path):
            continue
        if not silently:
            raise invalid_argument(f"{kind.singular}.{_spell(path)} is immutable and cannot be changed.")
        masks.copy_path(old, new, path)


def check_fields(kind: Kind, new: Any, old: Any = None) -> None:
    """Hold a resource against the rules of its single fields.

    What an update leaves alone is not judged again: display names from other times may break today's
    rule, and some things of GA4's own lack what others must have.

    Args:
        kind: whose rules.
        new: the resource as it would be stored.
        old: the resource before an update; None for a create.

    Raises:
        RpcError: INVALID_ARGUMENT naming the first field that breaks a rule.
    """
    for path, field in kind.fields.items():
        if field.required and _is_missing(new, path) and not (old is not None and _is_missing(old, path)):
            raise invalid_argument(f"{kind.singular}.{_spell(path)} is required.")
        if field.text and (old is None or masks.value_at(new, path) != masks.value_at(old, path)):
            check_text(f"{kind.singular}.{_spell(path)}", masks.value_at(new, path), field.text)
    for path, number in _unknown_enum_values(new):
        raise invalid_argument(f"{kind.singular}.{_spell(path)}: no such value: {number}.")


def _is_missing(message: Any, path: str) -> bool:
    return masks.holder_at(message, path) is not None and not masks.is_set(message, path)


def check_text(label: str, text: str, rule: Text) -> None:
    """Hold a text against its rule; the empty text passes, `required` is another rule.

    Raises:
        RpcError: INVALID_ARGUMENT beginning with the label.
    """
    if rule.length(text) > rule.longest:
        raise invalid_argument(f"{label}: at most {rule.longest} characters, not {rule.length(text)}.")
    if text and rule.pattern and not re.fullmatch(rule.pattern, text):
        raise invalid_argument(f"{label}: {text!r} has a character that is not allowed, or not at its place.")


def _unknown_enum_values(message: Any, prefix: str = "") -> Iterator[tuple[str, int]]:
    for field, value in message.ListFields():
        values = value if field.is_repeated else [value]
        if field.enum_type:
            known = field.enum_type.values_by_number
            yield from ((f"{prefix}{field.name}", item) for item in values if item not in known)
        elif field.message_type:
            for item in values:
                yield from _unknown_enum_values(item, f"{prefix}{field.name}.")


def _spell(path: str) -> str:
    return ".".join(segment.rstrip("_") for segment in path.split("."))
