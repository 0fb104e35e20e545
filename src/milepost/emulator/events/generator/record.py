"""What a walk leaves behind, as columns: visits, page views, and the moments at which something happened."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from milepost.emulator.events.generator.draws import Floats, Ints, Keys

CART_SIZE = 4


Part = TypeVar("Part", "Visits", "PageViews", "Moments", "Goods")


class Kind(IntEnum):
    """Events that come by themselves; steps follow from FIRST_STEP on."""

    FIRST_VISIT = 0
    SESSION_START = 1
    PAGE_VIEW = 2
    USER_ENGAGEMENT = 3


FIRST_STEP = len(Kind)


@dataclass(frozen=True, slots=True)
class Visits:
    """One row per visit; `who` is the user's position."""

    who: Ints
    number: Ints
    channel: Ints
    start: Ints


@dataclass(frozen=True, slots=True)
class PageViews:
    """One row per page view; `before` is the address before it, or -2 minus the channel of an outside one."""

    visit: Ints
    number: Ints
    page: Ints
    variant: Ints
    entry: Ints
    before: Ints
    done: Keys


@dataclass(frozen=True, slots=True)
class Moments:
    """One row per event; `spent` is the engagement time in milliseconds, or -1."""

    kind: Ints
    choice: Ints
    view: Ints
    ts: Ints
    spent: Ints


@dataclass(frozen=True, slots=True)
class Goods:
    """One row per event with products or a value; `moment` is the event's row among the moments."""

    moment: Ints
    value: Floats
    order: Keys
    products: NDArray[np.int16]
    pieces: NDArray[np.int16]

    def repeated(self, rows: Ints, moments: Ints) -> Goods:
        """Some of them once more, for other events."""
        return Goods(moments, self.value[rows], self.order[rows], self.products[rows], self.pieces[rows])


class Table(Generic[Part]):
    """Parts added one after the other; rows are numbered over all of them."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def add(self, part: Part) -> Ints:
        """Add rows and say their numbers."""
        count = len(getattr(part, fields(part)[0].name))
        self._parts.append(part)
        self._rows += count
        return np.arange(self._rows - count, self._rows, dtype=np.int64)

    def column(self, name: str) -> NDArray[np.generic]:
        """One column over all parts; there must be one."""
        return np.concatenate([getattr(part, name) for part in self._parts])


class Record:
    """All that one walk recorded."""

    def __init__(self) -> None:
        self.visits: Table[Visits] = Table()
        self.views: Table[PageViews] = Table()
        self.moments: Table[Moments] = Table()
        self.goods: Table[Goods] = Table()
