"""The columns of generated events, against the export's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from milepost.emulator.events.generator import generate

COLUMNS = {
    "event_date": "",
    "event_timestamp": "",
    "event_name": "",
    "event_params": "key value{string_value int_value float_value double_value}",
    "event_previous_timestamp": "",
    "event_value_in_usd": "",
    "event_bundle_sequence_id": "",
    "event_server_timestamp_offset": "",
    "user_id": "",
    "user_pseudo_id": "",
    "privacy_info": "analytics_storage ads_storage uses_transient_token",
    "user_properties": "key value{string_value int_value float_value double_value set_timestamp_micros}",
    "user_first_touch_timestamp": "",
    "user_ltv": "revenue currency",
    "device": "category mobile_brand_name mobile_model_name mobile_marketing_name mobile_os_hardware_model"
    " operating_system operating_system_version vendor_id advertising_id language is_limited_ad_tracking"
    " time_zone_offset_seconds web_info{browser browser_version}",
    "geo": "continent sub_continent country region city metro",
    "app_info": "id version install_store firebase_app_id install_source",
    "traffic_source": "medium name source",
    "stream_id": "",
    "platform": "",
    "event_dimensions": "hostname",
    "ecommerce": "total_item_quantity purchase_revenue_in_usd purchase_revenue refund_value_in_usd"
    " refund_value"
    " shipping_value_in_usd shipping_value tax_value_in_usd tax_value unique_items transaction_id",
    "items": "item_id item_name item_brand item_variant item_category item_category2 item_category3"
    " item_category4 item_category5 price_in_usd price quantity item_revenue_in_usd item_revenue"
    " item_refund_in_usd item_refund"
    " coupon affiliation location_id item_list_id item_list_name item_list_index promotion_id promotion_name"
    " creative_name creative_slot item_params{key value{string_value int_value float_value double_value}}",
    "collected_traffic_source": "manual_campaign_id manual_campaign_name manual_source manual_medium"
    " manual_term manual_content gclid dclid srsltid",
    "is_active_user": "",
    "session_traffic_source_last_click": "manual_campaign{campaign_id campaign_name source medium"
    " term content}",
}
NEWER = {"collected_traffic_source", "is_active_user", "session_traffic_source_last_click", "item_params"}
# Never filled in the real files; their conversion to Parquet made integers of them.
NEVER_FILLED = {
    "user_id",
    "analytics_storage",
    "ads_storage",
    "mobile_os_hardware_model",
    "vendor_id",
    "advertising_id",
    "hostname",
    "user_properties",
}


def _names(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return _names(kind.value_type)
    if not pa.types.is_struct(kind):
        return ""
    inner = ((field.name, _names(field.type)) for field in kind)
    return " ".join(f"{name}{{{names}}}" if names else name for name, names in inner)


def _differences(ours: pa.DataType, real: pa.DataType, path: str) -> list[str]:
    if path.rsplit(".", 1)[-1] in NEVER_FILLED:
        return []
    if pa.types.is_list(real):
        return _differences(ours.value_type, real.value_type, path)
    if not pa.types.is_struct(real):
        return [] if ours == real else [f"{path}: {ours} instead of {real}"]
    names = [field.name for field in ours if field.name not in NEWER]
    if names != [field.name for field in real]:
        return [f"{path}: {names}"]
    return [row for f in real for row in _differences(ours.field(f.name).type, f.type, f"{path}.{f.name}")]


def test_columns_and_nesting_are_those_of_the_export() -> None:
    table = generate("ecommerce", first_day=date(2026, 11, 1), last_day=date(2026, 11, 1), users_per_day=5)
    assert {field.name: _names(field.type) for field in table.schema} == COLUMNS


def test_columns_and_types_are_those_of_the_real_export(real_export: str) -> None:
    real = pq.read_schema(min(Path(real_export).parent.glob("events_*.parquet")))
    ours = generate("brand", first_day=date(2026, 11, 1), last_day=date(2026, 11, 1), users_per_day=5).schema
    assert [name for name in ours.names if name not in NEWER] == real.names
    assert [row for f in real for row in _differences(ours.field(f.name).type, f.type, f.name)] == []


def test_columns_always_filled_in_the_real_export_are_always_filled() -> None:
    table = generate(
        "lead_generation", first_day=date(2026, 11, 1), last_day=date(2026, 11, 9), users_per_day=30
    )
    filled = [
        "event_date",
        "event_timestamp",
        "event_name",
        "event_params",
        "user_pseudo_id",
        "device",
        "geo",
    ]
    assert {
        name: table[name].null_count for name in [*filled, "traffic_source", "stream_id", "platform"]
    } == (dict.fromkeys([*filled, "traffic_source", "stream_id", "platform"], 0))
