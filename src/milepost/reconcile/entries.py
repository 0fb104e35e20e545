"""A plan in plain values, and back: the one structure of plans for programs and in files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Discriminator, Tag

from milepost.model.document import Guard
from milepost.model.resources import PropertyFacts
from milepost.reconcile.kinds import KINDS
from milepost.reconcile.plan import Action, Change, Drift, FieldChange, LimitUse, Plan, Refused, Unmanaged

_KINDS = {kind.name: kind for kind in KINDS}

TAGS = ("planned", "unplanned")
"""Names pydantic gives the two kinds of entry in the place of an error; no part of the document."""


@dataclass(frozen=True)
class Unplanned:
    """A property that could not be planned when the file was written, and why."""

    name: str
    property: str
    error: str


def unplanned_entry(unplanned: Unplanned) -> dict[str, Any]:
    """A property without a plan, in plain values."""
    return asdict(unplanned)


def plan_entry(plan: Plan) -> dict[str, Any]:
    """One property's plan in plain values, nothing left out."""
    return {
        "name": plan.name,
        "property": plan.facts.id,
        "changes": [change_entry(change) for change in plan.changes],
        "refused": [_refused_entry(refused) for refused in plan.refused],
        "unmanaged": [_unmanaged_entry(u) for u in plan.unmanaged],
        "ignored": [_unmanaged_entry(u) for u in plan.ignored],
        "limits": [asdict(use) for use in plan.limits],
        "notes": list(plan.notes),
        "facts": asdict(plan.facts),
        "guard": plan.guard.model_dump(),
        "live_counts": dict(plan.live_counts),
        "fingerprint": plan.fingerprint,
        "live_digests": {kind: dict(found) for kind, found in plan.live_digests.items()},
    }


def change_entry(change: Change) -> dict[str, Any]:
    """One change in plain values; `drift` only where it is known who changed the live side."""
    entry: dict[str, Any] = {
        "action": change.action,
        "kind": change.kind.name,
        "identity": change.identity,
        "fields": _fields_entry(change.fields),
        "parent": change.parent,
        "resource": change.resource,
        "origin": change.origin,
    }
    if change.drift is not None:
        entry["drift"] = {"at": change.drift.at.isoformat(), "actor": change.drift.actor}
    return entry


def _refused_entry(refused: Refused) -> dict[str, Any]:
    return {
        "kind": refused.kind.name,
        "identity": refused.identity,
        "fields": _fields_entry(refused.fields),
        "remedy": refused.remedy,
        "origin": refused.origin,
    }


def _fields_entry(fields: Mapping[str, FieldChange]) -> dict[str, Any]:
    return {name: {"live": change.live, "desired": change.desired} for name, change in fields.items()}


def _unmanaged_entry(unmanaged: Unmanaged) -> dict[str, Any]:
    entry = {"kind": unmanaged.kind.name, "identity": unmanaged.identity}
    return {**entry, "note": unmanaged.note} if unmanaged.note else entry


def _known_kind(name: str) -> str:
    if name not in _KINDS:
        raise ValueError(f'no kind "{name}"')
    return name


_KindName = Annotated[str, AfterValidator(_known_kind)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Head(_Part):
    """What every version of the document has."""

    format_version: int


class _Field(_Part):
    live: Any
    desired: Any


class _Drift(_Part):
    at: AwareDatetime
    actor: str


class _Change(_Part):
    action: Action
    kind: _KindName
    identity: str
    fields: dict[str, _Field]
    parent: str
    resource: str
    origin: str
    drift: _Drift | None = None

    def value(self) -> Change:
        drift = Drift(self.drift.at.astimezone(UTC), self.drift.actor) if self.drift else None
        return Change(
            self.action,
            _KINDS[self.kind],
            self.identity,
            _changed(self.fields),
            self.parent,
            self.resource,
            self.origin,
            drift,
        )


class _Refused(_Part):
    kind: _KindName
    identity: str
    fields: dict[str, _Field]
    remedy: str
    origin: str

    def value(self) -> Refused:
        return Refused(_KINDS[self.kind], self.identity, _changed(self.fields), self.remedy, self.origin)


class _Unmanaged(_Part):
    kind: _KindName
    identity: str
    note: str = ""

    def value(self) -> Unmanaged:
        return Unmanaged(_KINDS[self.kind], self.identity, self.note)


class _Limit(_Part):
    kind: str
    before: int
    after: int
    limit: int


class _Facts(_Part):
    id: str
    display_name: str
    account: str
    time_zone: str
    currency_code: str
    service_level: Literal["standard", "360"]


class _Planned(_Part):
    name: str
    changes: tuple[_Change, ...]
    refused: tuple[_Refused, ...]
    unmanaged: tuple[_Unmanaged, ...]
    ignored: tuple[_Unmanaged, ...]
    limits: tuple[_Limit, ...]
    notes: tuple[str, ...]
    facts: _Facts
    guard: Guard
    live_counts: dict[str, int]
    fingerprint: str
    live_digests: dict[str, dict[str, str]]

    def value(self) -> Plan:
        return Plan(
            name=self.name,
            facts=PropertyFacts(**self.facts.model_dump()),
            changes=tuple(change.value() for change in self.changes),
            unmanaged=tuple(u.value() for u in self.unmanaged),
            ignored=tuple(u.value() for u in self.ignored),
            limits=tuple(LimitUse(**use.model_dump()) for use in self.limits),
            notes=self.notes,
            refused=tuple(refused.value() for refused in self.refused),
            fingerprint=self.fingerprint,
            guard=self.guard,
            live_counts=self.live_counts,
            live_digests=self.live_digests,
        )


class _Unplanned(_Part):
    name: str
    property: str
    error: str

    def value(self) -> Unplanned:
        return Unplanned(self.name, self.property, self.error)


def _tag(entry: Any) -> str:
    return "unplanned" if isinstance(entry, Mapping) and "error" in entry else "planned"


def _changed(fields: Mapping[str, _Field]) -> dict[str, FieldChange]:
    return {name: FieldChange(field.live, field.desired) for name, field in fields.items()}


class PlanDocument(_Part):
    """The document around the entries, as pydantic checks it."""

    properties: tuple[
        Annotated[
            Annotated[_Planned, Tag("planned")] | Annotated[_Unplanned, Tag("unplanned")],
            Discriminator(_tag),
        ],
        ...,
    ]
