"""report --by experiment."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from milepost.gateways.data import DataGateway
from milepost.gateways.funnel import AT_ONCE, FunnelAnswer, FunnelGateway, FunnelQuery
from milepost.model.declared import DeclaredProperty
from milepost.model.load import ConversionsFile
from milepost.operations.outcome import SILENT, Failure, Watch, each_property
from milepost.operations.session import Session
from milepost.reports.experiment import ExperimentChoice, read_experiment
from milepost.reports.experiment_results import Experiment


def experiment_properties(
    file: ConversionsFile,
    names: Sequence[str],
    session: Session,
    choice: ExperimentChoice,
    *,
    watch: Watch = SILENT,
) -> tuple[Experiment | Failure, ...]:
    """An experiment's arms, or why there are none, for each property asked for (none: all).

    Raises:
        InputError: the statistics package is missing.
    """

    def work(declared: DeclaredProperty) -> Experiment:
        watch.began(declared.name)
        connection, property_id = session.reach(declared)
        gateway = FunnelGateway(connection)

        def ask(queries: Sequence[FunnelQuery]) -> list[FunnelAnswer]:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                return list(pool.map(lambda query: gateway.run_funnel(property_id, query), queries))

        return read_experiment(DataGateway(connection), ask, declared, property_id, choice)

    return each_property(file, names, work, session, watch=watch)
