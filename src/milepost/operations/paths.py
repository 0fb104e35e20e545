"""paths: the roads that people take to a macro conversion, from the event export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from milepost.journeys.definitions import EventDefinition
from milepost.journeys.notes import export_notes
from milepost.journeys.path_results import PathReport
from milepost.journeys.paths import PathQuestion, path_table
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile, selected
from milepost.operations.events import days_to_read, opened, tell_size
from milepost.operations.lift import LiftChoice, check_choice, chosen_macros
from milepost.operations.outcome import SILENT, Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.reports.period import PeriodChoice

DEFAULT_TOP, DEFAULT_DEPTH = 10, 6


@dataclass(frozen=True)
class PathChoice:
    """What to ask.

    Attributes:
        period: the days; None takes all there are.
        macro: the event of the only macro conversion to look at; None looks at each.
        events: files or BigQuery dataset of the export; None makes the demo's events.
        max_bytes: most that BigQuery may bill for.
        top: how many roads to show.
        depth: how many stops of a road are told apart.
    """

    period: PeriodChoice | None = None
    macro: str | None = None
    events: str | None = None
    max_bytes: int | None = None
    top: int = DEFAULT_TOP
    depth: int = DEFAULT_DEPTH


def path_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    choice: PathChoice,
    *,
    watch: Watch = SILENT,
) -> tuple[PathReport | Failure, ...]:
    """The roads to each macro conversion, for each property asked for (none: all).

    Raises:
        InputError: a name that the file does not have, or a choice that makes no sense.
    """
    asked = LiftChoice(macro=choice.macro, events=choice.events, max_bytes=choice.max_bytes, source="export")
    check_choice(asked, selected(tuple(names), tuple(file.document.properties), file.path))

    def work(declared: DeclaredProperty) -> PathReport:
        watch.began(declared.name)
        questions = _questions(declared, asked, choice)
        return _report(declared, questions, choice, watch)

    return each_property(file, names, work, session, watch=watch)


def _questions(declared: DeclaredProperty, asked: LiftChoice, choice: PathChoice) -> tuple[PathQuestion, ...]:
    micros = tuple(map(EventDefinition.of, declared.with_role("micro")))
    return tuple(
        PathQuestion(
            EventDefinition.of(macro),
            tuple(micro for micro in micros if micro.name != macro.event),
            choice.depth,
            choice.top,
        )
        for macro in chosen_macros(declared, asked)
    )


def _report(
    declared: DeclaredProperty, questions: Sequence[PathQuestion], choice: PathChoice, watch: Watch
) -> PathReport:
    labels = {conversion.event: conversion.label for conversion in declared.conversions}
    with opened(declared, choice.events, choice.max_bytes) as engine:
        days = engine.days(*days_to_read(engine, choice.period))
        queries = ((question.query(), days) for question in questions)
        tell_size(engine, queries, choice.max_bytes, watch, declared.name)
        found = [path_table(engine, question, days, labels) for question in questions]
        read = replace(found[0][1], bytes_billed=engine.bytes_billed)
    return PathReport(
        name=declared.name,
        property_id=declared.id,
        first_day=days.first,
        last_day=days.last,
        tables=tuple(table for table, _ in found),
        notes=tuple(export_notes(read)),
    )
