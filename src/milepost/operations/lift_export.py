"""lift from the event export: the same question put to DuckDB or BigQuery, event by event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from milepost.errors import InputError
from milepost.journeys.counts import LiftCounts, StepCounts
from milepost.journeys.credit import People, Row, credit_rows
from milepost.journeys.definitions import EventDefinition
from milepost.journeys.export import LiftQuestion, end_of, lift_counts
from milepost.journeys.export import lift_sql as counts_sql
from milepost.journeys.notes import export_notes, progress_notes, window_notes
from milepost.journeys.results import LiftReport, LiftTable
from milepost.journeys.tables import event_table
from milepost.model.declared import DeclaredConversion, DeclaredProperty, declared_property
from milepost.model.load import ConversionsFile, selected
from milepost.operations.events import days_to_read, opened, tell_size
from milepost.operations.lift import LiftChoice, chosen_macros, macro_value
from milepost.operations.outcome import SILENT, Watch
from milepost.operations.session import Session

_ANY_LEADING = "(any leading step)"
"""An event of no real name: any of the steps that lead."""

_REQUIRED, _LEADING = "REQUIRED_STEP", "LEADING_STEP"
"""What stands in a printed query for steps that only an answer can tell."""


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
    with opened(declared, choice.events, choice.max_bytes) as engine:
        first, last = days_to_read(engine, choice.period)
        question = _question(declared, macros, choice)
        days = engine.days(first, last)
        queries = (
            (question.query(macro, end_of(days.last, choice.time_zone)), days) for macro in question.macros
        )
        tell_size(engine, queries, choice.max_bytes, watch, declared.name)
        counted = lift_counts(engine, question, first, last, choice.time_zone)

        def ask(further: LiftQuestion) -> LiftCounts:
            return lift_counts(engine, further, first, last, choice.time_zone)[0]

        tables = tuple(
            _table(macro, declared, counts, choice, ask)
            for macro, counts in zip(macros, counted, strict=True)
        )
    read = replace(counted[0].read, bytes_billed=engine.bytes_billed)
    window = counted[0]
    length = (window.last_day - window.first_day).days + 1
    return LiftReport(
        name=declared.name,
        property_id=declared.id,
        source="export",
        first_day=window.first_day,
        last_day=window.last_day,
        within_seconds=choice.within_seconds,
        tables=tables,
        notes=(
            *window_notes(length, choice.within_seconds),
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
        counts = ask(_any_of(tuple(leading), _question(declared, (macro,), choice)))
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

    Where a later query depends on what an earlier one finds, a made-up name stands for that.

    Raises:
        InputError: the names stand for several properties, or the events cannot be had.
    """
    wanted = selected(tuple(names), tuple(file.document.properties), file.path)
    if len(wanted) != 1:
        raise InputError("--sql", f"prints the query of one property, not of {len(wanted)}", "Name one.")
    declared = declared_property(file.document, wanted[0])
    question = _question(declared, chosen_macros(declared, choice), choice)
    with opened(declared, choice.events, choice.max_bytes) as engine:
        days = days_to_read(engine, choice.period)
        statements = [
            said + statement
            for said, asked in _passes(question, choice)
            for statement in counts_sql(engine, asked, *days, choice.time_zone)
        ]
    return ";\n\n".join(statements) + "\n"


def _passes(question: LiftQuestion, choice: LiftChoice) -> Iterator[tuple[str, LiftQuestion]]:
    """All questions of a report, each with a comment that says what it is for, if there are several."""
    yield "-- Everybody.\n" if choice.same_progress or choice.by else "", question
    if choice.same_progress:
        yield (
            f"-- Among people at the same progress. '{_REQUIRED}' stands for the required steps found.\n",
            replace(question, road=(_REQUIRED,)),
        )
    if choice.by:
        yield (
            f"-- Who took any leading step. '{_LEADING}' stands for the steps found to be ahead.\n",
            _any_of((_LEADING,), question),
        )


def _any_of(leading: tuple[str, ...], question: LiftQuestion) -> LiftQuestion:
    """The same, and those who did any of some steps as one more step."""
    micros = (*question.micros, EventDefinition(_ANY_LEADING))
    return replace(question, micros=micros, groups=((_ANY_LEADING, leading),))


def _question(
    declared: DeclaredProperty, macros: Sequence[DeclaredConversion], choice: LiftChoice
) -> LiftQuestion:
    return LiftQuestion(
        tuple(map(EventDefinition.of, macros)),
        tuple(map(EventDefinition.of, declared.with_role("micro"))),
        choice.within_seconds,
        choice.by,
    )
