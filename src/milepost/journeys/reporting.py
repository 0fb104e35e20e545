"""What a report and a funnel ask of GA4, answered from the event export in the shape of GA4's answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from milepost.gateways.data import Number, ReportAnswer
from milepost.gateways.data import Row as AnswerRow
from milepost.gateways.funnel import FunnelAnswer, FunnelRow
from milepost.journeys.counts import EventsRead
from milepost.journeys.definitions import EventDefinition, derived_sql
from milepost.journeys.engines import Days, EventsEngine, Query, Row, literal, literals
from milepost.journeys.tally import Sum
from milepost.journeys.templates import COLUMNS, DERIVED_STEPS, put_together

_DERIVED_ROWS = """
  UNION ALL
  SELECT person, ts, session, extra AS day, value, step, 0 AS own
  FROM flat
  CROSS JOIN UNNEST(derived) AS step
  WHERE step IN ({names})"""

_NO_NAME = "''"
"""In the place of no names at all, which SQL does not take."""


@dataclass(frozen=True)
class ReportQuestion:
    """The conversions of a property, by role, and the currency of their values."""

    macros: tuple[EventDefinition, ...]
    micros: tuple[EventDefinition, ...]
    currency: str = ""

    def query(self) -> Query:
        """The GoogleSQL, for one period."""
        every = (*self.macros, *self.micros)
        derived = derived_sql(every)
        names = literals(event.name for event in every) or _NO_NAME
        filled = {
            **_flat(every),
            "extra": "event_date",
            "valued": names,
            "names": names,
            "macros": literals(event.name for event in self.macros) or _NO_NAME,
            "derived_rows": _DERIVED_ROWS.format(names=names) if derived.column else "",
        }
        return Query(put_together(("flat", "report"), filled), (*COLUMNS, "event_date"), staged="flat")


@dataclass(frozen=True)
class FunnelQuestion:
    """A journey; in an open one, people enter at the first step they take."""

    steps: tuple[EventDefinition, ...]
    is_open: bool = False

    def query(self) -> Query:
        """The GoogleSQL."""
        derived = derived_sql(self.steps)
        names = literals(dict.fromkeys(event.name for event in self.steps))
        filled = {
            **_flat(self.steps),
            "extra": "CAST(NULL AS STRING)",
            "valued": _NO_NAME,
            "names": names,
            "steps_derived": DERIVED_STEPS.format(step="step", names=names) if derived.column else "",
        }
        numbers = range(1, len(self.steps) + 1)
        chain = ",\n".join(self._reached(number) for number in numbers)
        counts = "\nUNION ALL\n".join(_COUNTED.format(number=number) for number in numbers)
        shared = put_together(("flat", "steps"), filled).rstrip("\n")
        return Query(f"{shared},\n{chain}\n{counts}\n", COLUMNS, staged="flat")

    def _reached(self, number: int) -> str:
        """People in a step, since when, and whether they came by the step before."""
        names = [event.name for event in self.steps[:number]]
        if number == 1:
            return _REACHED.format(number=1, ways=_FIRST.format(step=literal(names[0])))
        step, later = literal(names[-1]), ">" if names[-1] in names[:-1] else ">="
        ways = _CONTINUED.format(before=number - 1, step=step, later=later)
        if self.is_open:
            ways += _ENTERED.format(earlier=literals(dict.fromkeys(names[:-1])), step=step)
        return _REACHED.format(number=number, ways=ways)


_REACHED = """reached_{number} AS (
  SELECT person, MIN(ts) AS ts, MAX(continued) AS continued
  FROM ({ways}
  ) AS ways
  GROUP BY person
)"""

_FIRST = """
    SELECT person, ts, 0 AS continued FROM steps WHERE step = {step}"""

# At one instant nobody knows the order: the earlier step comes first, as in GA4's own funnels.
_CONTINUED = """
    SELECT steps.person, steps.ts, 1 AS continued
    FROM steps
    JOIN reached_{before} AS earlier ON earlier.person = steps.person
    WHERE steps.step = {step} AND steps.ts {later} earlier.ts"""

_ENTERED = """
    UNION ALL
    SELECT steps.person, steps.ts, 0 AS continued
    FROM steps
    LEFT JOIN (
      SELECT person, MIN(ts) AS ts FROM steps WHERE step IN ({earlier}) GROUP BY person
    ) AS earlier ON earlier.person = steps.person
    WHERE steps.step = {step} AND (earlier.ts IS NULL OR steps.ts < earlier.ts)"""

_COUNTED = "SELECT {number} AS step, COUNT(*) AS n, SUM(continued) AS continued FROM reached_{number}"


def _flat(events: Sequence[EventDefinition]) -> dict[str, str]:
    derived = derived_sql(events)
    return {"parameters": derived.parameters, "derived": derived.column}


def report_answers(
    engine: EventsEngine, question: ReportQuestion, ranges: Sequence[tuple[str, Days]]
) -> tuple[dict[str, ReportAnswer], EventsRead]:
    """The answers that `read_report` reads, and what was read of the first range.

    Args:
        engine: where the events are.
        question: what is counted.
        ranges: the period first, then the one it is compared with; each with the name its rows carry.

    Raises:
        MilepostError: the events cannot be read, or the engine refuses.
    """
    counted = [(name, days, _Counts(engine.rows(question.query(), days))) for name, days in ranges]
    parts = ("totals", "macro", "micro")
    people = ("totalUsers", "sessions")
    answers = {
        part: _answer(
            (), people, [(name, (), counts.people(part)) for name, _, counts in counted], question.currency
        )
        for part in parts
    }
    answers["events"] = _answer(
        ("eventName",),
        ("eventCount", "totalUsers", "eventValue"),
        [(name, (event,), figures) for name, _, counts in counted for event, figures in counts.events()],
        question.currency,
    )
    _, first_days, first = counted[0]
    trend = tuple(AnswerRow(cells, (events,)) for cells, events in first.daily(first_days.first))
    answers["trend"] = ReportAnswer(
        ("date", "nthDay", "eventName"), ("eventCount",), trend, len(trend), question.currency
    )
    return answers, first.read(engine, first_days)


def _answer(
    dimensions: tuple[str, ...],
    metrics: tuple[str, ...],
    rows: Iterable[tuple[str, tuple[str, ...], tuple[Number, ...]]],
    currency: str,
) -> ReportAnswer:
    """One report; like GA4's, it names the range of each row."""
    found = tuple(AnswerRow((*values, name), figures) for name, values, figures in rows)
    return ReportAnswer((*dimensions, "dateRange"), metrics, found, len(found), currency)


class _Counts:
    """The rows of the report's query, added up over all shares of the people."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._sums: dict[tuple[str, str, str], Sum] = {}
        for row in rows:
            key = (row["counted"], row["name"], row["day"])
            self._sums.setdefault(key, Sum()).add({**row, "reached": 0})

    def people(self, part: str) -> tuple[int, int]:
        """Users and sessions."""
        return self._number("users", part), self._number("sessions", part)

    def events(self) -> Iterator[tuple[str, tuple[Number, ...]]]:
        """Events, users and value by event name."""
        names = dict.fromkeys(name for counted, name, _ in self._sums if counted == "events")
        for name in names:
            days = [
                of for (counted, event, _), of in self._sums.items() if (counted, event) == ("events", name)
            ]
            value = sum(of.amount for of in days)
            yield name, (sum(of.n for of in days), self._number("people", name), value)

    def daily(self, first: date) -> Iterator[tuple[tuple[str, str, str], int]]:
        """Day, its number in the period, and event name, with the events."""
        for (counted, name, day), of in self._sums.items():
            if counted == "events":
                number = (datetime.strptime(day, "%Y%m%d").date() - first).days
                yield (day, str(number), name), of.n

    def read(self, engine: EventsEngine, days: Days) -> EventsRead:
        """What was read, and what of it belongs to nobody."""
        nobody = self._number("rows", "nobody")
        return EventsRead(
            source=engine.source,
            rows=nobody + self._number("rows", "somebody"),
            rows_without_user=nobody,
            duplicate_rows=0,
            users=self._number("users", "totals"),
            page_events=0,
            missing_days=days.missing,
            bytes_billed=engine.bytes_billed,
        )

    def _number(self, counted: str, name: str) -> int:
        return self._sums.get((counted, name, ""), Sum()).n


def funnel_answer(engine: EventsEngine, question: FunnelQuestion, days: Days) -> FunnelAnswer:
    """The answer that `read_funnel` reads.

    Raises:
        MilepostError: the events cannot be read, or the engine refuses.
    """
    users = [0] * len(question.steps)
    continued = [0] * (len(question.steps) + 1)
    for row in engine.rows(question.query(), days):
        users[row["step"] - 1] += int(row["n"])
        continued[row["step"] - 1] += int(row["continued"] or 0)
    return FunnelAnswer(
        tuple(
            FunnelRow(
                {"funnelStepName": f"{number}. {event.name}"},
                {
                    "activeUsers": users[number - 1],
                    "funnelStepAbandonments": users[number - 1] - continued[number],
                },
            )
            for number, event in enumerate(question.steps, 1)
        )
    )
