"""Pages of a list: sizes, and tokens that fit only the request they came from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from milepost.emulator.rpc import invalid_argument

Item = TypeVar("Item")

Key = list[int | str]
"""Where an item stands in its list. A page goes on behind a key, so that items may come and go meanwhile."""


@dataclass(frozen=True)
class PageRule:
    """Items per page: when the request names no number, and at most."""

    default: int = 50
    maximum: int = 200


FIFTY = PageRule()
"""The sizes of nearly all lists."""


def cut_page(
    items: Sequence[tuple[Key, Item]], request: Any, path: str, *, rule: PageRule, short: bool
) -> tuple[list[Item], str]:
    """The page a request asks for, and the token of the next one.

    Args:
        items: the whole list, ascending by key.
        request: plain protobuf request with `page_size` and `page_token`.
        path: full gRPC method; a token does not fit another method.
        rule: page sizes.
        short: begin with an empty page and fill later ones by half, as the API reserves the right to.

    Returns:
        The items, and the next token; the empty string when nothing follows.

    Raises:
        RpcError: INVALID_ARGUMENT for a negative size, or a token that is no token of this request.
    """
    if request.page_size < 0:
        raise invalid_argument("page_size must not be negative.")
    size = min(request.page_size or rule.default, rule.maximum)
    fingerprint = _fingerprint(request, path)
    start = 0
    if request.page_token:
        after = _read_token(request.page_token, fingerprint)
        start = sum(1 for key, _ in items if key <= after)
    elif short:
        return [], _write_token([], fingerprint)
    if short:
        size = max(1, size // 2)
    page = items[start : start + size]
    more = start + size < len(items)
    return [item for _, item in page], _write_token(page[-1][0], fingerprint) if more else ""


def _fingerprint(request: Any, path: str) -> str:
    bare = type(request)()
    bare.CopyFrom(request)
    bare.ClearField("page_token")
    return hashlib.sha256(path.encode() + b"\0" + bare.SerializeToString(deterministic=True)).hexdigest()[:16]


def _write_token(after: Key, fingerprint: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([fingerprint, after]).encode()).decode()


def _read_token(token: str, fingerprint: str) -> Key:
    try:
        issued_for, after = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
        if issued_for == fingerprint:
            return list(after)
    except (binascii.Error, ValueError, TypeError):
        pass
    raise invalid_argument("page_token is invalid, or the request differs from the one that returned it.")
