"""What GA4 does not let change is said with its remedy, on a terminal of any width."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from rich.console import Console

from milepost.model.resources import PropertyFacts
from milepost.reconcile.kinds import KINDS
from milepost.reconcile.plan import Change, FieldChange, Plan, Refused
from milepost.render.plan.text import print_plan, print_still_pending
from milepost.render.plan.words import summary
from tests.reconcile.plans import plans

KIND = {kind.name: kind for kind in KINDS}
PLAN = Plan(
    "shop",
    PropertyFacts("7", "Shop", "accounts/1", "Etc/GMT", "EUR", "standard"),
    (
        Change(
            "update", KIND["enhanced_measurement_settings"], "web stream", {"on": FieldChange(False, True)}
        ),
    ),
    refused=(
        Refused(
            KIND["audience"],
            "Cart left",
            {"membership_duration_days": FieldChange(30, 60)},
            "GA4 does not let it change. Give the audience another label.",
        ),
    ),
)


def _screen(plan: Plan, width: int = 100) -> str:
    stream = io.StringIO()
    print_plan(Console(file=stream, width=width, highlight=False, markup=False, emoji=False), plan)
    return stream.getvalue()


def test_a_refused_change_stands_with_fields_and_remedy() -> None:
    assert _screen(PLAN) == (
        "shop · Shop · property 7\n"
        "  ~ enhanced measurement web stream\n"
        "      on: no → yes\n"
        "  ! audience             Cart left   refused\n"
        "      membership_duration_days: 30 days → 60 days\n"
        "      GA4 does not let it change. Give the audience another label.\n"
        "\n"
        "  Plan: 1 to update, 1 that GA4 does not let change.\n"
    )


def test_a_plan_of_refusals_only_is_not_nothing_to_do() -> None:
    plan = replace(PLAN, changes=())
    assert not plan.in_sync
    assert "Nothing to do" not in _screen(plan)
    assert summary(plan) == "1 that GA4 does not let change"


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (PLAN, ["1 change still pending", "GA4 does not let it change: audience Cart left", "another label"]),
        (replace(PLAN, refused=()), ["1 change still pending"]),
        (replace(PLAN, changes=()), ["GA4 does not let it change: audience Cart left"]),
    ],
)
def test_what_a_sync_leaves_says_what_running_again_mends(plan: Plan, words: list[str]) -> None:
    stream = io.StringIO()
    print_still_pending(Console(file=stream, width=100), plan)
    assert all(word in stream.getvalue() for word in words)
    assert ("run 'milepost sync' again" in stream.getvalue()) is bool(plan.changes)


@settings(max_examples=50, deadline=None)
@given(plans)
def test_no_plan_reaches_a_terminal_with_anything_it_would_act_on(plan: Plan) -> None:
    assert not {c for c in _screen(plan) if ord(c) < 32 or 127 <= ord(c) < 160} - {"\n"}
