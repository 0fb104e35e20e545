"""Event create rules: events GA4 makes itself out of others, in one web stream."""

from __future__ import annotations

from typing import Any

from google.analytics import admin_v1alpha

from milepost.emulator.admin.fields import check_text
from milepost.emulator.admin.kind import OUTPUT, Draft, Field, Kind, Text, plain
from milepost.emulator.admin.kinds.key_events import check_event_name
from milepost.emulator.admin.words import EVENT_NAME, MUTATION_PARAMETER
from milepost.emulator.rpc import invalid_argument
from milepost.emulator.switches import Switches

_WEB = 1
_REGULAR_EXPRESSIONS = (13, 14)
_MOST_CONDITIONS = 10
_MOST_MUTATIONS = 20


def event_create_rules(switches: Switches) -> Kind:
    """Event create rules. No two need differ: the API documents no identity beside the name."""
    return Kind(
        message=admin_v1alpha.EventCreateRule,
        plural="EventCreateRules",
        collection="eventCreateRules",
        parent=("properties", "dataStreams"),
        verbs=("Get", "List", "Create", "Update", "Delete"),
        fields={
            "name": OUTPUT,
            "destination_event": Field(required=True, text=Text(switches.event_name_max_length, EVENT_NAME)),
            "event_conditions": Field(required=True),
        },
        check=_check,
        identity=("destination_event",) if switches.unique_rule_destinations else (),
        buckets=lambda _: ("event_create_rules",),
    )


def _check(draft: Draft) -> None:
    rule = draft.new
    check_event_name("EventCreateRule.destination_event", rule.destination_event, draft.switches)
    stream = plain(draft.store.get(draft.parent).message)  # type: ignore[union-attr]  # seen to by the machinery
    if stream.type_ != _WEB and not draft.switches.rules_on_app_streams:
        raise invalid_argument("parent: event create rules belong to web data streams.")
    check_conditions("EventCreateRule", rule.event_conditions, web=stream.type_ == _WEB)
    check_mutations("EventCreateRule", rule.parameter_mutations, draft.switches)
    if any(mutation.parameter == "event_name" for mutation in rule.parameter_mutations):
        raise invalid_argument(
            "EventCreateRule.parameter_mutations: event_name can be changed by event edit rules only."
        )


def check_conditions(kind: str, conditions: Any, *, web: bool) -> None:
    """Hold a rule's matching conditions against their rules.

    Raises:
        RpcError: INVALID_ARGUMENT naming the first condition that breaks one.
    """
    if len(conditions) > _MOST_CONDITIONS:
        raise invalid_argument(f"{kind}.event_conditions: at most {_MOST_CONDITIONS}, not {len(conditions)}.")
    for index, condition in enumerate(conditions):
        label = f"{kind}.event_conditions[{index}]"
        for field in ("field", "comparison_type", "value"):
            if not getattr(condition, field):
                raise invalid_argument(f"{label}.{field} is required.")
        if " " in condition.field:
            raise invalid_argument(f"{label}.field: {condition.field!r} must not contain spaces.")
        if condition.comparison_type in _REGULAR_EXPRESSIONS and not web:
            raise invalid_argument(f"{label}: regular expressions are for web data streams only.")


def check_mutations(kind: str, mutations: Any, switches: Switches) -> None:
    """Hold a rule's parameter mutations against their rules.

    Raises:
        RpcError: INVALID_ARGUMENT naming the first mutation that breaks one.
    """
    if len(mutations) > _MOST_MUTATIONS:
        raise invalid_argument(
            f"{kind}.parameter_mutations: at most {_MOST_MUTATIONS}, not {len(mutations)}."
        )
    seen = set()
    for index, mutation in enumerate(mutations):
        label = f"{kind}.parameter_mutations[{index}]"
        for field, rule in (
            ("parameter", Text(switches.mutation_parameter_max_length, MUTATION_PARAMETER)),
            ("parameter_value", Text(switches.mutation_value_max_length)),
        ):
            if not getattr(mutation, field):
                raise invalid_argument(f"{label}.{field} is required.")
            check_text(f"{label}.{field}", getattr(mutation, field), rule)
        if mutation.parameter in seen:
            raise invalid_argument(f"{label}.parameter: {mutation.parameter!r} is set twice.")
        seen.add(mutation.parameter)
