"""Desired × live → changes. Pure: the same input gives the same plan, whatever the order of either side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from milepost.model.declared import DeclaredProperty
from milepost.model.resources import Resource
from milepost.model.rules import LIMITS
from milepost.reconcile.kinds import KINDS, Kind
from milepost.reconcile.live import Live
from milepost.reconcile.plan import Action, Change, FieldChange, LimitUse, Plan, Unmanaged


def diff_property(declared: DeclaredProperty, live: Live) -> Plan:
    """The plan for one property, without who changed what (see `drift`)."""
    desired = {kind.name: tuple(kind.desired(declared)) for kind in KINDS}
    writes = [c for kind in KINDS for c in diff_kind(kind, desired[kind.name], live)]
    removals = [c for kind in reversed(KINDS) for c in _removals(kind, declared, live)]
    unmanaged = [u for kind in KINDS for u in _unmanaged(kind, declared, desired[kind.name], live)]
    ignored = [u for u in unmanaged if _is_ignored(u.kind, u.identity, declared)]
    changes = (*writes, *removals)
    return Plan(
        name=declared.name,
        facts=live.facts,
        changes=changes,
        unmanaged=tuple(u for u in unmanaged if u not in ignored),
        ignored=tuple(ignored),
        limits=tuple(_limits(changes, live)),
        notes=tuple(_notes(declared, live)),
        live_counts={kind.name: len(live.resources[kind.name]) for kind in KINDS},
    )


def diff_kind(kind: Kind, desired: Iterable[Resource], live: Live) -> list[Change]:
    """Creates and updates for one kind, sorted by identity."""
    changes = []
    for wanted in desired:
        identity = kind.identity(wanted.fields)
        found = _match(kind, wanted, live.resources[kind.name])
        if found is None:
            fields = {**kind.on_create, **wanted.fields}
            created = {name: FieldChange(None, value) for name, value in fields.items()}
            changes.append(Change("create", kind, identity, created, parent=live.parent_of(kind)))
        elif differing := _differences(kind, wanted, found):
            changes.append(Change("update", kind, identity, differing, resource=found.name))
    return sorted(changes, key=lambda c: (c.action != "create", c.identity))


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


def _removals(kind: Kind, declared: DeclaredProperty, live: Live) -> Iterator[Change]:
    absent: tuple[str, ...] = getattr(declared.absent, kind.section)
    ending: Action = kind.type.ending
    for resource in _sorted(kind, live):
        identity = kind.identity(resource.fields)
        wanted_gone = identity in absent and not _is_ignored(kind, identity, declared)
        if wanted_gone and kind.removable(resource.fields):
            yield Change(ending, kind, identity, {}, resource=resource.name)


def _unmanaged(
    kind: Kind, declared: DeclaredProperty, desired: tuple[Resource, ...], live: Live
) -> Iterator[Unmanaged]:
    managed = {m.name for wanted in desired if (m := _match(kind, wanted, live.resources[kind.name]))}
    absent: tuple[str, ...] = getattr(declared.absent, kind.section)
    reported = {c.event for c in declared.conversions if not c.definition.key_event}
    for resource in _sorted(kind, live):
        identity = kind.identity(resource.fields)
        wanted_gone = identity in absent and not _is_ignored(kind, identity, declared)
        if resource.name in managed or (wanted_gone and kind.removable(resource.fields)):
            continue
        note = ""
        if wanted_gone:
            note = "GA4 does not let it be removed"
        elif kind.section == "key_events" and identity in reported:
            note = "the file says key_event = false; name it under [absent] to unflag it"
        yield Unmanaged(kind, identity, note)


def _sorted(kind: Kind, live: Live) -> list[Resource]:
    return sorted(live.resources[kind.name], key=lambda r: (kind.identity(r.fields), r.name))


def _is_ignored(kind: Kind, identity: str, declared: DeclaredProperty) -> bool:
    patterns: tuple[str, ...] = getattr(declared.ignore, kind.section)
    return any(fnmatchcase(identity, pattern) for pattern in patterns)


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


def _notes(declared: DeclaredProperty, live: Live) -> Iterator[str]:
    if live.stream is None:
        yield "Event create rules were not read: no web stream is named, and there is not exactly one."
    for path in declared.not_synced:
        yield f"{path} is declared, but this version does not sync audiences yet."
