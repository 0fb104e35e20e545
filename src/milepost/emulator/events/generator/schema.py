"""The columns of the GA4 BigQuery export, as Arrow types.

Source: the export's published schema; the columns of a 2020-21 export with their nesting, and behind them
the newer ones that this generator fills. Readers go by name, so the newer ones are optional everywhere.
"""

from __future__ import annotations

import pyarrow as pa

_TEXT, _INT, _FLOAT = pa.string(), pa.int64(), pa.float64()


def _struct(**fields: pa.DataType) -> pa.DataType:
    return pa.struct(list(fields.items()))


def _texts(*names: str) -> dict[str, pa.DataType]:
    return dict.fromkeys(names, _TEXT)


def _floats(*names: str) -> dict[str, pa.DataType]:
    return dict.fromkeys(names, _FLOAT)


VALUE = _struct(string_value=_TEXT, int_value=_INT, float_value=_FLOAT, double_value=_FLOAT)
PARAMETER = _struct(key=_TEXT, value=VALUE)
USER_PROPERTY = _struct(
    key=_TEXT,
    value=_struct(
        string_value=_TEXT, int_value=_INT, float_value=_FLOAT, double_value=_FLOAT, set_timestamp_micros=_INT
    ),
)
PRIVACY = _struct(analytics_storage=_TEXT, ads_storage=_TEXT, uses_transient_token=_TEXT)
LIFETIME_VALUE = _struct(revenue=_FLOAT, currency=_TEXT)
DEVICE = _struct(
    **_texts("category", "mobile_brand_name", "mobile_model_name", "mobile_marketing_name"),
    **_texts("mobile_os_hardware_model", "operating_system", "operating_system_version", "vendor_id"),
    **_texts("advertising_id", "language", "is_limited_ad_tracking"),
    time_zone_offset_seconds=_INT,
    web_info=_struct(browser=_TEXT, browser_version=_TEXT),
)
GEO = _struct(**_texts("continent", "sub_continent", "country", "region", "city", "metro"))
APP = _struct(**_texts("id", "version", "install_store", "firebase_app_id", "install_source"))
TRAFFIC_SOURCE = _struct(**_texts("medium", "name", "source"))
EVENT_DIMENSIONS = _struct(hostname=_TEXT)
ECOMMERCE = _struct(
    total_item_quantity=_INT,
    **_floats("purchase_revenue_in_usd", "purchase_revenue", "refund_value_in_usd", "refund_value"),
    **_floats("shipping_value_in_usd", "shipping_value", "tax_value_in_usd", "tax_value"),
    unique_items=_INT,
    transaction_id=_TEXT,
)
ITEM = _struct(
    **_texts("item_id", "item_name", "item_brand", "item_variant"),
    **_texts("item_category", "item_category2", "item_category3", "item_category4", "item_category5"),
    **_floats("price_in_usd", "price"),
    quantity=_INT,
    **_floats("item_revenue_in_usd", "item_revenue", "item_refund_in_usd", "item_refund"),
    **_texts("coupon", "affiliation", "location_id", "item_list_id", "item_list_name", "item_list_index"),
    **_texts("promotion_id", "promotion_name", "creative_name", "creative_slot"),
    item_params=pa.list_(PARAMETER),
)
COLLECTED = _struct(
    **_texts("manual_campaign_id", "manual_campaign_name", "manual_source", "manual_medium"),
    **_texts("manual_term", "manual_content", "gclid", "dclid", "srsltid"),
)
LAST_CLICK = _struct(
    manual_campaign=_struct(**_texts("campaign_id", "campaign_name", "source", "medium", "term", "content"))
)

EXPORT = pa.schema(
    [
        pa.field("event_date", _TEXT, nullable=False),
        pa.field("event_timestamp", _INT, nullable=False),
        pa.field("event_name", _TEXT, nullable=False),
        ("event_params", pa.list_(PARAMETER)),
        ("event_previous_timestamp", _INT),
        ("event_value_in_usd", _FLOAT),
        pa.field("event_bundle_sequence_id", _INT, nullable=False),
        ("event_server_timestamp_offset", _INT),
        ("user_id", _TEXT),
        pa.field("user_pseudo_id", _TEXT, nullable=False),
        ("privacy_info", PRIVACY),
        ("user_properties", pa.list_(USER_PROPERTY)),
        ("user_first_touch_timestamp", _INT),
        ("user_ltv", LIFETIME_VALUE),
        ("device", DEVICE),
        ("geo", GEO),
        ("app_info", APP),
        ("traffic_source", TRAFFIC_SOURCE),
        pa.field("stream_id", _INT, nullable=False),
        pa.field("platform", _TEXT, nullable=False),
        ("event_dimensions", EVENT_DIMENSIONS),
        ("ecommerce", ECOMMERCE),
        ("items", pa.list_(ITEM)),
        ("collected_traffic_source", COLLECTED),
        ("is_active_user", pa.bool_()),
        ("session_traffic_source_last_click", LAST_CLICK),
    ]
)
