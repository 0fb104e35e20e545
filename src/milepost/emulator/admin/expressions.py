"""The one shape that filter expressions of audiences and channel groups may have: an AND of ORs of leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from milepost.emulator.admin.words import FIELD_NAME
from milepost.emulator.rpc import invalid_argument

CheckLeaf = Callable[[str, Any], None]
"""Takes the label that error texts begin with, and an expression that is neither a group nor a NOT."""


def check_and_of_ors(label: str, expression: Any, *, negatable: Collection[str], leaf: CheckLeaf) -> None:
    """Hold a top-level expression against the rules of its shape.

    Args:
        label: path of the expression; error texts begin with it.
        expression: plain AudienceFilterExpression or ChannelGroupFilterExpression.
        negatable: fields of an expression that a NOT may hold.
        leaf: judges what the groups hold in the end.

    Raises:
        RpcError: INVALID_ARGUMENT naming the first part of the wrong shape.
    """
    if expression.WhichOneof("expr") != "and_group":
        raise invalid_argument(f"{label}: the top level must be an and_group.")
    for index, each in enumerate(_parts(f"{label}.and_group", expression.and_group)):
        at = f"{label}.and_group[{index}]"
        if each.WhichOneof("expr") != "or_group":
            raise invalid_argument(f"{at}: an and_group holds or_groups only.")
        for number, part in enumerate(_parts(f"{at}.or_group", each.or_group)):
            check_part(f"{at}.or_group[{number}]", part, negatable=negatable, leaf=leaf)


def check_and_of_parts(label: str, expression: Any, *, negatable: Collection[str], leaf: CheckLeaf) -> None:
    """Hold an expression without ORs, as event filters have it, against the rules of its shape.

    Raises:
        RpcError: INVALID_ARGUMENT naming the first part of the wrong shape.
    """
    if expression.WhichOneof("expr") != "and_group":
        raise invalid_argument(f"{label}: must be an and_group.")
    for index, part in enumerate(_parts(f"{label}.and_group", expression.and_group)):
        check_part(f"{label}.and_group[{index}]", part, negatable=negatable, leaf=leaf)


def check_part(label: str, part: Any, *, negatable: Collection[str], leaf: CheckLeaf) -> None:
    """Hold what is left below the groups, a leaf or the NOT of one, against its rules.

    Raises:
        RpcError: INVALID_ARGUMENT naming what is wrong.
    """
    kind = part.WhichOneof("expr")
    if kind == "not_expression":
        if part.not_expression.WhichOneof("expr") not in negatable:
            raise invalid_argument(f"{label}.not_expression: must be one of {', '.join(negatable)}.")
        leaf(f"{label}.not_expression", part.not_expression)
    elif kind is None:
        raise invalid_argument(f"{label} is empty.")
    elif kind.endswith("_group"):
        raise invalid_argument(f"{label}: no group may stand here, such as {kind}.")
    else:
        leaf(label, part)


def check_string_filter(label: str, string_filter: Any) -> None:
    """See that a StringFilter says how to match, and what.

    Raises:
        RpcError: INVALID_ARGUMENT naming what is missing.
    """
    for field in ("match_type", "value"):
        if not getattr(string_filter, field):
            raise invalid_argument(f"{label}.{field} is required.")


def check_field_name(label: str, name: str) -> None:
    """Refuse what cannot be the name of a dimension or metric, with or without a scope in front.

    Raises:
        RpcError: INVALID_ARGUMENT.
    """
    if not name:
        raise invalid_argument(f"{label} is required.")
    if not re.fullmatch(FIELD_NAME, name):
        raise invalid_argument(f"{label}: {name!r} is no name of a dimension or metric.")


def _parts(label: str, group: Any) -> Any:
    if not group.filter_expressions:
        raise invalid_argument(f"{label} is empty.")
    return group.filter_expressions
