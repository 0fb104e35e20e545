"""A plan in words, the same in every format people read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from milepost.reconcile.identity import identity_fields
from milepost.reconcile.plan import Change, LimitUse, Plan, Unmanaged
from milepost.render.plan.explain import Reasons
from milepost.render.safe import plain
from milepost.render.words import field_words, joined, limit_words, listed, moment

SIGNS = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "archive": ("-", "red"),
    "delete": ("-", "red"),
}
"""Action → its sign and colour."""

REFUSED_SIGN = ("!", "magenta")

_UNMANAGED = "Not in the file, left alone"
_IGNORED = "Ignored"


def summary(plan: Plan) -> str:
    """`2 to create, 1 to remove, 1 that GA4 does not let change`; empty when there is nothing."""
    counts = {"create": 0, "update": 0, "remove": 0}
    for change in plan.changes:
        counts["remove" if change.removes else change.action] += 1
    parts = [f"{count} to {verb}" for verb, count in counts.items() if count]
    if plan.refused:
        parts.append(f"{len(plan.refused)} that GA4 does not let change")
    return ", ".join(parts)


def create_words(change: Change) -> str:
    """What a create sets beside its identity and switches."""
    told_already = identity_fields(change.kind) | {"scope"}
    return joined(
        field_words(name, field.desired)
        for name, field in change.fields.items()
        if name not in told_already
        and not isinstance(field.desired, bool)
        and field.desired not in ("", [], None)
    )


def drift_words(change: Change, shown: Callable[[str], str] = plain) -> str:
    """Who moved the live side, and when; empty when that is not known. `shown` makes a name harmless."""
    if change.drift is None:
        return ""
    verb = "removed" if change.action == "create" else "changed"
    return f"{verb} {moment(change.drift.at)} by {shown(change.drift.actor)}"


def left_alone(plan: Plan, reasons: Reasons | None = None) -> Iterator[tuple[str, str]]:
    """Lines on what the plan does not touch and on the limits, each with its reason.

    Without reasons they are empty, and things of one kind share a line.
    """
    if reasons is not None:
        yield from _left_alone_one_by_one(plan, reasons)
        return
    for title, things in ((_UNMANAGED, plan.unmanaged), (_IGNORED, plan.ignored)):
        for kind, names in _by_kind(things).items():
            yield f"{title}: {kind} {listed(names)}", ""
    if used := _used(plan):
        yield "Slots: " + joined(_slots(use) for use in used), ""


def _left_alone_one_by_one(plan: Plan, reasons: Reasons) -> Iterator[tuple[str, str]]:
    for title, things, why in (
        (_UNMANAGED, plan.unmanaged, reasons.of_unmanaged),
        (_IGNORED, plan.ignored, reasons.of_ignored),
    ):
        for thing in things:
            yield f"{title}: {thing.kind.label} {plain(thing.identity)}", why(thing)
    for use in _used(plan):
        yield f"Slots: {_slots(use)}", reasons.of_limit(use, plan)


def _by_kind(things: Iterable[Unmanaged]) -> dict[str, list[str]]:
    """Kinds in the plural → identities with their notes."""
    found: dict[str, list[str]] = {}
    for thing in things:
        note = f" ({thing.note})" if thing.note else ""
        found.setdefault(f"{thing.kind.label}s", []).append(plain(f"{thing.identity}{note}"))
    return found


def _used(plan: Plan) -> list[LimitUse]:
    """The limits of which the property uses any slot, before or after."""
    return [use for use in plan.limits if use.before or use.after]


def _slots(use: LimitUse) -> str:
    """`key events 0 → 2 of 30`."""
    count = f"{use.before} → {use.after}" if use.before != use.after else f"{use.after}"
    return f"{plain(limit_words(use.kind))} {count} of {use.limit}"
