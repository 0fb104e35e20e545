"""The items of an event: from the export's list of structs to one row per item."""

from __future__ import annotations

from typing import Any

import duckdb

from milepost.emulator.data.sql import exact_sum, identifier, struct_fields

ITEM_TEXTS = {
    "id": "item_id",
    "name": "item_name",
    "brand": "item_brand",
    "variant": "item_variant",
    "category": "item_category",
    "category2": "item_category2",
    "category3": "item_category3",
    "category4": "item_category4",
    "category5": "item_category5",
    "list_id": "item_list_id",
    "list_name": "item_list_name",
    "list_index": "item_list_index",
    "promotion_id": "promotion_id",
    "promotion_name": "promotion_name",
    "creative_name": "creative_name",
    "creative_slot": "creative_slot",
    "coupon": "coupon",
    "affiliation": "affiliation",
    "location_id": "location_id",
}
"""Text columns of an item, with their fields in the export."""

_NUMBERS = {
    "quantity": ("quantity",),
    "revenue": ("item_revenue", "item_revenue_in_usd"),
    "refund": ("item_refund", "item_refund_in_usd"),
}


def _items_list(types: dict[str, Any]) -> str:
    """SQL of an event's items as a list of structs with the columns above, `names` and `texts`.

    A missing quantity is one; `names` and `texts` are the item's own parameters side by side.

    Args:
        types: columns of the export with their DuckDB types.
    """
    kind = types.get("items")
    if kind is None or kind.id != "list":
        return f"NULL::STRUCT({_declared()})[]"
    fields = struct_fields(dict(kind.children)["child"])
    parts = [f"{name} := {_text(field, fields)}" for name, field in ITEM_TEXTS.items()]
    for name, candidates in _NUMBERS.items():
        found = [f"x.{identifier(field)}::DOUBLE" for field in candidates if field in fields]
        parts.append(
            f"{name} := coalesce({', '.join([*found, '1' if name == 'quantity' else 'NULL'])})::DOUBLE"
        )
    parts += [f"names := {_own(fields, 'p.key::VARCHAR')}", f"texts := {_own(fields, _own_text(fields))}"]
    return f"list_transform(items, lambda x: struct_pack({', '.join(parts)}))"


def _declared() -> str:
    columns = [*(f"{name} VARCHAR" for name in ITEM_TEXTS), *(f"{name} DOUBLE" for name in _NUMBERS)]
    return ", ".join([*columns, "names VARCHAR[]", "texts VARCHAR[]"])


def _text(field: str, fields: dict[str, Any]) -> str:
    if field not in fields:
        return "NULL::VARCHAR"
    # What the tag did not send stands as '(not set)' or as nothing.
    return f"nullif(nullif(x.{identifier(field)}::VARCHAR, '(not set)'), '')"


def _own(fields: dict[str, Any], value: str) -> str:
    kind = fields.get("item_params")
    if kind is None or kind.id != "list":
        return "NULL::VARCHAR[]"
    return f"list_transform(x.item_params, lambda p: {value})"


def _own_text(fields: dict[str, Any]) -> str:
    kind = fields.get("item_params")
    if kind is None or kind.id != "list":
        return "NULL"
    slots = struct_fields(struct_fields(dict(kind.children)["child"])["value"])
    texts = [f"p.value.{identifier(slot)}::VARCHAR" for slot in slots]
    return f"coalesce({', '.join([*texts, 'NULL'])})"


def items_select(relation: duckdb.DuckDBPyRelation) -> str:
    """SQL that gives one row per item of the events of a view `source`; ids as in parameters_select."""
    types = dict(zip(relation.columns, relation.types, strict=True))
    return (
        "SELECT event_id, unnest(items, max_depth := 2) FROM ("
        f"SELECT row_number() OVER () - 1 AS event_id, {_items_list(types)} AS items FROM source)"
    )


ITEM_TOTALS = f"""
    SELECT event_id, {exact_sum("quantity")} AS quantity,
           {exact_sum("revenue")} AS revenue, {exact_sum("refund")} AS refund
    FROM items GROUP BY event_id"""
"""One row per event with items."""
