"""In which order changes can be carried out where GA4 wants labels to be unique. Pure.

Custom dimensions and metrics share one list of labels. So a label has to be free before another thing can
take it: what gives it up goes first, and where things exchange their labels, one steps aside in between.

Source: Admin API reference, section 4.4 (one namespace of display names).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from milepost.model.rules import DISPLAY_NAME_LENGTH
from milepost.reconcile.kinds import KINDS
from milepost.reconcile.live import Live
from milepost.reconcile.plan import Change, FieldChange

_LABEL = "display_name"


def in_order(changes: Sequence[Change], live: Live) -> tuple[Change, ...]:
    """The same changes, each after those that free the label it takes; otherwise in the order they had.

    Where they go round in a circle there is one change more: an update to a label that nobody has.
    """
    return tuple(_Ordering(changes, live).result(changes))


class _Ordering:
    def __init__(self, changes: Iterable[Change], live: Live) -> None:
        self._holders = {
            (kind.label_space, resource.fields.get(_LABEL)): resource.name
            for kind in KINDS
            if kind.label_space
            for resource in live.resources[kind.name]
        }
        self._freeing = {c.resource: c for c in changes if c.kind.label_space and _frees(c)}
        self._taken = {label for _, label in self._holders} | {
            c.fields[_LABEL].desired for c in changes if _LABEL in c.fields
        }
        self._begun: set[int] = set()
        self._done: set[int] = set()

    def result(self, changes: Iterable[Change]) -> Iterator[Change]:
        for change in changes:
            if id(change) not in self._begun:
                yield from self._after_what_frees(change)

    def _after_what_frees(self, change: Change) -> Iterator[Change]:
        self._begun.add(id(change))
        other = self._holder(change)
        if other is not None and id(other) not in self._begun:
            yield from self._after_what_frees(other)
        elif other is not None and id(other) not in self._done:
            yield self._aside(other)
        self._done.add(id(change))
        yield change

    def _holder(self, change: Change) -> Change | None:
        """The change that frees the label this one takes; None when it is free, or nothing here frees it."""
        if change.kind.label_space is None or _LABEL not in change.fields:
            return None
        holder = self._holders.get((change.kind.label_space, change.fields[_LABEL].desired))
        return None if holder is None or holder == change.resource else self._freeing.get(holder)

    def _aside(self, change: Change) -> Change:
        live = change.fields[_LABEL].live
        numbered = (f"{live[: DISPLAY_NAME_LENGTH - 4]} {number}" for number in count(2))
        label = next(label for label in numbered if label not in self._taken)
        self._taken.add(label)
        return replace(change, fields={_LABEL: FieldChange(live, label)})


def _frees(change: Change) -> bool:
    return change.removes or (change.action == "update" and _LABEL in change.fields)
