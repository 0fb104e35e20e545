"""Figures and sentences about roads, the same in every format people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from milepost.journeys.path_results import PathReport, PathTable, Road, RoadStop, StepOnTheWay
from milepost.render.lift.words import length
from milepost.render.report.figures import Signs, count, percent


@dataclass(frozen=True)
class Arrows:
    """How the stops of a road are parted on a reader's screen."""

    signs: Signs
    arrow: str = "→"
    cut: str = "…"

    def road(self, road: Road, goal: str) -> str:
        """The stops, the time between, and the macro conversion: `A → 2 min → B → 40 s → Purchase`."""
        parts = [part for stop in road.stops for part in (stop_name(stop), self._time(stop))]
        if road.cut:
            parts.append(self.cut)
        return f" {self.arrow} ".join([*(part for part in parts if part), goal] if road.reached else parts)

    def _time(self, stop: RoadStop) -> str:
        return "" if stop.median_seconds is None else length(stop.median_seconds)

    def share(self, part: int, table: PathTable) -> str:
        """Some of the people as a percentage of all on any road."""
        return percent(table.share(part), self.signs)

    def arrived(self, of: Road | StepOnTheWay) -> str:
        """How many reached the macro conversion, and their share."""
        return f"{count(of.reached)}, {percent(of.rate, self.signs)}"

    def left(self, step: StepOnTheWay) -> str:
        """How many left, and their share."""
        return f"{count(step.left)}, {percent(step.left_rate, self.signs)}"

    def time(self, seconds: float | None) -> str:
        """A time with its best unit."""
        return self.signs.none if seconds is None else length(seconds)


def stop_name(stop: RoadStop) -> str:
    """The steps of a stop."""
    return " + ".join(stop.labels)


def title(table: PathTable) -> str:
    """What the table answers."""
    return f"The roads to {table.label}"


def subject(report: PathReport) -> str:
    """The window."""
    return f"{report.first_day} to {report.last_day}, from the event export"


def people(table: PathTable) -> str:
    """How many people there are, and how many of them are on a road."""
    direct = f" ({count(table.direct)} of them without any step before)" if table.direct else ""
    return (
        f"{count(table.users)} of {count(table.everybody)} people took a step or reached {table.label};"
        f" {count(table.macro_users)} reached it{direct}."
    )


def nothing(table: PathTable) -> str:
    """What to say where there are no roads."""
    return f"Nobody took a step towards {table.label} in these days. Take more days, or look with 'verify'."


def worst(table: PathTable) -> StepOnTheWay | None:
    """The step after which most people leave; None where nobody does."""
    return max((step for step in table.steps if step.left), key=lambda step: step.left, default=None)


def findings(table: PathTable, arrows: Arrows) -> Iterator[str]:
    """What the table shows, in sentences."""
    if table.roads and table.roads[0].reached:
        first = table.roads[0]
        part = percent(first.reached / table.macro_users, arrows.signs)
        yield f"{part} of those who reached {table.label} came by the first road."
    if step := worst(table):
        yield f'Most people leave after "{step.label}": {arrows.left(step)} of those who took it.'


def others(table: PathTable) -> str:
    """The roads that are not shown; empty where there are none."""
    if not table.other_roads:
        return ""
    roads = "1 other road" if table.other_roads == 1 else f"{count(table.other_roads)} other roads"
    return f"{roads}: {count(table.other_users)} people, {count(table.other_reached)} reached {table.label}."


def legend(table: PathTable, arrows: Arrows) -> Iterator[str]:
    """How to read the columns."""
    yield (
        "A road: the steps a person took before the macro conversion, or at all, each by its first time;"
        " steps less than a second apart are one stop (+). Everybody is on one road. Times between: medians."
    )
    yield (
        "Share: of all who took a step or reached it. Arrived: reached it, of those on the road or who took"
        " the step, so far. Left: took no further step and did not arrive. Time: from the first step to it."
    )
    if any(road.cut for road in table.roads):
        yield f"{arrows.cut}: more than {table.depth} stops; --depth tells more of them apart."
    if together := [step for step in table.steps if step.with_macro]:
        names = ", ".join(f"{step.label} ({count(step.with_macro)})" for step in together)
        yield f"At the same instant as {table.label}, so on no road to it: {names}."
