"""lift from the event export: the same question put to DuckDB or BigQuery, event by event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta

from milepost.errors import InputError
from milepost.journeys.counts import LiftCounts, StepCounts
from milepost.journeys.credit import People, Row, credit_rows
from milepost.journeys.definitions import EventDefinition
from milepost.journeys.engines import EventsEngine, open_events
from milepost.journeys.export import LiftQuestion, end_of, lift_counts
from milepost.journeys.export import lift_sql as counts_sql
from milepost.journeys.notes import export_notes, progress_notes, window_notes
from milepost.journeys.results import LiftReport, LiftTable
from milepost.journeys.tables import event_table
from milepost.model.declared import DeclaredConversion, DeclaredProperty, declared_property
from milepost.model.load import ConversionsFile, selected
from milepost.operations.demo_events import demo_events
from milepost.operations.lift import BIGQUERY, LiftChoice, chosen_macros, macro_value
from milepost.operations.outcome import SILENT, Watch
from milepost.operations.session import Session
from milepost.reports.period import DEFAULT_DAYS, FixedDays, LastDays

_ANY_LEADING = "(any leading step)"
"""An event of no real name: any of the steps that lead."""


def lift_from_export(
    declared: DeclaredProperty,
    macros: Sequence[DeclaredConversion],
    session: Session,  # noqa: ARG001 - GA4 is not asked
    choice: LiftChoice,
    watch: Watch = SILENT,
) -> LiftReport:
    """The report of one property.

    Raises:
        MilepostError: the events cannot be had, or there are none of these days.
    """
    with open_events(choice.events or demo_events(declared), max_bytes=choice.max_bytes) as engine:
        first, last = _days(engine, choice)
        question = _question(declared, macros, choice)
        if engine.bytes_billed is not None:
            size = _bytes_to_read(engine, question, first, last, choice.max_bytes)
            watch.stepped(declared.name, f"BigQuery reads {size / 2**30:,.2f} GiB")
        counted = lift_counts(engine, question, first, last)

        def ask(further: LiftQuestion) -> LiftCounts:
            return lift_counts(engine, further, first, last)[0]

        tables = tuple(
            _table(macro, declared, counts, choice, ask)
            for macro, counts in zip(macros, counted, strict=True)
        )
    read = replace(counted[0].read, bytes_billed=engine.bytes_billed)
    window = counted[0]
    days = (window.last_day - window.first_day).days + 1
    return LiftReport(
        name=declared.name,
        property_id=declared.id,
        source="export",
        first_day=window.first_day,
        last_day=window.last_day,
        within_seconds=choice.within_seconds,
        tables=tables,
        notes=(
            *window_notes(days, choice.within_seconds),
            *export_notes(read),
            *progress_notes(tables, same_progress=choice.same_progress),
        ),
    )


def _table(
    macro: DeclaredConversion,
    declared: DeclaredProperty,
    counts: LiftCounts,
    choice: LiftChoice,
    ask: Callable[[LiftQuestion], LiftCounts],
) -> LiftTable:
    value = macro_value(macro, choice, counts.macro.mean_value, None, counts.macro.without_value)
    labels = {micro.event: micro.label for micro in declared.with_role("micro")}
    table = event_table(counts, macro.label, labels, value)
    road = tuple(row.event for row in table.rows if "required-step" in row.flags)
    if choice.same_progress and road:
        further = ask(replace(_question(declared, (macro,), choice), road=road))
        counts = replace(counts, steps=_at_same_progress(counts.steps, further.steps, road))
        table = replace(event_table(counts, macro.label, labels, value), road=road)
    if choice.by is None or table.stopped is not None:
        return table
    leading = {row.event: row.label for row in table.rows if row.verdict == "ahead"}
    if leading:
        question = _question(declared, (macro,), choice)
        any_leading = EventDefinition(_ANY_LEADING)
        counts = ask(
            replace(
                question,
                micros=(*question.micros, any_leading),
                groups=((_ANY_LEADING, tuple(leading)),),
            )
        )
    return replace(table, by=choice.by, credits=credit_rows(_people(counts), leading))


def _at_same_progress(
    alone: Sequence[StepCounts], matched: Sequence[StepCounts], road: Sequence[str]
) -> tuple[StepCounts, ...]:
    """Counts of all steps by progress, but of the road itself, whose steps are what progress is made of."""
    return tuple(one if one.event in road else other for one, other in zip(alone, matched, strict=True))


def _people(counts: LiftCounts) -> People:
    """People by row, with those of any leading step; nobody is followed where there is no such step."""
    rows = []
    for row in counts.rows:
        taken = {step.event: step.users + step.too_recent for step in row.steps}
        any_leading = taken.pop(_ANY_LEADING, 0)
        rows.append(Row(row.value, row.users, row.macro_users, any_leading, taken))
    step = next((step for step in counts.steps if step.event == _ANY_LEADING), None)
    if step is None:
        return People(tuple(rows), 0, 0, 0)
    return People(tuple(rows), step.users, step.reached_at_all, step.before_macro)


def lift_sql(file: ConversionsFile, names: Sequence[str], choice: LiftChoice) -> str:
    """The queries behind the report of one property, as BigQuery takes them; nothing is asked.

    Raises:
        InputError: the names stand for several properties, or the events cannot be had.
    """
    wanted = selected(tuple(names), tuple(file.document.properties), file.path)
    if len(wanted) != 1:
        raise InputError("--sql", f"prints the query of one property, not of {len(wanted)}", "Name one.")
    declared = declared_property(file.document, wanted[0])
    question = _question(declared, chosen_macros(declared, choice), choice)
    with open_events(choice.events or demo_events(declared), max_bytes=choice.max_bytes) as engine:
        return ";\n\n".join(counts_sql(engine, question, *_days(engine, choice))) + "\n"


def _bytes_to_read(
    engine: EventsEngine, question: LiftQuestion, first: date | None, last: date | None, most: int | None
) -> int:
    """What the queries would bill, asked of BigQuery before any of them runs.

    Raises:
        InputError: one of them would bill more than `most`.
    """
    days = engine.days(first, last)
    queries = (question.query(macro, end_of(days.last, UTC)) for macro in question.macros)
    sizes = [engine.estimate(query, days) or 0 for query in queries]
    if most is not None and max(sizes) > most:
        cause = (
            f"the query would read {max(sizes):,} bytes, more than the {most:,} allowed; nothing was billed"
        )
        raise InputError("--max-bytes", cause, "Take fewer days, or allow more.")
    return sum(sizes)


def _question(
    declared: DeclaredProperty, macros: Sequence[DeclaredConversion], choice: LiftChoice
) -> LiftQuestion:
    return LiftQuestion(
        tuple(map(EventDefinition.of, macros)),
        tuple(map(EventDefinition.of, declared.with_role("micro"))),
        choice.within_seconds,
        choice.by,
    )


def _days(engine: EventsEngine, choice: LiftChoice) -> tuple[date | None, date | None]:
    """First and last day to read; None for what there is.

    The last days are counted from the last one there is, and BigQuery, which bills, reads no more than usual
    unless it is told to.
    """
    period = choice.period
    if isinstance(period, FixedDays):
        return period.period.first, period.period.last
    if period is None and not engine.source.startswith(BIGQUERY):
        return None, None
    there = engine.days()
    number = period.days if isinstance(period, LastDays) else DEFAULT_DAYS
    return max(there.first, there.last - timedelta(days=number - 1)), there.last
