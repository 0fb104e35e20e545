"""Metric expressions such as `eventCount/totalUsers`, and dimension expressions, as SQL."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from google.analytics import data_v1beta

from milepost.emulator.data.sql import literal
from milepost.emulator.rpc import invalid_argument

CUSTOM_NAME = re.compile(r"[a-zA-Z0-9_]+", re.ASCII)
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_:]*)|([-+*/()]))", re.ASCII)


def metric_expression(text: str, resolve: Callable[[str], str]) -> str:
    """SQL of an arithmetic expression over metrics; dividing by zero gives 0.

    Args:
        text: metric names, numbers, `+ - * /` and parentheses.
        resolve: gives the aggregate SQL of a metric, or raises.

    Raises:
        RpcError: the expression cannot be read, or names an unknown metric.
    """
    return _Expression(text, resolve).parse()


class _Expression:
    """Recursive descent: sum = product (± product)*, product = factor (*/ factor)*."""

    def __init__(self, text: str, resolve: Callable[[str], str]) -> None:
        self._text = text
        self._resolve = resolve
        self._tokens = self._split()

    def parse(self) -> str:
        sql = self._sum()
        if self._tokens:
            raise self._error()
        return sql

    def _split(self) -> list[re.Match[str]]:
        tokens, position, text = [], 0, self._text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._error()
            tokens.append(match)
            position = match.end()
        return tokens

    def _error(self) -> Exception:
        return invalid_argument(f"The metric expression '{self._text}' cannot be read.")

    def _operator(self, choices: str) -> str | None:
        if self._tokens and self._tokens[0].group(3) and self._tokens[0].group(3) in choices:
            return self._tokens.pop(0).group(3)
        return None

    def _sum(self) -> str:
        sql = self._product()
        while operator := self._operator("+-"):
            sql = f"({sql} {operator} {self._product()})"
        return sql

    def _product(self) -> str:
        sql = self._factor()
        while operator := self._operator("*/"):
            other = self._factor()
            sql = f"coalesce({sql} / nullif({other}, 0), 0)" if operator == "/" else f"({sql} * {other})"
        return sql

    def _factor(self) -> str:
        if self._operator("-"):
            return f"(-{self._factor()})"
        if self._operator("("):
            sql = self._sum()
            if self._operator(")") is None:
                raise self._error()
            return sql
        if not self._tokens or self._tokens[0].group(3):
            raise self._error()
        number, name, _ = self._tokens.pop(0).groups()
        return f"{number}::DOUBLE" if number else f"coalesce(({self._resolve(name)})::DOUBLE, 0)"


def dimension_names(message: Any) -> list[str]:
    """The dimensions an expression speaks of."""
    names = [message.lower_case.dimension_name, message.upper_case.dimension_name]
    return [name for name in (*names, *message.concatenate.dimension_names) if name]


def dimension_expression(message: Any, resolve: Callable[[str], str]) -> str:
    """SQL of a lower-case, upper-case or joined dimension; `resolve` gives a dimension's SQL or raises."""
    kind = data_v1beta.DimensionExpression.pb(message).WhichOneof("one_expression")
    if kind == "lower_case":
        return f"lower({resolve(message.lower_case.dimension_name)})"
    if kind == "upper_case":
        return f"upper({resolve(message.upper_case.dimension_name)})"
    if kind == "concatenate":
        parts = [resolve(name) for name in message.concatenate.dimension_names]
        if parts:
            return f"concat_ws({literal(message.concatenate.delimiter)}, {', '.join(parts)})"
    raise invalid_argument("The dimension expression is empty.")
