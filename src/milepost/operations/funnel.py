"""funnel."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

from milepost.gateways.funnel import AT_ONCE, FunnelGateway
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile
from milepost.operations.outcome import SILENT, Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.reports.dimension import naming
from milepost.reports.funnel import FunnelChoice, Journey, funnel_query, property_journeys, read_funnel
from milepost.reports.funnel_results import Funnel, FunnelReport


def funnel_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    choice: FunnelChoice,
    *,
    watch: Watch = SILENT,
) -> tuple[FunnelReport | Failure, ...]:
    """The funnels, or why there are none, for each property asked for (none: all); one call per journey."""

    def work(declared: DeclaredProperty) -> FunnelReport:
        watch.began(declared.name)
        journeys = property_journeys(file.document, declared)
        connection, property_id = session.reach(declared)
        gateway = FunnelGateway(connection)

        def ask(journey: Journey) -> Funnel:
            with naming(choice.by) if choice.by else nullcontext():
                answer = gateway.run_funnel(property_id, funnel_query(journey, choice))
            return read_funnel(journey, choice, answer)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return FunnelReport(declared.name, property_id, tuple(pool.map(ask, journeys)))

    return each_property(file, names, work, session, watch=watch)
