"""What the commands do, without a terminal: file in, frozen values out."""

from __future__ import annotations

from milepost.operations.outcome import Failure
from milepost.operations.report import report_properties
from milepost.operations.session import Session
from milepost.operations.starter import catalogue_text, starter_text
from milepost.operations.sync import Synced, plan_properties, sync_property

__all__ = [
    "Failure",
    "Session",
    "Synced",
    "catalogue_text",
    "plan_properties",
    "report_properties",
    "starter_text",
    "sync_property",
]
