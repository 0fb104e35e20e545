"""What counts as an event: its own name, or what an event create rule would make it of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from milepost.journeys.engines.query import literal, literals
from milepost.model.declared import DeclaredConversion
from milepost.model.part import Comparison

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_COMPARISONS = {
    "equals": "{text} = {value}",
    "contains": "STRPOS({text}, {value}) > 0",
    "starts_with": "STARTS_WITH({text}, {value})",
    "ends_with": "ENDS_WITH({text}, {value})",
    "matches": "REGEXP_CONTAINS({text}, {value})",
    "greater_than": "SAFE_CAST({text} AS FLOAT64) > {number}",
    "greater_than_or_equal": "SAFE_CAST({text} AS FLOAT64) >= {number}",
    "less_than": "SAFE_CAST({text} AS FLOAT64) < {number}",
    "less_than_or_equal": "SAFE_CAST({text} AS FLOAT64) <= {number}",
}

# Whichever slot holds the value, as text: 50.0 is '50', as in the browser.
_TEXT = """(
        SELECT COALESCE(p.value.string_value, CAST(p.value.int_value AS STRING),
          CASE WHEN COALESCE(p.value.double_value, p.value.float_value)
              = TRUNC(COALESCE(p.value.double_value, p.value.float_value))
            THEN CAST(CAST(COALESCE(p.value.double_value, p.value.float_value) AS INT64) AS STRING)
            ELSE CAST(COALESCE(p.value.double_value, p.value.float_value) AS STRING) END)
        FROM UNNEST(event_params) AS p WHERE p.key = {key} LIMIT 1
      )"""


@dataclass(frozen=True)
class EventDefinition:
    """An event by its name, and where GA4 makes it itself, also by its source event and conditions.

    Both count: a rule acts from its first day on only, so that earlier days have the source alone.
    """

    name: str
    source: str | None = None
    conditions: tuple[tuple[str, Comparison], ...] = field(default=(), hash=False)

    @classmethod
    def of(cls, conversion: DeclaredConversion) -> EventDefinition:
        """What the conversions file declares."""
        definition = conversion.definition
        pairs = tuple(pair for group in definition.when for pair in group.items())
        return cls(conversion.event, definition.source, pairs if definition.source else ())


@dataclass(frozen=True)
class DerivedSql:
    """GoogleSQL of events that are made of others, to be put into the flat rows.

    `parameters` are columns read from `event_params`, `column` an array of the names that an event counts
    as beside its own; both empty where nothing is derived.
    """

    parameters: str
    column: str


def derived_sql(events: Iterable[EventDefinition]) -> DerivedSql:
    """The columns that tell, per row of the export, which derived events it amounts to."""
    derived = [event for event in events if event.source is not None]
    if not derived:
        return DerivedSql("", "")
    sources = literals(sorted({event.source for event in derived if event.source}))
    named = dict.fromkeys(name for event in derived for name, _ in event.conditions if name != "event_name")
    columns = {name: _column(name, number) for number, name in enumerate(named)}
    parameters = "".join(
        f",\n    CASE WHEN event_name IN ({sources}) THEN {_TEXT.format(key=literal(name))} END AS {column}"
        for name, column in columns.items()
    )
    columns["event_name"] = "event_name"
    cases = ",\n      ".join(_case(event, columns) for event in derived)
    return DerivedSql(parameters, f",\n    [\n      {cases}\n    ] AS derived")


def source_names(event: EventDefinition) -> Sequence[str]:
    """Names under which rows of the export may count as an event."""
    return (event.name,) if event.source is None else (event.name, event.source)


def _column(parameter: str, number: int) -> str:
    return f"param_{parameter}" if _NAME.fullmatch(parameter) else f"param_{number}"


def _case(event: EventDefinition, columns: dict[str, str]) -> str:
    conditions = [f"event_name = {literal(event.source or '')}"]
    conditions += [_condition(columns[name], comparison) for name, comparison in event.conditions]
    return f"CASE WHEN {' AND '.join(conditions)} THEN {literal(event.name)} END"


def _condition(column: str, comparison: Comparison) -> str:
    operand = comparison.operand
    folded = comparison.ignore_case
    if comparison.comparator == "matches":
        value = literal(f"(?i){operand}" if folded else operand)
        text = column
    else:
        value = literal(operand.lower() if folded else operand)
        text = f"LOWER({column})" if folded else column
    condition = _COMPARISONS[comparison.comparator].format(
        text=text, value=value, number=f"SAFE_CAST({value} AS FLOAT64)"
    )
    return f"NOT COALESCE({condition}, FALSE)" if comparison.negated else condition
