"""Resource names: whether they are well formed, and whether the caller may see what they name."""

from __future__ import annotations

import re
from typing import Any

from milepost.emulator.rpc import failed_precondition, invalid_argument, permission_denied
from milepost.emulator.store import Store

_ROOT = re.compile(r"(?:properties|accounts)/[0-9]+(?=/|$)")


WHOLE_NUMBER = "[0-9]+"
"""Pattern of nearly all ids."""


def name_pattern(collections: tuple[str, ...], last_id: str = WHOLE_NUMBER) -> re.Pattern[str]:
    """Pattern of `COLLECTION/ID/COLLECTION/ID…`.

    Args:
        collections: from the outermost inward.
        last_id: pattern of the last id; those before it are whole numbers.
    """
    ids = [WHOLE_NUMBER] * (len(collections) - 1) + [last_id]
    return re.compile(
        "/".join(f"{re.escape(name)}/{number}" for name, number in zip(collections, ids, strict=False))
    )


def check_access(store: Store, name: str) -> str:
    """See that the caller has a role on the property or account a name begins with.

    Comes before every other check: Google does not tell a stranger whether a property exists, nor
    whether the rest of the name makes sense.

    Returns:
        Name of the property or account; empty when the name begins with neither, which is for
        `check_name` to refuse.

    Raises:
        RpcError: PERMISSION_DENIED when there is no such property or account.
    """
    match = _ROOT.match(name)
    if match is None:
        return ""
    if store.get(match[0]) is None:
        raise permission_denied()
    return match[0]


def check_name(name: str, pattern: re.Pattern[str], field: str) -> None:
    """Refuse a name of the wrong shape.

    Raises:
        RpcError: INVALID_ARGUMENT; the message names the request's field.
    """
    if not pattern.fullmatch(name):
        raise invalid_argument(f"{field}: {name!r} is not a resource name this method takes.")


def check_not_trashed(root: Any) -> None:
    """Refuse to write to what is in the trash.

    Args:
        root: plain Property or Account.

    Raises:
        RpcError: FAILED_PRECONDITION for a property or account that was deleted.
    """
    trashed = root.deleted if root.DESCRIPTOR.name == "Account" else root.HasField("delete_time")
    if trashed:
        raise failed_precondition(f"{root.name} is in the trash and cannot be changed.")
