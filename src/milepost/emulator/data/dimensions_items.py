"""The dimensions of the items of ecommerce events."""

from __future__ import annotations

from milepost.emulator.data.registry import Dimension, Scope

_FIELDS = (
    ("itemId", "Item ID", "id", "The number of the item."),
    ("itemName", "Item name", "name", "The name of the item."),
    ("itemBrand", "Item brand", "brand", "The brand of the item."),
    ("itemVariant", "Item variant", "variant", "The variant of the item, such as its colour."),
    ("itemCategory", "Item category", "category", "The first category of the item."),
    *(
        (
            f"itemCategory{level}",
            f"Item category {level}",
            f"category{level}",
            f"Category {level} of the item.",
        )
        for level in range(2, 6)
    ),
    ("itemListId", "Item list ID", "list_id", "The number of the list the item stood in."),
    ("itemListName", "Item list name", "list_name", "The name of the list the item stood in."),
    ("itemListPosition", "Item list position", "list_index", "The item's position in its list."),
    ("itemPromotionId", "Item promotion ID", "promotion_id", "The number of the item's promotion."),
    ("itemPromotionName", "Item promotion name", "promotion_name", "The name of the item's promotion."),
    ("itemPromotionCreativeName", "Item promotion creative name", "creative_name", "Name of the creative."),
    ("itemPromotionCreativeSlot", "Item promotion creative slot", "creative_slot", "Place of the creative."),
    ("itemAffiliation", "Item affiliation", "affiliation", "The shop or supplier the item belongs to."),
    ("itemLocationID", "Item location ID", "location_id", "The place the item belongs to."),
)

ITEM_DIMENSIONS = tuple(
    Dimension(name, label, "Ecommerce", f"i.{column}", description, Scope.ITEM)
    for name, label, column, description in _FIELDS
)
"""One value per item: a row of several items counts an event once for each."""
