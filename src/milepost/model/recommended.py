"""Google's recommended events for web sites: the parameters each asks for and knows, as data.

Source: `googleanalytics/ga-dev-tools`, event builder (catalogue of conversions, 3.2). Parameters that it
calls required but that GA4 does without stand as known ones.
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS = frozenset(
    {
        "percent_scrolled", "price", "quantity", "shipping", "tax", "value", "video_current_time",
        "video_duration", "video_percent",
    }
)  # fmt: skip
"""Parameters whose values are numbers by GA4's own definition."""

ITEM_NUMBERS = frozenset({"discount", "index", "price", "quantity"})
ITEM_PARAMETERS = (
    "item_id", "item_name", "affiliation", "coupon", "discount", "index", "item_brand", "item_category",
    "item_category2", "item_category3", "item_category4", "item_category5", "item_list_id",
    "item_list_name", "item_variant", "location_id", "price", "quantity",
)  # fmt: skip
"""What an item may say of itself; `item_id` or `item_name` it must."""

ECOMMERCE_PARAMETERS = frozenset(
    {
        "affiliation", "coupon", "creative_name", "creative_slot", "currency", "item_list_id",
        "item_list_name", "items", "payment_type", "promotion_id", "promotion_name", "shipping",
        "shipping_tier", "tax", "transaction_id", "value",
    }
)  # fmt: skip
"""What belongs into the `ecommerce` object of the data layer."""


@dataclass(frozen=True)
class Recommended:
    """Parameters of one recommended event."""

    required: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    @property
    def has_items(self) -> bool:
        """Whether it is an event of a shop, with a list of items."""
        return "items" in (*self.required, *self.known)


_OF_GOODS = ("currency", "value", "items")
_OF_LISTS = ("item_list_id", "item_list_name")
_OF_PROMOTIONS = ("creative_name", "creative_slot", "promotion_id", "promotion_name", "items")
_OF_LEADS = ("currency", "value")

RECOMMENDED: dict[str, Recommended] = {
    "add_payment_info": Recommended(_OF_GOODS, ("coupon", "payment_type")),
    "add_shipping_info": Recommended(_OF_GOODS, ("coupon", "shipping_tier")),
    "add_to_cart": Recommended(_OF_GOODS),
    "add_to_wishlist": Recommended(_OF_GOODS),
    "begin_checkout": Recommended(_OF_GOODS, ("coupon",)),
    "close_convert_lead": Recommended((), _OF_LEADS),
    "close_unconvert_lead": Recommended((), (*_OF_LEADS, "unconvert_lead_reason")),
    "disqualify_lead": Recommended((), (*_OF_LEADS, "disqualified_lead_reason")),
    "generate_lead": Recommended((), (*_OF_LEADS, "lead_source")),
    "join_group": Recommended((), ("group_id",)),
    "login": Recommended((), ("method",)),
    "purchase": Recommended(("transaction_id", *_OF_GOODS), ("coupon", "shipping", "tax")),
    "qualify_lead": Recommended((), _OF_LEADS),
    "refund": Recommended(("transaction_id", "currency", "value"), ("coupon", "shipping", "tax", "items")),
    "remove_from_cart": Recommended(_OF_GOODS),
    "search": Recommended(("search_term",)),
    "select_content": Recommended((), ("content_type", "content_id")),
    "select_item": Recommended(("items",), _OF_LISTS),
    "select_promotion": Recommended((), _OF_PROMOTIONS),
    "share": Recommended((), ("method", "content_type", "item_id")),
    "sign_up": Recommended((), ("method",)),
    "tutorial_begin": Recommended(),
    "tutorial_complete": Recommended(),
    "view_cart": Recommended(_OF_GOODS),
    "view_item": Recommended(_OF_GOODS),
    "view_item_list": Recommended(("items",), _OF_LISTS),
    "view_promotion": Recommended(("items",), _OF_PROMOTIONS[:-1]),
    "working_lead": Recommended((), (*_OF_LEADS, "lead_status")),
}
"""By event name. Events of games and of apps alone are left out."""
