"""Events with faults planted in them, as Parquet files of an export, for an emulator to answer from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TODAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)
STOP = date(2026, 3, 4)
"""A Wednesday, twelve days ago."""
DAYS = 90

_SLOTS = pa.struct(
    [
        ("string_value", pa.string()),
        ("int_value", pa.int64()),
        ("float_value", pa.float64()),
        ("double_value", pa.float64()),
    ]
)
_SCHEMA = pa.schema(
    [
        ("event_date", pa.string()),
        ("event_timestamp", pa.int64()),
        ("event_name", pa.string()),
        ("event_params", pa.list_(pa.struct([("key", pa.string()), ("value", _SLOTS)]))),
        ("user_pseudo_id", pa.string()),
        ("stream_id", pa.string()),
        ("platform", pa.string()),
    ]
)

Value = str | int | float
Planted = tuple[datetime, str, Mapping[str, Value]]
Daily = Callable[[date], int]


def days_ago(most: int = DAYS) -> Iterator[date]:
    """The days before this one, the oldest first."""
    return (TODAY - timedelta(days=n) for n in range(most, 0, -1))


def daily(
    name: str, count: Daily, parameters: Callable[[date, int], Mapping[str, Value]] = lambda _day, _n: {}
) -> Iterator[Planted]:
    """So many events on each of the last ninety days, with parameters by day and number."""
    for day in days_ago():
        for number in range(count(day)):
            moment = datetime(day.year, day.month, day.day, 8, number % 60, tzinfo=UTC)
            yield moment, name, parameters(day, number)


def write_events(path: Path, events: Iterator[Planted]) -> str:
    """Writes them to one file; returns its name as an emulator takes it."""
    rows = [
        {
            "event_date": moment.strftime("%Y%m%d"),
            "event_timestamp": int(moment.timestamp() * 1e6),
            "event_name": name,
            "event_params": [
                {"key": key, "value": {_slot(value): value}}
                for key, value in {"ga_session_id": number, **parameters}.items()
            ],
            "user_pseudo_id": f"u{number % 50}",
            "stream_id": "1",
            "platform": "WEB",
        }
        for number, (moment, name, parameters) in enumerate(events)
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA), path)
    return str(path)


def _slot(value: Value) -> str:
    return {str: "string_value", int: "int_value", float: "double_value"}[type(value)]


def is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def shop_events() -> Iterator[Planted]:
    """A site where most is well, and four things stopped on `STOP`."""
    yield from daily("session_start", lambda day: 20 if is_weekend(day) else 40)
    yield from daily("page_view", lambda _: 5, lambda _d, _n: {"page_location": "https://shop.example/"})
    yield from daily(
        "purchase",
        lambda _: 4,
        lambda day, n: (
            {"currency": "EUR", "transaction_id": f"{day}-{n}"} | ({"value": 20.5} if day < STOP else {})
        ),
    )
    yield from daily("add_to_cart", lambda day: 6 if day < STOP else 0)
    yield from daily("sign_up", lambda _: 3, lambda day, _n: {"method": "mail"} if day < STOP else {})
    yield from daily("filter_apply", lambda _: 5, lambda _d, n: {"filter_name": "size"} if n < 4 else {})
    yield from daily("quote_request", lambda day: 0 if is_weekend(day) else 2, lambda _d, _n: {"value": 3})
    # Something rare: one every nine days, the last eight days ago.
    yield from daily("rare_thing", lambda day: int((TODAY - day).days % 9 == 8))
    yield NOW - timedelta(minutes=4), "video_start", {"video_title": "Tour"}
    yield NOW - timedelta(minutes=2), "video_start", {"video_title": "Tour"}


SHOP = """\
version = 1

[properties.shop]
id = "100000001"
business_types = ["ecommerce"]
currency = "EUR"

[business_types.ecommerce.macro.purchase]
label = "Purchase"
parameters = ["value", "currency", "transaction_id", "items"]

[business_types.ecommerce.macro.quote_request]
label = "Asked for a quote"
value = 10
parameters = ["value"]

[business_types.ecommerce.micro.add_to_cart]
label = "Added to cart"
parameters = ["item_list_name"]

[business_types.ecommerce.micro.sign_up]
label = "Created an account"
key_event = false
parameters = ["method"]

[business_types.ecommerce.micro.filter_apply]
label = "Used a filter"
key_event = false
parameters = ["filter_name", "result_count", "filter_kind"]

[business_types.ecommerce.micro.rare_thing]
label = "Did a rare thing"
key_event = false

[business_types.ecommerce.micro.video_start]
label = "Watched the video"
key_event = false
parameters = ["video_title"]

[business_types.ecommerce.micro.chat_start]
label = "Started a chat"
key_event = false

[business_types.ecommerce.micro.scroll]
label = "Read to the end"
key_event = false

[business_types.ecommerce.micro.pricing_view]
label = "Viewed the prices"
key_event = false
from = "page_view"
when = [{ page_location = { contains = "/pricing" } }]

[dimensions.filter_name]
label = "Filter name"

[metrics.result_count]
label = "Results"
"""
