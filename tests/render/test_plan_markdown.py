"""Plans as Markdown: a whole one as it did look, and nothing from outside ever read as markup."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from syrupy.assertion import SnapshotAssertion

from milepost.model.resources import PropertyFacts
from milepost.reconcile.entries import Unplanned
from milepost.reconcile.kinds import KINDS
from milepost.reconcile.plan import Change, Drift, FieldChange, LimitUse, Plan, Refused, Unmanaged
from milepost.render.plan.explain import ADS_WARNING
from milepost.render.plan.markdown import LONG, render_plan_markdown
from milepost.render.safe import plain
from tests.reconcile.plans import plans

KIND = {kind.name: kind for kind in KINDS}
FACTS = PropertyFacts("7", "Shop (live)", "accounts/1", "Etc/GMT", "EUR", "standard")
AT = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)

_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
_OURS = {"<br>", "<code>", "</code>"}
_INERT = {"text", "text_special", "code_inline", "html_inline", "strong_open", "strong_close", "softbreak"}

nasty = st.text(alphabet="|`*_<>[](){}#@&;\\!~$:/.-+=w \nax1\u202e\u2028\u00e9", max_size=14)


def _plan() -> Plan:
    lead = FieldChange(None, {"numeric_value": 1.5, "currency_code": "EUR"})
    counting = FieldChange("ONCE_PER_EVENT", "ONCE_PER_SESSION")
    event, dimension, audience = KIND["key_event"], KIND["custom_dimension"], KIND["audience"]
    return Plan(
        "shop",
        FACTS,
        (
            Change(
                "create",
                dimension,
                "event:filter",
                {"parameter_name": FieldChange(None, "filter"), "display_name": FieldChange(None, "Filter")},
            ),
            Change("create", event, "lead", {"default_value": lead}, drift=Drift(AT, "kim@example.com")),
            Change("update", event, "cart", {"counting_method": counting}, drift=Drift(AT, "a colleague")),
            Change("delete", event, "old_signup", {}, resource="properties/7/keyEvents/1"),
        ),
        unmanaged=(Unmanaged(event, "qualify_lead"), Unmanaged(event, "purchase", "GA4 keeps it")),
        ignored=(Unmanaged(event, "legacy_x"),),
        limits=(LimitUse("key_event", 2, 3, 30), LimitUse("audience", 0, 0, 100)),
        notes=("Who changed what is unknown: ask @kim",),
        refused=(
            Refused(
                audience,
                "Cart left",
                {"membership_duration_days": FieldChange(30, 60)},
                "GA4 does not let it change. Give it another label.",
            ),
        ),
    )


def test_markdown_looks_as_it_did(snapshot: SnapshotAssertion) -> None:
    quiet = replace(_plan(), name="leads", changes=(), refused=(), notes=(), unmanaged=(), ignored=())
    failed = Unplanned("magazine", "8", "property 8: no permission. See https://example.com/help")
    assert render_plan_markdown([_plan(), quiet, failed]) == snapshot


def test_markdown_says_clearly_that_there_is_nothing_to_do() -> None:
    text = render_plan_markdown([Plan("shop", FACTS, ())])
    assert "**Nothing to do:** 1 property in agreement with the file." in text
    assert "| Kind |" not in text


@pytest.mark.parametrize(("count", "folded"), [(LONG, False), (LONG + 1, True)])
def test_markdown_folds_long_plans_up(count: int, folded: bool) -> None:
    changes = tuple(Change("create", KIND["key_event"], f"event_{n}", {}) for n in range(count))
    text = render_plan_markdown([Plan("shop", FACTS, changes)])
    assert (f"<details><summary>{count} lines</summary>" in text) is folded
    assert sum(token.type == "tr_open" for token in _PARSER.parse(text)) == count + 1


def test_markdown_warns_of_what_google_does_not_tell_only_where_key_events_go() -> None:
    assert ADS_WARNING in render_plan_markdown([_plan()])
    kept = replace(_plan(), changes=_plan().changes[:3])
    assert ADS_WARNING not in render_plan_markdown([kept])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(plan=plans, words=st.tuples(nasty, nasty, nasty, nasty, nasty), failed=nasty)
def test_nothing_from_outside_is_read_as_markup(
    plan: Plan, words: tuple[str, str, str, str, str], failed: str
) -> None:
    name, title, identity, value, actor = words
    change = Change(
        "update",
        KIND["audience"],
        identity,
        {"description": FieldChange(value, title)},
        drift=Drift(AT, actor),
    )
    hostile = replace(
        plan,
        name=name,
        facts=replace(plan.facts, display_name=title),
        changes=(*plan.changes, change),
        refused=(*plan.refused, Refused(KIND["audience"], value, {}, identity)),
        unmanaged=(*plan.unmanaged, Unmanaged(KIND["audience"], identity)),
        notes=(*plan.notes, value),
    )
    tokens = _PARSER.parse(render_plan_markdown([hostile, Unplanned(name, title, failed)]))
    for token in tokens:
        if token.type == "html_block":
            assert token.content.startswith(("<details><summary>", "</details>"))
        _assert_inert(token.children or [])
    rows = _rows(tokens)
    assert {len(row) for row in rows} == {4}
    assert rows[len(plan.changes) + 1][2] == plain(identity)


def _assert_inert(children: list[Token]) -> None:
    in_code = False
    for child in children:
        assert child.type in _INERT, child
        if child.type == "html_inline":
            assert child.content in _OURS
            in_code = child.content == "<code>"
        elif not in_code and child.type in ("text", "text_special"):
            assert not any(mark in child.content for mark in ("@", "://", "www."))


def _rows(tokens: list[Token]) -> list[list[str]]:
    """What a reader sees in each cell of the tables."""
    rows: list[list[str]] = []
    for before, token in itertools.pairwise(tokens):
        if token.type == "tr_open":
            rows.append([])
        if before.type in ("td_open", "th_open"):
            shown = (c.content for c in token.children or [] if c.type != "html_inline")
            rows[-1].append("".join(shown))
    return rows
