"""Events as flat columns: each row says all the export needs, so rows can be sorted, cut and joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from milepost.emulator.events.generator.draws import Flags, Floats, Ints, Keys
from milepost.emulator.events.generator.journey import Journey
from milepost.emulator.events.generator.people import People
from milepost.emulator.events.generator.record import CART_SIZE, FIRST_STEP, Kind, Record
from milepost.emulator.events.generator.rules import Rules
from milepost.emulator.events.generator.walk import Walk

DAY = 86_400_000_000  # microseconds
_ENGAGED_AFTER = 10_000_000  # GA4: a session is engaged after ten seconds, or with a second page view


@dataclass(frozen=True, slots=True)
class Events:
    """One row per event. Times are microseconds since 1970 (UTC); codes index the journey's tuples."""

    user: Keys
    touched: Ints  # the user's first visit
    device: NDArray[np.int16]
    place: NDArray[np.int16]
    first_channel: NDArray[np.int16]
    channel: NDArray[np.int16]  # of the visit
    session: Ints  # seconds since 1970 at which the visit began
    number: NDArray[np.int16]  # of the visit, from 1
    location: NDArray[np.int32]
    before: NDArray[np.int32]  # a location, or -2 minus the channel of an outside page
    entrance: Flags
    kind: NDArray[np.int16]
    choice: NDArray[np.int16]
    ts: Ints
    spent: NDArray[np.int32]  # milliseconds, -1: not told
    engaged: Flags  # the session, so far
    active: Flags  # the user, in this visit
    offline: Flags
    value: Floats
    order: Keys
    products: NDArray[np.int16]
    pieces: NDArray[np.int16]
    done: Keys

    def __len__(self) -> int:
        return len(self.ts)

    def only(self, rows: Ints) -> Events:
        """Some of the rows."""
        return Events(*(getattr(self, row.name)[rows] for row in fields(self)))

    def by_time(self, low: int, high: int) -> Events:
        """The rows of the days from low to high by timestamp, then user; what is equal keeps its order."""
        rows = np.flatnonzero((self.ts >= low * DAY) & (self.ts < (high + 1) * DAY))
        return self.only(rows[np.lexsort((self.user[rows], self.ts[rows]))])

    def split_by_day(self) -> dict[int, Events]:
        """The rows of each day, counted from 1970-01-01."""
        days = self.ts // DAY
        return {int(day): self.only(np.flatnonzero(days == day)) for day in np.unique(days)}


def joined(parts: Sequence[Events]) -> Events:
    """All rows of some parts, one part after the other."""
    if len(parts) == 1:
        return parts[0]
    return Events(*(np.concatenate([getattr(part, row.name) for part in parts]) for row in fields(Events)))


def simulate(journey: Journey, people: People, without_effect_of: str = "") -> Events:
    """Every event of some users, in no particular order.

    Args:
        journey: the business type's.
        people: who visits.
        without_effect_of: a step whose effect is taken away, all else being drawn the same.
    """
    record = Walk(journey, people, without_effect_of).run()
    visit_of_view = record.views.column("visit").astype(np.int64)
    nth = record.views.column("number").astype(np.int64)
    view = record.moments.column("view").astype(np.int64)
    visit = visit_of_view[view]
    who = record.visits.column("who").astype(np.int64)[visit]
    number = record.visits.column("number").astype(np.int64)
    start = record.visits.column("start").astype(np.int64)
    kind = record.moments.column("kind").astype(np.int64)
    ts = record.moments.column("ts").astype(np.int64)
    offline = np.array([False] * FIRST_STEP + [step.at == "offline" for step in journey.steps])[kind]
    engaged = ~offline & ((nth[view] >= 1) | (ts - start[visit] > _ENGAGED_AFTER))
    active = number == 1
    active[visit[engaged]] = True
    location = Rules(journey).location(
        record.views.column("page").astype(np.int64),
        record.views.column("variant").astype(np.int64),
        record.views.column("entry").astype(np.int64),
    )
    first_start = np.zeros(len(people), dtype=np.int64)
    first_start[record.visits.column("who").astype(np.int64)[number == 1]] = start[number == 1]
    return Events(
        user=people.key[who],
        touched=first_start[who],
        device=people.device[who].astype(np.int16),
        place=people.place[who].astype(np.int16),
        first_channel=people.channel[who].astype(np.int16),
        channel=record.visits.column("channel").astype(np.int16)[visit],
        session=(start // 1_000_000)[visit],
        number=number[visit].astype(np.int16),
        location=location[view].astype(np.int32),
        before=record.views.column("before").astype(np.int32)[view],
        entrance=(nth[view] == 0) & (kind == int(Kind.PAGE_VIEW)),
        kind=kind.astype(np.int16),
        choice=record.moments.column("choice").astype(np.int16),
        ts=ts,
        spent=record.moments.column("spent").astype(np.int32),
        engaged=engaged,
        active=active[visit],
        offline=offline,
        done=record.views.column("done").astype(np.uint64)[view],
        **_goods(record),
    )


def _goods(record: Record) -> dict[str, Any]:
    """Products and values as columns over all events."""
    rows = len(record.moments)
    columns: dict[str, NDArray[Any]] = {
        "value": np.full(rows, np.nan),
        "order": np.zeros(rows, dtype=np.uint64),
        "products": np.full((rows, CART_SIZE), -1, dtype=np.int16),
        "pieces": np.ones((rows, CART_SIZE), dtype=np.int16),
    }
    if len(record.goods):
        moment = record.goods.column("moment").astype(np.int64)
        for name, column in columns.items():
            column[moment] = record.goods.column(name)
    return columns
