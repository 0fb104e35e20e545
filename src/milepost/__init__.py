"""GA4 conversions as code: one TOML file, synced to Google Analytics, reported micro against macro.

The same operations as on the command line:

    file = milepost.load_file(Path("conversions.toml"))
    with milepost.Session("read") as session:
        plans = milepost.plan_properties(file, ["shop"], session)
        reports = milepost.report_properties(file, ["shop"], session, milepost.LastDays(28))

Results are frozen values; a property that could not be dealt with is a `Failure` in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from milepost.model.load import ConversionsFile, find_file, load_file
    from milepost.operations.outcome import Failure
    from milepost.operations.report import report_properties
    from milepost.operations.session import Session
    from milepost.operations.sync import Synced, plan_properties, sync_property
    from milepost.reconcile.plan import Plan
    from milepost.reports.period import FixedDays, LastDays
    from milepost.reports.results import Period, PropertyReport

__version__ = "0.1.0"

_HOMES = {
    "ConversionsFile": "milepost.model.load",
    "Failure": "milepost.operations.outcome",
    "FixedDays": "milepost.reports.period",
    "LastDays": "milepost.reports.period",
    "Period": "milepost.reports.results",
    "Plan": "milepost.reconcile.plan",
    "PropertyReport": "milepost.reports.results",
    "Session": "milepost.operations.session",
    "Synced": "milepost.operations.sync",
    "find_file": "milepost.model.load",
    "load_file": "milepost.model.load",
    "plan_properties": "milepost.operations.sync",
    "report_properties": "milepost.operations.report",
    "sync_property": "milepost.operations.sync",
}

__all__ = [
    "ConversionsFile",
    "Failure",
    "FixedDays",
    "LastDays",
    "Period",
    "Plan",
    "PropertyReport",
    "Session",
    "Synced",
    "__version__",
    "find_file",
    "load_file",
    "plan_properties",
    "report_properties",
    "sync_property",
]


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used: Google's clients alone take a second to load."""
    if name not in _HOMES:
        raise AttributeError(f"module 'milepost' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
