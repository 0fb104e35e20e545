"""report and funnel from the event export: for periods, people and rules that GA4 cannot give back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from milepost.errors import InputError
from milepost.journeys.definitions import EventDefinition
from milepost.journeys.engines import Days, EventsEngine
from milepost.journeys.notes import export_notes
from milepost.journeys.reporting import FunnelQuestion, ReportQuestion, funnel_answer, report_answers
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile, selected
from milepost.operations.events import days_to_read, opened, tell_size
from milepost.operations.lift import LiftChoice, check_choice
from milepost.operations.outcome import SILENT, Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.reports.funnel import FunnelChoice, Journey, property_journeys, read_funnel
from milepost.reports.funnel_results import Funnel, FunnelReport
from milepost.reports.notes import KEY_EVENTS_UNREAD
from milepost.reports.period import CURRENT, PREVIOUS, FixedDays, PeriodChoice
from milepost.reports.results import Period, PropertyReport
from milepost.reports.standard import NOTHING_MORE, Extras, read_report
from milepost.reports.trend import read_trend

_BY_NATURE = (
    "From the event export: users and sessions are counted exactly, where GA4 estimates (about 1 % off);"
    " nothing is withheld, sampled or modelled, so without consent people are missing that GA4 may model."
    " Events that create rules make are found on all days. GA4 was not asked for key events."
)
_OF_FUNNELS = (
    "From the event export: all users are counted, exactly; GA4 counts active users, estimates them (about"
    " 1 % off), and may withhold or model some."
)


@dataclass(frozen=True)
class Exported:
    """Which export: files or BigQuery dataset (None: the demo's events), and the most that may be billed."""

    events: str | None = None
    max_bytes: int | None = None


def export_report_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    period: PeriodChoice,
    export: Exported,
    *,
    extras: Extras = NOTHING_MORE,
    watch: Watch = SILENT,
) -> tuple[PropertyReport | Failure, ...]:
    """The standard report from the event export, for each property asked for (none: all).

    Engagement and quotas are GA4's own and not in it. The last days are counted from the last one exported.

    Raises:
        InputError: a name that the file does not have, or a choice that makes no sense.
    """
    _check(file, names, export)

    def work(declared: DeclaredProperty) -> PropertyReport:
        watch.began(declared.name)
        currency = file.document.properties[declared.name].currency or ""
        with opened(declared, export.events, export.max_bytes) as engine:
            return _report(engine, declared, currency, period, export, extras, watch)

    return each_property(file, names, work, session, watch=watch)


def export_funnel_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    choice: FunnelChoice,
    export: Exported,
    *,
    watch: Watch = SILENT,
) -> tuple[FunnelReport | Failure, ...]:
    """The funnels from the event export, for each property asked for (none: all).

    Raises:
        InputError: a name that the file does not have, or a choice that the export cannot answer.
    """
    _check(file, names, export)
    for option, given in {"--by": choice.by, "--next": choice.next_actions}.items():
        if given:
            raise InputError(option, "does not go with --source export", "Ask GA4: --source api.")

    def work(declared: DeclaredProperty) -> FunnelReport:
        watch.began(declared.name)
        journeys = property_journeys(file.document, declared)
        with opened(declared, export.events, export.max_bytes) as engine:
            days = engine.days(*days_to_read(engine, choice.period))
            questions = [_funnel_question(declared, journey, choice) for journey in journeys]
            queries = ((question.query(), days) for question in questions)
            tell_size(engine, queries, export.max_bytes, watch, declared.name)
            funnels = tuple(
                _funnel(engine, question, journey, choice, days)
                for question, journey in zip(questions, journeys, strict=True)
            )
        return FunnelReport(declared.name, declared.id, funnels)

    return each_property(file, names, work, session, watch=watch)


def _check(file: ConversionsFile, names: Sequence[str], export: Exported) -> None:
    asked = LiftChoice(events=export.events, max_bytes=export.max_bytes, source="export")
    check_choice(asked, selected(tuple(names), tuple(file.document.properties), file.path))


def _report(
    engine: EventsEngine,
    declared: DeclaredProperty,
    currency: str,
    period: PeriodChoice,
    export: Exported,
    extras: Extras,
    watch: Watch,
) -> PropertyReport:
    days = engine.days(*days_to_read(engine, period))
    choice = FixedDays(Period(days.first, days.last), period.compare)
    before, notes = _compared(engine, choice)
    if before is None:
        choice = replace(choice, compare="none")
    question = ReportQuestion(
        tuple(map(EventDefinition.of, declared.with_role("macro"))),
        tuple(map(EventDefinition.of, declared.with_role("micro"))),
        currency,
    )
    ranges = [(CURRENT, days), *([(PREVIOUS, before)] if before else [])]
    tell_size(engine, ((question.query(), of) for _, of in ranges), export.max_bytes, watch, declared.name)
    answers, read = report_answers(engine, question, ranges)
    report = read_report(declared, declared.id, choice, answers, None, datetime.now(UTC))
    said = [note for note in report.notes if note != KEY_EVENTS_UNREAD]
    return replace(
        report,
        notes=(*said, *notes, *export_notes(replace(read, bytes_billed=engine.bytes_billed)), _BY_NATURE),
        trend=read_trend(report.conversions, report.period, extras.trend) if extras.trend else (),
    )


def _compared(engine: EventsEngine, choice: FixedDays) -> tuple[Days | None, tuple[str, ...]]:
    """The days compared with, as far as the export has them, and what to say of those it has not."""
    before = choice.compared(choice.period)
    if before is None:
        return None, ()
    try:
        days = engine.days(before.first, before.last)
    except InputError:
        return None, (
            f"Nothing to compare with: the export has no day from {before.first} to {before.last}.",
        )
    if days.missing:
        lacking = f"{len(days.missing)} of the {before.days} days"
        return days, (f"Of the period compared with, the export lacks {lacking}: its figures are too low.",)
    return days, ()


def _funnel_question(declared: DeclaredProperty, journey: Journey, choice: FunnelChoice) -> FunnelQuestion:
    known = {conversion.event: EventDefinition.of(conversion) for conversion in declared.conversions}
    steps = (known.get(step.event, EventDefinition(step.event)) for step in journey.steps)
    return FunnelQuestion(tuple(steps), choice.is_open)


def _funnel(
    engine: EventsEngine, question: FunnelQuestion, journey: Journey, choice: FunnelChoice, days: Days
) -> Funnel:
    named = replace(choice, period=FixedDays(Period(days.first, days.last), "none"))
    funnel = read_funnel(journey, named, funnel_answer(engine, question, days))
    missing = (f"The export lacks {len(days.missing)} of these days.",) if days.missing else ()
    return replace(funnel, notes=(*funnel.notes, *missing, _OF_FUNNELS))
