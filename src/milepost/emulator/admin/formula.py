"""Formulas of calculated metrics: whether one is well formed, and which metrics it names.

Allowed are + - * / and parentheses, unary minus, numbers that fit in 64 bits, standard metrics and
`customEvent:parameter` (reference: Admin API, section 4.1).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

CUSTOM_PREFIX = "customEvent:"

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<metric>[A-Za-z][A-Za-z0-9_]*(?::[A-Za-z0-9_]+)?)"
    r"|(?P<sign>[-+*/()])|(?P<wrong>\S))"
)


class FormulaError(ValueError):
    """A formula that is none; `str()` says what is wrong, and where."""


@dataclass(frozen=True)
class Formula:
    """What a well-formed formula names: standard metrics, and parameters of custom metrics."""

    standard: frozenset[str]
    custom: frozenset[str]


def read_formula(text: str) -> Formula:
    """Read a formula.

    Raises:
        FormulaError: it is not well formed, or a number in it is too large for a double.
    """
    metrics = set()
    depth, operand_next = 0, True
    for kind, word, at in _tokens(text):
        if kind == "sign" and word == "(" and operand_next:
            depth += 1
        elif kind == "sign" and word == ")" and not operand_next and depth:
            depth -= 1
        elif kind == "sign" and word == "-" and operand_next:
            continue
        elif kind == "sign" and word not in "()" and not operand_next:
            operand_next = True
        elif kind != "sign" and operand_next:
            operand_next = False
            metrics |= {word} if kind == "metric" else _no_metric(word)
        else:
            raise FormulaError(f"{word!r} at character {at + 1} is not expected there")
    if operand_next:
        raise FormulaError("a number or a metric is missing at its end")
    if depth:
        raise FormulaError(f"parentheses that are not closed: {depth}")
    custom = {metric.removeprefix(CUSTOM_PREFIX) for metric in metrics if metric.startswith(CUSTOM_PREFIX)}
    return Formula(frozenset(m for m in metrics if not m.startswith(CUSTOM_PREFIX)), frozenset(custom))


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    for match in _TOKEN.finditer(text.rstrip()):
        kind = str(match.lastgroup)
        if kind == "wrong":
            raise FormulaError(f"character {match.start(kind) + 1} begins nothing a formula may hold")
        yield kind, match[kind], match.start(kind)


def _no_metric(number: str) -> set[str]:
    if not math.isfinite(float(number)):
        raise FormulaError(f"{number} does not fit in 64 bits")
    return set()
