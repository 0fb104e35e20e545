"""`paths --format json`."""

from __future__ import annotations

from milepost.render.schemas.parts import Days, Document, Named, OfProperty, Part


class RoadStop(Part):
    """Steps taken within a second, mostly a single one; of several no order is told."""

    events: tuple[str, ...]
    """Event names."""
    labels: tuple[str, ...]
    """How the file calls them."""
    median_seconds: float | None
    """To the next stop, or the macro conversion; null where nobody went on."""


class Road(Part):
    """People who took the same steps in the same order, each by its first time."""

    stops: tuple[RoadStop, ...]
    """In order."""
    cut: bool
    """Whether there were further stops, which are not told apart."""
    users: int
    """People on this road and no other."""
    share: float | None
    """Of all who took any step or reached the macro conversion."""
    reached: int
    """Of those on it, came to the macro conversion."""
    rate: float | None
    """reached ÷ users."""
    median_seconds: float | None
    """From the first stop to the macro conversion."""


class StepOnTheWay(Named):
    """One micro conversion on whatever road, before any macro conversion."""

    users: int
    """People who took it."""
    share: float | None
    """Of all who took any step or reached the macro conversion."""
    reached: int
    """Of those who took it, came to the macro conversion."""
    rate: float | None
    """reached ÷ users."""
    left: int
    """Took no other step after it, and did not come to the macro conversion."""
    left_rate: float | None
    """left ÷ users."""
    with_macro: int
    """First took it less than a second before the macro conversion; not among `users`."""
    median_seconds: float | None
    """To the next step or the macro conversion; null where nobody went on."""


class PathTable(Named):
    """All roads to one macro conversion."""

    everybody: int
    """People seen in the window."""
    users: int
    """Of those, took any step, or reached the macro conversion."""
    macro_users: int
    """Reached the macro conversion."""
    direct: int
    """Of those, took none of the steps before it."""
    depth: int
    """Stops told apart."""
    roads: tuple[Road, ...]
    """Those that brought most people to the macro conversion first."""
    other_roads: int
    """How many more roads there are."""
    other_users: int
    """People on them."""
    other_reached: int
    """Of those, reached the macro conversion."""
    steps: tuple[StepOnTheWay, ...]
    """One per micro conversion, in the file's order."""


class PathProperty(OfProperty):
    """The roads of one property."""

    period: Days
    """The window."""
    macros: tuple[PathTable, ...]
    """One per macro conversion, in the file's order."""
    notes: tuple[str, ...]
    """What a reader must know."""


class PathsDocument(Document):
    """The roads that people take to a macro conversion, and where they leave them."""

    properties: tuple[PathProperty, ...]
    """One per property that could be read, in the file's order."""
