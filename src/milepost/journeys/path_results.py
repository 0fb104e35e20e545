"""Roads to a macro conversion, as frozen values: shares are fractions from 0 to 1, times seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from milepost.model.frames import Kind, Record, Tabular


@dataclass(frozen=True)
class RoadStop:
    """Steps that a person took within a second, mostly a single one; of several no order is told.

    `median_seconds` is the time to the next stop, or to the macro conversion; None where nobody went on.
    """

    events: tuple[str, ...]
    labels: tuple[str, ...]
    median_seconds: float | None


@dataclass(frozen=True)
class Road:
    """People who took the same steps in the same order, each by its first time, before any macro conversion.

    Attributes:
        stops: in order.
        cut: there were further stops, which are not told apart.
        users: people on this road and no other.
        reached: of those, came to the macro conversion.
        median_seconds: from the first stop to the macro conversion, of those who reached it.
    """

    stops: tuple[RoadStop, ...]
    cut: bool
    users: int
    reached: int
    median_seconds: float | None

    @property
    def events(self) -> tuple[tuple[str, ...], ...]:
        """The events of each stop."""
        return tuple(stop.events for stop in self.stops)

    @property
    def rate(self) -> float | None:
        """Share of the people on it who reached the macro conversion."""
        return self.reached / self.users if self.users else None


@dataclass(frozen=True)
class StepOnTheWay:
    """One micro conversion on whatever road, before any macro conversion.

    Attributes:
        event: its event name.
        label: how the file calls it.
        users: people who took it.
        reached: of those, came to the macro conversion.
        left: took no other step after it, and did not come to the macro conversion.
        with_macro: first took it less than a second before the macro conversion; not among `users`.
        median_seconds: to the next step or the macro conversion, of those who went on.
    """

    event: str
    label: str
    users: int
    reached: int
    left: int
    with_macro: int
    median_seconds: float | None

    @property
    def rate(self) -> float | None:
        """Share of `users` who reached the macro conversion."""
        return self.reached / self.users if self.users else None

    @property
    def left_rate(self) -> float | None:
        """Share of `users` who left after it."""
        return self.left / self.users if self.users else None


@dataclass(frozen=True)
class PathTable:
    """All roads to one macro conversion.

    Attributes:
        macro: its event name.
        label: how the file calls it.
        everybody: people seen in the window.
        users: of those, took any step, or came to the macro conversion.
        macro_users: came to the macro conversion.
        direct: of those, took none of the steps before it.
        depth: stops told apart.
        roads: those that brought most people to the macro conversion, then those with most people.
        other_roads: how many more there are; `other_users` are on them, `other_reached` of these arrived.
        steps: in the order of the file.
    """

    macro: str
    label: str
    everybody: int
    users: int
    macro_users: int
    direct: int
    depth: int
    roads: tuple[Road, ...]
    other_roads: int
    other_users: int
    other_reached: int
    steps: tuple[StepOnTheWay, ...]

    def share(self, users: int) -> float | None:
        """Some of the people as a share of all who took any step or reached the macro conversion."""
        return users / self.users if self.users else None


@dataclass(frozen=True)
class PathReport(Tabular):
    """The roads of one property. `tables` has one per macro conversion, in the order of the file."""

    COLUMNS: ClassVar[Mapping[str, Kind]] = {
        "name": "text",
        "property": "text",
        "from": "day",
        "to": "day",
        "macro": "text",
        "row": "text",
        "place": "count",
        "road": "text",
        "cut": "flag",
        "event": "text",
        "label": "text",
        "users": "count",
        "share": "number",
        "reached": "count",
        "rate": "number",
        "left": "count",
        "with_macro": "count",
        "median_seconds": "number",
    }

    name: str
    property_id: str
    first_day: date
    last_day: date
    tables: tuple[PathTable, ...]
    notes: tuple[str, ...] = ()

    def records(self) -> Iterator[Record]:
        """A row per road, per stop of it, and per step; `row` is `road`, `stop` or `step`."""
        for table in self.tables:
            place: Record = {
                "name": self.name,
                "property": self.property_id,
                "from": self.first_day,
                "to": self.last_day,
                "macro": table.macro,
            }
            for record in _records(table):
                yield {**place, **record}


def _records(table: PathTable) -> Iterator[Record]:
    for road in table.roads:
        of: Record = {"road": " > ".join(" + ".join(events) for events in road.events), "cut": road.cut}
        yield {
            **of,
            "row": "road",
            "users": road.users,
            "share": table.share(road.users),
            "reached": road.reached,
            "rate": road.rate,
            "median_seconds": road.median_seconds,
        }
        for number, stop in enumerate(road.stops, 1):
            named = {"event": " + ".join(stop.events), "label": " + ".join(stop.labels)}
            yield {**of, **named, "row": "stop", "place": number, "median_seconds": stop.median_seconds}
    for step in table.steps:
        yield {
            "row": "step",
            "event": step.event,
            "label": step.label,
            "users": step.users,
            "share": table.share(step.users),
            "reached": step.reached,
            "rate": step.rate,
            "left": step.left,
            "with_macro": step.with_macro,
            "median_seconds": step.median_seconds,
        }
