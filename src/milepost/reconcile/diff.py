"""Desired × live → changes. Pure: the same input gives the same plan, whatever the order of either side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from hashlib import sha256

from milepost.model.declared import DeclaredProperty
from milepost.model.resources import Resource
from milepost.model.rules import LIMITS
from milepost.reconcile.kinds import KINDS, Kind
from milepost.reconcile.live import Live
from milepost.reconcile.moved import live_digests
from milepost.reconcile.order import in_order
from milepost.reconcile.plan import PRUNE, Change, FieldChange, LimitUse, Plan, Refused, Unmanaged


def diff_property(declared: DeclaredProperty, live: Live, *, prune: bool = False) -> Plan:
    """The plan for one property, without who changed what (see `drift`).

    Args:
        declared: what the file says.
        live: what GA4 holds.
        prune: take the file as the whole truth; what it does not mention goes, unless ignored.
    """
    desired = {kind.name: tuple(kind.desired(declared)) for kind in KINDS}
    pairs = [_diff_kind(kind, desired[kind.name], live) for kind in KINDS]
    left = {kind.name: _left_over(kind, desired[kind.name], live) for kind in KINDS}
    removals = [c for kind in reversed(KINDS) for c in _removals(kind, left[kind.name], declared, prune)]
    gone = {change.resource for change in removals}
    unmanaged = [
        Unmanaged(kind, kind.identity(r.fields), _note(kind, r, declared, prune=prune))
        for kind in KINDS
        for r in left[kind.name]
        if r.name not in gone and not kind.type.singleton
    ]
    changes = in_order([*(change for writes, _ in pairs for change in writes), *removals], live)
    return Plan(
        name=declared.name,
        facts=live.facts,
        changes=changes,
        unmanaged=tuple(u for u in unmanaged if not _is_ignored(u.kind, u.identity, declared)),
        ignored=tuple(u for u in unmanaged if _is_ignored(u.kind, u.identity, declared)),
        limits=tuple(_limits(changes, live)),
        notes=tuple(_notes(live)),
        refused=tuple(refusal for _, refusals in pairs for refusal in refusals),
        fingerprint=fingerprint(live),
        guard=declared.guard,
        live_counts={kind.name: len(live.resources[kind.name]) for kind in KINDS},
        live_digests=live_digests(live),
    )


def fingerprint(live: Live) -> str:
    """A digest of everything the plan depends on at the other end."""
    state = {
        "service_level": live.facts.service_level,
        "stream": live.stream.name if live.stream else None,
        "resources": {kind: {r.name: r.fields for r in found} for kind, found in live.resources.items()},
    }
    return sha256(json.dumps(state, sort_keys=True, default=str).encode()).hexdigest()


def _diff_kind(kind: Kind, desired: Iterable[Resource], live: Live) -> tuple[list[Change], list[Refused]]:
    """Creates and updates for one kind, sorted by identity, and what GA4 does not let change."""
    changes: list[Change] = []
    refused: list[Refused] = []
    for wanted in desired:
        identity = kind.identity(wanted.fields)
        found = _match(kind, wanted, live.resources[kind.name])
        if found is None:
            fields = {**kind.on_create, **wanted.fields}
            created = {name: FieldChange(None, value) for name, value in fields.items()}
            parent = live.parent_of(kind)
            changes.append(Change("create", kind, identity, created, parent=parent, origin=wanted.origin))
            continue
        differing = _differences(kind, wanted, found)
        fixed = {name: change for name, change in differing.items() if name in kind.immutable}
        free = {name: change for name, change in differing.items() if name not in kind.immutable}
        if free:
            changes.append(Change("update", kind, identity, free, resource=found.name, origin=wanted.origin))
        if fixed:
            refused.append(Refused(kind, identity, fixed, _remedy(kind), wanted.origin))
    changes.sort(key=lambda c: (c.action != "create", c.identity))
    return changes, sorted(refused, key=lambda r: r.identity)


def _remedy(kind: Kind) -> str:
    return (
        f"GA4 does not let it change. Give the {kind.label} another label, which makes a new one beside it, "
        "or declare it as it is in GA4."
    )


def _match(kind: Kind, wanted: Resource, live: Iterable[Resource]) -> Resource | None:
    """The live resource of the same identity; where several share it (rules may), the one most like it."""
    identity = kind.identity(wanted.fields)
    same = [resource for resource in live if kind.identity(resource.fields) == identity]
    return min(same, key=lambda r: (len(_differences(kind, wanted, r)), r.name), default=None)


def _differences(kind: Kind, wanted: Resource, found: Resource) -> dict[str, FieldChange]:
    """Fields the file tells and GA4 holds otherwise."""
    return {
        name: FieldChange(found.fields.get(name), value)
        for name, value in wanted.fields.items()
        if kind.comparable(name, found.fields.get(name)) != kind.comparable(name, value)
    }


def _left_over(kind: Kind, desired: tuple[Resource, ...], live: Live) -> list[Resource]:
    """Live resources that no declaration matches, sorted by identity."""
    managed = {m.name for wanted in desired if (m := _match(kind, wanted, live.resources[kind.name]))}
    return [resource for resource in _sorted(kind, live) if resource.name not in managed]


def _removals(
    kind: Kind, left: Iterable[Resource], declared: DeclaredProperty, prune: bool
) -> Iterator[Change]:
    if kind.type.ending is None:
        return
    absent = declared.absent.of(kind.section)
    for resource in left:
        identity = kind.identity(resource.fields)
        wanted_gone = (identity in absent or prune) and not _is_ignored(kind, identity, declared)
        if wanted_gone and kind.removable(resource.fields):
            origin = f"absent.{kind.section}" if identity in absent else PRUNE
            yield Change(kind.type.ending, kind, identity, {}, resource=resource.name, origin=origin)


def _note(kind: Kind, resource: Resource, declared: DeclaredProperty, *, prune: bool) -> str:
    """Why a thing stays although the file might suggest otherwise; empty for what is simply not in it."""
    identity = kind.identity(resource.fields)
    if not kind.removable(resource.fields) and (prune or identity in declared.absent.of(kind.section)):
        return "GA4 does not let it be removed"
    reported = {c.event for c in declared.conversions if not c.definition.key_event}
    if kind.section == "key_events" and identity in reported:
        return "the file says key_event = false; name it under [absent] to unflag it"
    return ""


def _sorted(kind: Kind, live: Live) -> list[Resource]:
    return sorted(live.resources[kind.name], key=lambda r: (kind.identity(r.fields), r.name))


def _is_ignored(kind: Kind, identity: str, declared: DeclaredProperty) -> bool:
    return any(fnmatchcase(identity, pattern) for pattern in declared.ignore.of(kind.section))


def _limits(changes: Iterable[Change], live: Live) -> Iterator[LimitUse]:
    before = _counts((kind, r.fields) for kind in KINDS for r in live.resources[kind.name])
    fields_of = {r.name: r.fields for resources in live.resources.values() for r in resources}
    added: dict[str, int] = {}
    for change in changes:
        if change.action == "create":
            key = change.kind.limit({name: f.desired for name, f in change.fields.items()})
            added[key or ""] = added.get(key or "", 0) + 1
        elif change.removes:
            key = change.kind.limit(fields_of[change.resource])
            added[key or ""] = added.get(key or "", 0) - 1
    for key, by_level in LIMITS.items():
        used = before.get(key, 0)
        yield LimitUse(key, used, used + added.get(key, 0), by_level[live.facts.service_level])


def _counts(resources: Iterable[tuple[Kind, Mapping[str, object]]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for kind, fields in resources:
        if key := kind.limit(fields):
            counts[key] = counts.get(key, 0) + 1
    return counts


def _notes(live: Live) -> Iterator[str]:
    if live.stream is None:
        yield "Event create rules were not read: no web stream is named, and there is not exactly one."
    for kind, reason in live.unread.items():
        yield f"Not read, and not needed by the file: {kind.replace('_', ' ')}s ({reason})"
