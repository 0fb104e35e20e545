"""The rows that the lift query gives, added up over all shares of the people, as counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from milepost.journeys.counts import (
    CreditRow,
    EventsRead,
    MacroCounts,
    Point,
    StepCounts,
    StepCredit,
    Stratum,
)
from milepost.journeys.engines import Days, Row

PROGRESS = 1000
"""The query adds it to the pages seen for each step of the road that was taken."""

_Place = tuple[Point, str | None]
"""A point of the visit and the extra value."""


class Sum:
    """Three numbers that add up; what they are is told beside the SELECT that gives them."""

    __slots__ = ("amount", "n", "reached")

    def __init__(self) -> None:
        self.n = 0
        self.reached = 0
        self.amount = 0.0

    def add(self, row: Row) -> None:
        """One more row of the answer."""
        self.n += int(row["n"] or 0)
        self.reached += int(row["reached"] or 0)
        self.amount += float(row["amount"] or 0.0)


class Tally:
    """An answer to the lift query; `counted` of a row says what its numbers are (see `sql/lift.sql`)."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._moments: dict[_Place, Sum] = {}
        self._own: dict[tuple[str, _Place], Sum] = {}
        self._did: dict[str, dict[_Place, Sum]] = {}
        self._fates: dict[tuple[str, str, str | None], Sum] = {}
        self._times: dict[str, dict[int, Sum]] = {}
        self._people: dict[str | None, Sum] = {}
        self._values: dict[str | None, Sum] = {}
        self._rows: dict[str, Sum] = {}
        for row in rows:
            self._sum_for(row).add(row)

    def _sum_for(self, row: Row) -> Sum:
        step, extra = row["step"], row["extra"]
        match row["counted"]:
            case "moments":
                return self._moments.setdefault(_place(row), Sum())
            case "own moments":
                return self._own.setdefault((step, _place(row)), Sum())
            case "did":
                return self._did.setdefault(step, {}).setdefault(_place(row), Sum())
            case "fate":
                return self._fates.setdefault((step, row["detail"], extra), Sum())
            case "time":
                return self._times.setdefault(step, {}).setdefault(row["seconds"], Sum())
            case "people":
                return self._people.setdefault(extra, Sum())
            case "value":
                return self._values.setdefault(extra, Sum())
            case "rows":
                return self._rows.setdefault(row["detail"], Sum())
            case other:
                raise ValueError(f"the lift query counts nothing called {other}")

    def macro(self, event: str) -> MacroCounts:
        """Users with the macro conversion, and what it was worth."""
        valued = sum(of.n for of in self._values.values())
        total = sum(of.amount for of in self._values.values())
        return MacroCounts(
            event=event,
            users=sum(of.reached for of in self._people.values()),
            with_value=valued,
            mean_value=total / valued if valued else None,
        )

    def step(self, event: str) -> StepCounts:
        """One micro conversion; nothing but zeros where nobody did it."""
        fates = {fate: self._fate(event, fate) for fate in _FATES}
        strata = tuple(self._strata(event))
        return StepCounts(
            event=event,
            ever=sum(of.n for of in fates.values()),
            after_macro=fates["after macro"].n,
            same_instant=fates["same instant"].n,
            too_recent=fates["too recent"].n,
            users=fates["followed"].n,
            reached=sum(stratum.reached for stratum in strata),
            occurrences=round(sum(of.amount for of in fates.values())),
            before_macro=fates["followed"].reached + fates["too recent"].reached,
            median_seconds=median(self._times.get(event, {})),
            strata=strata,
            reached_at_all=fates["followed"].reached,
        )

    def _fate(self, event: str, fate: str) -> Sum:
        total = Sum()
        for (step, told, _), of in self._fates.items():
            if step == event and told == fate:
                total.n, total.reached, total.amount = (
                    total.n + of.n,
                    total.reached + of.reached,
                    total.amount + of.amount,
                )
        return total

    def _strata(self, event: str) -> Iterator[Stratum]:
        """Those who did it at each point, with everybody's moments there less their own."""
        did = self._did.get(event, {})
        for place in sorted(did, key=lambda place: (place[0], place[1] or "")):
            everybody = self._moments.get(place, Sum())
            own = self._own.get((event, place), Sum())
            yield Stratum(
                point=place[0],
                extra=place[1],
                users=did[place].n,
                reached=did[place].reached,
                moments=everybody.n - own.n,
                moments_reached=everybody.reached - own.reached,
            )

    def read(self, source: str, days: Days, bytes_billed: int | None) -> EventsRead:
        """What was read, and what of it was left out."""
        somebody, nobody, again = (self._rows.get(of, Sum()) for of in ("somebody", "nobody", "again"))
        return EventsRead(
            source=source,
            rows=somebody.n + nobody.n,
            rows_without_user=nobody.n,
            duplicate_rows=again.n,
            users=sum(of.n for of in self._people.values()),
            page_events=somebody.reached,
            missing_days=days.missing,
            bytes_billed=bytes_billed,
        )

    def credits(self, events: Sequence[str]) -> tuple[CreditRow, ...]:
        """One row per value of the dimension, most users first."""
        values = sorted(self._people, key=lambda value: (-self._people[value].n, value or ""))
        return tuple(
            CreditRow(
                value=value,
                users=self._people[value].n,
                macro_users=self._people[value].reached,
                macro_value=self._values[value].amount if value in self._values else None,
                steps=tuple(self._credit(event, value) for event in events),
            )
            for value in values
        )

    def _credit(self, event: str, value: str | None) -> StepCredit:
        ever = sum(self._fates.get((event, fate, value), Sum()).n for fate in _FATES)
        did = [of for place, of in self._did.get(event, {}).items() if place[1] == value]
        return StepCredit(
            event,
            ever,
            users=sum(of.n for of in did),
            reached=sum(of.reached for of in did),
            too_recent=self._fates.get((event, "too recent", value), Sum()).n,
        )


_FATES = ("after macro", "same instant", "too recent", "followed")


def _place(row: Row) -> _Place:
    progress, pages = divmod(row["pages"], PROGRESS)
    return Point(row["session_number"], pages, row["seconds"], progress), row["extra"]


def median(cells: dict[int, Sum]) -> float | None:
    """Median of times that are known by cell, each standing for the mean of its cell."""
    if not cells:
        return None
    order = sorted(cells)
    ends = list(accumulate(cells[cell].n for cell in order))
    middle = ((ends[-1] - 1) // 2, ends[-1] // 2)
    pair = [next(cell for cell, end in zip(order, ends, strict=True) if end > at) for at in middle]
    return sum(cells[cell].amount / cells[cell].n for cell in pair) / 2
