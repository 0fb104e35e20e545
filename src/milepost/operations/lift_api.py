"""lift from the Data API: one batch of reports for the extent of each event, then funnels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from milepost.gateways.data import DataGateway, InList, Number, ReportAnswer, ReportQuery
from milepost.gateways.funnel import FunnelGateway
from milepost.journeys.credit import credit_rows
from milepost.journeys.funnels import (
    DIMENSIONS,
    EventTotals,
    FunnelFindings,
    Funnels,
    Micro,
    funnel_findings,
    funnel_people,
)
from milepost.journeys.notes import api_notes, window_notes
from milepost.journeys.results import LEAST_MACRO_USERS, LiftReport, LiftTable, MacroValue, Stop
from milepost.journeys.verdict import judge, tested
from milepost.model.declared import DeclaredConversion, DeclaredProperty
from milepost.operations.lift import LiftChoice, macro_value
from milepost.operations.outcome import SILENT, Watch
from milepost.operations.session import Session
from milepost.reports.notes import period_notes
from milepost.reports.period import LastDays
from milepost.reports.standard import first_day, time_zone


def lift_from_api(
    declared: DeclaredProperty,
    macros: Sequence[DeclaredConversion],
    session: Session,
    choice: LiftChoice,
    watch: Watch = SILENT,  # noqa: ARG001 - nothing here takes long enough to tell of
) -> LiftReport:
    """The report of one property.

    Raises:
        RemoteError: one of its kinds, naming the property.
    """
    connection, property_id = session.reach(declared)
    period = choice.period or LastDays(compare="none")
    days = period.ranges()[0]
    micros = declared.with_role("micro")
    names = tuple(conversion.event for conversion in (*macros, *micros))
    extent, calendar = DataGateway(connection).run_reports(
        property_id,
        (
            ReportQuery(
                ("totalUsers", "eventCount", "eventValue"),
                (days,),
                ("eventName",),
                InList("eventName", names),
            ),
            ReportQuery(("activeUsers",), (days,), ("date", "nthDay")),
        ),
    )
    today = datetime.now(UTC).astimezone(time_zone(extent.time_zone)).date()
    window = period.resolve(first_day(calendar), today)
    funnels = Funnels(
        FunnelGateway(connection),
        property_id,
        days,
        choice.within_seconds,
        withheld=extent.notices.thresholded,
    )
    reader = _Reader(declared, funnels, extent, choice)
    tables = tuple(reader.table(macro, micros) for macro in macros)
    return LiftReport(
        name=declared.name,
        property_id=property_id,
        source="api",
        first_day=window.first,
        last_day=window.last,
        within_seconds=choice.within_seconds,
        tables=tables,
        notes=(
            *period_notes(window, period.today(window, today), comparable=True),
            *window_notes(window.days, choice.within_seconds),
            *api_notes(
                by_presence=reader.by_presence,
                sampled=funnels.sampled,
                thresholded=extent.notices.thresholded,
            ),
            *reader.rule_notes(micros),
        ),
    )


@dataclass
class _Reader:
    """The tables of one property, one per macro conversion; what several need is asked for once."""

    declared: DeclaredProperty
    funnels: Funnels
    extent: ReportAnswer
    choice: LiftChoice
    by_presence: bool = False

    def table(self, macro: DeclaredConversion, micros: Sequence[DeclaredConversion]) -> LiftTable:
        """One macro conversion; nothing is asked where its users are too few."""
        totals = self._totals(macro.event)
        value = self._value(macro)
        if totals.users < LEAST_MACRO_USERS:
            stop: Stop = "few-macros" if totals.users else "no-macro"
            return LiftTable(macro.event, macro.label, totals.users, value, (), 0, stop)
        asked = [Micro(micro.event, micro.label, self._totals(micro.event)) for micro in micros]
        found = funnel_findings(self.funnels, macro.event, asked)
        if not found.pages:
            return LiftTable(macro.event, macro.label, totals.users, value, (), 0, "no-pages")
        self.by_presence |= found.by_presence
        return self._judged(macro, totals.users, value, found)

    def rule_notes(self, micros: Sequence[DeclaredConversion]) -> Iterator[str]:
        """Why some events may be missing altogether."""
        missing = [m.event for m in micros if m.definition.source and not self._totals(m.event).events]
        if missing:
            yield (
                f"Not seen: {', '.join(missing)}. GA4 makes these of other events, from the day on which"
                " 'milepost sync' sets up their rules; '--source export' finds them in the past, too."
            )

    def _judged(
        self, macro: DeclaredConversion, macro_users: int, value: MacroValue | None, found: FunnelFindings
    ) -> LiftTable:
        rows = judge(found.findings, value)
        table = LiftTable(macro.event, macro.label, macro_users, value, rows, tested(rows))
        if self.choice.by is None:
            return table
        leading = {row.event: row.label for row in rows if row.verdict == "ahead"}
        people = funnel_people(self.funnels, macro.event, tuple(leading), DIMENSIONS[self.choice.by])
        return replace(table, by=self.choice.by, credits=credit_rows(people, leading))

    def _totals(self, event: str) -> EventTotals:
        row = self._row(event)
        return EventTotals(int(row.get("totalUsers", 0)), int(row.get("eventCount", 0)))

    def _row(self, event: str) -> Mapping[str, Number]:
        found = (metrics for names, metrics in self.extent.named_rows() if names["eventName"] == event)
        return next(found, {})

    def _value(self, macro: DeclaredConversion) -> MacroValue | None:
        row = self._row(macro.event)
        carried = row["eventValue"] / row["eventCount"] if row.get("eventCount") else 0.0
        return macro_value(macro, self.choice, carried or None, self.extent.currency_code)
