"""Where people do what: the users of each page (or value of another dimension) with each conversion.

Two batch calls: the first finds the rows with most users and everybody's conversions; the second the
conversions of those rows, and of everybody outside of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar

from milepost.gateways.data import DataGateway, DateRange, InList, Number, ReportAnswer, ReportQuery
from milepost.model.declared import DeclaredProperty
from milepost.model.document import Role
from milepost.model.frames import Kind, Record, Tabular
from milepost.reports.dimension import (
    ALIASES,
    DEFAULT_TOP,
    ask_rows,
    by_value,
    people_of_period,
    totals,
    users_notes,
    whole,
)
from milepost.reports.heat_records import HEAT_COLUMNS, heat_records
from milepost.reports.notes import answer_notes, period_notes
from milepost.reports.period import PeriodChoice
from milepost.reports.results import Period, share
from milepost.reports.standard import first_day, time_zone

_USERS = ("totalUsers",)


@dataclass(frozen=True)
class HeatColumn:
    """One conversion."""

    event: str
    label: str
    role: Role


@dataclass(frozen=True)
class HeatCell:
    """Users of a row with a conversion, and their share of the row's users; None where it has none.

    `warmth` is that share against the highest of the column's rows, from 0 to 1. Others and total have none.
    """

    users: int
    rate: float | None
    warmth: float | None = None


@dataclass(frozen=True)
class HeatRow:
    """One value of the dimension, or several together: its users, and a cell per column."""

    users: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class HeatTable(Tabular):
    """Conversions of one property by a dimension.

    `columns` are the micro conversions, most users first, then the macro ones in the file's order. `rows`
    stand with their values, most users first; `others` is everybody with a value that has no row, None where
    every value has one; there are `values` in all.
    """

    COLUMNS: ClassVar[Mapping[str, Kind]] = HEAT_COLUMNS

    name: str
    property_id: str
    by: str
    dimension: str
    period: Period
    columns: tuple[HeatColumn, ...]
    total: HeatRow
    rows: tuple[tuple[str, HeatRow], ...]
    others: HeatRow | None
    values: int
    notes: tuple[str, ...]
    time_zone: str

    def records(self) -> Iterator[Record]:
        """One row per cell."""
        return heat_records(self)


def heat_table(
    gateway: DataGateway,
    declared: DeclaredProperty,
    property_id: str,
    period: PeriodChoice,
    by: str = "page",
    *,
    top: int = DEFAULT_TOP,
    now: datetime | None = None,
) -> HeatTable:
    """Asks GA4 twice (once where nobody was there) and puts the answers together.

    Args:
        gateway: where to ask.
        declared: the conversions.
        property_id: digits.
        period: the days wanted; nothing is compared.
        by: a short name of `ALIASES`, or a dimension of GA4.
        top: how many rows, at least 1.
        now: the present moment, with a time zone, for telling preliminary days; the machine's by default.

    Raises:
        RefusedError: GA4 does not know the dimension, or not beside these metrics; in its own words.
        RemoteError: GA4 did not answer, or refused for another reason.
    """
    days = period.ranges()[0]
    answers = ask_rows(
        gateway,
        property_id,
        by,
        first_heat_queries(declared, days, ALIASES.get(by, by), top),
        lambda rows: second_heat_queries(declared, days, rows),
    )
    return read_heat(declared, property_id, period, by, answers, now or datetime.now(UTC))


def first_heat_queries(
    declared: DeclaredProperty, days: DateRange, dimension: str, top: int
) -> dict[str, ReportQuery]:
    """The largest rows, everybody, and the conversions of everybody."""
    queries = {
        "rows": ReportQuery(_USERS, (days,), (dimension,), limit=top),
        "total": people_of_period(days, _USERS),
    }
    if only := _conversions(declared):
        queries["total cells"] = ReportQuery(_USERS, (days,), ("eventName",), only)
    return queries


def second_heat_queries(declared: DeclaredProperty, days: DateRange, rows: InList) -> dict[str, ReportQuery]:
    """Conversions of the rows, everybody outside of them, and their conversions."""
    queries = {"others": ReportQuery(_USERS, (days,), outside=rows)}
    if only := _conversions(declared):
        by_event = tuple(dict.fromkeys((rows.dimension, "eventName")))
        queries["cells"] = ReportQuery(_USERS, (days,), by_event, only, within=rows)
        queries["others cells"] = ReportQuery(_USERS, (days,), ("eventName",), only, outside=rows)
    return queries


def _conversions(declared: DeclaredProperty) -> InList | None:
    events = tuple(conversion.event for conversion in declared.conversions)
    return InList("eventName", events) if events else None


def read_heat(
    declared: DeclaredProperty,
    property_id: str,
    choice: PeriodChoice,
    by: str,
    answers: Mapping[str, ReportAnswer],
    now: datetime,
) -> HeatTable:
    """What the answers to the queries amount to; those of the second may be missing."""
    listed, total = answers["rows"], answers["total"]
    today = now.astimezone(time_zone(total.time_zone)).date()
    period = choice.resolve(first_day(total), today)
    reader = _Reader(declared, answers)
    rows = _warmed([(value, reader.row("cells", value, users)) for value, users in reader.listed()])
    everybody = reader.row("total cells", "", reader.people("total"))
    others = reader.row("others cells", "", reader.people("others"))
    dimension = ALIASES.get(by, by)
    has_others = listed.row_count > len(rows)
    shown = sum(row.users for _, row in rows) + (others.users if has_others else 0)
    said = [whole(answer) if name in ("rows", "total") else answer for name, answer in answers.items()]
    return HeatTable(
        name=declared.name,
        property_id=property_id,
        by=by,
        dimension=dimension,
        period=period,
        columns=reader.columns,
        total=everybody,
        rows=rows,
        others=others if has_others else None,
        values=listed.row_count,
        notes=(
            *period_notes(period, choice.today(period, today), comparable=True),
            *users_notes(dimension, shown, everybody.users),
            *answer_notes(said),
        ),
        time_zone=total.time_zone,
    )


class _Reader:
    """Looks cells up in the answers; what is missing there is 0."""

    def __init__(self, declared: DeclaredProperty, answers: Mapping[str, ReportAnswer]) -> None:
        self._people = {
            name: by_value(totals(answer) if name == "total" else answer)
            for name, answer in answers.items()
            if name in ("rows", "total", "others")
        }
        self._cells = {
            (table, row.dimensions[0] if table == "cells" else "", row.dimensions[-1]): int(row.metrics[0])
            for table, answer in answers.items()
            if table.endswith("cells")
            for row in answer.rows
        }
        self.columns = tuple(self._columns(declared))

    def _columns(self, declared: DeclaredProperty) -> Iterator[HeatColumn]:
        def users(column: HeatColumn) -> Number:
            return self._cells.get(("total cells", "", column.event), 0)

        columns = [HeatColumn(c.event, c.label, c.role) for c in declared.conversions]
        yield from sorted((c for c in columns if c.role == "micro"), key=users, reverse=True)
        yield from (c for c in columns if c.role == "macro")

    def listed(self) -> Iterator[tuple[str, int]]:
        """The values with a row, and their users."""
        for value, metrics in self._people["rows"].items():
            yield value, int(metrics["totalUsers"])

    def people(self, name: str) -> int:
        """Users of the total, or of the others."""
        return int(self._people.get(name, {}).get("", {}).get("totalUsers", 0))

    def row(self, table: str, value: str, users: int) -> HeatRow:
        """A cell for each column."""
        counts = [self._cells.get((table, value, column.event), 0) for column in self.columns]
        return HeatRow(users, tuple(HeatCell(count, share(count, users)) for count in counts))


def _warmed(rows: list[tuple[str, HeatRow]]) -> tuple[tuple[str, HeatRow], ...]:
    """The rows with each cell's share against the highest of its column."""
    columns = zip(*(row.cells for _, row in rows), strict=True)
    highest = [max(cell.rate or 0 for cell in cells) for cells in columns]

    def warmed(row: HeatRow) -> HeatRow:
        cells = zip(row.cells, highest, strict=True)
        return replace(
            row, cells=tuple(replace(cell, warmth=(cell.rate or 0) / (top or 1)) for cell, top in cells)
        )

    return tuple((value, warmed(row)) for value, row in rows)
