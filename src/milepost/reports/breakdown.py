"""Micro against macro by one dimension: the largest rows, and all others together, from two batch calls.

The first call finds the rows with most users and the property's totals; the second asks for the conversions
of those rows, and for everybody in none of them. So GA4 itself counts the users of the others, each once:
they cannot be had by subtraction, for a user may be in several rows.
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
from milepost.reports.breakdown_records import BREAKDOWN_COLUMNS, breakdown_records
from milepost.reports.dimension import (
    ALIASES,
    DAY,
    DEFAULT_TOP,
    ask_rows,
    by_value,
    people_of_period,
    totals,
    users_notes,
    whole,
)
from milepost.reports.notes import answer_notes, appeared_notes, period_notes
from milepost.reports.period import PeriodChoice
from milepost.reports.results import Period, RoleFigures, share
from milepost.reports.standard import ROLES, daily_counts, first_day, time_zone
from milepost.reports.worth import Values, Worth

_PEOPLE = ("totalUsers", "sessions")
_ROLE = (*_PEOPLE, "eventCount", "eventValue")


@dataclass(frozen=True)
class BreakdownRow:
    """One value of the dimension, or several together. Rates are of the row's own users.

    Conversions are those whose events carry the value: of a page, those that happened on it.
    """

    users: int
    sessions: int
    macro: RoleFigures
    micro: RoleFigures
    macro_events: int
    micro_events: int
    macro_value: Worth | None = None
    micro_value: Worth | None = None


@dataclass(frozen=True)
class Breakdown(Tabular):
    """Micro against macro of one property by a dimension.

    `rows` stand with their values, most users first; `others` is everybody with one of the `values` (how many
    there are) that have no row of their own, None where every value has one. A user with several values is
    in several rows, so that rows and others may add to more than `total`.
    """

    COLUMNS: ClassVar[Mapping[str, Kind]] = BREAKDOWN_COLUMNS

    name: str
    property_id: str
    by: str
    dimension: str
    period: Period
    total: BreakdownRow
    rows: tuple[tuple[str, BreakdownRow], ...]
    others: BreakdownRow | None
    values: int
    notes: tuple[str, ...]
    time_zone: str

    def records(self) -> Iterator[Record]:
        """One row per value, one for all others, and one for everybody."""
        return breakdown_records(self)


def breakdown(
    gateway: DataGateway,
    declared: DeclaredProperty,
    property_id: str,
    period: PeriodChoice,
    by: str,
    *,
    top: int = DEFAULT_TOP,
    now: datetime | None = None,
) -> Breakdown:
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
        first_queries(declared, days, ALIASES.get(by, by), top),
        lambda rows: second_queries(declared, days, rows),
    )
    return read_breakdown(declared, property_id, period, by, answers, now or datetime.now(UTC))


def first_queries(
    declared: DeclaredProperty, days: DateRange, dimension: str, top: int
) -> dict[str, ReportQuery]:
    """The largest rows, the totals with their days, and what has a declared value: at most five queries."""
    ranges = (days,)
    queries = {
        "rows": ReportQuery(_PEOPLE, ranges, (dimension,), limit=top),
        "total": people_of_period(days, _PEOPLE),
    }
    for role, only in _roles(declared):
        queries[f"total {role}"] = ReportQuery(_ROLE, ranges, (*DAY, "eventName"), only, totals=True)
    valued = tuple(c.event for c in declared.conversions if c.definition.value is not None)
    if valued:
        only = InList("eventName", valued)
        by_event = tuple(dict.fromkeys((dimension, "eventName")))
        queries["valued"] = ReportQuery(("eventCount",), ranges, by_event, only)
    return queries


def second_queries(declared: DeclaredProperty, days: DateRange, rows: InList) -> dict[str, ReportQuery]:
    """Conversions of the rows, and everybody outside of them: at most five queries."""
    ranges = (days,)
    queries = {"others": ReportQuery(_PEOPLE, ranges, outside=rows)}
    for role, only in _roles(declared):
        queries[f"rows {role}"] = ReportQuery(_ROLE, ranges, (rows.dimension,), only, within=rows)
        queries[f"others {role}"] = ReportQuery(_ROLE, ranges, only=only, outside=rows)
    return queries


def _roles(declared: DeclaredProperty) -> Iterator[tuple[Role, InList]]:
    for role in ROLES:
        events = tuple(conversion.event for conversion in declared.with_role(role))
        if events:
            yield role, InList("eventName", events)


def read_breakdown(
    declared: DeclaredProperty,
    property_id: str,
    choice: PeriodChoice,
    by: str,
    answers: Mapping[str, ReportAnswer],
    now: datetime,
) -> Breakdown:
    """What the answers to the queries amount to; those of the second may be missing."""
    listed, total = answers["rows"], answers["total"]
    today = now.astimezone(time_zone(total.time_zone)).date()
    period = choice.resolve(first_day(total), today)
    reader = _Reader(declared, answers)
    rows = tuple((value, reader.row("rows", value)) for value in reader.values)
    result = Breakdown(
        name=declared.name,
        property_id=property_id,
        by=by,
        dimension=ALIASES.get(by, by),
        period=period,
        total=reader.row("total", ""),
        rows=rows,
        others=reader.row("others", "") if listed.row_count > len(rows) else None,
        values=listed.row_count,
        notes=(),
        time_zone=total.time_zone,
    )
    # Fewer rows than there are is what was asked for where rows are the largest, or tell the day.
    said = [whole(answer) if name in ("rows", "total") else answer for name, answer in answers.items()]
    daily = {
        event: counts
        for name, answer in answers.items()
        if name.startswith("total ")
        for event, counts in daily_counts(answer, period).items()
    }
    notes = (
        *period_notes(period, choice.today(period, today), comparable=True),
        *_notes(result),
        *appeared_notes(daily, period),
        *_left_out(reader.worths),
        *answer_notes(said),
    )
    return replace(result, notes=notes)


class _Reader:
    """Looks rows up in the answers, each answer gone through once; what is missing there is 0."""

    def __init__(self, declared: DeclaredProperty, answers: Mapping[str, ReportAnswer]) -> None:
        self._tables = {
            name: by_value(totals(answer) if name.startswith("total") else answer)
            for name, answer in answers.items()
        }
        self.values = tuple(self._tables["rows"])
        events = _whole_period(answers)
        self.worths = Values(declared.conversions, events, answers["total"].currency_code)
        self._events = _events_by_row(answers.get("valued"), self.values)
        self._events["total", ""] = {event: metrics["eventCount"] for event, metrics in events.items()}

    def row(self, name: str, value: str) -> BreakdownRow:
        """The row of one value, of all others, or of the total."""
        users = self._number(name, value, "totalUsers")
        macro, micro = (self._role(name, value, role, users) for role in ROLES)
        return BreakdownRow(
            users,
            self._number(name, value, "sessions"),
            macro=macro,
            micro=micro,
            macro_events=self._number(f"{name} macro", value, "eventCount"),
            micro_events=self._number(f"{name} micro", value, "eventCount"),
            macro_value=self._worth(name, value, "macro"),
            micro_value=self._worth(name, value, "micro"),
        )

    def _role(self, name: str, value: str, role: Role, users: int) -> RoleFigures:
        role_users = self._number(f"{name} {role}", value, "totalUsers")
        return RoleFigures(
            role_users, self._number(f"{name} {role}", value, "sessions"), share(role_users, users)
        )

    def _worth(self, name: str, value: str, role: Role) -> Worth | None:
        ga4 = self._tables.get(f"{name} {role}", {}).get(value, {}).get("eventValue", 0)
        return self.worths.worth(role, ga4, self._events.get((name, value), {}))

    def _number(self, table: str, value: str, metric: str) -> int:
        return int(self._tables.get(table, {}).get(value, {}).get(metric, 0))


def _whole_period(answers: Mapping[str, ReportAnswer]) -> dict[str, dict[str, Number]]:
    """Events and what they carried of each conversion, over all days."""
    found: dict[str, dict[str, Number]] = {}
    for role in ROLES:
        answer = answers.get(f"total {role}")
        for dimensions, metrics in answer.named_rows() if answer else ():
            event = found.setdefault(dimensions["eventName"], {"eventCount": 0, "eventValue": 0})
            for metric in event:
                event[metric] += metrics.get(metric, 0)
    return found


def _events_by_row(
    valued: ReportAnswer | None, values: tuple[str, ...]
) -> dict[tuple[str, str], dict[str, Number]]:
    """Events with a declared value, of each row and of all others together: an event has just one value."""
    found: dict[tuple[str, str], dict[str, Number]] = {}
    for row in valued.rows if valued else ():
        value, event = row.dimensions[0], row.dimensions[-1]
        place = ("rows", value) if value in values else ("others", "")
        events = found.setdefault(place, {})
        events[event] = events.get(event, 0) + row.metrics[0]
    return found


def _left_out(worths: Values) -> Iterator[str]:
    if worths.left_out:
        events = ", ".join(worths.left_out)
        yield f"Without the value of {events}: it is in another currency than {worths.currency or 'others'}."


def _notes(result: Breakdown) -> Iterator[str]:
    rows = [row for _, row in result.rows] + ([result.others] if result.others else [])
    return users_notes(result.dimension, sum(row.users for row in rows), result.total.users)
