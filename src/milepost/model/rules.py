"""GA4's own rules and limits, as data.

Source: Admin API reference (field rules of KeyEvent, CustomDimension, CustomMetric, EventCreateRule) and
Google's help pages on event names (13316687), collection limits (9267744) and generated events (11262438).
"""

from __future__ import annotations

import re
from typing import Literal

Scope = Literal["event", "user", "item"]
Counting = Literal["once_per_event", "once_per_session"]
Unit = Literal[
    "standard",
    "currency",
    "feet",
    "meters",
    "kilometers",
    "miles",
    "milliseconds",
    "seconds",
    "minutes",
    "hours",
]
Restriction = Literal["cost_data", "revenue_data"]

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
"""Event and parameter names, whole."""

DISPLAY_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ ]*")
"""Display names of custom dimensions and metrics, whole."""

CURRENCY = re.compile(r"[A-Z]{3}")
"""ISO 4217 code, by shape."""

EVENT_NAME_LENGTH = 40
RULE_EVENT_NAME_LENGTH = 39
"""Google says "less than 40" of an event that a create rule makes."""
DISPLAY_NAME_LENGTH = 82
DESCRIPTION_LENGTH = 150
PARAMETER_LENGTH: dict[Scope, int] = {"event": 40, "user": 24, "item": 40}
CONDITIONS_PER_RULE = 10
"""Including the one on the event's name."""
MUTATIONS_PER_RULE = 20
MUTATION_PARAMETER_LENGTH = 39
MUTATION_VALUE_LENGTH = 99
"""Google says "less than 40" and "less than 100" of what a rule sets."""

PARAMETERS_PER_EVENT = 25
PARAMETER_VALUE_LENGTH = 100

PARAMETER_PREFIXES = ("_", "firebase_", "ga_", "google_", "gtag.")
EVENT_PREFIXES = ("_", "firebase_", "ga_", "google_", "gtag.", "query_id")

AUTOMATIC_EVENTS = frozenset(
    {
        "click", "file_download", "first_open", "first_visit", "form_start", "form_submit", "in_app_purchase",
        "page_view", "screen_view", "scroll", "session_start", "user_engagement", "video_complete",
        "video_progress", "video_start", "view_search_results",
    }
)  # fmt: skip
"""Events GA4 collects by itself or through enhanced measurement."""

RESERVED_EVENTS = frozenset(
    {
        "ad_activeview", "ad_click", "ad_exposure", "ad_impression", "ad_query", "ad_reward",
        "adunit_exposure", "app_clear_data", "app_exception", "app_install", "app_remove",
        "app_store_refund", "app_store_subscription_cancel", "app_store_subscription_renew", "app_update",
        "app_upgrade", "error", "os_update", "view_complete",
    }
) | AUTOMATIC_EVENTS  # fmt: skip
"""Names a site may not send as its own events; key events and rules may still use the automatic ones."""

RESERVED_PARAMETERS: dict[Scope, frozenset[str]] = {
    "event": frozenset(
        {
            "cid", "currency", "customer_id", "customerid", "dclid", "engagement_time_msec", "gclid",
            "session_id", "sessionid", "sfmc_id", "sid", "srsltid", "uid", "user_id", "userid",
        }
    ),
    "user": frozenset(
        {
            "cid", "customer_id", "customerid", "first_open_after_install", "first_open_time",
            "first_visit_time", "last_advertising_id_reset", "last_deep_link_referrer", "last_gclid",
            "lifetime_user_engagement", "non_personalized_ads", "session_id", "session_number",
            "sessionid", "sfmc_id", "sid", "uid", "user_id", "userid",
        }
    ),
    "item": frozenset(),
}  # fmt: skip
"""Names GA4 refuses as custom dimensions or metrics, by scope."""

BUILT_IN_PARAMETERS: dict[str, str] = {
    "content_group": "contentGroup",
    "content_id": "contentId",
    "content_type": "contentType",
    "coupon": "orderCoupon",
    "file_extension": "fileExtension",
    "file_name": "fileName",
    "group_id": "groupId",
    "item_brand": "itemBrand",
    "item_category": "itemCategory",
    "item_id": "itemId",
    "item_list_id": "itemListId",
    "item_list_name": "itemListName",
    "item_name": "itemName",
    "link_classes": "linkClasses",
    "link_domain": "linkDomain",
    "link_id": "linkId",
    "link_text": "linkText",
    "link_url": "linkUrl",
    "method": "method",
    "outbound": "outbound",
    "page_location": "pageLocation",
    "page_referrer": "pageReferrer",
    "page_title": "pageTitle",
    "percent_scrolled": "percentScrolled",
    "promotion_id": "itemPromotionId",
    "promotion_name": "itemPromotionName",
    "search_term": "searchTerm",
    "shipping_tier": "shippingTier",
    "transaction_id": "transactionId",
    "video_provider": "videoProvider",
    "video_title": "videoTitle",
    "video_url": "videoUrl",
}
"""Parameters that the Data API reports without registration → the dimension that carries them."""

BUILT_IN_VALUES = frozenset({"value", "currency", "items", "tax", "shipping", "quantity", "price"})
"""Parameters that feed metrics of their own."""

ENHANCED_MEASUREMENT: dict[str, str] = {
    "click": "outbound_clicks_enabled",
    "file_download": "file_downloads_enabled",
    "form_start": "form_interactions_enabled",
    "form_submit": "form_interactions_enabled",
    "scroll": "scrolls_enabled",
    "video_complete": "video_engagement_enabled",
    "video_progress": "video_engagement_enabled",
    "video_start": "video_engagement_enabled",
    "view_search_results": "site_search_enabled",
}
"""Event → the switch of the web stream that makes GA4 collect it. Source: catalogue of conversions, 3.1."""

CALCULATED_METRIC_ID = re.compile(r"[A-Za-z0-9_]{1,80}")
CALCULATED_DESCRIPTION_LENGTH = 4096
FORMULA = re.compile(r"[A-Za-z0-9_:.+*/() \t-]+")
"""Characters a formula is made of; GA4 itself reads it."""
FORMULA_METRICS = 5
"""Distinct custom metrics that one formula may name."""

Retention = Literal["2_months", "14_months", "26_months", "38_months", "50_months"]

ServiceLevel = Literal["standard", "360"]

LIMITS: dict[str, dict[ServiceLevel, int]] = {
    "key_event": {"standard": 30, "360": 50},
    "custom_dimension:event": {"standard": 50, "360": 125},
    "custom_dimension:user": {"standard": 25, "360": 100},
    "custom_dimension:item": {"standard": 10, "360": 25},
    "custom_metric": {"standard": 50, "360": 125},
    "calculated_metric": {"standard": 5, "360": 50},
    "audience": {"standard": 100, "360": 400},
    "event_create_rule": {"standard": 50, "360": 50},
}
"""How many of a kind a property may hold. Only key events of one's own names count (`custom`)."""

SENSIBLE_KEY_EVENTS = 8
"""More than this and the word "key" stops meaning much: the catalogue's own recommendation."""
