"""Filter expressions as SQL conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from google.analytics import data_v1beta

from milepost.emulator.data.sql import literal
from milepost.emulator.rpc import RpcError, invalid_argument

NOT_SET = "(not set)"
_Match = data_v1beta.Filter.StringFilter.MatchType
_Operation = data_v1beta.Filter.NumericFilter.Operation

Resolve = Callable[[str], str]
"""Gives the SQL of a field by its name."""

_TEXT = {
    _Match.MATCH_TYPE_UNSPECIFIED: "{field} = {value}",
    _Match.EXACT: "{field} = {value}",
    _Match.BEGINS_WITH: "starts_with({field}, {value})",
    _Match.ENDS_WITH: "suffix({field}, {value})",
    _Match.CONTAINS: "contains({field}, {value})",
}
_REGEX = {_Match.FULL_REGEXP: "regexp_full_match", _Match.PARTIAL_REGEXP: "regexp_matches"}
_OPERATORS = {
    _Operation.EQUAL: "=",
    _Operation.LESS_THAN: "<",
    _Operation.LESS_THAN_OR_EQUAL: "<=",
    _Operation.GREATER_THAN: ">",
    _Operation.GREATER_THAN_OR_EQUAL: ">=",
}


def field_names(expression: Any) -> Iterator[str]:
    """Names of the fields an expression speaks of, in its order, repeated as often as it does."""
    kind = _kind(expression)
    if kind in ("and_group", "or_group"):
        for part in getattr(expression, kind).expressions:
            yield from field_names(part)
    elif kind == "not_expression":
        yield from field_names(expression.not_expression)
    elif kind == "filter":
        yield expression.filter.field_name


def regular_expressions(expression: Any) -> Iterator[str]:
    """The patterns an expression holds."""
    kind = _kind(expression)
    if kind in ("and_group", "or_group"):
        for part in getattr(expression, kind).expressions:
            yield from regular_expressions(part)
    elif kind == "not_expression":
        yield from regular_expressions(expression.not_expression)
    elif kind == "filter" and expression.filter.string_filter.match_type in _REGEX:
        yield expression.filter.string_filter.value


def filter_sql(expression: Any, resolve: Resolve) -> str:
    """A condition that is true or false, never NULL, given that the fields never are.

    An expression without content holds for everything.

    Raises:
        RpcError: a filter without a condition, or an empty list of values.
    """
    kind = _kind(expression)
    if kind in ("and_group", "or_group"):
        return _group(expression, kind, resolve)
    if kind == "not_expression":
        return f"(NOT {filter_sql(expression.not_expression, resolve)})"
    if kind == "filter":
        return f"({_one(expression.filter, resolve)})"
    return "true"


def _group(expression: Any, kind: str, resolve: Resolve) -> str:
    parts = [filter_sql(part, resolve) for part in getattr(expression, kind).expressions]
    if not parts:
        raise invalid_argument(f"The {kind} of a filter expression must contain at least one expression.")
    return f"({(' AND ' if kind == 'and_group' else ' OR ').join(parts)})"


def _one(message: Any, resolve: Resolve) -> str:
    field = resolve(message.field_name)
    kind = data_v1beta.Filter.pb(message).WhichOneof("one_filter")
    if kind == "string_filter":
        return _string(message.string_filter, field)
    if kind == "in_list_filter":
        return _in_list(message.in_list_filter, field)
    if kind == "numeric_filter":
        operator = _OPERATORS.get(message.numeric_filter.operation)
        if operator is None:
            raise invalid_argument(f"The numeric filter on {message.field_name} lacks an operation.")
        return f"coalesce({_number(field)} {operator} {_value(message.numeric_filter.value)}, false)"
    if kind == "between_filter":
        low, high = _value(message.between_filter.from_value), _value(message.between_filter.to_value)
        return f"coalesce({_number(field)} BETWEEN {low} AND {high}, false)"
    if kind == "empty_filter":
        return f"{field}::VARCHAR IN ({literal(NOT_SET)}, '')"
    raise _no_condition(message)


def _no_condition(message: Any) -> RpcError:
    return invalid_argument(f"The filter on {message.field_name} lacks a condition.")


def _string(message: Any, field: str) -> str:
    text, value = f"{field}::VARCHAR", literal(message.value)
    function = _REGEX.get(message.match_type)
    if function:
        return f"{function}({text}, {value}, {literal('c' if message.case_sensitive else 'i')})"
    template = _TEXT[message.match_type]
    if message.case_sensitive:
        return template.format(field=text, value=value)
    return template.format(field=f"lower({text})", value=f"lower({value})")


def _in_list(message: Any, field: str) -> str:
    if not message.values:
        raise invalid_argument("The in_list_filter must contain at least one value.")
    values = [literal(value) for value in message.values]
    if message.case_sensitive:
        return f"{field}::VARCHAR IN ({', '.join(values)})"
    return f"lower({field}::VARCHAR) IN ({', '.join(f'lower({value})' for value in values)})"


def _number(field: str) -> str:
    return f"try_cast({field} AS DOUBLE)"


def _value(message: Any) -> str:
    if data_v1beta.NumericValue.pb(message).WhichOneof("one_value") == "double_value":
        return f"{literal(repr(message.double_value))}::DOUBLE"
    return str(message.int64_value)


def _kind(expression: Any) -> str | None:
    kind: str | None = data_v1beta.FilterExpression.pb(expression).WhichOneof("expr")
    return kind
