"""Equal questions get equal answers, to the last bit, however many threads share the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import duckdb
import pytest
from google.analytics import admin_v1alpha, data_v1beta

_ROWS = 250_000
_THREADS = 4
_REPEATS = 3
_NUMBER = data_v1beta.MetricType.TYPE_INTEGER
_ALL_DAYS = data_v1beta.DateRange(start_date="2026-03-01", end_date="2026-03-14")


def _parameter(key: str, slot: str, number: str) -> str:
    slots = {"string_value": "NULL::VARCHAR", "int_value": "NULL::BIGINT", "double_value": "NULL::DOUBLE"}
    fields = ", ".join(f"'{name}': {sql}" for name, sql in (slots | {slot: number}).items())
    return f"{{'key': '{key}', 'value': {{{fields}}}}}"


# Three row groups; amounts that no binary fraction meets, in an order that thread blocks tear up.
_EVENTS = f"""
    SELECT '202603' || lpad((1 + n % 14)::VARCHAR, 2, '0') AS event_date,
        epoch_us(TIMESTAMP '2026-03-01' + to_days((n % 14)::INTEGER)) + n * 7919 % 86400000000
            AS event_timestamp,
        ['purchase', 'page_view', 'view_item', 'refund'][1 + n % 4] AS event_name,
        [{_parameter("ga_session_id", "int_value", "n % 9973")},
         {_parameter("engagement_time_msec", "int_value", "n % 999")},
         {_parameter("value", "double_value", "n % 997 / 97 + 0.01")},
         {_parameter("weight", "double_value", "n % 991 / 7 + 1e-7")}]
            AS event_params,
        'u' || (n % 4999) AS user_pseudo_id,
        {{'category': ['desktop', 'mobile', 'tablet'][1 + n % 3]}} AS device,
        {{'purchase_revenue': n % 983 / 89 + 0.1, 'refund_value': n % 13 / 11,
          'shipping_value': n % 17 / 3, 'tax_value': n % 19 / 7}} AS ecommerce,
        [{{'item_name': 'i' || (n % 5), 'quantity': 1 + n % 3, 'item_revenue': n % 977 / 83 + 0.2,
           'item_refund': n % 23 / 9}}] AS items
    FROM range({_ROWS}) r(n)
"""


@pytest.fixture(scope="module")
def many(property_of: Callable[..., Any]) -> Iterator[Any]:
    with ExitStack() as stack:
        property_ = property_of([], stack)
        property_.threads = _THREADS
        property_.table = duckdb.connect().sql(_EVENTS).to_arrow_table()
        property_.key_event("purchase")
        weight = admin_v1alpha.CustomMetric(
            parameter_name="weight", display_name="Weight", measurement_unit=1, scope=1
        )
        property_.put("properties/1/customMetrics/3", weight)
        yield property_


@pytest.fixture(scope="module")
def fractions(many: Any) -> list[str]:
    """Names of all metrics of the registry that are no whole numbers."""
    metrics = many.client.get_metadata(name="properties/1/metadata").metrics
    return [m.api_name for m in metrics if m.type_ != _NUMBER]


def _answers(ask: Callable[[], Any]) -> set[bytes]:
    return {type(answer).serialize(answer) for answer in (ask() for _ in range(_REPEATS))}


def test_every_fraction_of_the_registry_is_the_same_to_the_last_bit(many: Any, fractions: list[str]) -> None:
    assert {"averageSessionDuration", "eventValue", "customEvent:weight", "itemRevenue"} <= set(fractions)
    tens = [" ".join(fractions[start : start + 10]) for start in range(0, len(fractions), 10)]
    unsure = [names for names in tens if len(_answers(partial(many.ask, "deviceCategory", names))) > 1]
    assert unsure == []


def test_items_pivots_and_expressions_are_the_same_to_the_last_bit(many: Any) -> None:
    pivot = data_v1beta.RunPivotReportRequest(
        property="properties/1",
        dimensions=[{"name": "deviceCategory"}, {"name": "date"}],
        metrics=[{"name": "averageSessionDuration"}, {"name": "totalRevenue"}, {"name": "eventValue"}],
        date_ranges=[_ALL_DAYS],
        pivots=[
            {"field_names": ["deviceCategory"], "limit": 9, "metric_aggregations": [1]},
            {"field_names": ["date"], "limit": 99, "metric_aggregations": [1, 5, 6]},
        ],
    )
    expression = data_v1beta.RunReportRequest(
        property="properties/1",
        dimensions=[{"name": "date"}],
        metrics=[{"name": "per_view", "expression": "eventValue/screenPageViews*totalRevenue"}],
        date_ranges=[_ALL_DAYS],
    )
    asked: dict[str, Callable[[], Any]] = {
        "items": lambda: many.ask("itemName", "itemRevenue grossItemRevenue itemRefundAmount"),
        "pivot": lambda: many.client.run_pivot_report(pivot),
        "expression": lambda: many.client.run_report(expression),
        "filter": lambda: many.ask("date", "eventCount", metric_filter=_above("averageSessionDuration")),
    }
    assert {name: len(_answers(ask)) for name, ask in asked.items()} == dict.fromkeys(asked, 1)


def _above(metric: str) -> dict[str, Any]:
    return {"filter": {"field_name": metric, "numeric_filter": {"operation": 4, "value": {"int64_value": 1}}}}
