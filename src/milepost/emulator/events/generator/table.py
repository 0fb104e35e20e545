"""Flat events → a table in the GA4 BigQuery export schema."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from milepost.emulator.events.generator import schema
from milepost.emulator.events.generator.arrow import chosen, chosen_record, constant, lists_of, struct_of
from milepost.emulator.events.generator.draws import Flags, Ints, mixed
from milepost.emulator.events.generator.events import DAY, Events
from milepost.emulator.events.generator.journey import BUSINESS_TYPES, Channel, Journey
from milepost.emulator.events.generator.params import Parameters, Texts
from milepost.emulator.events.generator.record import FIRST_STEP, Kind

UNSET = "(not set)"
USD_PER_EUR = 1.08  # one rate for all days: the export's "in USD" columns
_FIRST_STREAM = 2_000_000_001
_ORDER_NUMBERS = 10**15


def build_table(journey: Journey, events: Events) -> pa.Table:
    """Events, already in their order, as an export table."""
    order_ids = [f"T{int(order) % _ORDER_NUMBERS:015d}" for order in events.order[events.order != 0]]
    ids = np.full(len(events), -1, dtype=np.int64)
    texts = Texts()
    ids[events.order != 0] = texts.numbers(order_ids)
    sold = (events.order != 0) & _names_in(journey, {"purchase"})[events.kind]
    columns = _identity(journey, events) | _circumstances(journey, events)
    columns["event_params"] = Parameters(journey).build(events, order_ids)
    columns["ecommerce"] = _ecommerce(events, texts, ids, sold)
    columns["items"] = _items(journey, events, sold)
    in_usd = np.round(events.value * USD_PER_EUR, 2)
    columns["event_value_in_usd"] = pa.array(in_usd, mask=np.isnan(in_usd))
    rows = len(events)
    arrays = [
        columns[field.name] if field.name in columns else pa.nulls(rows, field.type)
        for field in schema.EXPORT
    ]
    return pa.table(arrays, schema=schema.EXPORT)


def _event_names(journey: Journey) -> list[str]:
    """The names of events by kind."""
    return [kind.name.lower() for kind in Kind] + [step.raw or step.event for step in journey.steps]


def _names_in(journey: Journey, names: set[str]) -> Flags:
    return np.array([name in names for name in _event_names(journey)])


def _identity(journey: Journey, events: Events) -> dict[str, pa.Array]:
    """When, what and who."""
    rows = len(events)
    days, of_event = np.unique(events.ts // DAY, return_inverse=True)
    dates = [str(np.datetime64(int(day), "D")).replace("-", "") for day in days]
    bundle = mixed(events.user ^ events.ts.astype(np.uint64)) >> np.uint64(33)
    stream = _FIRST_STREAM + BUSINESS_TYPES.index(journey.business_type)
    return {
        "event_date": chosen(pa.array(dates, pa.string()), of_event),
        "event_timestamp": pa.array(events.ts),
        "event_name": chosen(pa.array(_event_names(journey), pa.string()), events.kind.astype(np.int64)),
        "event_bundle_sequence_id": pa.array(bundle.astype(np.int64)),
        "user_pseudo_id": _user_ids(events),
        "user_first_touch_timestamp": pa.array(events.touched),
        "user_properties": _user_properties(journey, events),
        "is_active_user": pa.array(events.active),
        "privacy_info": constant(
            {"analytics_storage": "Yes", "ads_storage": "Yes", "uses_transient_token": "No"},
            rows,
            schema.PRIVACY,
        ),
        "stream_id": pa.array(np.full(rows, stream, dtype=np.int64)),
        "platform": constant("WEB", rows, pa.string()),
    }


def _user_ids(events: Events) -> pa.Array:
    """A random number and the second of the first visit, as GA4's cookie has it."""
    number = pa.array((events.user % np.uint64(10**10)).astype(np.int64)).cast(pa.string())
    second = pa.array(events.touched // 1_000_000).cast(pa.string())
    return pc.binary_join_element_wise(number, second, ".")


def _circumstances(journey: Journey, events: Events) -> dict[str, pa.Array]:
    """With what, where, and where from."""
    places = journey.places
    devices = [
        {
            "category": row.category,
            "mobile_brand_name": row.brand,
            "mobile_model_name": row.model,
            "mobile_marketing_name": row.model,
            "operating_system": row.system,
            "operating_system_version": row.version,
            "language": place.language,
            "is_limited_ad_tracking": "No",
            "web_info": {"browser": row.browser, "browser_version": row.browser_version},
        }
        for row in journey.devices
        for place in places
    ]
    geo = [
        {
            "continent": row.continent,
            "sub_continent": row.sub_continent,
            "country": row.country,
            "region": row.region,
            "city": row.city,
            "metro": UNSET,
        }
        for row in places
    ]
    first = [{"medium": row.medium, "name": row.campaign, "source": row.source} for row in journey.channels]
    device = events.device.astype(np.int64) * len(places) + events.place
    return {
        "device": chosen_record(devices, schema.DEVICE, device),
        "geo": chosen_record(geo, schema.GEO, events.place.astype(np.int64)),
        "traffic_source": chosen_record(first, schema.TRAFFIC_SOURCE, events.first_channel.astype(np.int64)),
        "event_dimensions": constant({"hostname": journey.host}, len(events), schema.EVENT_DIMENSIONS),
        **_session_source(journey, events),
    }


def _session_source(journey: Journey, events: Events) -> dict[str, pa.Array]:
    """What the landing page was tagged with, and the last source of the session that was not direct."""
    channels = journey.channels
    direct = np.array([row.medium == "(none)" for row in channels])
    collected = [
        {"manual_campaign_name": row.campaign, "manual_source": row.source, "manual_medium": row.medium}
        for row in channels
    ]
    channel = events.channel.astype(np.int64)
    landed = np.where(events.entrance & ~direct[channel], channel, -1)
    last = np.where(direct[channel] | events.offline, events.first_channel.astype(np.int64), channel)
    clicks = [{"manual_campaign": _manual(row)} for row in channels]
    return {
        "collected_traffic_source": chosen_record(collected, schema.COLLECTED, landed),
        "session_traffic_source_last_click": chosen_record(clicks, schema.LAST_CLICK, last),
    }


def _manual(channel: Channel) -> dict[str, str]:
    return {"campaign_name": channel.campaign, "source": channel.source, "medium": channel.medium}


def _user_properties(journey: Journey, events: Events) -> pa.Array:
    """One list per event: what the site had set before the page was opened."""
    texts, counts = Texts(), np.zeros(len(events), dtype=np.int64)
    values = []
    for row in journey.properties:
        value = np.full(len(events), texts.number(row.start) if row.start else -1, dtype=np.int64)
        for event, text in row.then.items():
            value[(events.done & np.uint64(journey.bits([event]))) != 0] = texts.number(text)
        values.append(value)
        counts += value >= 0
    total, cursor = int(counts.sum()), np.cumsum(counts) - counts
    name, value_of, since = (np.zeros(total, dtype=np.int64) for _ in range(3))
    for number, value in enumerate(values):
        rows = np.flatnonzero(value >= 0)
        name[cursor[rows]], value_of[cursor[rows]], since[cursor[rows]] = (
            number,
            value[rows],
            events.touched[rows],
        )
        cursor[rows] += 1
    names = pa.array([row.name for row in journey.properties] or [""], pa.string())
    value_type = schema.USER_PROPERTY.field("value").type
    nothing = [pa.nulls(total, pa.int64()), pa.nulls(total, pa.float64()), pa.nulls(total, pa.float64())]
    filled = pa.StructArray.from_arrays(
        [texts.take(value_of), *nothing, pa.array(since)], fields=list(value_type)
    )
    entries = pa.StructArray.from_arrays([chosen(names, name), filled], fields=list(schema.USER_PROPERTY))
    return lists_of(counts, entries)


def _ecommerce(events: Events, texts: Texts, ids: Ints, sold: Flags) -> pa.Array:
    """The `ecommerce` record: filled for events with products, with revenue for purchases with a value."""
    filled = events.products >= 0
    unique = filled.sum(axis=1)
    pieces = np.where(filled, events.pieces, 0).sum(axis=1)
    revenue = np.where(sold, events.value, np.nan)
    ids = np.where((ids < 0) & (unique > 0), texts.number(UNSET), ids)
    columns = {
        "total_item_quantity": pa.array(pieces.astype(np.int64), mask=unique == 0),
        "purchase_revenue": pa.array(revenue, mask=np.isnan(revenue)),
        "purchase_revenue_in_usd": pa.array(np.round(revenue * USD_PER_EUR, 2), mask=np.isnan(revenue)),
        "unique_items": pa.array(unique.astype(np.int64), mask=unique == 0),
        "transaction_id": texts.take(ids),
    }
    return struct_of(schema.ECOMMERCE, columns, len(events))


def _items(journey: Journey, events: Events, sold: Flags) -> pa.Array:
    """The products of each event, in the order of cart or list."""
    filled = events.products >= 0
    counts = filled.sum(axis=1)
    row, place = np.nonzero(filled)
    product = events.products[row, place].astype(np.int64)
    pieces = events.pieces[row, place].astype(np.int64)
    if not journey.products:
        return lists_of(counts, pa.nulls(0, schema.ITEM))
    prices = np.array([item.price for item in journey.products])[product]
    revenue = np.where(sold[row] & ~np.isnan(events.value[row]), np.round(prices * pieces, 2), np.nan)
    columns = _product_columns(journey, product) | _list_columns(
        journey, events.kind[row].astype(np.int64), place
    )
    columns |= {
        "price": pa.array(prices),
        "price_in_usd": pa.array(np.round(prices * USD_PER_EUR, 2)),
        "quantity": pa.array(pieces),
        "item_revenue": pa.array(revenue, mask=np.isnan(revenue)),
        "item_revenue_in_usd": pa.array(np.round(revenue * USD_PER_EUR, 2), mask=np.isnan(revenue)),
    }
    return lists_of(counts, struct_of(schema.ITEM, columns, len(product)))


def _product_columns(journey: Journey, product: Ints) -> dict[str, pa.Array]:
    """What is known of each product."""
    kept = {
        "item_id": "id",
        "item_name": "name",
        "item_brand": "brand",
        "item_category": "category",
        "item_variant": "variant",
    }
    columns = {
        name: chosen(pa.array([getattr(row, key) for row in journey.products], pa.string()), product)
        for name, key in kept.items()
    }
    bands = [
        [{"key": "item_margin_band", "value": {"string_value": row.margin}}] if row.margin else []
        for row in journey.products
    ]
    columns["item_params"] = chosen(pa.array(bands, pa.list_(schema.PARAMETER)), product)
    unset = constant(UNSET, len(product), pa.string())
    return columns | dict.fromkeys(
        ("item_category2", "coupon", "affiliation", "location_id", "promotion_name"), unset
    )


def _list_columns(journey: Journey, kind: Ints, place: Ints) -> dict[str, pa.Array]:
    """The list a product was seen in, which its step's parameters name."""
    none: list[dict[str, Any]] = [{}] * FIRST_STEP
    steps = none + [dict(step.params) for step in journey.steps]
    return {
        name: chosen(pa.array([str(params.get(name, UNSET)) for params in steps], pa.string()), kind)
        for name in ("item_list_id", "item_list_name")
    } | {"item_list_index": pa.array(place.astype(np.int64)).cast(pa.string())}
