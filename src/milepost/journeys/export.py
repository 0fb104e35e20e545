"""Counts for `lift` from events themselves: the question as GoogleSQL, and its answer as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from milepost.errors import InputError
from milepost.journeys.channels import CHANNEL
from milepost.journeys.counts import LiftCounts
from milepost.journeys.definitions import EventDefinition, derived_sql, source_names
from milepost.journeys.engines import EventsEngine, Query, literal, literals
from milepost.journeys.tally import PROGRESS, Tally
from milepost.journeys.templates import COLUMNS, DERIVED_STEPS, put_together

SECOND = 1_000_000
"""Microseconds: what the export counts in."""

GAP_SECONDS = 1
"""What lies closer together is one action reported twice, neither before nor after."""

DIMENSIONS = {
    "channel": CHANNEL,
    "device": "device.category",
    "country": "geo.country",
    "source": "traffic_source.source",
    "medium": "traffic_source.medium",
    "campaign": "traffic_source.name",
}
"""What people can be told apart by: where they came from first, and what they first came with."""

_COLUMNS = {"device": "device", "country": "geo"}
"""Columns of the export that dimensions are read from; the others, from `traffic_source`."""


@dataclass(frozen=True)
class LiftQuestion:
    """Which of the `micros` lead to each of the `macros`, within how many seconds, told apart `by` what.

    A micro conversion that is also the macro one is left out of its own table. `groups` are made-up names
    that stand for any of some events; they are to be among the `micros` too. `road` are micros that everybody
    takes on the way: people are compared only with those who had taken as many of them when their page began.
    """

    macros: tuple[EventDefinition, ...]
    micros: tuple[EventDefinition, ...]
    within_seconds: int
    by: str | None = None
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    road: tuple[str, ...] = ()

    def query(self, macro: EventDefinition, end_micros: int) -> Query:
        """The GoogleSQL for one macro conversion, in events up to an instant (exclusive).

        Raises:
            InputError: there is no such dimension.
        """
        if self.by is not None and self.by not in DIMENSIONS:
            raise InputError(
                "--by", f'"{self.by}" is not one of {", ".join(DIMENSIONS)}', "Choose one of them."
            )
        path = DIMENSIONS.get(self.by or "")
        derived = derived_sql((*self.macros, *self.micros))
        names = literals(event.name for event in (macro, *self.micros_for(macro)))
        filled = {
            "extra": path or "CAST(NULL AS STRING)",
            "parameters": derived.parameters,
            "derived": derived.column,
            "valued": literals(dict.fromkeys(name for event in self.macros for name in source_names(event))),
            "names": names,
            "steps_derived": "".join(self._more_steps(names, has_derived=bool(derived.column))),
            "macro": literal(macro.name),
            "within": str(self.within_seconds * SECOND),
            "gap": str(GAP_SECONDS * SECOND),
            "cut": str(end_micros - self.within_seconds * SECOND),
            "taken": _TAKEN.format(road=literals(self.road)) if self.road else "",
            "progress": f" + {PROGRESS} * placed.progress" if self.road else "",
            "placed": _PROGRESS if self.road else "placed",
        }
        text = put_together(("flat", "steps", "lift"), filled)
        extra = (_COLUMNS.get(self.by, "traffic_source"),) if self.by else ()
        return Query(text, (*COLUMNS, *extra), staged="flat")

    def _more_steps(self, names: str, *, has_derived: bool) -> Iterator[str]:
        """Rows that count as declared events, but go by other names."""
        if has_derived:
            yield DERIVED_STEPS.format(step="step", names=names)
        for group, events in self.groups:
            fill = {"step": f"{literal(group)} AS step", "names": literals(events)}
            yield _GROUPED_STEPS.format(**fill)
            if has_derived:
                yield DERIVED_STEPS.format(**fill)

    def micros_for(self, macro: EventDefinition) -> tuple[EventDefinition, ...]:
        """The micro conversions that can lead to one macro conversion."""
        return tuple(micro for micro in self.micros if micro.name != macro.name)


# A step that comes with its page, such as view_item, belongs to it: hence the second.
_TAKEN = """,
    SUM(CASE WHEN marks.step IN ({road}) THEN 1 ELSE 0 END) OVER (
      PARTITION BY marks.person ORDER BY marks.ts RANGE BETWEEN UNBOUNDED PRECEDING AND 1000000 FOLLOWING
    ) AS taken, marks.page, marks.session"""

_PROGRESS = """(
    SELECT marked.*, COALESCE(MAX(CASE WHEN marked.page = 1 THEN marked.taken END) OVER (
      PARTITION BY marked.person, marked.session ORDER BY marked.ts
      RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ), 0) AS progress
    FROM placed AS marked
  ) AS placed"""

_GROUPED_STEPS = """
    UNION ALL
    SELECT person, ts, session, session_number, value, {step}
    FROM flat
    WHERE event_name IN ({names})"""


def lift_counts(
    engine: EventsEngine,
    question: LiftQuestion,
    first: date | None = None,
    last: date | None = None,
    time_zone: tzinfo = UTC,
) -> tuple[LiftCounts, ...]:
    """Count, one result per macro conversion in order.

    Args:
        engine: where the events are.
        question: what is to be counted.
        first: first day wanted, by default the first there is; both ends included.
        last: last day wanted, by default the last there is.
        time_zone: of the property, in which its days end.

    Raises:
        MilepostError: no such days, unreadable events, or the engine refuses.
    """
    days = engine.days(first, last)
    end = end_of(days.last, time_zone)
    results = []
    for macro in question.macros:
        tally = Tally(engine.rows(question.query(macro, end), days))
        results.append(
            LiftCounts(
                macro=tally.macro(macro.name),
                steps=tuple(tally.step(micro.name) for micro in question.micros_for(macro)),
                first_day=days.first,
                last_day=days.last,
                end_micros=end,
                within_seconds=question.within_seconds,
                gap_seconds=GAP_SECONDS,
                read=tally.read(engine.source, days, engine.bytes_billed),
                by=question.by,
                rows=tally.credits([micro.name for micro in question.micros_for(macro)])
                if question.by
                else (),
            )
        )
    return tuple(results)


def lift_sql(
    engine: EventsEngine,
    question: LiftQuestion,
    first: date | None = None,
    last: date | None = None,
    time_zone: tzinfo = UTC,
) -> tuple[str, ...]:
    """The same as GoogleSQL, ready for BigQuery: one statement per macro conversion."""
    days = engine.days(first, last)
    end = end_of(days.last, time_zone)
    return tuple(engine.google_sql(question.query(macro, end), days) for macro in question.macros)


def end_of(day: date, time_zone: tzinfo) -> int:
    """The instant at which a day is over, in microseconds since 1970."""
    midnight = datetime.combine(day + timedelta(days=1), time(), time_zone)
    return round(midnight.timestamp()) * SECOND
