"""From the nested export schema to plain columns, whatever the year of the export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from milepost.emulator.data.sql import identifier, literal, parameter, struct_fields

Path = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A plain column: the first of `paths` that holds a value; NULL where the export has none of them."""

    name: str
    type: str
    paths: tuple[Path, ...]


TRAFFIC = (
    "source",
    "medium",
    "campaign",
    "campaign_id",
    "source_platform",
    "term",
    "content",
    "creative_format",
    "marketing_tactic",
)
"""What is known of where a session came from; event parameters have the same names."""

_MANUAL = ("source", "medium", "campaign_name", "campaign_id", "source_platform", "term", "content",
           "creative_format", "marketing_tactic")  # fmt: skip

EXPORT_COLUMNS = (
    Column("ts", "BIGINT", (("event_timestamp",),)),
    Column("event_name", "VARCHAR", (("event_name",),)),
    Column("user_pseudo_id", "VARCHAR", (("user_pseudo_id",),)),
    Column("stream_id", "VARCHAR", (("stream_id",),)),
    Column("platform", "VARCHAR", (("platform",),)),
    Column("user_first_touch", "BIGINT", (("user_first_touch_timestamp",),)),
    Column("device_brand", "VARCHAR", (("device", "mobile_brand_name"),)),
    Column("device_model", "VARCHAR", (("device", "mobile_model_name"),)),
    Column("operating_system_version", "VARCHAR", (("device", "operating_system_version"),)),
    Column("app_version", "VARCHAR", (("app_info", "version"),)),
    Column("browser_version", "VARCHAR", (("device", "web_info", "browser_version"),)),
    Column("sub_continent", "VARCHAR", (("geo", "sub_continent"),)),
    Column("device_category", "VARCHAR", (("device", "category"),)),
    Column("operating_system", "VARCHAR", (("device", "operating_system"),)),
    Column("browser", "VARCHAR", (("device", "web_info", "browser"), ("device", "browser"))),
    Column("language", "VARCHAR", (("device", "language"),)),
    Column("continent", "VARCHAR", (("geo", "continent"),)),
    Column("country", "VARCHAR", (("geo", "country"),)),
    Column("region", "VARCHAR", (("geo", "region"),)),
    Column("city", "VARCHAR", (("geo", "city"),)),
    Column("user_source", "VARCHAR", (("traffic_source", "source"),)),
    Column("user_medium", "VARCHAR", (("traffic_source", "medium"),)),
    Column("user_campaign", "VARCHAR", (("traffic_source", "name"),)),
    *(
        Column(f"sent_{name}", "VARCHAR", (("collected_traffic_source", f"manual_{field}"),))
        for name, field in zip(TRAFFIC, _MANUAL, strict=True)
    ),
    Column("purchase_revenue", "DOUBLE", (("ecommerce", "purchase_revenue"),)),
    Column("refund_value", "DOUBLE", (("ecommerce", "refund_value"),)),
    Column("shipping_value", "DOUBLE", (("ecommerce", "shipping_value"),)),
    Column("tax_value", "DOUBLE", (("ecommerce", "tax_value"),)),
    Column("transaction_id", "VARCHAR", (("ecommerce", "transaction_id"),)),
    Column("is_active_user", "BOOLEAN", (("is_active_user",),)),
    # No export has it: what was collected says so of the Measurement Protocol's events.
    Column("from_server", "BOOLEAN", (("from_server",),)),
    *(
        Column(
            f"last_click_{name}",
            "VARCHAR",
            (
                ("session_traffic_source_last_click", "cross_channel_campaign", field),
                ("session_traffic_source_last_click", "manual_campaign", field),
            ),
        )
        for name, field in zip(TRAFFIC, _MANUAL, strict=True)
    ),
)

PARAMETER_COLUMNS = (
    ("session_id", "VARCHAR", "ga_session_id"),
    ("session_number", "BIGINT", "ga_session_number"),
    ("session_engaged", "VARCHAR", "session_engaged"),
    ("engagement_msec", "BIGINT", "engagement_time_msec"),
    ("entrances", "BIGINT", "entrances"),
    ("page_location", "VARCHAR", "page_location"),
    ("page_title", "VARCHAR", "page_title"),
    ("page_referrer", "VARCHAR", "page_referrer"),
    ("value", "DOUBLE", "value"),
    *((name, "VARCHAR", name) for name in TRAFFIC),
)
"""Plain columns read from event parameters: name, type, parameter."""

_PREFIXES = ("user_", "sent_", "last_click_", "session_")
EVENT_COLUMNS = tuple(
    name
    for name in (*(c.name for c in EXPORT_COLUMNS), *(name for name, _, _ in PARAMETER_COLUMNS))
    if name not in TRAFFIC and not name.startswith(_PREFIXES)
)
"""The plain columns an event keeps; the others describe its session or its user."""


def flat_select(relation: duckdb.DuckDBPyRelation) -> str:
    """SQL that reads a view `source` in the export schema and gives one plain row per event.

    Beside the columns above: `date`, the export's own `event_date`, which GA wrote in the reporting time
    zone.
    """
    types = dict(zip(relation.columns, relation.types, strict=True))
    columns = ", ".join(f"{_read(column, types)} AS {column.name}" for column in EXPORT_COLUMNS)
    slots = _slots(types["event_params"])
    lists = ", ".join(
        f"list_transform(event_params, lambda x: x.{path}) AS p_{name}"
        for name, path in (("key", "key::VARCHAR"), *((s, f"value.{s}") for s in slots if s in _COMMON_SLOTS))
    )
    places = ", ".join(f"{_place(name, key)} AS at_{name}" for name, _, key in PARAMETER_COLUMNS)
    values = ", ".join(f"{_value(name, kind, slots)} AS {name}" for name, kind, _ in PARAMETER_COLUMNS)
    aside = ", ".join(
        [
            *("event_params", "p_key"),
            *(f"p_{slot}" for slot in slots if slot in _COMMON_SLOTS),
            *(f"at_{name}" for name, _, _ in PARAMETER_COLUMNS),
        ]
    )
    return (
        f"SELECT * EXCLUDE ({aside}), {values} FROM (SELECT *, {places} FROM ("
        f"SELECT strptime(event_date::VARCHAR, '%Y%m%d')::DATE AS date, {columns}, event_params, {lists} "
        "FROM source))"
    )


def parameters_select(relation: duckdb.DuckDBPyRelation) -> str:
    """SQL that gives `event_id`, `names` and `texts` of the events of a view `source`, one row for each.

    Names and texts stand side by side, every value as text, whichever slot holds it; the id is the row's
    number from 0, as in a table that `flat_select` fills.
    """
    return _side_by_side(relation, "event_params")


def user_properties_select(relation: duckdb.DuckDBPyRelation) -> str:
    """The same for user properties, of those events alone that have any."""
    return f"SELECT * FROM ({_side_by_side(relation, 'user_properties')}) WHERE len(names) > 0"


def _side_by_side(relation: duckdb.DuckDBPyRelation, source: str) -> str:
    types = dict(zip(relation.columns, relation.types, strict=True))
    return (
        f"SELECT row_number() OVER () - 1 AS event_id, {_pairs(types, source, 'key')} AS names, "
        f"{_pairs(types, source, 'text')} AS texts FROM source"
    )


def _place(name: str, key: str) -> str:
    """SQL of a parameter's place in the list of an event, NULL without it."""
    place = f"list_position(p_key, {literal(key)})"
    if name not in TRAFFIC or name == "source":
        return place
    # What else is known of where a session came from matters beside a source alone; looking costs time.
    return f"CASE WHEN sent_source IS NOT NULL OR list_contains(p_key, 'source') THEN {place} END"


def _value(name: str, kind: str, slots: list[str]) -> str:
    """SQL of a parameter at its place."""
    held = {slot: f"p_{slot}[at_{name}]" for slot in slots if slot in _COMMON_SLOTS}
    if name == "session_engaged":
        # Only its string form tells engaged sessions: first_visit and session_start carry an integer 1
        # nearly always (reference: Data API, section 6, traps).
        return held.get("string_value", "NULL::VARCHAR")
    if kind == "DOUBLE":
        # Fractions are rare: picking them out one by one is cheaper than a list of them for each event.
        held |= {slot: f"event_params[at_{name}].value.{slot}" for slot in slots if slot not in held}
        parts = ", ".join(f"try_cast({value} AS DOUBLE)" for value in held.values())
        return f"CASE WHEN at_{name} IS NOT NULL THEN coalesce({parts}, NULL) END"
    # What stands in the other columns is a text or a whole number.
    return f"coalesce({', '.join(f'try_cast({value} AS {kind})' for value in held.values())}, NULL)"


def parameter_columns(holder: str) -> str:
    """The select list of the plain columns that come from event parameters."""
    return ", ".join(
        f"{_cast(parameter(key, holder), kind)} AS {name}" for name, kind, key in PARAMETER_COLUMNS
    )


def _cast(text: str, kind: str) -> str:
    return text if kind == "VARCHAR" else f"try_cast({text} AS {kind})"


def _read(column: Column, types: dict[str, Any]) -> str:
    found = [".".join(identifier(part) for part in path) for path in column.paths if _has(types, path)]
    if len(found) == 1:
        return f"try_cast({found[0]} AS {column.type})"
    return f"try_cast(coalesce({', '.join([*found, 'NULL'])}) AS {column.type})"


def _has(types: dict[str, Any], path: Path) -> bool:
    fields = types
    for depth, part in enumerate(path):
        if part not in fields:
            return False
        if depth + 1 < len(path):
            fields = struct_fields(fields[part])
    return True


def _pairs(types: dict[str, Any], source: str, part: str) -> str:
    kind = types.get(source)
    if kind is None or kind.id != "list":
        return "NULL::VARCHAR[]"
    if part == "key":
        return f"list_transform({source}, lambda x: x.key::VARCHAR)"
    texts = [_slot_text(f"x.value.{slot}", slot) for slot in _slots(kind)]
    value = f"coalesce({', '.join(texts)}, NULL)"
    if source == "event_params":
        # Only the string form of session_engaged tells engaged sessions: first_visit and
        # session_start carry an integer 1 nearly always (reference: Data API, section 6, traps).
        value = f"CASE WHEN x.key = 'session_engaged' THEN x.value.string_value ELSE {value} END"
    return f"list_transform({source}, lambda x: {value})"


def _slots(kind: Any) -> list[str]:
    """The fields of a list of parameters that may hold a value, in the order of looking."""
    found = struct_fields(struct_fields(dict(kind.children)["child"])["value"])
    return [slot for slot in _SLOTS if slot in found]


_COMMON_SLOTS = ("string_value", "int_value")
_SLOTS = ("string_value", "int_value", "float_value", "double_value")


def _slot_text(value: str, slot: str) -> str:
    if slot not in ("float_value", "double_value"):
        return f"{value}::VARCHAR"
    # A whole number reads the same from every slot: 50.0 is '50', as in the browser.
    whole = f"{value} = trunc({value}) AND abs({value}) < 1e15"
    return f"CASE WHEN {whole} THEN {value}::BIGINT::VARCHAR ELSE {value}::VARCHAR END"
