"""From GA4's answers to what `verify` says of each conversion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

from milepost.gateways.data import Number, ReportAnswer
from milepost.model.declared import DeclaredConversion, DeclaredProperty
from milepost.reports.notes import PRELIMINARY_DAYS, answer_notes, period_notes
from milepost.reports.results import Period
from milepost.reports.standard import first_day, time_zone
from milepost.reports.verification.findings import find_problems
from milepost.reports.verification.queries import VISIT, Field, LiveFacts, Window, field_of
from milepost.reports.verification.results import ConversionArrival, ParameterArrival, RuleState, Verification
from milepost.reports.verification.silence import Silence, bar_of, find_silence

VALUE = "value"

_USUAL = 0.5
"""A day with less than this part of the usual number says nothing about what did not happen on it."""

_WEEK = timedelta(days=7)

PerDay = Mapping[date, Number]


def read_verification(
    declared: DeclaredProperty,
    property_id: str,
    window: Window,
    answers: tuple[ReportAnswer, Mapping[Field, ReportAnswer]],
    facts: LiveFacts,
    now: datetime,
) -> Verification:
    """What the answers amount to; the order of their rows is no matter.

    Args:
        declared: the conversions to look at.
        property_id: digits.
        window: the days asked for.
        answers: those to `day_query` and `field_queries`; of the latter, those that GA4 gave.
        facts: what else GA4 told.
        now: the present moment, with a time zone, for a property that no answer dates.
    """
    days, fields = answers
    zone = time_zone(days.time_zone)
    first = first_day(days) or now.astimezone(zone).date() - timedelta(days=window.history)
    looked_at = Period(first, first + timedelta(days=window.history))
    reader = _Reader(days, fields, facts, Looked(looked_at, window.days), zone, declared.conversions)
    conversions = tuple(reader.read(conversion) for conversion in declared.conversions)
    period = reader.looked.period
    return Verification(
        name=declared.name,
        property_id=property_id,
        period=period,
        looked_at=looked_at,
        conversions=conversions,
        findings=tuple(
            find_problems(conversions, reader.totals, reader.visits, looked_at, _definitions(declared))
        ),
        notes=(
            *period_notes(period, looked_at.last, comparable=True),
            *_unread_notes(facts, conversions),
            *answer_notes([days, *fields.values()]),
        ),
        time_zone=days.time_zone,
        realtime=facts.recent is not None,
    )


def _definitions(declared: DeclaredProperty) -> frozenset[str]:
    dimensions = (d.parameter_of(key) for key, d in declared.dimensions if d.scope == "event")
    return frozenset((*dimensions, *(key for key, _ in declared.metrics)))


def _unread_notes(facts: LiveFacts, conversions: Sequence[ConversionArrival]) -> Iterator[str]:
    if facts.key_events is None:
        yield "Which events are key events in GA4 could not be read."
    if any(p.state == "unread" for c in conversions for p in c.parameters):
        yield "Which parameters are registered in GA4 could not be read."
    if any(c.rule == "unread" for c in conversions):
        yield "The event create rules could not be read."
    if facts.recent is None:
        yield "Realtime did not answer: the last 30 minutes are missing."


class Looked:
    """The days looked at: which are counted, which are settled, and which the present one is."""

    def __init__(self, looked_at: Period, days: int) -> None:
        self.all = looked_at
        self.today = looked_at.last
        self.period = Period(self.today - timedelta(days=days), self.today - timedelta(days=1))
        self.settled_until = self.today - timedelta(days=PRELIMINARY_DAYS)

    def counted(self, per_day: PerDay) -> int:
        """The sum over the period."""
        return int(sum(count for day, count in per_day.items() if day in self.period))


class _Reader:
    """Looks conversions up in the answers, each answer gone through once."""

    def __init__(
        self,
        days: ReportAnswer,
        fields: Mapping[Field, ReportAnswer],
        facts: LiveFacts,
        looked: Looked,
        zone: tzinfo,
        declared: Sequence[DeclaredConversion],
    ) -> None:
        self.looked = looked
        self._events = _by_day(days, "eventCount")
        self._values = _by_day(days, "eventValue")
        self._fields = {field: _by_day(answer, field.metric) for field, answer in fields.items()}
        self._facts = facts
        self._zone = zone
        self._telling = self._telling_days()
        self._bar = bar_of(sum(2 + len(c.definition.parameters) for c in declared))
        self.visits = self._silence(self._event_days(self._events.get(VISIT, {})))
        self.totals = {event: looked.counted(per_day) for event, per_day in self._events.items()}

    def _telling_days(self) -> frozenset[date]:
        """The days on which GA4 has as many visits as usual, or that are settled, however few they have.

        An empty day that GA4 is still working on proves nothing.
        """
        visits = self._events.get(VISIT, {})
        settled = [day for day in self.looked.all if day < self.looked.settled_until]
        usual = median([visits[day] for day in settled if day in visits] or [0])
        young = (self.looked.settled_until + timedelta(days=n) for n in range(PRELIMINARY_DAYS))
        arrived = (day for day in young if visits.get(day, 0) >= max(usual * _USUAL, 1))
        return frozenset((*settled, *arrived))

    def read(self, conversion: DeclaredConversion) -> ConversionArrival:
        """One conversion; without rows, it was not seen."""
        events = self._events.get(conversion.event, {})
        flagged = None if self._facts.key_events is None else self._facts.key_events.get(conversion.event)
        recent = (self._facts.recent or {}).get(conversion.event)
        period = self.looked.period
        week = Period(max(period.first, period.last + timedelta(days=1) - _WEEK), period.last)
        return ConversionArrival(
            event=conversion.event,
            label=conversion.label,
            role=conversion.role,
            events=self.looked.counted(events),
            week_events=int(sum(events.get(day, 0) for day in week)),
            trend=tuple(int(events.get(day, 0)) for day in period),
            last_seen=self.looked.today if recent else max(events, default=None),
            seen_today=recent is not None or self.looked.today in events,
            recent=recent,
            silence=None if recent else self._silence(self._event_days(events)),
            key_event=None if self._facts.key_events is None else flagged is not None,
            key_event_wanted=conversion.definition.key_event,
            key_event_since=flagged.created.astimezone(self._zone).date() if flagged else None,
            source=conversion.definition.source,
            rule=self._rule(conversion),
            parameters=tuple(self._parameters(conversion, events)),
        )

    def _rule(self, conversion: DeclaredConversion) -> RuleState | None:
        if conversion.definition.source is None:
            return None
        if self._facts.rules is None:
            return "unread"
        return "live" if conversion.event in self._facts.rules else "missing"

    def _silence(self, days: Sequence[tuple[date, bool]]) -> Silence | None:
        found = find_silence(days, self._bar)
        if found is None:
            return None
        settled = [(day, did) for day, did in days if day < self.looked.settled_until]
        preliminary = find_silence(settled, self._bar) is None
        return Silence(found.since, found.days, found.probability, preliminary)

    def _event_days(self, events: PerDay) -> list[tuple[date, bool]]:
        return [(day, day in events) for day in self.looked.all if day in events or day in self._telling]

    def _parameters(self, conversion: DeclaredConversion, events: PerDay) -> Iterator[ParameterArrival]:
        declared = conversion.definition.parameters
        for parameter in declared:
            if parameter == VALUE:
                yield self._value(conversion.event, events)
                continue
            field = field_of(parameter, self._facts)
            if isinstance(field, Field) and field not in self._fields:
                yield ParameterArrival(parameter, "refused", field.name)
            elif isinstance(field, Field):
                carried = self._fields[field].get(conversion.event, {})
                yield self._arrival(parameter, field.name, events, carried)
            else:
                yield ParameterArrival(parameter, field)
        if VALUE not in declared and (value := self._value(conversion.event, events)).state == "stopped":
            yield value

    def _value(self, event: str, events: PerDay) -> ParameterArrival:
        """GA4 tells the sum of the values, not how many events had one: a day counts where it is not 0."""
        flagged = (self._facts.key_events or {}).get(event)
        if flagged is not None and flagged.has_default:
            return ParameterArrival(VALUE, "default_value", "eventValue")
        valued = {day: events[day] for day, total in self._values.get(event, {}).items() if total}
        found = self._arrival(VALUE, "eventValue", events, valued)
        return ParameterArrival(VALUE, found.state, found.field, since=found.since, silence=found.silence)

    def _arrival(self, parameter: str, field: str, events: PerDay, carried: PerDay) -> ParameterArrival:
        if not carried:
            if self.looked.counted(events):
                return ParameterArrival(parameter, "never", field, share=0.0)
            return ParameterArrival(parameter, "no_events", field)
        first = min(carried)
        counted = {day: count for day, count in events.items() if day >= first}
        of_all, with_it = self.looked.counted(counted), self.looked.counted(carried)
        silence = self._silence(self._parameter_days(events, carried))
        if silence:
            missed = min(day for day in events if day >= silence.since)
            silence = Silence(missed, silence.days, silence.probability, silence.preliminary)
        return ParameterArrival(
            parameter,
            "stopped" if silence else "arrives" if of_all else "no_events",
            field,
            events=with_it,
            share=min(with_it / of_all, 1.0) if of_all else None,
            since=first if first > min(events, default=first) else None,
            silence=silence,
        )

    def _parameter_days(self, events: PerDay, carried: PerDay) -> list[tuple[date, bool]]:
        """The days that tell: with the parameter, or with enough events that it could have come."""
        last = max(carried)
        usual = median(count for day, count in events.items() if day <= last)
        return [
            (day, day in carried)
            for day, count in sorted(events.items())
            if day in carried or (day in self._telling and count >= usual * _USUAL)
        ]


def _by_day(answer: ReportAnswer, metric: str) -> dict[str, dict[date, Number]]:
    """A metric per event and day, without zeros; `(other)` and its like, which are no day, are left out."""
    found: dict[str, dict[date, Number]] = {}
    for dimensions, metrics in answer.named_rows():
        if metrics[metric] and dimensions["date"].isdecimal():
            day = datetime.strptime(dimensions["date"], "%Y%m%d").date()
            found.setdefault(dimensions["eventName"], {})[day] = metrics[metric]
    return found
