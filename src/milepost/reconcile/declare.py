"""Live → declaration: what the file would have to say for a property to stay as it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from milepost.model.document import Role
from milepost.model.resources import Resource
from milepost.reconcile.kinds import KINDS, Kind
from milepost.reconcile.live import Live

Table = dict[str, Any]


@dataclass(frozen=True)
class Declaration:
    """Tables as the file would hold them, by their keys; `left_out` says what the file has no words for."""

    conversions: dict[str, Table] = field(default_factory=dict)
    dimensions: dict[str, Table] = field(default_factory=dict)
    metrics: dict[str, Table] = field(default_factory=dict)
    calculated_metrics: dict[str, Table] = field(default_factory=dict)
    audiences: dict[str, Table] = field(default_factory=dict)
    retention: Table = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def declare(live: Live, *, leave_alone: Iterable[str] = ()) -> Declaration:
    """A declaration of everything live.

    Args:
        live: the property, read whole.
        leave_alone: resource names to pass over.
    """
    declaration = Declaration()
    skipped = set(leave_alone)
    for kind in KINDS:
        for resource in sorted(live.resources[kind.name], key=lambda r: (kind.identity(r.fields), r.name)):
            if resource.name not in skipped:
                _add(declaration, kind, resource)
    for table in declaration.conversions.values():
        # A rule alone makes an event that is no key event; that it is one, the file takes for granted.
        if not table.pop("key_event", False):
            table["key_event"] = False
    return declaration


def _add(declaration: Declaration, kind: Kind, resource: Resource) -> None:
    entry = kind.declare(resource.fields)
    if entry is None:
        if kind.type.ending is not None:
            declaration.left_out.append(f"{kind.label} {kind.identity(resource.fields)}")
        return
    section, *key = entry.path
    if section == "retention":
        declaration.retention.update(entry.values)
        return
    tables: dict[str, Table] = getattr(declaration, section)
    if section == "conversions":
        table = tables.setdefault(key[0], {})
        if kind.type.parent == "stream" and "from" in table:
            declaration.left_out.append(f"another {kind.label} that makes {key[0]}")
        else:
            table.update(entry.values)
        return
    name = _free_key(_word(key[0]) if section == "audiences" else key[0], tables, entry.values)
    if name != key[0] and section == "dimensions":
        tables[name] = {**entry.values, "parameter": key[0]}
    else:
        tables[name] = dict(entry.values)


def _free_key(wanted: str, taken: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """The key itself, or one like it: a parameter can be registered in several scopes."""
    if wanted in taken and "scope" in values:
        wanted = f"{values['scope']}_{wanted}"
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted}_{number}", number + 1
    return key


def _word(label: str) -> str:
    """A bare TOML key made of a label."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_") or "audience"


def guess_roles(events: Iterable[str], known: Mapping[str, Role]) -> dict[str, Role]:
    """A role per event: the catalogue's where it knows the event, micro otherwise; somebody has to be macro.

    Args:
        events: event names, in order.
        known: roles from the catalogue.
    """
    roles: dict[str, Role] = {event: known.get(event, "micro") for event in events}
    if roles and "macro" not in roles.values():
        roles[next(iter(roles))] = "macro"
    return roles
