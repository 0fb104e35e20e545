"""Channel groups: ordered rules that sort a property's traffic into channels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import grpc
from google.analytics import admin_v1alpha

from milepost.emulator.admin.expressions import check_and_of_ors, check_field_name, check_string_filter
from milepost.emulator.admin.kind import (
    OUTPUT,
    Change,
    Draft,
    Field,
    Kind,
    Text,
    copy_of,
    never,
    plain,
    refuse_system_made,
)
from milepost.emulator.rpc import RpcError, invalid_argument
from milepost.emulator.store import Record, Store
from milepost.emulator.switches import Switches

COLLECTION = "channelGroups"
DEFAULT_CHANNELS = (
    "Direct",
    "Cross-network",
    "Paid Shopping",
    "Paid Search",
    "Paid Social",
    "Paid Video",
    "Display",
    "Paid Other",
    "Organic Shopping",
    "Organic Social",
    "Organic Video",
    "Organic Search",
    "Referral",
    "Email",
    "Affiliates",
    "Audio",
    "SMS",
    "Mobile Push Notifications",
)
"""Channels of the group every property is born with, in order."""

_MOST_RULES = 50


def channel_groups(switches: Switches) -> Kind:
    """Channel groups. Exactly one is primary: GA4's own, until another one is made so."""
    return Kind(
        message=admin_v1alpha.ChannelGroup,
        plural="ChannelGroups",
        collection=COLLECTION,
        parent=("properties",),
        verbs=("Get", "List", "Create", "Update", "Delete"),
        fields={
            "name": OUTPUT,
            "system_defined": OUTPUT,
            "display_name": Field(required=True, text=Text(80)),
            "description": Field(text=Text(256)),
            "grouping_rule": Field(required=True),
        },
        check=_check,
        derive=_fill_in_rules,
        clashes=_name_taken if switches.unique_channel_group_names else never,
        buckets=lambda group: () if group.system_defined else ("channel_groups",),
        removable=lambda group: not group.system_defined,
        settle=_keep_one_primary,
    )


def add_default_channel_group(store: Store, property_name: str, moment: datetime) -> None:
    """Give a property GA4's own channel group unless it has it; call inside a transaction.

    Args:
        store: where the property is.
        property_name: such as `properties/1`.
        moment: its creation time.
    """
    if any(record.message.system_defined for _, record in store.children(property_name, COLLECTION)):
        return
    name = f"{property_name}/{COLLECTION}/{store.new_id()}"
    message = admin_v1alpha.ChannelGroup(
        name=name,
        display_name="Default Channel Group",
        system_defined=True,
        primary=True,
    )
    store.put(name, Record(message, moment, moment))


def _default_rule(channel: str) -> Any:
    matches = {"match_type": "EXACT", "value": channel}
    leaf = {"filter": {"field_name": "eachScopeDefaultChannelGroup", "string_filter": matches}}
    either = {"or_group": {"filter_expressions": [leaf]}}
    expression = {"and_group": {"filter_expressions": [either]}}
    return plain(admin_v1alpha.GroupingRule(display_name=channel, expression=expression))


_DEFAULT_RULES = tuple(_default_rule(channel) for channel in DEFAULT_CHANNELS)


def _fill_in_rules(_: Store, group: Any) -> None:
    # The same in every property and never changed: hundreds of copies in a state file would be a burden.
    if group.system_defined and not group.grouping_rule:
        group.grouping_rule.extend(_DEFAULT_RULES)


def _keep_one_primary(store: Store, property_name: str, stored: Any, moment: datetime) -> Sequence[Change]:
    """Whoever was made primary last is it alone; when nobody is, GA4's own group is again."""
    groups = {name: plain(record.message) for name, record in store.children(property_name, COLLECTION)}
    wanted = stored.name if stored is not None and stored.primary else None
    if wanted is None:
        wanted = next((name for name, group in groups.items() if group.primary), None)
    changes = []
    for name, group in groups.items():
        primary = name == wanted if wanted else group.system_defined
        if group.primary == primary:
            continue
        before, changed = copy_of(group), copy_of(group)
        changed.primary = primary
        for each in (before, changed):
            _fill_in_rules(store, each)
        previous = store.get(name)
        created = previous.created if previous else moment
        store.put(name, Record(admin_v1alpha.ChannelGroup.wrap(changed), created, moment))
        changes.append((name, before, changed))
    return changes


def _check(draft: Draft) -> None:
    group, old = draft.new, draft.old
    if old is not None and old.system_defined and _defining(old) != _defining(group):
        refuse_system_made(draft, "Display name and rules of GA4's own channel group")
    if len(group.grouping_rule) > _MOST_RULES:
        raise invalid_argument(
            f"ChannelGroup.grouping_rule: at most {_MOST_RULES}, not {len(group.grouping_rule)}."
        )
    for index, rule in enumerate(group.grouping_rule):
        label = f"ChannelGroup.grouping_rule[{index}]"
        if not rule.display_name:
            raise invalid_argument(f"{label}.display_name is required.")
        check_and_of_ors(f"{label}.expression", rule.expression, negatable=("filter",), leaf=_check_leaf)
        _check_sizes(rule.expression, draft.switches.channel_group_or_values)


def _defining(group: Any) -> tuple[str, list[Any]]:
    return group.display_name, list(group.grouping_rule)


def _check_leaf(label: str, leaf: Any) -> None:
    check_field_name(f"{label}.filter.field_name", leaf.filter.field_name)
    kind = leaf.filter.WhichOneof("value_filter")
    if kind is None:
        raise invalid_argument(f"{label}.filter: string_filter or in_list_filter is required.")
    if kind == "string_filter":
        check_string_filter(f"{label}.filter.string_filter", leaf.filter.string_filter)
    elif not leaf.filter.in_list_filter.values:
        raise invalid_argument(f"{label}.filter.in_list_filter.values is required.")


def _check_sizes(expression: Any, most: int) -> None:
    """Google has been seen to answer groups that are too large with an error of its own, not the caller's."""
    for part in expression.and_group.filter_expressions:
        if sum(_values(leaf) for leaf in part.or_group.filter_expressions) > most:
            raise RpcError(grpc.StatusCode.INTERNAL, "Internal error encountered.")


def _values(leaf: Any) -> int:
    inner = leaf.not_expression if leaf.WhichOneof("expr") == "not_expression" else leaf
    in_list = inner.filter.WhichOneof("value_filter") == "in_list_filter"
    return len(inner.filter.in_list_filter.values) if in_list else 1


def _name_taken(draft: Draft) -> bool:
    return any(sibling.display_name == draft.new.display_name for sibling in draft.siblings())
