"""Whether a plan made earlier still is what would be done: what has become different at either end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from milepost.errors import StalePlanError
from milepost.reconcile.entries import plan_entry
from milepost.reconcile.kinds import KINDS, Kind
from milepost.reconcile.live import Live
from milepost.reconcile.plan import Plan

_LENGTH = 16
"""Hexadecimal digits of a digest: enough to tell two states of one thing apart, short enough to save."""

_NAMED = 8
"""Differences that are told one by one."""


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


def asks_otherwise(then: Plan, now: Plan) -> tuple[str, ...]:
    """What the file asks for otherwise than it did, in words, supposed that the live side is the same."""
    if then.facts.id != now.facts.id:
        return (f"property {now.facts.id} in place of {then.facts.id}",)
    before, after = _asked(then), _asked(now)
    words = []
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            which = "no more" if key not in after else "new" if key not in before else "otherwise"
            words.append(f"{' '.join(key)} ({which})")
    return tuple(words)


def _asked(plan: Plan) -> dict[tuple[str, str, str], list[Any]]:
    """(what, kind, identity) → everything that matters of it: not where in the file it stands, nor drift."""
    entry = json.loads(json.dumps(plan_entry(plan)))
    asked: dict[tuple[str, str, str], list[Any]] = {}
    for change in (*entry["changes"], *({"action": "refused", **r} for r in entry["refused"])):
        kept = {key: value for key, value in change.items() if key not in ("origin", "drift", "remedy")}
        asked.setdefault((change["action"], change["kind"], change["identity"]), []).append(kept)
    return asked


def confirmed(then: Plan, now: Plan) -> Plan:
    """The reviewed plan, if it still is what would be done.

    Args:
        then: as reviewed.
        now: made from the present file and a fresh reading, with `prune` as then.

    Returns:
        The present plan, with what the reviewed one knew of drift.

    Raises:
        StalePlanError: live has moved, or the file asks for something else; names what differs.
    """
    same_property = then.facts.id == now.facts.id
    if same_property and (live := moved(then, now)):
        raise _stale(then, "live has moved since the plan was made", live)
    if file := asks_otherwise(then, now):
        raise _stale(then, "the file has changed since the plan was made", file)
    drift = [change.drift for change in then.changes]
    return replace(now, changes=tuple(replace(c, drift=d) for c, d in zip(now.changes, drift, strict=True)))


def _stale(plan: Plan, cause: str, differences: Iterable[str]) -> StalePlanError:
    named = list(differences)
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return StalePlanError(
        f"property {plan.name}",
        f"{cause}: {', '.join(named[:_NAMED])}{more}",
        "Plan again with 'milepost plan --out FILE', and review that.",
    )
