"""The standard report: micro against macro for one period and one compared with, from one batch call.

Users and sessions with any conversion of a role come from a filter over all its events without the
dimension `eventName`, so that GA4 itself counts everybody once; rows are never added up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from milepost.gateways.data import DataGateway, InList, Number, QuotaUse, ReportAnswer, ReportQuery
from milepost.model.declared import DeclaredConversion, DeclaredProperty
from milepost.model.document import Role
from milepost.reports.notes import (
    answer_notes,
    appeared_notes,
    engagement_note,
    key_event_notes,
    period_notes,
    quota_note,
)
from milepost.reports.period import CURRENT, PREVIOUS, PeriodChoice
from milepost.reports.results import (
    ConversionReport,
    Engagement,
    Figures,
    Period,
    PropertyReport,
    RoleFigures,
    Totals,
    ValueSource,
    share,
)
from milepost.reports.targets import read_goals
from milepost.reports.trend import TrendBy, read_trend
from milepost.reports.worth import VALUE_PLACES, carried

ROLES: tuple[Role, ...] = ("macro", "micro")

VISIT = "session_start"
"""Asked for beside the conversions in the trend: nearly every visit has one, so the dates of the period can
be read from the answer even when no conversion happened at all."""


_ENGAGEMENT = (
    "engagementRate",
    "averageSessionDuration",
    "screenPageViewsPerSession",
    "userEngagementDuration",
    "activeUsers",
)


@dataclass(frozen=True)
class KeyEventFact:
    """What GA4 knows about one of its key events; `created` carries a time zone."""

    created: datetime


KeyEventReader = Callable[[], Mapping[str, KeyEventFact] | None]
"""Gives GA4's key events by event name, None when they could not be read; waits for them where it must."""


@dataclass(frozen=True)
class Extras:
    """What a report tells beside the standard: events per step of time, and GA4's quotas."""

    trend: TrendBy | None = None
    quota: bool = False


NOTHING_MORE = Extras()


def standard_report(
    gateway: DataGateway,
    declared: DeclaredProperty,
    property_id: str,
    period: PeriodChoice,
    key_events: KeyEventReader,
    *,
    extras: Extras = NOTHING_MORE,
    now: datetime | None = None,
) -> PropertyReport:
    """Asks GA4 once and reads the report of one property out of the answers.

    Args:
        gateway: where to ask.
        declared: the conversions to report on; one that never happened shows 0.
        property_id: digits.
        period: the days wanted.
        key_events: called when the answers are there, so that both can be on their way at once.
        extras: what else to read.
        now: the present moment, with a time zone, for telling preliminary days; the machine's by default.

    Raises:
        RemoteError: GA4 did not answer, or refused.
    """
    queries = standard_queries(declared, period)
    if extras.quota:
        queries = {name: replace(query, quota=True) for name, query in queries.items()}
    answers = dict(zip(queries, gateway.run_reports(property_id, tuple(queries.values())), strict=True))
    report = read_report(declared, property_id, period, answers, key_events(), now or datetime.now(UTC))
    return _with_extras(report, extras, answers)


def _with_extras(
    report: PropertyReport, extras: Extras, answers: Mapping[str, ReportAnswer]
) -> PropertyReport:
    quotas = _quotas(answers)
    note = quota_note(quotas)
    return replace(
        report,
        trend=read_trend(report.conversions, report.period, extras.trend) if extras.trend else (),
        quotas=quotas,
        notes=(*report.notes, *([note] if note else [])),
    )


def _quotas(answers: Mapping[str, ReportAnswer]) -> tuple[QuotaUse, ...]:
    """What all reports of the batch used of each quota together, and the least that any found left."""
    found: dict[str, list[QuotaUse]] = {}
    for quota in (quota for answer in answers.values() for quota in answer.quotas):
        found.setdefault(quota.name, []).append(quota)
    return tuple(
        QuotaUse(name, sum(quota.used for quota in uses), min(quota.left for quota in uses))
        for name, uses in found.items()
    )


def standard_queries(declared: DeclaredProperty, period: PeriodChoice) -> dict[str, ReportQuery]:
    """At most five queries by what they are for: `totals`, `macro`, `micro`, `events`, `trend`.

    Those that would ask about no event at all are left out.
    """
    ranges = period.ranges()
    events = tuple(conversion.event for conversion in declared.conversions)
    people = ("totalUsers", "sessions")
    queries = {"totals": ReportQuery((*people, *_ENGAGEMENT), ranges)}
    for role in ROLES:
        names = tuple(conversion.event for conversion in declared.with_role(role))
        if names:
            queries[role] = ReportQuery(people, ranges, only=InList("eventName", names))
    if events:
        queries["events"] = ReportQuery(
            ("eventCount", "totalUsers", "eventValue"), ranges, ("eventName",), InList("eventName", events)
        )
    queries["trend"] = ReportQuery(
        ("eventCount",),
        ranges[:1],
        ("date", "nthDay", "eventName"),
        InList("eventName", tuple(dict.fromkeys((*events, VISIT)))),
    )
    return queries


def read_report(
    declared: DeclaredProperty,
    property_id: str,
    choice: PeriodChoice,
    answers: Mapping[str, ReportAnswer],
    key_events: Mapping[str, KeyEventFact] | None,
    now: datetime,
) -> PropertyReport:
    """The report that the answers to `standard_queries` amount to; the order of their rows is no matter."""
    totals = answers["totals"]
    zone = time_zone(totals.time_zone)
    local_today = now.astimezone(zone).date()
    period = choice.resolve(first_day(answers["trend"]), local_today)
    before = choice.compared(period)
    current = _totals(answers, CURRENT)
    previous = _totals(answers, PREVIOUS) if before else None
    reader = _ConversionReader(
        answers.get("events"), answers["trend"], period, (current, previous), key_events, zone
    )
    conversions = tuple(reader.read(conversion) for conversion in declared.conversions)
    warning = engagement_note(conversions)
    return PropertyReport(
        name=declared.name,
        property_id=property_id,
        period=period,
        previous_period=before,
        current=current,
        previous=previous,
        conversions=conversions,
        notes=(
            *period_notes(
                period,
                choice.today(period, local_today),
                comparable=previous is not None and previous.users > 0,
                before=before,
            ),
            *key_event_notes(declared, conversions),
            *appeared_notes({c.event: c.trend for c in conversions if not _known_before(c)}, period),
            *([warning] if current.engagement.rate is not None and warning else []),
            *answer_notes(answers.values()),
        ),
        currency=totals.currency_code,
        time_zone=totals.time_zone,
    )


def _known_before(conversion: ConversionReport) -> bool:
    return conversion.previous is not None and conversion.previous.events > 0


def first_day(trend: ReportAnswer) -> date | None:
    """The day the period began, told by any row's `date` and `nthDay`; None without rows."""
    days = (
        _date(dimensions["date"]) - timedelta(days=int(dimensions["nthDay"]))
        for dimensions, _ in trend.named_rows()
        if _is_day(dimensions)
    )
    return min(days, default=None)


def _totals(answers: Mapping[str, ReportAnswer], date_range: str) -> Totals:
    users, sessions = _people(answers["totals"], date_range)

    def role_figures(role: Role) -> RoleFigures:
        role_users, role_sessions = _people(answers.get(role), date_range)
        return RoleFigures(role_users, role_sessions, share(role_users, users))

    return Totals(
        users,
        sessions,
        micro=role_figures("micro"),
        macro=role_figures("macro"),
        engagement=_engagement(_row(answers["totals"], date_range)),
    )


def _people(answer: ReportAnswer | None, date_range: str) -> tuple[int, int]:
    """Users and sessions."""
    row = _row(answer, date_range)
    return int(row.get("totalUsers", 0)), int(row.get("sessions", 0))


def _row(answer: ReportAnswer | None, date_range: str) -> Mapping[str, Number]:
    """The metrics of a range; empty for one without anybody, which has no row."""
    for dimensions, metrics in answer.named_rows() if answer else ():
        if _range(dimensions) == date_range:
            return metrics
    return {}


def _engagement(row: Mapping[str, Number]) -> Engagement:
    active = row.get("activeUsers")
    return Engagement(
        rate=row.get("engagementRate"),
        session_duration=row.get("averageSessionDuration"),
        pages_per_session=row.get("screenPageViewsPerSession"),
        per_user=row["userEngagementDuration"] / active if active else None,
    )


def _range(dimensions: Mapping[str, str]) -> str:
    """The date range of a row; GA4 names it only where several were asked for."""
    return dimensions.get("dateRange", CURRENT)


class _ConversionReader:
    """Looks conversions up in the answers, each answer gone through once."""

    def __init__(
        self,
        events: ReportAnswer | None,
        trend: ReportAnswer,
        period: Period,
        totals: tuple[Totals, Totals | None],
        key_events: Mapping[str, KeyEventFact] | None,
        zone: tzinfo,
    ) -> None:
        self._rows = {
            (dimensions["eventName"], _range(dimensions)): metrics
            for dimensions, metrics in (events.named_rows() if events else ())
        }
        self._trends = daily_counts(trend, period)
        self._currency = trend.currency_code
        self._period = period
        self._totals = totals
        self._key_events = key_events
        self._zone = zone

    def read(self, conversion: DeclaredConversion) -> ConversionReport:
        """One conversion; without rows, everything is 0."""
        now, before = (self._rows.get((conversion.event, name), {}) for name in (CURRENT, PREVIOUS))
        source = _value_source(conversion, now, before)
        own_currency = conversion.currency if source == "declared" else None
        current, previous = self._totals
        figures = _figures(conversion, now, current.users, source)
        return ConversionReport(
            event=conversion.event,
            label=conversion.label,
            role=conversion.role,
            key_event=None if self._key_events is None else conversion.event in self._key_events,
            key_event_since=self._since(conversion.event),
            current=figures,
            previous=_figures(conversion, before, previous.users, source) if previous else None,
            value_source=source,
            currency=(own_currency or self._currency or conversion.currency) if source else None,
            trend=self._trends.get(conversion.event, (0,) * self._period.days),
            goals=read_goals(conversion.definition.target, self._period, figures),
        )

    def _since(self, event: str) -> date | None:
        fact = (self._key_events or {}).get(event)
        day = fact.created.astimezone(self._zone).date() if fact else None
        return day if day is not None and day in self._period else None


def _figures(
    conversion: DeclaredConversion, row: Mapping[str, Number], users: int, source: ValueSource | None
) -> Figures:
    events, own_users = int(row.get("eventCount", 0)), int(row.get("totalUsers", 0))
    value: float | None = None
    if source == "ga4":
        value = round(float(row.get("eventValue", 0)), VALUE_PLACES)
    elif source == "declared" and conversion.definition.value is not None:
        value = round(conversion.definition.value * events, VALUE_PLACES)
    return Figures(events, own_users, share(own_users, users), value)


def _value_source(
    conversion: DeclaredConversion, now: Mapping[str, Number], before: Mapping[str, Number]
) -> ValueSource | None:
    """One source for both periods, or their change would compare two different things."""
    if carried(conversion, now) or carried(conversion, before):
        return "ga4"
    return "declared" if conversion.definition.value is not None else None


def daily_counts(trend: ReportAnswer, period: Period) -> dict[str, tuple[int, ...]]:
    """Events per day of the period, by event name, from rows by `date` and `eventName`."""
    counts: dict[str, list[int]] = {}
    for dimensions, metrics in trend.named_rows():
        if _is_day(dimensions) and (day := _date(dimensions["date"])) in period:
            per_day = counts.setdefault(dimensions["eventName"], [0] * period.days)
            per_day[(day - period.first).days] += int(metrics["eventCount"])
    return {event: tuple(per_day) for event, per_day in counts.items()}


def _is_day(dimensions: Mapping[str, str]) -> bool:
    """False for `(other)` and its like, which GA4 may put in any dimension."""
    return dimensions["date"].isdecimal() and dimensions["nthDay"].isdecimal()


def _date(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()


def time_zone(name: str) -> tzinfo:
    """The property's time zone; UTC where the answer names none that this machine knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
