"""Faults on demand: latency, errors, lost answers, quotas and sign-in trouble, and a log of all calls."""

from __future__ import annotations

from milepost.emulator.faults.control import Controls, control_methods
from milepost.emulator.faults.errors import FaultError
from milepost.emulator.faults.faults import Faults, guarded
from milepost.emulator.faults.log import CallLog, LoggedCall
from milepost.emulator.faults.plan import FaultPlan, plan_of_options
from milepost.emulator.faults.quota import GOOGLE, UNLIMITED, Quota
from milepost.emulator.faults.rules import Rule, Step

__all__ = [
    "GOOGLE",
    "UNLIMITED",
    "CallLog",
    "Controls",
    "FaultError",
    "FaultPlan",
    "Faults",
    "LoggedCall",
    "Quota",
    "Rule",
    "Step",
    "control_methods",
    "guarded",
    "plan_of_options",
]
