"""Roads to a macro conversion: the question as GoogleSQL, and its answer as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from milepost.journeys.counts import EventsRead
from milepost.journeys.definitions import EventDefinition, derived_sql, source_names
from milepost.journeys.engines import Days, EventsEngine, Query, Row, literal, literals
from milepost.journeys.export import GAP_SECONDS, SECOND
from milepost.journeys.path_results import PathTable, Road, RoadStop, StepOnTheWay
from milepost.journeys.tally import Sum, median
from milepost.journeys.templates import COLUMNS, DERIVED_STEPS, put_together

_CELL = "CASE WHEN took < 3600000000 THEN DIV(took, 1000000) ELSE 60 * DIV(took, 60000000) END"

_Key = tuple[str, str, int, int]
"""What is counted, the road or step it is counted of, whether the road was cut, and the place on it."""


@dataclass(frozen=True)
class PathQuestion:
    """Roads over `micros` to one macro conversion, told apart up to `depth` stops, `top` of them shown."""

    macro: EventDefinition
    micros: tuple[EventDefinition, ...]
    depth: int
    top: int

    def query(self) -> Query:
        """The GoogleSQL."""
        derived = derived_sql((self.macro, *self.micros))
        names = literals(event.name for event in (self.macro, *self.micros))
        filled = {
            "extra": "CAST(NULL AS STRING)",
            "parameters": derived.parameters,
            "derived": derived.column,
            "valued": literals(source_names(self.macro)),
            "names": names,
            "steps_derived": DERIVED_STEPS.format(step="step", names=names) if derived.column else "",
            "macro": literal(self.macro.name),
            "depth": str(self.depth),
            "cell": _CELL,
            "gap": str(GAP_SECONDS * SECOND),
        }
        return Query(put_together(("flat", "steps", "paths"), filled), COLUMNS, staged="flat")


def path_table(
    engine: EventsEngine, question: PathQuestion, days: Days, labels: Mapping[str, str]
) -> tuple[PathTable, EventsRead]:
    """The roads in the events of some days, and what was read of them.

    Args:
        engine: where the events are.
        question: which roads.
        days: from `engine.days`.
        labels: of all events in the question.

    Raises:
        MilepostError: the events cannot be read, or the engine refuses.
    """
    answer = _Answer(engine.rows(question.query(), days), labels)
    return answer.table(question), answer.read(engine, days)


class _Answer:
    """The rows of the query, added up over all shares of the people."""

    def __init__(self, rows: Iterable[Row], labels: Mapping[str, str]) -> None:
        self._cells: dict[_Key, dict[int, Sum]] = {}
        self._labels = labels
        for row in rows:
            key = (row["counted"], row["name"], row["cut"], row["place"])
            self._cells.setdefault(key, {}).setdefault(row["cell"], Sum()).add(row)

    def table(self, question: PathQuestion) -> PathTable:
        """The commonest roads first: those that brought most people to the macro conversion."""
        roads = sorted(self._roads(), key=lambda road: (-road.reached, -road.users, road.events, road.cut))
        on_road, arrived = sum(road.users for road in roads), sum(road.reached for road in roads)
        macro_users = self._sum("macro").n
        shown = tuple(roads[: question.top])
        return PathTable(
            macro=question.macro.name,
            label=self._labels[question.macro.name],
            everybody=self._sum("people").n,
            users=on_road + macro_users - arrived,
            macro_users=macro_users,
            direct=macro_users - arrived,
            depth=question.depth,
            roads=shown,
            other_roads=len(roads) - len(shown),
            other_users=on_road - sum(road.users for road in shown),
            other_reached=arrived - sum(road.reached for road in shown),
            steps=tuple(self._step(micro.name) for micro in question.micros),
        )

    def read(self, engine: EventsEngine, days: Days) -> EventsRead:
        """What was read, and what of it belongs to nobody."""
        rows = self._sum("rows")
        return EventsRead(
            source=engine.source,
            rows=rows.n,
            rows_without_user=rows.n - rows.reached,
            duplicate_rows=0,
            users=self._sum("people").n,
            page_events=0,
            missing_days=days.missing,
            bytes_billed=engine.bytes_billed,
        )

    def _roads(self) -> Iterator[Road]:
        for (counted, name, cut, _), cells in self._cells.items():
            if counted == "road":
                stops = enumerate(name.split(">"), 1)
                yield Road(
                    stops=tuple(self._stop(stop, ("leg time", name, cut, place)) for place, stop in stops),
                    cut=bool(cut),
                    users=cells[0].n,
                    reached=cells[0].reached,
                    median_seconds=median(self._cells.get(("road time", name, cut, 0), {})),
                )

    def _stop(self, stop: str, key: _Key) -> RoadStop:
        events = tuple(stop.split("+"))
        return RoadStop(
            events, tuple(self._labels[event] for event in events), median(self._cells.get(key, {}))
        )

    def _step(self, event: str) -> StepOnTheWay:
        took = self._sum("step", event)
        return StepOnTheWay(
            event=event,
            label=self._labels[event],
            users=took.n,
            reached=took.reached,
            left=self._sum("left", event).n,
            with_macro=self._sum("with macro", event).n,
            median_seconds=median(self._cells.get(("step time", event, 0, 0), {})),
        )

    def _sum(self, counted: str, name: str = "") -> Sum:
        return self._cells.get((counted, name, 0, 0), {}).get(0, Sum())
