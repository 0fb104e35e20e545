"""Event parameters: what each event says, put together for all events at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from milepost.emulator.events.generator.arrow import chosen, lists_of
from milepost.emulator.events.generator.draws import Floats, Ints
from milepost.emulator.events.generator.events import Events
from milepost.emulator.events.generator.journey import Journey, Scalar
from milepost.emulator.events.generator.record import FIRST_STEP, Kind
from milepost.emulator.events.generator.rules import Rules
from milepost.emulator.events.generator.schema import PARAMETER, VALUE

CURRENCY = "EUR"


class Texts:
    """Strings, each kept once and known by a number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a string, given when it is first seen."""
        return self._numbers.setdefault(text, len(self._numbers))

    def numbers(self, texts: Sequence[str]) -> Ints:
        """The numbers of many strings."""
        return np.array([self.number(text) for text in texts], dtype=np.int64)

    def take(self, numbers: Ints) -> pa.Array:
        """The strings of some numbers; null for negative ones."""
        return chosen(pa.array(list(self._numbers) or [""], pa.string()), numbers)


@dataclass(frozen=True, slots=True)
class _Column:
    """One parameter of some of the events; exactly one of the three slots is filled."""

    key: str
    rows: Ints
    texts: Ints | None = None
    ints: Ints | None = None
    doubles: Floats | None = None


class Parameters:
    """Builds `event_params` for events of one journey."""

    def __init__(self, journey: Journey) -> None:
        self._journey, self._rules = journey, Rules(journey)
        self._texts, self._keys = Texts(), Texts()

    def build(self, events: Events, order_ids: Sequence[str]) -> pa.Array:
        """One list of parameters per event.

        Args:
            events: what happened.
            order_ids: the transaction id of every event that has one, in their order.
        """
        static, of_event = self._static(events)
        columns = self._dynamic(events, order_ids)
        lengths = np.array([len(rows) for rows in static], dtype=np.int64)[of_event]
        counts = lengths.copy()
        for column in columns:
            counts[column.rows] += 1
        slots = _Slots(int(counts.sum()))
        cursor = np.cumsum(counts) - counts
        self._fill_static(slots, static, of_event, lengths, cursor)
        cursor += lengths
        for column in columns:
            slots.put(cursor[column.rows], self._keys.number(column.key), column)
            cursor[column.rows] += 1
        return lists_of(counts, slots.parameters(self._keys, self._texts))

    def _static(self, events: Events) -> tuple[list[list[tuple[str, Scalar]]], Ints]:
        """What events of one kind, choice and place all say: the sets there are, and each event's."""
        codes = (events.kind.astype(np.int64) * 1_000 + events.choice) * 10_000_000 + events.location
        found, first, of_event = np.unique(codes, return_index=True, return_inverse=True)
        sets = [self._says(events, int(row)) for row in first]
        del found
        return sets, of_event.astype(np.int64)

    def _says(self, events: Events, row: int) -> list[tuple[str, Scalar]]:
        page, variant, entry = self._rules.split_location(int(events.location[row]))
        values = self._journey.pages[page].variants[variant]
        kind = int(events.kind[row])
        says: dict[str, Scalar] = {}
        if not events.offline[row]:
            says |= {"page_location": self.address(page, variant, entry), "page_title": values["title"]}
            says |= {key: values[key] for key in self._journey.pages[page].params if key in values}
        if kind >= FIRST_STEP:
            step = self._journey.steps[kind - FIRST_STEP]
            chosen = step.choices[int(events.choice[row])] if step.choices else {}
            says |= {key: _resolved(value, values) for key, value in {**step.params, **chosen}.items()}
        return list(says.items())

    def address(self, page: int, variant: int, entry: int) -> str:
        """The full address of a page, with utm parameters where a tagged link led to it."""
        address = f"https://{self._journey.host}{self._journey.pages[page].variants[variant]['path']}"
        if entry < 0:
            return address
        channel = self._journey.channels[entry]
        tags = {"utm_source": channel.source, "utm_medium": channel.medium, "utm_campaign": channel.campaign}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(tags)}"

    def _dynamic(self, events: Events, order_ids: Sequence[str]) -> list[_Column]:
        """What differs from event to event."""
        on_site = np.flatnonzero(~events.offline)
        columns = [
            _Column("ga_session_id", on_site, ints=events.session[on_site]),
            _Column("ga_session_number", on_site, ints=events.number[on_site].astype(np.int64)),
            *self._engagement(events),
            *self._origin(events),
        ]
        worth = np.flatnonzero(~np.isnan(events.value))
        columns.append(_Column("currency", worth, texts=np.full(len(worth), self._texts.number(CURRENCY))))
        columns.append(_Column("value", worth, doubles=events.value[worth]))
        ordered = np.flatnonzero(events.order)
        columns.append(_Column("transaction_id", ordered, texts=self._texts.numbers(order_ids)))
        return columns

    def _engagement(self, events: Events) -> list[_Column]:
        # first_visit and session_start come before anything can be known about the session.
        told = np.flatnonzero(~events.offline & (events.kind > int(Kind.SESSION_START)))
        states = self._texts.numbers(["0", "1"])
        engaged = np.flatnonzero(events.engaged)
        timed = np.flatnonzero(events.spent >= 0)
        return [
            _Column("session_engaged", told, texts=states[events.engaged[told].astype(np.int64)]),
            _Column("engaged_session_event", engaged, ints=np.ones(len(engaged), dtype=np.int64)),
            _Column("engagement_time_msec", timed, ints=events.spent[timed].astype(np.int64)),
        ]

    def _origin(self, events: Events) -> list[_Column]:
        """Where a page view came from: the page before, and on landing pages the channel."""
        channels = self._journey.channels
        outside = self._texts.numbers([row.referrer for row in channels])
        outside[[not row.referrer for row in channels]] = -1
        before = events.before.astype(np.int64)
        places, of_event = np.unique(np.where(events.offline, -1, before), return_inverse=True)
        numbers = np.array([self._referrer(int(place), outside) for place in places], dtype=np.int64)[
            of_event
        ]
        known = np.flatnonzero(numbers >= 0)
        landed = np.flatnonzero(events.entrance)
        tagged = landed[np.array([row.medium != "(none)" for row in channels])[events.channel[landed]]]
        return [
            _Column("page_referrer", known, texts=numbers[known]),
            _Column("entrances", landed, ints=np.ones(len(landed), dtype=np.int64)),
            *(
                _Column(
                    key,
                    tagged,
                    texts=self._texts.numbers([getattr(row, key) for row in channels])[
                        events.channel[tagged]
                    ],
                )
                for key in ("source", "medium", "campaign")
            ),
        ]

    def _referrer(self, place: int, outside: Ints) -> int:
        if place < -1:
            return int(outside[-2 - place])
        return self._texts.number(self.address(*self._rules.split_location(place))) if place >= 0 else -1

    def _fill_static(
        self,
        slots: _Slots,
        static: list[list[tuple[str, Scalar]]],
        of_event: Ints,
        lengths: Ints,
        cursor: Ints,
    ) -> None:
        """Copy every event's set of common parameters to its place."""
        starts = np.cumsum([0] + [len(rows) for rows in static[:-1]], dtype=np.int64)
        within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        source = np.repeat(starts[of_event], lengths) + within
        flat = [row for rows in static for row in rows]
        pattern = _Slots(len(flat))
        for at, (key, value) in enumerate(flat):
            pattern.put_one(at, self._keys.number(key), value, self._texts)
        slots.copy_from(pattern, source, np.repeat(cursor, lengths) + within)


def _resolved(value: Scalar, values: Mapping[str, Scalar]) -> Scalar:
    """A parameter's value; `@name` stands for what the page says under that name."""
    return values[value[1:]] if isinstance(value, str) and value.startswith("@") else value


class _Slots:
    """Parameters as columns, one row per parameter."""

    def __init__(self, count: int) -> None:
        self.key = np.zeros(count, dtype=np.int64)
        self.text = np.full(count, -1, dtype=np.int64)
        self.whole = np.zeros(count, dtype=np.int64)
        self.double = np.zeros(count)
        self.slot: NDArray[np.int8] = np.zeros(count, dtype=np.int8)  # 0 text, 1 int, 2 double

    def put(self, at: Ints, key: int, column: _Column) -> None:
        """One parameter of many events."""
        self.key[at] = key
        if column.texts is not None:
            self.text[at] = column.texts
        elif column.ints is not None:
            self.whole[at], self.slot[at] = column.ints, 1
        elif column.doubles is not None:
            self.double[at], self.slot[at] = column.doubles, 2

    def put_one(self, at: int, key: int, value: Scalar, texts: Texts) -> None:
        """One parameter of one event."""
        self.key[at] = key
        if isinstance(value, str):
            self.text[at] = texts.number(value)
        elif isinstance(value, int):
            self.whole[at], self.slot[at] = value, 1
        else:
            self.double[at], self.slot[at] = value, 2

    def copy_from(self, other: _Slots, source: Ints, at: Ints) -> None:
        """Rows of another one."""
        for name in ("key", "text", "whole", "double", "slot"):
            getattr(self, name)[at] = getattr(other, name)[source]

    def parameters(self, keys: Texts, texts: Texts) -> pa.Array:
        """The parameters as Arrow structs."""
        values = [
            texts.take(self.text),
            pa.array(self.whole, mask=self.slot != 1),
            pa.nulls(len(self.key), pa.float64()),
            pa.array(self.double, mask=self.slot != 2),
        ]
        value = pa.StructArray.from_arrays(values, fields=list(VALUE))
        return pa.StructArray.from_arrays([keys.take(self.key), value], fields=list(PARAMETER))
