"""Field paths: reading, writing and clearing them in protobuf messages, and what an update mask may say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from milepost.emulator.rpc import invalid_argument

ALL = "*"
"""The one path that stands for the whole resource."""


def mask_paths(message: Any, paths: Sequence[str], *, skip_unknown: bool = False) -> list[str]:
    """The paths of an update mask, checked and spelled as the message spells them.

    Args:
        message: plain protobuf message of the resource's type.
        paths: as sent: snake_case, nested with dots, or a single `*`.
        skip_unknown: leave out what is no field instead of refusing it.

    Raises:
        RpcError: INVALID_ARGUMENT for a path that is no field, or `*` beside other paths.
    """
    if ALL in paths:
        if len(paths) > 1:
            raise invalid_argument("update_mask: '*' must be the only path.")
        return [field.name for field in message.DESCRIPTOR.fields]
    known = {path: _resolve(message.DESCRIPTOR, path) for path in paths}
    unknown = [path for path, resolved in known.items() if resolved is None]
    if unknown and not skip_unknown:
        name = message.DESCRIPTOR.name
        raise invalid_argument(f"update_mask: {name} has no field {unknown[0]!r} that can be masked.")
    return [resolved for resolved in known.values() if resolved is not None]


def _resolve(descriptor: Any, path: str) -> str | None:
    resolved = []
    for segment in path.split("."):
        # proto-plus renames fields that clash with Python (`type_`); on the wire they are `type`.
        field = descriptor and (
            descriptor.fields_by_name.get(segment) or descriptor.fields_by_name.get(f"{segment}_")
        )
        if field is None:
            return None
        resolved.append(field.name)
        descriptor = None if field.is_repeated else field.message_type
    return ".".join(resolved)


def field_at(message: Any, path: str) -> Any:
    """Descriptor of the field at a path."""
    *parents, leaf = path.split(".")
    descriptor = message.DESCRIPTOR
    for segment in parents:
        descriptor = descriptor.fields_by_name[segment].message_type
    return descriptor.fields_by_name[leaf]


def holder_at(message: Any, path: str) -> Any | None:
    """The message that has the path's last field directly; None when one on the way is not set."""
    for segment in path.split(".")[:-1]:
        if not message.HasField(segment):
            return None
        message = getattr(message, segment)
    return message


def value_at(message: Any, path: str) -> Any:
    """Value at a path; the field's default when it, or a message on the way, is not set."""
    for segment in path.split("."):
        message = getattr(message, segment)
    return message


def is_set(message: Any, path: str) -> bool:
    """Whether a path holds anything; text, numbers, enums and lists count as set when not empty or zero."""
    holder = holder_at(message, path)
    if holder is None:
        return False
    field = field_at(message, path)
    if field.has_presence:
        return bool(holder.HasField(field.name))
    return bool(getattr(holder, field.name))


def clear(message: Any, path: str) -> None:
    """Empty the field at a path, without setting the messages on the way."""
    holder = holder_at(message, path)
    if holder is not None:
        holder.ClearField(path.rpartition(".")[2])


def copy_path(source: Any, target: Any, path: str) -> None:
    """Make a path in `target` what it is in `source`; empty there means cleared here."""
    if not is_set(source, path):
        clear(target, path)
        if (holder_at(source, path)) is not None and "." in path:
            # A zero inside a set message: the message has to be set in the target as well.
            value_at(target, path.rpartition(".")[0]).SetInParent()
        return
    *parents, leaf = path.split(".")
    for segment in parents:
        target, source = getattr(target, segment), getattr(source, segment)
    field = target.DESCRIPTOR.fields_by_name[leaf]
    if field.is_repeated:
        target.ClearField(leaf)
        getattr(target, leaf).MergeFrom(getattr(source, leaf))
    elif field.message_type:
        getattr(target, leaf).CopyFrom(getattr(source, leaf))
    else:
        setattr(target, leaf, getattr(source, leaf))
