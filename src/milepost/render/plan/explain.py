"""Why a plan says what it says: for any of its lines, where that comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.findings import dotted
from milepost.model.lines import Path, line_index, line_of
from milepost.model.load import ConversionsFile
from milepost.model.rules import LIMITS
from milepost.reconcile.identity import identity_fields
from milepost.reconcile.kinds import KINDS, Kind
from milepost.reconcile.plan import PRUNE, Change, LimitUse, Plan, Refused, Unmanaged
from milepost.render.words import limit_words

ADS_WARNING = (
    "GA4's API does not tell whether Google Ads imports a key event as a conversion: removing one would "
    "blind such an import, and the bidding that goes by it. Look in Google Ads, under Goals, first."
)
"""What nobody who removes a key event should have to find out by themselves."""

_PART = r"""(?:"(?:\\.|[^"\\])*"|[A-Za-z0-9_-]+)"""
_PATH = re.compile(rf"{_PART}(?:\.{_PART})+")
_PARTS = re.compile(_PART)

_KEYS: dict[str, tuple[str, ...]] = {
    "counting_method": ("counting",),
    "default_value": ("value", "currency"),
    "display_name": ("label",),
    "event_conditions": ("from", "when"),
    "event_data_retention": ("events",),
    "filter_clauses": ("did", "did_not"),
    "measurement_unit": ("unit",),
    "membership_duration_days": ("days",),
    "metric_unit": ("unit",),
    "parameter_mutations": ("set",),
    "reset_user_data_on_new_activity": ("reset_on_new_activity",),
    "restricted_metric_type": ("restricted",),
    "source_copy_parameters": ("copy_parameters",),
    "user_data_retention": ("users",),
}
"""GA4's field → the keys of the file that tell it, where they are not called the same."""

_COUNTED = {
    "key_event": "key events of your own event names; those of GA4's automatic events do not count",
    "event_create_rule": "the rules of the web stream",
}


@dataclass(frozen=True)
class Reasons:
    """The reasons behind one property's plan.

    `file` is the name of the conversions file; `lines` say where its tables and keys begin.
    """

    declared: DeclaredProperty
    file: str
    lines: dict[Path, int]

    def of_change(self, change: Change) -> str:
        """Who asks for it; for an update what the file tells, for a create what it does not."""
        if change.removes:
            return self._of_removal(change)
        asked = f"{self._origin(change.origin)} asks for it."
        told = self._told(change.kind, change.identity)
        if change.action == "update":
            fields = self._told_at(told, change.origin)
            return f"{asked} The file tells {fields}; every other field stays as it is in GA4."
        chosen = change.fields.keys() - told - identity_fields(change.kind)
        if not chosen:
            return asked
        names = _listing(sorted(chosen))
        return f"{asked} GA4 demands {names}, which the file does not tell: Milepost's choice."

    def _of_removal(self, change: Change) -> str:
        if change.origin == PRUNE:
            ignore = dotted(("properties", self.declared.name, "ignore"))
            why = f"--prune: the file does not declare it, and no pattern under {ignore} covers it."
        else:
            why = f"{self._origin(change.origin)} names it."
        return f"{why} {ADS_WARNING}" if change.kind.name == "key_event" else why

    def of_refused(self, refused: Refused) -> str:
        """Who asks for it, and what GA4 fixes for good."""
        fixed = _listing(sorted(refused.kind.immutable))
        return (
            f"{self._origin(refused.origin)} asks for it. "
            f"GA4 fixes {fixed} the moment it makes the {refused.kind.label}."
        )

    def of_unmanaged(self, unmanaged: Unmanaged) -> str:
        """Why it is none of the file's business."""
        kind = unmanaged.kind
        what = f"The file declares no {kind.label} {unmanaged.identity} for this property"
        if unmanaged.note:
            return f"{what}; {unmanaged.note}."
        return f"{what}; only [absent] or --prune would remove it."

    def of_ignored(self, ignored: Unmanaged) -> str:
        """Which pattern covers it."""
        section = ignored.kind.section or ""
        pattern = next(p for p in self.declared.ignore.of(section) if fnmatchcase(ignored.identity, p))
        path = dotted(("properties", self.declared.name, "ignore", section))
        return f'The pattern "{pattern}" of {self._origin(path)} covers it: [absent] and --prune pass it by.'

    def of_limit(self, use: LimitUse, plan: Plan) -> str:
        """What counts toward it, and what the plan adds and takes."""
        made = sum(1 for c in plan.changes if c.action == "create" and _counts(c, use.kind))
        gone = use.before + made - use.after
        levels = LIMITS.get(use.kind, {})
        room = ", ".join(f"{'GA4 360' if level == '360' else level} {n}" for level, n in levels.items())
        what = _COUNTED.get(use.kind) or _usually_counted(use.kind)
        return f"Counts {what}. {use.before} now, {made} to create, {gone} to remove. Room for: {room}."

    def _told(self, kind: Kind, identity: str) -> frozenset[str]:
        """GA4's names of the fields that the file tells of one thing, its identity left out."""
        for resource in kind.desired(self.declared):
            if kind.identity(resource.fields) == identity:
                return frozenset(resource.fields) - identity_fields(kind)
        return frozenset()

    def _told_at(self, told: Iterable[str], origin: str) -> str:
        tables = paths_of(origin)
        return _listing(f"{field} ({self._place_of(field, tables)})" for field in sorted(told))

    def _place_of(self, field: str, tables: Sequence[Path]) -> str:
        """Where the file tells a field: the last table that does wins."""
        places = [
            f"{key}, line {self.lines[(*table, key)]}"
            for key in _KEYS.get(field, (field,))
            for table in reversed(tables)
            if (*table, key) in self.lines
        ]
        return places[0] if places else "by default"

    def _origin(self, origin: str) -> str:
        places = [(dotted(path), line_of(self.lines, path)) for path in paths_of(origin)]
        named = [f"{path} ({self.file}:{line})" if line else f"{path} ({self.file})" for path, line in places]
        return " and ".join(named) or origin or "The file"


def reasons_for(file: ConversionsFile, text: str, name: str) -> Reasons:
    """The reasons for one property of a file.

    Args:
        file: what was read.
        text: of the file, for its lines.
        name: the property's.

    Raises:
        InputError: its id names an environment variable that is not set.
    """
    return Reasons(declared_property(file.document, name), file.path.name, line_index(text))


def paths_of(origin: str) -> tuple[Path, ...]:
    """The dotted paths that an origin names."""
    return tuple(_parts(match) for match in _PATH.findall(origin))


def _parts(path: str) -> Path:
    return tuple(json.loads(p) if p.startswith('"') else p for p in _PARTS.findall(path))


def _usually_counted(limit: str) -> str:
    kind = next((kind for kind in KINDS if kind.name == limit.partition(":")[0]), None)
    archived = "; archived ones do not count" if kind and kind.type.ending == "archive" else ""
    return f"{limit_words(limit)}{archived}"


def _counts(change: Change, limit: str) -> bool:
    return change.kind.limit({name: field.desired for name, field in change.fields.items()}) == limit


def _listing(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`; `nothing more` when there is nothing."""
    *most, last = list(words) or ["nothing more"]
    return f"{', '.join(most)} and {last}" if most else last
