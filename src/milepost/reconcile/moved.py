"""What has become different at the other end since a plan was made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256

from milepost.reconcile.kinds import KINDS, Kind
from milepost.reconcile.live import Live
from milepost.reconcile.plan import Plan

_LENGTH = 16
"""Hexadecimal digits of a digest: enough to tell two states of one thing apart, short enough to save."""


def live_digests(live: Live) -> dict[str, dict[str, str]]:
    """A digest per live thing: kind name → identity → digest, for the kinds that were read.

    Several things of one identity (rules may share theirs) have one digest together.
    """
    return {kind.name: _digests(kind, live) for kind in KINDS if _was_read(kind, live)}


def _was_read(kind: Kind, live: Live) -> bool:
    if kind.name in live.unread or (kind.type.singleton and not live.resources[kind.name]):
        return False
    return kind.type.parent == "property" or live.stream is not None


def _digests(kind: Kind, live: Live) -> dict[str, str]:
    same: dict[str, list[object]] = {}
    for resource in sorted(live.resources[kind.name], key=lambda r: r.name):
        same.setdefault(kind.identity(resource.fields), []).append([resource.name, dict(resource.fields)])
    return {
        identity: sha256(json.dumps(found, sort_keys=True, default=str).encode()).hexdigest()[:_LENGTH]
        for identity, found in sorted(same.items())
    }


def moved(then: Plan, now: Plan) -> tuple[str, ...]:
    """What of the live side differs between two plans of one property, in words; empty when nothing does.

    Only what both of them have read is compared: that the file asks for more or less than it did is no
    movement at the other end.
    """
    if then.fingerprint == now.fingerprint:
        return ()
    return tuple(_differing(then, now))


def _differing(then: Plan, now: Plan) -> Iterator[str]:
    if then.facts.service_level != now.facts.service_level:
        yield f"service level {then.facts.service_level} → {now.facts.service_level}"
    for kind in KINDS:
        if kind.name in then.live_digests and kind.name in now.live_digests:
            yield from _of_kind(kind, then.live_digests[kind.name], now.live_digests[kind.name])


def _of_kind(kind: Kind, then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for identity in sorted(then.keys() | now.keys()):
        if identity not in now:
            yield f"{kind.label} {identity} is gone"
        elif identity not in then:
            yield f"{kind.label} {identity} is new"
        elif then[identity] != now[identity]:
            yield f"{kind.label} {identity} was changed"
