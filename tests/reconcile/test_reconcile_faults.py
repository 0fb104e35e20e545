"""Writes that fail, or whose answer is lost: nothing doubled, everything told, the next run finishes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from milepost.errors import Problem
from milepost.model.load import check_text
from milepost.reconcile.apply import Outcome, settled
from milepost.reconcile.diff import diff_property
from milepost.reconcile.plan import Plan
from tests.reconcile.served import CREATES, FILE, SHOP, Site
from tests.reconcile.worlds import declared_by, live_of

LOST = {
    "key event": ("CreateKeyEvent=lost@1", "demo_watched"),
    "dimension": ("CreateCustomDimension=lost@1", "event:plan"),
    "metric": ("CreateCustomMetric=lost@1", "profit"),
}


@pytest.mark.parametrize(("fault", "identity"), LOST.values(), ids=LOST.keys())
def test_a_create_whose_answer_is_lost_is_settled_by_reading_and_not_made_twice(
    site: Site, fault: str, identity: str
) -> None:
    site.emulator.faults.set(fault)
    outcomes = site.sync()
    assert [o.status for o in outcomes] == ["done"] * len(CREATES)
    (lost,) = [o for o in outcomes if o.reason]
    assert lost.change.identity == identity
    assert lost.reason == "the answer was lost; reading again shows it was carried out"
    assert len(site.writes()) == len(CREATES)
    assert site.plan().in_sync


def test_a_rule_whose_answer_is_lost_is_not_made_twice_and_what_needs_it_goes_on(site: Site) -> None:
    site.emulator.faults.set("CreateEventCreateRule=lost@1")
    outcomes = site.sync()
    (rule,) = [o for o in outcomes if o.change.kind.name == "event_create_rule"]
    assert (rule.status, rule.reason[:19]) == ("done", "the answer was lost")
    assert {o.status for o in outcomes} == {"done"}
    assert site.plan().in_sync
    assert len(site.all("event_create_rules")) == 1


def test_what_needs_a_rule_that_never_arrived_waits_for_the_next_run(site: Site) -> None:
    site.emulator.faults.set("CreateEventCreateRule=UNAVAILABLE@1")
    (waiting,) = [o for o in site.sync() if o.status == "skipped"]
    assert (waiting.change.kind.name, waiting.change.identity) == ("key_event", "pricing_view")
    assert "needs the event create rule pricing_view" in waiting.reason
    assert [o.change.kind.name for o in site.sync()] == ["event_create_rule", "key_event"]
    assert site.plan().in_sync


def test_a_create_that_never_arrived_is_told_as_failed_and_made_by_the_next(site: Site) -> None:
    site.emulator.faults.set("CreateKeyEvent=UNAVAILABLE@1")
    outcomes = site.sync()
    assert Counter(o.status for o in outcomes) == {"done": len(CREATES) - 1, "failed": 1}
    (failed,) = [o for o in outcomes if o.status == "failed"]
    assert failed.change.identity == "demo_watched"
    assert failed.reason
    assert [(o.change.identity, o.status) for o in site.sync()] == [("demo_watched", "done")]


def test_a_refused_change_does_not_stop_the_others(site: Site) -> None:
    # Somebody gave another dimension the display name that the file wants for this one.
    site.act(
        "create_custom_dimension",
        parent=f"properties/{SHOP}",
        custom_dimension={"parameter_name": "theirs", "scope": "EVENT", "display_name": "Plan"},
    )
    outcomes = site.sync()
    assert Counter(o.status for o in outcomes) == {"done": len(CREATES) - 1, "failed": 1}
    (failed,) = [o for o in outcomes if o.status == "failed"]
    assert failed.change.identity == "event:plan"
    assert "already exists" in failed.reason
    assert [c.identity for c in site.plan().changes] == ["event:plan"]


def test_a_thing_that_is_gone_already_is_gone(site: Site) -> None:
    text = f'{FILE}\n[absent]\nkey_events = ["qualify_lead"]\n'
    plan = site.plan(text)
    site.act("delete_key_event", name=site.one("key_events", event_name="qualify_lead").name)
    (removal,) = [o for o in site.apply(plan) if o.change.removes]
    assert (removal.status, removal.reason) == ("done", "it was gone already")


def test_an_update_of_a_thing_that_went_meanwhile_fails_and_is_made_anew_by_the_next(site: Site) -> None:
    site.sync()
    text = FILE.replace("value = 2.5", "value = 3")
    plan = site.plan(text)
    site.act("delete_key_event", name=site.one("key_events", event_name="pricing_view").name)
    (outcome,) = site.apply(plan)
    assert outcome.status == "failed"
    assert [(o.change.action, o.status) for o in site.sync(text)] == [("create", "done")]


def test_a_sign_in_that_ends_stops_the_rest(site: Site) -> None:
    plan = site.plan()
    site.emulator.faults.set("Create*=UNAUTHENTICATED")
    outcomes = site.apply(plan)
    assert [o.status for o in outcomes] == ["failed"] + ["skipped"] * (len(CREATES) - 1)
    assert "gcloud auth" in outcomes[0].reason
    assert len(site.writes()) == 1


def test_reads_are_repeated_until_they_answer(site: Site) -> None:
    calm = site.plan().changes
    site.emulator.faults.set("ListKeyEvents=UNAVAILABLE@2", "GetProperty=INTERNAL@1")
    assert site.plan().changes == calm


@pytest.mark.parametrize("seed", range(3))
def test_whatever_fails_running_again_ends_in_the_declared_state(site: Site, seed: int) -> None:
    faults = ("Create*=lost@30%", "Create*=UNAVAILABLE@30%", "Create*=INTERNAL@20%", "Create*=ABORTED@10%")
    site.emulator.faults.set(*faults, seed=seed)
    for _ in range(6):
        site.sync()
    site.emulator.faults.set()
    site.sync()
    assert site.plan().in_sync
    assert len(site.all("custom_dimensions")) == 3
    assert len(site.all("custom_metrics")) == 2
    assert len(site.all("event_create_rules")) == 1
    assert len(site.all("key_events")) == 5


def planned() -> Plan:
    """A plan of one change."""
    raw = {
        "version": 1,
        "properties": {"site": {"id": "7", "business_types": ["shop"]}},
        "business_types": {"shop": {"macro": {"buy_now": {}}}},
    }
    return diff_property(declared_by(raw), live_of({}))


@pytest.mark.parametrize(
    ("status", "still_pending", "then"),
    [
        ("unknown", False, "done"),
        ("unknown", True, "failed"),
        ("done", False, "done"),
        ("done", True, "failed"),
        ("failed", True, "failed"),
        ("failed", False, "done"),
        ("skipped", True, "skipped"),
    ],
)
def test_reading_again_has_the_last_word(status: str, still_pending: bool, then: str) -> None:
    plan = planned()
    outcome = Outcome(plan.changes[0], status, "why")  # type: ignore[arg-type]  # the table is of its words
    after = plan if still_pending else replace(plan, changes=())
    (result,) = settled([outcome], after)
    assert (result.status, result.change) == (then, outcome.change)
    assert result.reason


def test_the_file_of_these_tests_is_without_fault() -> None:
    problems: tuple[Problem, ...] = check_text(FILE)[1]
    assert problems == ()
