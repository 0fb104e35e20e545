"""Micro against macro by one dimension: the largest rows, and all others together, from two batch calls.

The first call finds the rows with most users and the property's totals; the second asks for the conversions
of those rows, and for everybody in none of them. So GA4 itself counts the users of the others, each once:
they cannot be had by subtraction, for a user may be in several rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from milepost.errors import RefusedError
from milepost.gateways.data import DataGateway, DateRange, InList, Number, ReportAnswer, ReportQuery
from milepost.model.declared import DeclaredProperty
from milepost.model.document import Role
from milepost.reports.notes import answer_notes, period_notes
from milepost.reports.period import PeriodChoice
from milepost.reports.results import Period, RoleFigures, share
from milepost.reports.standard import ROLES, first_day, time_zone

DEFAULT_TOP = 10

ALIASES = {
    "channel": "sessionDefaultChannelGroup",
    "campaign": "sessionCampaignName",
    "source": "sessionSource",
    "medium": "sessionMedium",
    "landing-page": "landingPage",
    "page": "pagePath",
    "device": "deviceCategory",
    "country": "country",
}
"""Short names of dimensions; anything else is taken for one of GA4's own names."""

_PEOPLE = ("totalUsers", "sessions")
_ROLE = (*_PEOPLE, "eventCount")


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


@dataclass(frozen=True)
class Breakdown:
    """Micro against macro of one property by a dimension.

    `rows` stand with their values, most users first; `others` is everybody with one of the `values` (how many
    there are) that have no row of their own, None where every value has one. A user with several values is
    in several rows, so that rows and others may add to more than `total`.
    """

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
    dimension = ALIASES.get(by, by)
    days = period.ranges()[0]
    try:
        answers = _ask(gateway, property_id, first_queries(declared, days, dimension, top))
        values = tuple(row.dimensions[0] for row in answers["rows"].rows)
        if values:
            answers |= _ask(gateway, property_id, second_queries(declared, days, InList(dimension, values)))
    except RefusedError as error:
        raise _refused(error, by, dimension) from error
    return read_breakdown(declared, property_id, period, by, answers, now or datetime.now(UTC))


def _ask(
    gateway: DataGateway, property_id: str, queries: Mapping[str, ReportQuery]
) -> dict[str, ReportAnswer]:
    return dict(zip(queries, gateway.run_reports(property_id, tuple(queries.values())), strict=True))


def _refused(error: RefusedError, by: str, dimension: str) -> RefusedError:
    """Google names the field it minds; a refusal that does not is about something else."""
    if dimension not in error.cause and "dimension" not in error.cause:
        return error
    known = ", ".join(ALIASES)
    return RefusedError(
        f"{error.place}, --by {by}", error.cause, f"Give {known}, or a dimension that Google lists there."
    )


def first_queries(
    declared: DeclaredProperty, days: DateRange, dimension: str, top: int
) -> dict[str, ReportQuery]:
    """The largest rows, the totals, and which day the period began: at most five queries."""
    ranges = (days,)
    return {
        "rows": ReportQuery(_PEOPLE, ranges, (dimension,), limit=top),
        "total": ReportQuery(_PEOPLE, ranges),
        **{f"total {role}": ReportQuery(_ROLE, ranges, only=only) for role, only in _roles(declared)},
        "days": ReportQuery(("sessions",), ranges, ("date", "nthDay"), limit=1),
    }


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
    listed = answers["rows"]
    zone = time_zone(listed.time_zone)
    today = now.astimezone(zone).date()
    period = choice.resolve(first_day(answers["days"]), today)
    tables = {name: _by_value(answer) for name, answer in answers.items() if name != "days"}
    rows = tuple((value, _row(tables, "rows", value)) for value in tables["rows"])
    more = listed.row_count > len(rows)
    result = Breakdown(
        name=declared.name,
        property_id=property_id,
        by=by,
        dimension=ALIASES.get(by, by),
        period=period,
        total=_row(tables, "total", ""),
        rows=rows,
        others=_row(tables, "others", "") if more else None,
        values=listed.row_count,
        notes=(),
        time_zone=listed.time_zone,
    )
    said = [answer for name, answer in answers.items() if name not in ("rows", "days")]
    notes = (
        *period_notes(period, choice.today(period, today), comparable=True),
        *_notes(result),
        # Fewer rows than there are is what was asked for: `others` stands for the rest.
        *answer_notes([*said, _whole(listed)]),
    )
    return replace(result, notes=notes)


def _whole(answer: ReportAnswer) -> ReportAnswer:
    return replace(answer, row_count=len(answer.rows))


def _by_value(answer: ReportAnswer) -> dict[str, dict[str, Number]]:
    """Metrics by value of the dimension, in the answer's order; the empty text where it has none."""
    return {
        row.dimensions[0] if row.dimensions else "": dict(zip(answer.metrics, row.metrics, strict=True))
        for row in answer.rows
    }


def _row(tables: Mapping[str, Mapping[str, Mapping[str, Number]]], name: str, value: str) -> BreakdownRow:
    def number(table: str, metric: str) -> int:
        return int(tables.get(table, {}).get(value, {}).get(metric, 0))

    users = number(name, "totalUsers")

    def role_figures(role: Role) -> RoleFigures:
        role_users = number(f"{name} {role}", "totalUsers")
        return RoleFigures(role_users, number(f"{name} {role}", "sessions"), share(role_users, users))

    return BreakdownRow(
        users,
        number(name, "sessions"),
        macro=role_figures("macro"),
        micro=role_figures("micro"),
        macro_events=number(f"{name} macro", "eventCount"),
        micro_events=number(f"{name} micro", "eventCount"),
    )


def _notes(result: Breakdown) -> Iterator[str]:
    shown = [row for _, row in result.rows] + ([result.others] if result.others else [])
    if sum(row.users for row in shown) > result.total.users:
        yield (
            f"Users with several values of {result.dimension} are in several rows, once in the total; "
            "how many that are cannot be told from these figures."
        )
    if sum(row.users for row in shown) < result.total.users:
        yield f"Some users are in no row: GA4 shows none of their values of {result.dimension}."
    if result.dimension.startswith(("page", "unifiedPage")):
        yield "Conversions of a page are those that happened on it, not those that it led to."
