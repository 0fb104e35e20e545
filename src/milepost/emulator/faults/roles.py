"""Roles as account summaries show them: what a caller may edit, and what it cannot see at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from milepost.emulator.faults.answers import OK
from milepost.emulator.faults.call import RemoteCall, plain
from milepost.emulator.faults.rules import Rule

_SUMMARIES = "ListAccountSummaries"
_ROLES = ("viewer", "no_role", OK)


def as_seen(answer: Any, call: RemoteCall, rules: Sequence[Rule]) -> Any:
    """The answer, in which summaries agree with the roles that `viewer` and `no_role` rules give.

    Only rules that always hold count: a refusal at a rate is a fault, not a role.

    Args:
        answer: of any method; all but ListAccountSummaries' are left as they are.
        call: the call it answers.
        rules: those in force.
    """
    held = [rule for rule in rules if rule.answer in _ROLES and _holds(rule)]
    if call.rpc != _SUMMARIES or not held:
        return answer
    summaries = plain(answer).account_summaries
    # Backwards, for some are taken out on the way.
    for number in reversed(range(len(summaries))):
        _limit(summaries[number], call, held)
        if not summaries[number].property_summaries:
            del summaries[number]
    return answer


def _limit(account: Any, call: RemoteCall, rules: Sequence[Rule]) -> None:
    for number in reversed(range(len(account.property_summaries))):
        summary = account.property_summaries[number]
        role = _role(rules, call, summary.property.rpartition("/")[2])
        if role == "viewer":
            summary.can_edit = False
        elif role == "no_role":
            del account.property_summaries[number]


def _holds(rule: Rule) -> bool:
    return rule.rate is None and rule.count is None


def _role(rules: Sequence[Rule], call: RemoteCall, property_id: str) -> str:
    """What the first rule about a write to that property says; `ok` makes an exception of it."""
    write = replace(call, rpc="UpdateProperty", property_id=property_id)
    return next((rule.answer for rule in rules if rule.applies(write)), "")
