"""Roles as account summaries show them: what a caller may edit, and what it cannot see at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from milepost.emulator.faults.call import RemoteCall
from milepost.emulator.faults.rules import Rule

_SUMMARIES = "ListAccountSummaries"


def as_seen(answer: Any, call: RemoteCall, rules: Sequence[Rule]) -> Any:
    """The answer, in which summaries agree with the roles that `viewer` and `no_role` rules give.

    Only rules that always hold count: a refusal at a rate is a fault, not a role.

    Args:
        answer: of any method; all but ListAccountSummaries' are left as they are.
        call: the call it answers.
        rules: those in force.
    """
    held = [rule for rule in rules if rule.answer in ("viewer", "no_role") and _holds(rule)]
    if call.rpc != _SUMMARIES or not held:
        return answer
    for account in answer.account_summaries:
        visible = []
        for summary in account.property_summaries:
            role = _role(held, call, summary.property.rpartition("/")[2])
            if role == "viewer":
                summary.can_edit = False
            if role != "no_role":
                visible.append(summary)
        account.property_summaries = visible
    return answer


def _holds(rule: Rule) -> bool:
    return rule.rate is None and rule.count is None


def _role(rules: Sequence[Rule], call: RemoteCall, property_id: str) -> str:
    """What the first rule about a write to that property says; empty where none does."""
    write = replace(call, rpc="UpdateProperty", property_id=property_id)
    return next((rule.answer for rule in rules if rule.applies(write)), "")
