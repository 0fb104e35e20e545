"""Rules of the filter clauses that define an audience (reference: Admin API, section 3, audience filters)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from milepost.emulator.admin.expressions import (
    check_and_of_ors,
    check_and_of_parts,
    check_field_name,
    check_string_filter,
)
from milepost.emulator.rpc import invalid_argument

_ACROSS_ALL_SESSIONS = 3
_MOST_DAYS = 60
_DIMENSION_OR_METRIC = "dimension_or_metric_filter"


def check_clauses(clauses: Any) -> None:
    """Hold an audience's filter clauses against all rules of their shape.

    Args:
        clauses: plain AudienceFilterClause messages.

    Raises:
        RpcError: INVALID_ARGUMENT beginning with the path of the first part that breaks a rule.
    """
    for index, clause in enumerate(clauses):
        label = f"Audience.filter_clauses[{index}]"
        _require(clause, "clause_type", label)
        filter_kind = clause.WhichOneof("filter")
        if filter_kind is None:
            raise invalid_argument(f"{label}: simple_filter or sequence_filter is required.")
        if filter_kind == "simple_filter":
            _check_scoped(f"{label}.simple_filter", clause.simple_filter)
        else:
            _check_sequence(f"{label}.sequence_filter", clause.sequence_filter)


def field_names(message: Any) -> Iterator[str]:
    """Names of all dimensions and metrics that a filter message, at any depth, asks about."""
    for field, value in message.ListFields():
        if field.name == "field_name":
            yield value
        elif field.message_type:
            for each in value if field.is_repeated else [value]:
                yield from field_names(each)


def _check_sequence(label: str, sequence: Any) -> None:
    _require(sequence, "scope", label)
    _check_duration(f"{label}.sequence_maximum_duration", sequence.sequence_maximum_duration)
    _require(sequence, "sequence_steps", label)
    for index, step in enumerate(sequence.sequence_steps):
        at = f"{label}.sequence_steps[{index}]"
        _check_duration(f"{at}.constraint_duration", step.constraint_duration)
        _check_scoped(at, step)


def _check_duration(label: str, duration: Any) -> None:
    if duration.seconds < 0 or duration.nanos < 0:
        raise invalid_argument(f"{label} must not be negative.")


def _check_scoped(label: str, scoped: Any) -> None:
    """A simple filter, or a step: an expression and the scope it is evaluated in."""
    _require(scoped, "scope", label)
    if not scoped.HasField("filter_expression"):
        raise invalid_argument(f"{label}.filter_expression is required.")
    check_and_of_ors(
        f"{label}.filter_expression",
        scoped.filter_expression,
        negatable=(_DIMENSION_OR_METRIC,),
        leaf=partial(_check_leaf, scope=scoped.scope),
    )


def _check_leaf(label: str, leaf: Any, *, scope: int) -> None:
    if leaf.WhichOneof("expr") == "event_filter":
        _check_event_filter(f"{label}.event_filter", leaf.event_filter, scope)
    else:
        _check_dimension_or_metric(f"{label}.{_DIMENSION_OR_METRIC}", leaf.dimension_or_metric_filter, scope)


def _check_event_filter(label: str, event_filter: Any, scope: int) -> None:
    _require(event_filter, "event_name", label)
    if event_filter.HasField("event_parameter_filter_expression"):
        check_and_of_parts(
            f"{label}.event_parameter_filter_expression",
            event_filter.event_parameter_filter_expression,
            negatable=(_DIMENSION_OR_METRIC,),
            leaf=partial(_check_parameter_leaf, scope=scope),
        )


def _check_parameter_leaf(label: str, leaf: Any, *, scope: int) -> None:
    if leaf.WhichOneof("expr") == "event_filter":
        raise invalid_argument(f"{label}: event filters cannot be nested.")
    _check_leaf(label, leaf, scope=scope)


def _check_dimension_or_metric(label: str, leaf: Any, scope: int) -> None:
    check_field_name(f"{label}.field_name", leaf.field_name)
    if scope != _ACROSS_ALL_SESSIONS:
        for field in ("at_any_point_in_time", "in_any_n_day_period"):
            if getattr(leaf, field):
                raise invalid_argument(
                    f"{label}.{field}: only with the scope AUDIENCE_FILTER_SCOPE_ACROSS_ALL_SESSIONS."
                )
    if not 0 <= leaf.in_any_n_day_period <= _MOST_DAYS:
        raise invalid_argument(
            f"{label}.in_any_n_day_period: at most {_MOST_DAYS} days, not {leaf.in_any_n_day_period}."
        )
    kind = leaf.WhichOneof("one_filter")
    if kind is None:
        raise invalid_argument(f"{label}: a filter is required beside the field name.")
    _VALUE_RULES[kind](f"{label}.{kind}", getattr(leaf, kind))


def _check_in_list(label: str, in_list: Any) -> None:
    _require(in_list, "values", label)


def _check_numeric(label: str, numeric: Any) -> None:
    _require(numeric, "operation", label)
    _require_number(numeric, "value", label)


def _check_between(label: str, between: Any) -> None:
    for field in ("from_value", "to_value"):
        _require_number(between, field, label)


_VALUE_RULES = {
    "string_filter": check_string_filter,
    "in_list_filter": _check_in_list,
    "numeric_filter": _check_numeric,
    "between_filter": _check_between,
}


def _require(message: Any, field: str, label: str) -> None:
    if not getattr(message, field):
        raise invalid_argument(f"{label}.{field} is required.")


def _require_number(message: Any, field: str, label: str) -> None:
    if getattr(message, field).WhichOneof("one_value") is None:
        raise invalid_argument(f"{label}.{field} is required.")
