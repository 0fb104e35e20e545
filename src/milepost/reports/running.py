"""The report of a week, month or quarter that is still running: what there is so far, and at what pace.

One call more than the standard report tells the property's present day, which nobody else knows for sure,
and how much each weekday weighs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from milepost.errors import InputError
from milepost.gateways.data import DataGateway, DateRange, InList, QuotaUse, ReportAnswer, ReportQuery
from milepost.model.declared import DeclaredProperty
from milepost.reports.notes import quota_note
from milepost.reports.pace import HISTORY_DAYS, History, with_pace
from milepost.reports.period import Comparison, FixedDays, PeriodChoice
from milepost.reports.results import ConversionReport, Period, PropertyReport
from milepost.reports.standard import (
    NOTHING_MORE,
    VISIT,
    Extras,
    KeyEventReader,
    daily_counts,
    first_day,
    standard_report,
    time_zone,
)
from milepost.reports.targets import read_goals

Unit = Literal["week", "month", "quarter"]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ThisPeriod:
    """The running week (from Monday), month or quarter, up to its last full day.

    `compare`: "previous" are the same days of the one before; "year" those of the same weekdays a year ago.
    """

    unit: Unit
    compare: Literal["previous", "year", "none"] = "previous"

    def on(self, today: date) -> FixedDays:
        """The days meant, for a property whose present day it is.

        Raises:
            InputError: none of them is full yet.
        """
        whole = calendar_period(self.unit, today)
        if whole.first == today:
            former = calendar_period(self.unit, today - _DAY)
            raise InputError(
                f"--this {self.unit}",
                f"began today, {today}, and has no full day yet",
                f"Ask for the one before with --from {former.first} --to {former.last}.",
            )
        return FixedDays(Period(whole.first, today - _DAY), self._compared(whole, today))

    def _compared(self, whole: Period, today: date) -> Comparison:
        """As many days: a shorter month before is begun earlier, so that counts stay comparable."""
        if self.compare != "previous":
            return self.compare
        former = calendar_period(self.unit, whole.first - _DAY)
        days = (today - whole.first).days
        first = min(former.first, former.last - (days - 1) * _DAY)
        return Period(first, first + (days - 1) * _DAY)


def calendar_period(unit: Unit, day: date) -> Period:
    """The week, month or quarter that a day lies in; a week begins on Monday."""
    if unit == "week":
        first = day - timedelta(days=day.weekday())
        return Period(first, first + 6 * _DAY)
    months = 1 if unit == "month" else 3
    start = (day.month - 1) // months * months
    first, after = date(day.year, start + 1, 1), start + months
    return Period(first, date(day.year + after // 12, after % 12 + 1, 1) - _DAY)


def choose_this(
    unit: Unit, compare: Comparison, *, days: int | None, first: str | None, last: str | None
) -> ThisPeriod:
    """What `--this` asks for.

    Raises:
        InputError: another option names days as well.
    """
    if days is not None or first is not None or last is not None:
        raise InputError("--this", "does not go with --days, --from and --to", "Give one or the other.")
    if isinstance(compare, Period):
        raise InputError(
            "--compare", "takes no dates beside --this: how many days there are, time tells", "Give previous."
        )
    return ThisPeriod(unit, compare)


def property_report(
    gateway: DataGateway,
    declared: DeclaredProperty,
    property_id: str,
    period: PeriodChoice | ThisPeriod,
    key_events: KeyEventReader,
    *,
    extras: Extras = NOTHING_MORE,
    now: datetime | None = None,
) -> PropertyReport:
    """The standard report, and with the pace of its targets when the period is still running.

    Arguments as of `standard_report`; one call where the period is over, two where it may not be.

    Raises:
        InputError: a running period that has no full day yet.
        RemoteError: GA4 did not answer, or refused.
    """
    now = now or datetime.now(UTC)
    if not isinstance(period, ThisPeriod) and not _may_run(period, now):
        return standard_report(gateway, declared, property_id, period, key_events, extras=extras, now=now)
    query = replace(history_query(declared), quota=extras.quota)
    (answer,) = gateway.run_reports(property_id, (query,))
    history = read_history(answer, now)
    if isinstance(period, ThisPeriod):
        choice, whole = period.on(history.today), calendar_period(period.unit, history.today)
    elif isinstance(period, FixedDays) and history.today in period.period:
        choice, whole = period, period.period
    else:
        return standard_report(gateway, declared, property_id, period, key_events, extras=extras, now=now)
    choice = replace(choice, present=history.today)
    report = standard_report(gateway, declared, property_id, choice, key_events, extras=extras, now=now)
    return _with_paces(_with_quota(report, answer.quotas), declared, whole, history)


def _may_run(period: PeriodChoice, now: datetime) -> bool:
    """Whether named days reach today somewhere on earth; the property's own day decides."""
    return isinstance(period, FixedDays) and period.period.last >= now.date() - _DAY


def history_query(declared: DeclaredProperty) -> ReportQuery:
    """Events per day of each conversion, and of all visits, in the last full days."""
    events = dict.fromkeys((*(c.event for c in declared.conversions), VISIT))
    days = DateRange(f"{HISTORY_DAYS}daysAgo", "yesterday", "history")
    return ReportQuery(
        ("eventCount",), (days,), ("date", "nthDay", "eventName"), InList("eventName", tuple(events))
    )


def read_history(answer: ReportAnswer, now: datetime) -> History:
    """What the answer to `history_query` amounts to; without rows, our own clock tells the day."""
    first = first_day(answer)
    if first is None:
        return History(now.astimezone(time_zone(answer.time_zone)).date(), {})
    today = first + timedelta(days=HISTORY_DAYS)
    counts = daily_counts(answer, Period(first, today - _DAY))
    return History(today, counts, counts.get(VISIT, ()))


def _with_paces(
    report: PropertyReport, declared: DeclaredProperty, whole: Period, history: History
) -> PropertyReport:
    targets = {c.event: c.definition.target for c in declared.conversions}

    def paced(conversion: ConversionReport) -> ConversionReport:
        goals = read_goals(targets[conversion.event], whole, conversion.current)
        weights = history.weights(conversion.event)
        return replace(
            conversion,
            goals=tuple(with_pace(goal, conversion.trend, whole, history.today, weights) for goal in goals),
        )

    conversions = tuple(paced(conversion) for conversion in report.conversions)
    notes = (*_notes(report, conversions, whole), *report.notes)
    return replace(report, whole=whole, conversions=conversions, notes=notes)


def _notes(report: PropertyReport, conversions: Sequence[ConversionReport], whole: Period) -> list[str]:
    notes = []
    if whole == report.period and report.previous_period:
        notes.append(f"The period runs to {whole.last}: it is compared with days that are all over.")
    ways = {goal.pace.by for conversion in conversions for goal in conversion.goals if goal.pace}
    if ways:
        words = {
            "weekday": "weekdays weighed as in the 28 days before today",
            "day": "each day to come counted alike, for want of 28 days to learn weekdays from",
            "rate": "shares of users taken to stay as they are",
        }
        how = "; ".join(words[way] for way in words if way in ways)
        notes.append(
            f"Targets are for all days to {whole.last}, projected at the pace of the days that GA4 has "
            f"finished (preliminary ones only where there are no others): {how}."
        )
    return notes


def _with_quota(report: PropertyReport, spent: Sequence[QuotaUse]) -> PropertyReport:
    """What the history cost belongs to the report; what is left was read after it."""
    if not report.quotas or not spent:
        return report
    before = {quota.name: quota.used for quota in spent}
    quotas = tuple(replace(quota, used=quota.used + before.get(quota.name, 0)) for quota in report.quotas)
    return replace(report, quotas=quotas, notes=(*report.notes[:-1], quota_note(quotas)))
