"""The metrics of the items of ecommerce events."""

from __future__ import annotations

from milepost.emulator.data.registry import Family, Kind, Metric
from milepost.emulator.data.sql import exact_sum, ratio


def _events(name: str) -> str:
    return f"count(DISTINCT e.event_id) FILTER (e.event_name = '{name}' AND i.event_id IS NOT NULL)"


def _quantity(name: str) -> str:
    return exact_sum("i.quantity", f"e.event_name = '{name}'")


def _users(name: str) -> str:
    return f"count(DISTINCT e.user_key) FILTER (e.event_name = '{name}' AND i.event_id IS NOT NULL)"


_PURCHASE = "e.event_name = 'purchase'"
_REFUND = "e.event_name = 'refund'"
_GROSS = f"coalesce({exact_sum('i.revenue', _PURCHASE)}, 0)"
_REFUNDED = f"coalesce({exact_sum('i.refund', _REFUND)}, 0)"


def _metric(name: str, ui_name: str, kind: Kind, sql: str, description: str) -> Metric:
    return Metric(name, ui_name, "Ecommerce", kind, sql, description, family=Family.ITEM)


_COUNTED = (
    ("itemsViewed", "Items viewed", "view_item", "Units of items whose details were seen."),
    ("itemsAddedToCart", "Items added to cart", "add_to_cart", "Units of items put into a cart."),
    ("itemsCheckedOut", "Items checked out", "begin_checkout", "Units of items taken to the checkout."),
    ("itemsPurchased", "Items purchased", "purchase", "Units of items bought."),
    ("itemsViewedInList", "Items viewed in list", "view_item_list", "Units of items seen in a list."),
    ("itemsClickedInList", "Items clicked in list", "select_item", "Units of items clicked in a list."),
    ("itemsViewedInPromotion", "Items viewed in promotion", "view_promotion",
     "Units of items seen in a promotion."),
    ("itemsClickedInPromotion", "Items clicked in promotion", "select_promotion",
     "Units of items clicked in a promotion."),
)  # fmt: skip

ITEM_METRICS = (
    _metric("itemViewEvents", "Item view events", Kind.INTEGER, _events("view_item"),
            "How often the details of an item were seen."),
    *(
        _metric(name, label, Kind.INTEGER, _quantity(event), description)
        for name, label, event, description in _COUNTED
    ),
    _metric("itemRevenue", "Item revenue", Kind.CURRENCY, f"{_GROSS} - {_REFUNDED}",
            "Revenue of items, less refunds; without tax and shipping."),
    _metric("grossItemRevenue", "Gross item revenue", Kind.CURRENCY, _GROSS,
            "Revenue of items, before refunds."),
    _metric("itemRefundAmount", "Item refund amount", Kind.CURRENCY, _REFUNDED,
            "Money given back for items."),
    _metric("cartToViewRate", "Cart-to-view rate", Kind.FLOAT,
            ratio(_users("add_to_cart"), _users("view_item")),
            "Users who put items into a cart, divided by users who saw items."),
    _metric("purchaseToViewRate", "Purchase-to-view rate", Kind.FLOAT,
            ratio(_users("purchase"), _users("view_item")),
            "Users who bought items, divided by users who saw items."),
    _metric("itemListClickThroughRate", "Item list click through rate", Kind.FLOAT,
            ratio(_users("select_item"), _users("view_item_list")),
            "Users who clicked an item in a list, divided by users who saw a list."),
    _metric("itemPromotionClickThroughRate", "Item promotion click through rate", Kind.FLOAT,
            ratio(_users("select_promotion"), _users("view_promotion")),
            "Users who clicked a promotion, divided by users who saw one."),
)  # fmt: skip
"""Sums over `i`: the items of a row, or all items of its events where no item dimension is named.

A missing quantity counts as one.
"""
