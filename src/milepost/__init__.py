"""GA4 conversions as code: one TOML file, synced to Google Analytics, reported micro against macro.

The same operations as on the command line:

    file = milepost.load_file(Path("conversions.toml"))
    with milepost.Session("read") as session:
        plans = milepost.plan_properties(file, ["shop"], session)
        days = milepost.LastDays(28)
        reports = milepost.report_properties(file, ["shop"], session, days)
        funnels = milepost.funnel_properties(file, ["shop"], session, milepost.FunnelChoice(days))

Results are frozen values; a property that could not be dealt with is a `Failure` in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from milepost.journeys.path_results import PathReport
    from milepost.journeys.proposals import ValueReport
    from milepost.journeys.results import LiftReport
    from milepost.model.load import ConversionsFile, find_file, load_file
    from milepost.operations.annotate import Annotation, annotate_synced
    from milepost.operations.experiment import experiment_properties
    from milepost.operations.exported import Exported, export_funnel_properties, export_report_properties
    from milepost.operations.funnel import funnel_properties
    from milepost.operations.lift import LiftChoice, lift_properties
    from milepost.operations.outcome import Failure
    from milepost.operations.paths import PathChoice, path_properties
    from milepost.operations.report import breakdown_properties, heat_properties, report_properties
    from milepost.operations.review import review_plans
    from milepost.operations.send_test import try_server_events
    from milepost.operations.session import Session
    from milepost.operations.sync import Synced, plan_properties, sync_property
    from milepost.operations.tag import track_properties
    from milepost.operations.values import value_properties
    from milepost.operations.verify import verify_properties
    from milepost.operations.verify_wait import wait_for_conversions
    from milepost.reconcile.plan import Plan
    from milepost.reconcile.saved import Plans, load_plan, write_plan
    from milepost.reports.breakdown import Breakdown
    from milepost.reports.experiment import ExperimentChoice
    from milepost.reports.experiment_results import Experiment
    from milepost.reports.funnel import FunnelChoice
    from milepost.reports.funnel_results import Funnel, FunnelReport
    from milepost.reports.heat import HeatTable
    from milepost.reports.period import FixedDays, LastDays
    from milepost.reports.results import Period, PropertyReport
    from milepost.reports.running import ThisPeriod
    from milepost.reports.verification.results import Verification
    from milepost.reports.verification.waiting import Awaited
    from milepost.tracking.results import PropertyTracking
    from milepost.tracking.server_tests import ServerTests

__version__ = "0.1.0"

_HOMES = {
    "Annotation": "milepost.operations.annotate",
    "Awaited": "milepost.reports.verification.waiting",
    "Breakdown": "milepost.reports.breakdown",
    "ConversionsFile": "milepost.model.load",
    "Experiment": "milepost.reports.experiment_results",
    "ExperimentChoice": "milepost.reports.experiment",
    "Exported": "milepost.operations.exported",
    "Failure": "milepost.operations.outcome",
    "FixedDays": "milepost.reports.period",
    "Funnel": "milepost.reports.funnel_results",
    "FunnelChoice": "milepost.reports.funnel",
    "FunnelReport": "milepost.reports.funnel_results",
    "HeatTable": "milepost.reports.heat",
    "LastDays": "milepost.reports.period",
    "LiftChoice": "milepost.operations.lift",
    "LiftReport": "milepost.journeys.results",
    "PathChoice": "milepost.operations.paths",
    "PathReport": "milepost.journeys.path_results",
    "Period": "milepost.reports.results",
    "Plan": "milepost.reconcile.plan",
    "Plans": "milepost.reconcile.saved",
    "PropertyReport": "milepost.reports.results",
    "PropertyTracking": "milepost.tracking.results",
    "ServerTests": "milepost.tracking.server_tests",
    "Session": "milepost.operations.session",
    "Synced": "milepost.operations.sync",
    "ThisPeriod": "milepost.reports.running",
    "ValueReport": "milepost.journeys.proposals",
    "Verification": "milepost.reports.verification.results",
    "annotate_synced": "milepost.operations.annotate",
    "breakdown_properties": "milepost.operations.report",
    "experiment_properties": "milepost.operations.experiment",
    "export_funnel_properties": "milepost.operations.exported",
    "export_report_properties": "milepost.operations.exported",
    "find_file": "milepost.model.load",
    "funnel_properties": "milepost.operations.funnel",
    "heat_properties": "milepost.operations.report",
    "lift_properties": "milepost.operations.lift",
    "load_file": "milepost.model.load",
    "load_plan": "milepost.reconcile.saved",
    "path_properties": "milepost.operations.paths",
    "plan_properties": "milepost.operations.sync",
    "report_properties": "milepost.operations.report",
    "review_plans": "milepost.operations.review",
    "sync_property": "milepost.operations.sync",
    "track_properties": "milepost.operations.tag",
    "try_server_events": "milepost.operations.send_test",
    "value_properties": "milepost.operations.values",
    "verify_properties": "milepost.operations.verify",
    "wait_for_conversions": "milepost.operations.verify_wait",
    "write_plan": "milepost.reconcile.saved",
}

__all__ = [
    "Annotation",
    "Awaited",
    "Breakdown",
    "ConversionsFile",
    "Experiment",
    "ExperimentChoice",
    "Exported",
    "Failure",
    "FixedDays",
    "Funnel",
    "FunnelChoice",
    "FunnelReport",
    "HeatTable",
    "LastDays",
    "LiftChoice",
    "LiftReport",
    "PathChoice",
    "PathReport",
    "Period",
    "Plan",
    "Plans",
    "PropertyReport",
    "PropertyTracking",
    "ServerTests",
    "Session",
    "Synced",
    "ThisPeriod",
    "ValueReport",
    "Verification",
    "__version__",
    "annotate_synced",
    "breakdown_properties",
    "experiment_properties",
    "export_funnel_properties",
    "export_report_properties",
    "find_file",
    "funnel_properties",
    "heat_properties",
    "lift_properties",
    "load_file",
    "load_plan",
    "path_properties",
    "plan_properties",
    "report_properties",
    "review_plans",
    "sync_property",
    "track_properties",
    "try_server_events",
    "value_properties",
    "verify_properties",
    "wait_for_conversions",
    "write_plan",
]


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used: Google's clients alone take a second to load."""
    if name not in _HOMES:
        raise AttributeError(f"module 'milepost' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
