"""The shipped catalogue against the inventory of conversions and the journeys it was drawn from."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from milepost.model.load import load_file

FILE = Path(__file__).parents[2] / "conversions.toml"
CATALOGUE: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
TYPES: dict[str, Any] = CATALOGUE["business_types"]

# Row of the inventory → events that measure it. Left out: 38 and 39, which are metrics; 23 has its proxy.
INVENTORY: dict[int, tuple[str, ...]] = {
    1: ("newsletter_signup",),
    2: ("file_download", "resource_download"),
    3: ("resource_unlock",),
    4: ("article_read",),
    5: ("view_item", "product_view"),
    6: ("pricing_view",),
    7: ("location_view",),
    8: ("video_start", "video_50", "video_complete"),
    9: ("demo_watched",),
    10: ("add_to_cart",),
    11: ("begin_checkout",),
    12: ("add_to_wishlist",),
    13: ("select_item",),
    14: ("filter_apply",),
    15: ("chat_start", "chat_message"),
    16: ("sign_up",),
    17: ("join_group",),
    18: ("trial_start",),
    19: ("webinar_signup", "webinar_attend"),
    20: ("generate_lead",),
    21: ("tutorial_begin", "tutorial_complete"),
    22: ("share",),
    23: ("social_profile_click",),
    24: ("engaged_time",),
    25: ("internal_link_click",),
    26: ("cta_click",),
    27: ("contact_submit",),
    28: ("form_start", "form_submit"),
    29: ("cta_click",),
    30: ("call_click",),
    31: ("directions_click",),
    32: ("comment_submit",),
    33: ("view_search_results",),
    34: ("scroll",),
    35: ("select_promotion",),
    36: ("proof_view",),
    37: ("nav_click",),
    40: ("generate_lead",),
}
MACRO_INVENTORY = ("purchase", "generate_lead", "subscribe", "trial_start")

# Steps of each journey in its order: first the micro, then the macro ones.
STEPS: dict[str, tuple[str, str]] = {
    "ecommerce": (
        "view_search_results filter_apply select_item view_item video_50 chat_start add_to_wishlist"
        " newsletter_signup sign_up join_group add_to_cart view_cart begin_checkout add_shipping_info"
        " add_payment_info",
        "purchase",
    ),
    "saas": (
        "resource_download webinar_signup webinar_attend demo_watched pricing_view cta_click generate_lead"
        " sign_up tutorial_begin tutorial_complete feature_activate invite_send",
        "trial_start purchase",
    ),
    "content": (
        "article_read engaged_time internal_link_click video_50 view_search_results file_download share"
        " comment_submit login newsletter_signup",
        "subscribe",
    ),
    "local": (
        "product_view location_view contact_view review_click directions_click email_click whatsapp_click"
        " select_promotion booking_click call_click",
        "generate_lead booking_complete",
    ),
    "lead_generation": (
        "video_50 cta_click pricing_view resource_unlock chat_start call_click form_start form_submit",
        "generate_lead working_lead qualify_lead close_convert_lead",
    ),
    "brand": (
        "article_read video_start video_50 engaged_time share social_profile_click comment_submit",
        "newsletter_signup",
    ),
}
FUNNELS = {
    "ecommerce": "session_start view_item add_to_cart begin_checkout add_payment_info purchase",
    "saas": "pricing_view sign_up trial_start tutorial_begin tutorial_complete purchase",
    # The first step there is a view of an article, an indicator; page_view is the nearest event GA4 has.
    "content": "page_view article_read share newsletter_signup subscribe",
    "local": "session_start location_view directions_click call_click generate_lead",
    "lead_generation": "session_start cta_click form_start generate_lead qualify_lead close_convert_lead",
    "brand": "article_read video_start video_50 share newsletter_signup",
}
DEFINITIONS = {
    "ecommerce": "filter_name chat_topic list_name customer_type item_margin_band result_count",
    "saas": "plan lead_source feature_name plan_tier trial_status trial_days",
    "content": "author article_category seconds_threshold link_location subscriber_status",
    "local": "location_name",
    "lead_generation": "form_id form_name form_destination lead_source lead_status cta_location",
    "brand": "",
}
# Parameters GA4 reports without registration.
BUILT_IN = {
    "link_url", "link_domain", "link_text", "link_id", "link_classes", "outbound", "file_name",
    "file_extension", "search_term", "percent_scrolled", "method", "content_id", "content_type",
    "content_group", "video_title", "video_url", "video_provider", "coupon", "shipping_tier",
    "transaction_id", "item_list_id", "item_list_name", "promotion_id", "promotion_name",
}  # fmt: skip
# Roles and rules that rightly differ: a lead is a step for software and the goal elsewhere.
DIFFERING = {"generate_lead"}


def conversions(business_type: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for role in ("micro", "macro"):
        yield from TYPES[business_type][role].items()


def definitions(business_type: str) -> set[str]:
    entries = {**CATALOGUE["dimensions"], **CATALOGUE["metrics"]}
    return {name for name, entry in entries.items() if business_type in entry["business_types"]}


def test_catalogue_loads_without_any_problem() -> None:
    loaded = load_file(FILE)
    assert loaded.warnings == ()
    assert tuple(loaded.document.business_types) == tuple(STEPS)


@pytest.mark.parametrize(("row", "events"), INVENTORY.items())
def test_inventory_row_is_in_some_business_type(row: int, events: tuple[str, ...]) -> None:
    everywhere = {event for name in TYPES for event, _ in conversions(name)}
    assert set(events) <= everywhere, f"row {row}"


@pytest.mark.parametrize("event", MACRO_INVENTORY)
def test_macro_of_the_inventory_is_macro_somewhere(event: str) -> None:
    assert any(event in business_type["macro"] for business_type in TYPES.values())


@pytest.mark.parametrize("business_type", STEPS)
@pytest.mark.parametrize("role", ["micro", "macro"])
def test_steps_stand_in_the_order_of_the_journey(business_type: str, role: str) -> None:
    wanted = STEPS[business_type][role == "macro"].split()
    declared = [event for event in TYPES[business_type][role] if event in wanted]
    assert declared == wanted


@pytest.mark.parametrize("business_type", FUNNELS)
def test_journey_is_the_short_funnel_and_ends_in_a_macro(business_type: str) -> None:
    journey = TYPES[business_type]["journey"]
    assert journey == FUNNELS[business_type].split()
    assert journey[-1] in TYPES[business_type]["macro"]


@pytest.mark.parametrize("business_type", STEPS)
def test_demo_property_exists_for_every_business_type(business_type: str) -> None:
    owners = [p for p in CATALOGUE["properties"].values() if p["business_types"] == [business_type]]
    assert [(p["id"], p["currency"]) for p in owners] == [("demo", "EUR")]


@pytest.mark.parametrize("business_type", STEPS)
def test_key_events_are_few_and_counted(business_type: str) -> None:
    flagged = {event: entry for event, entry in conversions(business_type) if entry.get("key_event", True)}
    assert 1 <= len(flagged) <= 8
    assert all(entry.get("counting") in ("once_per_session", "once_per_event") for entry in flagged.values())
    assert all("counting" not in e for event, e in conversions(business_type) if event not in flagged)
    assert TYPES[business_type]["journey"][-1] in flagged


@pytest.mark.parametrize("business_type", STEPS)
def test_event_has_one_role_and_one_label(business_type: str) -> None:
    events = [event for event, _ in conversions(business_type)]
    labels = [entry["label"] for _, entry in conversions(business_type)]
    assert len(set(events)) == len(events)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("business_type", STEPS)
def test_parameters_are_reportable(business_type: str) -> None:
    named = {name for _, entry in conversions(business_type) for name in entry.get("parameters", [])}
    assert named <= definitions(business_type) | BUILT_IN


@pytest.mark.parametrize("business_type", STEPS)
def test_definitions_worth_their_slot_are_registered(business_type: str) -> None:
    assert set(DEFINITIONS[business_type].split()) <= definitions(business_type)


def test_definitions_have_the_scope_the_journeys_name() -> None:
    scopes = {name: entry.get("scope", "event") for name, entry in CATALOGUE["dimensions"].items()}
    users = {name for name, scope in scopes.items() if scope == "user"}
    assert users == {"customer_type", "plan_tier", "trial_status", "subscriber_status"}
    assert [name for name, scope in scopes.items() if scope == "item"] == ["item_margin_band"]
    assert set(CATALOGUE["metrics"]) == {"result_count", "trial_days"}


def test_definitions_take_no_slot_in_vain_and_share_no_display_name() -> None:
    entries = {**CATALOGUE["dimensions"], **CATALOGUE["metrics"]}
    labels = Counter(entry["label"] for entry in entries.values())
    assert not BUILT_IN & set(entries)
    assert max(labels.values()) == 1
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_ ]{0,81}", label) for label in labels)
    assert all(len(entry["description"]) <= 150 for entry in entries.values())


def test_event_of_several_business_types_is_measured_alike() -> None:
    keys = ("label", "from", "when", "set")
    first: dict[str, dict[str, Any]] = {}
    for business_type in TYPES:
        for event, entry in conversions(business_type):
            known = first.setdefault(event, entry)
            if event not in DIFFERING | {"purchase"}:
                assert [entry.get(k) for k in keys] == [known.get(k) for k in keys], (business_type, event)


def test_no_value_is_assumed() -> None:
    assert not any("value" in entry or "target" in entry for t in TYPES for _, entry in conversions(t))
