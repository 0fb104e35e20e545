"""Conditions of funnel steps and of segments: what one event must be like, as SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from google.analytics import data_v1beta
from google.protobuf import json_format

from milepost.emulator.data import errors
from milepost.emulator.data.filters import NOT_SET, filter_sql, regular_expressions
from milepost.emulator.data.registry import Scope
from milepost.emulator.data.schema import Schema
from milepost.emulator.data.sql import literal, parameter
from milepost.emulator.rpc import invalid_argument

_OF_A_REPORT = re.compile(r"\b(?:h|w\d+)\.")
"""Aliases of what exists for a whole report only: cohorts, and windows of days."""

_GROUPS = {"and_group": " AND ", "or_group": " OR "}


def as_beta(message: Any, target: Any) -> Any:
    """The v1alpha message as its v1beta twin: the same fields under other numbers."""
    plain = json_format.MessageToDict(type(message).pb(message))
    return target(json_format.ParseDict(plain, target.pb(target())))


@dataclass
class EventConditions:
    """Turns v1alpha filter expressions into conditions on one event.

    The conditions read the registry's aliases and are never NULL. `patterns` collects the regular
    expressions met, `metrics` the metrics that were filtered by: those are worth what they are for the
    event alone, and are read from columns `x.v0…` in the order of `metrics`.
    """

    schema: Schema
    patterns: list[str] = field(default_factory=list)
    metrics: list[str] = field(default_factory=list)

    def report_filter(self, expression: Any) -> str:
        """The dimension filter of a whole report.

        Raises:
            RpcError: an unknown name, or a filter without a condition.
        """
        beta = as_beta(expression, data_v1beta.FilterExpression)
        self.patterns.extend(regular_expressions(beta))
        return filter_sql(beta, self.dimension)

    def step(self, expression: Any) -> str:
        """The condition of a funnel step.

        Raises:
            RpcError: an unknown name, an empty group, or a filter without a condition.
        """
        return self._tree(expression, "funnel")

    def segment(self, expression: Any) -> str:
        """The condition of a segment's group, as an aggregate over the events of its scope.

        Raises:
            RpcError: as for a step; or it asks for a metric, or for a period of its own.
        """
        return self._tree(expression, "segment", "bool_or")

    def sequence_step(self, expression: Any) -> str:
        """The condition of a step in a segment's sequence, on one event.

        Raises:
            RpcError: as for a segment.
        """
        return self._tree(expression, "segment")

    def dimension(self, name: str) -> str:
        """SQL of a dimension's value on an event.

        Raises:
            RpcError: there is no such dimension, or it is one of items.
        """
        dimension = self.schema.dimensions.get(name)
        if dimension is None:
            raise errors.unknown_dimension(name, self.schema.dimensions)
        if dimension.scope is Scope.ITEM or _OF_A_REPORT.search(dimension.sql):
            raise errors.not_emulated(f"The dimension {name} of a single event")
        return f"coalesce({dimension.sql}, {literal(NOT_SET)})"

    def _tree(self, expression: Any, prefix: str, outer: str = "") -> str:
        """`prefix` is `funnel` or `segment`: the leaves' names differ by it; `outer` aggregates them."""
        kind = type(expression).pb(expression).WhichOneof("expr")
        if kind in _GROUPS:
            parts = [self._tree(part, prefix, outer) for part in getattr(expression, kind).expressions]
            return _joined(kind, parts)
        if kind == "not_expression":
            return f"(NOT {self._tree(expression.not_expression, prefix, outer)})"
        if kind == f"{prefix}_event_filter":
            return f"{outer}({self._event(getattr(expression, kind), prefix)})"
        if kind in ("funnel_field_filter", "segment_filter"):
            message = getattr(expression, kind)
            _check_scoping(message)
            of_segment = prefix == "segment"
            value = self.dimension(message.field_name) if of_segment else self._field(message.field_name)
            return f"{outer}({self.leaf(message, message.field_name, value)})"
        if kind is not None:
            message = getattr(expression, kind)
            return self._parameter(message)
        raise invalid_argument(f"A filter expression of the {prefix} is empty.")

    def _event(self, message: Any, prefix: str) -> str:
        if not message.event_name:
            raise invalid_argument("The event_name of an event filter is required.")
        named = f"(e.event_name = {literal(message.event_name)})"
        inner = f"{prefix}_parameter_filter_expression"
        if inner not in message:
            return named
        return f"({named} AND {self._tree(getattr(message, inner), f'{prefix}_parameter')})"

    def _parameter(self, message: Any) -> str:
        if message.item_parameter_name:
            raise errors.not_emulated("A filter on an item parameter")
        _check_scoping(message)
        name = message.event_parameter_name
        if not name:
            raise invalid_argument("A parameter filter names neither an event nor an item parameter.")
        return self.leaf(message, name, f"coalesce({parameter(name)}, {literal(NOT_SET)})")

    def _field(self, name: str) -> str:
        if name in self.schema.metrics and name not in self.schema.dimensions:
            if _OF_A_REPORT.search(self.schema.metrics[name].sql):
                raise errors.not_emulated(f"The metric {name} of a single event")
            if name not in self.metrics:
                self.metrics.append(name)
            return f"coalesce(x.v{self.metrics.index(name)}, 0)"
        return self.dimension(name)

    def leaf(self, message: Any, name: str, sql: str) -> str:
        """A filter's condition on a value; any message with the fields of a Filter will do.

        Args:
            message: holds a string, in-list, numeric or between filter.
            name: what the value is called in error texts.
            sql: the value, never NULL.

        Raises:
            RpcError: the filter has no condition.
        """
        plain = json_format.MessageToDict(type(message).pb(message))
        conditions = {key: value for key, value in plain.items() if key in _CONDITIONS}
        leaf = json_format.ParseDict({"fieldName": name, **conditions}, _Filter.pb(_Filter()))
        expression = data_v1beta.FilterExpression(filter=leaf)
        self.patterns.extend(regular_expressions(expression))
        return filter_sql(expression, lambda _: sql)


_Filter = data_v1beta.Filter
_CONDITIONS = ("stringFilter", "inListFilter", "numericFilter", "betweenFilter")


def _check_scoping(message: Any) -> None:
    """Segments' filters may look at periods of their own; funnels' have no such field."""
    if "filter_scoping" in type(message).meta.fields and "filter_scoping" in message:
        raise errors.not_emulated("A segment's filter with a scoping of its own")


def _joined(kind: str, parts: list[str]) -> str:
    if not parts:
        raise invalid_argument(f"The {kind} of a filter expression must contain at least one expression.")
    return f"({_GROUPS[kind].join(parts)})"
