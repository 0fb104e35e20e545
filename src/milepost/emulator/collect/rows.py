"""Sent events as rows of the export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from milepost.emulator.collect.devices import device_of
from milepost.emulator.collect.sent import Sender, SentEvent, Value
from milepost.emulator.collect.streams import WebStream
from milepost.emulator.collect.traffic import DIRECT, Traffic, traffic_of

_MICROSECOND = timedelta(microseconds=1)
_ITEM_FLOATS = ("price", "item_revenue", "item_refund")
_ITEM_TEXTS = (
    "item_id", "item_name", "item_brand", "item_variant", "item_category", "item_category2", "item_category3",
    "item_category4", "item_category5", "coupon", "affiliation", "location_id", "item_list_id",
    "item_list_name", "item_list_index", "promotion_id", "promotion_name", "creative_name", "creative_slot",
)  # fmt: skip


def row_of(
    event: SentEvent, sender: Sender, stream: WebStream, moment: datetime, first_touch: int, *, fresh: bool
) -> dict[str, Any]:
    """One row.

    Args:
        event: what was sent.
        sender: by whom.
        stream: where to.
        moment: when it happened; UTC.
        first_touch: when the person was first seen; µs since 1970.
        fresh: whether this is the first that is known of the person.
    """
    location, referrer = (str(event.parameters.get(name, "")) for name in ("page_location", "page_referrer"))
    traffic = traffic_of(location, referrer)
    row: dict[str, Any] = {
        "event_date": moment.astimezone(stream.time_zone).strftime("%Y%m%d"),
        "event_timestamp": microseconds(moment),
        "event_name": event.name,
        "event_params": [_parameter(*pair) for pair in _parameters(event, traffic)],
        "event_bundle_sequence_id": 0,
        "user_id": sender.user_id,
        "user_pseudo_id": sender.client_id,
        "privacy_info": {"analytics_storage": "Yes"},
        "user_properties": [_parameter(*pair) for pair in event.user_properties.items()],
        "user_first_touch_timestamp": first_touch,
        "device": device_of(sender.user_agent, sender.language),
        "stream_id": stream.number,
        "platform": "WEB",
        "items": [_item(event.name, item) for item in event.items],
        "from_server": sender.from_server,
    }
    row |= {"ecommerce": found} if (found := _ecommerce(event)) else {}
    row |= {"collected_traffic_source": _collected(traffic)} if traffic and traffic.tagged else {}
    if fresh:
        first = traffic or DIRECT
        row["traffic_source"] = {"source": first.source, "medium": first.medium, "name": first.campaign}
    return row


def microseconds(moment: datetime) -> int:
    """µs since 1970."""
    return (moment - datetime.fromtimestamp(0, moment.tzinfo)) // _MICROSECOND


def _parameters(event: SentEvent, traffic: Traffic | None) -> Iterator[tuple[str, Value]]:
    yield from event.parameters.items()
    for name in ("source", "medium", "campaign", "campaign_id", "term", "content"):
        value = getattr(traffic, name, None)
        if value is not None and name not in event.parameters:
            yield name, value


def _parameter(key: str, value: Value) -> dict[str, Any]:
    slot = {str: "string_value", int: "int_value", float: "double_value"}[type(value)]
    return {"key": key, "value": {slot: value}}


def _collected(traffic: Traffic) -> dict[str, Any]:
    return {
        "manual_campaign_id": traffic.campaign_id,
        "manual_campaign_name": traffic.campaign,
        "manual_source": traffic.source,
        "manual_medium": traffic.medium,
        "manual_term": traffic.term,
        "manual_content": traffic.content,
        "gclid": traffic.gclid,
    }


def _number(value: Value | None) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _ecommerce(event: SentEvent) -> dict[str, Any]:
    """Revenue as reports add it up, beside the parameters it is read from."""
    amounts = {"purchase": "purchase_revenue", "refund": "refund_value"}
    if event.name not in amounts:
        return {}
    transaction = event.parameters.get("transaction_id")
    return {
        amounts[event.name]: _number(event.parameters.get("value")),
        "shipping_value": _number(event.parameters.get("shipping")),
        "tax_value": _number(event.parameters.get("tax")),
        "transaction_id": None if transaction is None else str(transaction),
        "unique_items": len(event.items),
    }


def _item(event_name: str, item: Mapping[str, Value]) -> dict[str, Any]:
    row: dict[str, Any] = {name: str(item[name]) for name in _ITEM_TEXTS if name in item}
    row |= {name: _number(item[name]) for name in _ITEM_FLOATS if name in item}
    quantity = _number(item.get("quantity"))
    if quantity is not None and abs(quantity) < 2**53:
        row["quantity"] = int(quantity)
    amount = {"purchase": "item_revenue", "refund": "item_refund"}.get(event_name)
    if amount and amount not in row and row.get("price") is not None:
        row[amount] = row["price"] * row.get("quantity", 1)
    own = set(item) - set(_ITEM_TEXTS) - set(_ITEM_FLOATS) - {"quantity"}
    return row | {"item_params": [_parameter(name, item[name]) for name in item if name in own]}
