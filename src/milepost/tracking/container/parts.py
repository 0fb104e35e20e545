"""The small parts that tags, triggers and variables of a container are made of."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from milepost.model.part import Comparison
from milepost.tracking.container.format import Condition, Operator, Parameter

PREFIX = "Milepost - "
"""Before every name, for Tag Manager merges by name."""

_OPERATORS: dict[str, Operator] = {
    "equals": "EQUALS",
    "contains": "CONTAINS",
    "starts_with": "STARTS_WITH",
    "ends_with": "ENDS_WITH",
    "matches": "MATCH_REGEX",
}
_AS_PATTERN = {"equals": "^{}$", "contains": "{}", "starts_with": "^{}", "ends_with": "{}$", "matches": "{}"}


def named(what: str) -> str:
    """A name of ours."""
    return f"{PREFIX}{what}"


def reference(name: str) -> str:
    """What stands for a variable inside a text."""
    return f"{{{{{name}}}}}"


def text(key: str, value: str) -> Parameter:
    """A parameter that is a text; in it, `{{Name}}` stands for a variable."""
    return Parameter(type="TEMPLATE", key=key, value=value)


def truth(key: str, value: bool) -> Parameter:
    """A parameter that is true or false, which exports write as text."""
    return Parameter(type="BOOLEAN", key=key, value=str(value).lower())


def table(key: str, rows: Iterable[tuple[str, str]]) -> Parameter:
    """A list of maps from a parameter of the event to its value."""
    return Parameter(
        type="LIST",
        key=key,
        list=[
            Parameter(type="MAP", map=[text("parameter", name), text("parameterValue", value)])
            for name, value in rows
        ],
    )


def condition(variable: str, operator: Operator, value: str) -> Condition:
    """A comparison of a variable with a text."""
    return Condition(type=operator, parameter=[text("arg0", reference(variable)), text("arg1", value)])


def path_condition(page: Comparison) -> Condition:
    """On which pages: a comparison of the page's path.

    Only patterns are known to ignore case, so that what ignores case becomes one.
    """
    operator, value = _OPERATORS[page.comparator], page.operand
    if page.ignore_case and operator != "MATCH_REGEX":
        value, operator = _AS_PATTERN[page.comparator].format(re.escape(value)), "MATCH_REGEX"
    made = condition("Page Path", operator, value)
    if page.ignore_case:
        made.parameter.append(truth("ignore_case", True))
    if page.negated:
        made.parameter.append(truth("negate", True))
    return made


def digest(content: Mapping[str, Any]) -> str:
    """Twelve hexadecimal digits that change with the content; key order means nothing."""
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:12]


def fingerprint(content: Mapping[str, Any]) -> str:
    """Thirteen digits, as Tag Manager writes them, but made of the content instead of the hour."""
    return f"{int(digest(content), 16) % 10**13:013d}"
