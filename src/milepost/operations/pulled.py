"""What a pull brings, and the making of a file that plans to nothing out of one that nearly does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from milepost.model.declared import declared_property
from milepost.model.document import Role
from milepost.model.findings import dotted
from milepost.model.load import check_text
from milepost.operations.pull_text import FileText
from milepost.reconcile.diff import diff_property
from milepost.reconcile.live import Live
from milepost.reconcile.plan import Change, Refused

_ROUNDS = 20
"""More than enough: each takes out everything that one check or one plan still objects to."""


@dataclass(frozen=True)
class Pulled:
    """The file's text, what of the property it could not say, and the roles that were guessed, by event."""

    text: str
    left_out: tuple[str, ...] = ()
    guessed: Mapping[str, Role] = field(default_factory=dict)


def take_out_objections(text: FileText, name: str, live: Live) -> list[str]:
    """Takes out what the check refuses and what the plan would write; returns what that was.

    The plan's removals stay: the file itself asks for them, under `[absent]`.
    """
    taken: list[str] = []
    for _ in range(_ROUNDS):
        objections = _objections(text.render(), name, live)
        removed = [why for path, why in objections.items() if text.remove(path)]
        if not removed:
            break
        taken += [why for why in removed if why not in taken]
    return taken


def _objections(text: str, name: str, live: Live) -> dict[str, str]:
    """Dotted path → what cannot stay there; empty when the file plans to nothing."""
    document, problems = check_text(text)
    errors = [p for p in problems if p.severity == "error"]
    if document is None or errors:
        return {p.path: f"{p.path}: {p.cause}" for p in errors}
    plan = diff_property(declared_property(document, name), live)
    differences: list[Change | Refused] = [c for c in plan.changes if not c.removes]
    differences += plan.refused
    return {_path_of(d, name): f"{d.kind.label} {d.identity}" for d in differences}


def _path_of(difference: Change | Refused, name: str) -> str:
    """Where to take out what asks for it: a setting of the property asks for the stream's switches."""
    if difference.kind.type.parent == "stream" and difference.kind.type.singleton:
        return dotted(("properties", name, "enhanced_measurement"))
    return difference.origin
