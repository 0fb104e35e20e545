"""Every line of a plan can say where it comes from."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from milepost.model.load import ConversionsFile, check_text
from milepost.model.resources import PropertyFacts, Resource, Stream
from milepost.reconcile.diff import diff_property
from milepost.reconcile.kinds import KINDS
from milepost.reconcile.live import Live
from milepost.reconcile.plan import Plan
from milepost.reconcile.saved import load_plan
from milepost.render.plan.as_json import plan_entry, plans_json
from milepost.render.plan.explain import ADS_WARNING, Reasons, paths_of, reasons_for
from milepost.render.plan.markdown import render_plan_markdown
from milepost.render.plan.text import print_plan

TEXT = """\
version = 1

[properties.shop]
id = "7"
business_types = ["ecommerce"]
currency = "EUR"
ignore = { key_events = ["old_*", "legacy_*"] }

[properties.shop.conversions.add_to_cart]
counting = "once_per_event"

[business_types.ecommerce.macro.purchase]
value = 9

[business_types.ecommerce.micro.add_to_cart]
value = 2

[business_types.ecommerce.micro.signup]
from = "page_view"
when = [{ page_location = { contains = "/thanks" } }]

[business_types.ecommerce.audiences.cart_left]
label = "Cart left"
did = ["add_to_cart"]
days = 60

[absent]
key_events = ["gone"]
"""
FACTS = PropertyFacts("7", "Shop", "accounts/1", "Etc/GMT", "EUR", "standard")


def _key_event(event: str, **fields: Any) -> Resource:
    shown = {"event_name": event, "counting_method": "ONCE_PER_SESSION", "deletable": True, "custom": True}
    return Resource({**shown, **fields}, f"properties/7/keyEvents/{event}")


def _audience(label: str) -> Resource:
    clause = {
        "clause_type": "INCLUDE",
        "simple_filter": {
            "scope": "AUDIENCE_FILTER_SCOPE_ACROSS_ALL_SESSIONS",
            "filter_expression": {
                "and_group": {
                    "filter_expressions": [
                        {
                            "or_group": {
                                "filter_expressions": [{"event_filter": {"event_name": "add_to_cart"}}]
                            }
                        }
                    ]
                }
            },
        },
    }
    fields = {
        "display_name": label,
        "description": "Did add_to_cart",
        "membership_duration_days": 30,
        "filter_clauses": [clause],
    }
    return Resource(fields, f"properties/7/audiences/{label}")


def _live() -> Live:
    resources: dict[str, tuple[Resource, ...]] = {kind.name: () for kind in KINDS}
    resources["key_event"] = (
        _key_event("add_to_cart"),
        _key_event("gone"),
        _key_event("legacy_x"),
        _key_event("other"),
        _key_event("purchase", deletable=False, counting_method="ONCE_PER_EVENT", custom=False),
    )
    resources["audience"] = (_audience("Cart left"),)
    return Live(FACTS, Stream("properties/7/dataStreams/1", "Web", "https://a.example", "G-A"), resources)


@pytest.fixture(scope="module")
def file() -> ConversionsFile:
    document, problems = check_text(TEXT)
    assert document is not None
    assert [p for p in problems if p.severity == "error"] == []
    return ConversionsFile(Path("somewhere/conversions.toml"), document, problems)


@pytest.fixture(scope="module")
def reasons(file: ConversionsFile) -> Reasons:
    return reasons_for(file, TEXT, "shop")


def _plan(reasons: Reasons, *, prune: bool = False) -> Plan:
    return diff_property(reasons.declared, _live(), prune=prune)


def _why(plan: Plan, reasons: Reasons) -> dict[tuple[str, str], str]:
    entry = plan_entry(plan, reasons)
    told = [*entry["changes"], *entry["refused"], *entry["unmanaged"], *entry["ignored"]]
    return {(thing["kind"], thing["identity"]): thing["why"] for thing in told}


def test_a_create_names_path_and_line_and_what_the_file_does_not_tell(reasons: Reasons) -> None:
    why = _why(_plan(reasons), reasons)
    signup = "business_types.ecommerce.micro.signup (conversions.toml:18) asks for it."
    assert why["event_create_rule", "signup"] == signup
    assert why["key_event", "signup"] == (
        f"{signup} GA4 demands counting_method, which the file does not tell: Milepost's choice."
    )


def test_an_update_names_both_places_and_the_line_of_every_field_the_file_tells(reasons: Reasons) -> None:
    assert _why(_plan(reasons), reasons)["key_event", "add_to_cart"] == (
        "business_types.ecommerce.micro.add_to_cart (conversions.toml:15) and "
        "properties.shop.conversions.add_to_cart (conversions.toml:9) asks for it. The file tells "
        "counting_method (counting, line 10) and default_value (value, line 16); "
        "every other field stays as it is in GA4."
    )


def test_a_removal_names_absent_or_prune_and_warns_of_google_ads(reasons: Reasons) -> None:
    why = _why(_plan(reasons, prune=True), reasons)
    assert why["key_event", "gone"] == f"absent.key_events (conversions.toml:28) names it. {ADS_WARNING}"
    assert why["key_event", "other"].startswith("--prune: the file does not declare it, and no pattern")


def test_a_refusal_names_what_ga4_fixes(reasons: Reasons) -> None:
    assert _why(_plan(reasons), reasons)["audience", "Cart left"] == (
        "business_types.ecommerce.audiences.cart_left (conversions.toml:22) asks for it. "
        "GA4 fixes filter_clauses and membership_duration_days the moment it makes the audience."
    )


def test_what_is_left_alone_says_why(reasons: Reasons) -> None:
    why = _why(_plan(reasons), reasons)
    assert why["key_event", "other"] == (
        "The file declares no key event other for this property; only [absent] or --prune would remove it."
    )
    assert why["key_event", "legacy_x"] == (
        'The pattern "legacy_*" of properties.shop.ignore.key_events (conversions.toml:7) covers it: '
        "[absent] and --prune pass it by."
    )


def test_what_ga4_does_not_let_go_says_so(file: ConversionsFile) -> None:
    document, _ = check_text(TEXT.replace("macro.purchase", "macro.order"))
    assert document is not None
    reasons = reasons_for(replace(file, document=document), TEXT, "shop")
    why = _why(_plan(reasons, prune=True), reasons)
    assert why["key_event", "purchase"].endswith("GA4 does not let it be removed.")


def test_a_limit_says_what_counts(reasons: Reasons) -> None:
    plan = _plan(reasons)
    told = {use.kind: reasons.of_limit(use, plan) for use in plan.limits}
    assert told["key_event"] == (
        "Counts key events of your own event names; those of GA4's automatic events do not count. "
        "4 now, 1 to create, 1 to remove. Room for: standard 30, GA4 360 50."
    )
    assert told["custom_dimension:user"].startswith(
        "Counts custom dimensions (user); archived ones do not count. 0 now, 0 to create, 0 to remove."
    )


def test_text_json_and_markdown_give_the_same_reasons(reasons: Reasons) -> None:
    plan = _plan(reasons)
    console = Console(file=io.StringIO(), width=10_000)
    print_plan(console, plan, reasons)
    assert isinstance(console.file, io.StringIO)
    screen, page = console.file.getvalue(), render_plan_markdown([plan], {"shop": reasons})
    entry = plan_entry(plan, reasons)
    used = [use for use in entry["limits"] if use["before"] or use["after"]]
    told = [*entry["changes"], *entry["refused"], *entry["unmanaged"], *entry["ignored"], *used]
    assert len(told) == screen.count("why: ") == page.count("why: ")
    for thing in told:
        assert f"why: {thing['why']}\n" in screen


def test_text_without_reasons_has_none(reasons: Reasons) -> None:
    console = Console(file=io.StringIO(), width=80)
    print_plan(console, _plan(reasons))
    assert isinstance(console.file, io.StringIO)
    assert "why:" not in console.file.getvalue()


def test_an_explained_plan_is_still_one_that_can_be_carried_out(reasons: Reasons, tmp_path: Path) -> None:
    plan = _plan(reasons)
    (tmp_path / "plan.json").write_text(plans_json([plan_entry(plan, reasons)]), encoding="utf-8")
    assert json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))["format_version"] == 1
    assert load_plan(tmp_path / "plan.json").entries == (plan,)


@pytest.mark.parametrize(
    ("origin", "paths"),
    [
        ("dimensions.x", (("dimensions", "x"),)),
        ('business_types."a b.c".micro.d', (("business_types", "a b.c", "micro", "d"),)),
        ('metrics."q\\"d \\ud83d\\ude00"', (("metrics", 'q"d 😀'),)),
        ("a.b, c.d", (("a", "b"), ("c", "d"))),
        ("a.b and c.d", (("a", "b"), ("c", "d"))),
        ("--prune", ()),
        ("", ()),
    ],
)
def test_the_paths_of_an_origin_are_read_whatever_their_quotes(
    origin: str, paths: tuple[tuple[str, ...], ...]
) -> None:
    assert paths_of(origin) == paths
