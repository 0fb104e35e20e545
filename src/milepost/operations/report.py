"""report."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from milepost.errors import RemoteError
from milepost.gateways.admin import AdminGateway
from milepost.gateways.connection import Connection
from milepost.gateways.data import DataGateway
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile
from milepost.operations.outcome import SILENT, Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.reconcile.kinds import KEY_EVENT
from milepost.reports.breakdown import Breakdown, breakdown
from milepost.reports.dimension import DEFAULT_TOP
from milepost.reports.heat import HeatTable, heat_table
from milepost.reports.period import PeriodChoice
from milepost.reports.results import PropertyReport
from milepost.reports.running import ThisPeriod, property_report
from milepost.reports.standard import NOTHING_MORE, Extras, KeyEventFact


def report_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    period: PeriodChoice | ThisPeriod,
    *,
    extras: Extras = NOTHING_MORE,
    watch: Watch = SILENT,
) -> tuple[PropertyReport | Failure, ...]:
    """The standard report, or why there is none, for each property asked for (none: all)."""

    def work(declared: DeclaredProperty) -> PropertyReport:
        watch.began(declared.name)
        connection, property_id = session.reach(declared)
        with ThreadPoolExecutor(1) as pool:
            key_events = pool.submit(_key_events, connection, property_id)
            return property_report(
                DataGateway(connection), declared, property_id, period, key_events.result, extras=extras
            )

    return each_property(file, names, work, session, watch=watch)


def breakdown_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    period: PeriodChoice,
    by: str,
    *,
    top: int = DEFAULT_TOP,
    watch: Watch = SILENT,
) -> tuple[Breakdown | Failure, ...]:
    """Micro against macro by a dimension, or why there is none, for each property asked for (none: all)."""

    def work(declared: DeclaredProperty) -> Breakdown:
        watch.began(declared.name)
        connection, property_id = session.reach(declared)
        return breakdown(DataGateway(connection), declared, property_id, period, by, top=top)

    return each_property(file, names, work, session, watch=watch)


def heat_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    period: PeriodChoice,
    by: str = "page",
    *,
    top: int = DEFAULT_TOP,
    watch: Watch = SILENT,
) -> tuple[HeatTable | Failure, ...]:
    """Every conversion by a dimension, or why there is none, for each property asked for (none: all)."""

    def work(declared: DeclaredProperty) -> HeatTable:
        watch.began(declared.name)
        connection, property_id = session.reach(declared)
        return heat_table(DataGateway(connection), declared, property_id, period, by, top=top)

    return each_property(file, names, work, session, watch=watch)


def _key_events(connection: Connection, property_id: str) -> dict[str, KeyEventFact] | None:
    """GA4's key events by event name; None when the Admin API does not tell, which the report then says."""
    try:
        found = AdminGateway(connection).read_resources(KEY_EVENT.type, f"properties/{property_id}")
    except RemoteError:
        return None
    return {
        r.fields["event_name"]: KeyEventFact(datetime.fromisoformat(r.fields["create_time"])) for r in found
    }
