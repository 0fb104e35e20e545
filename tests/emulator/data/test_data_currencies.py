"""Reports in another currency than the property's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.api_core import exceptions

from milepost.emulator.embedded import Emulator, EmulatorStartError
from milepost.emulator.switches import Switches

Make = Callable[..., Any]
RATES = "EUR=1.25,GBP=2.5"


@pytest.fixture
def shop(analytics: Make, event: Any) -> Any:
    """Its currency is the euro."""
    bought = event("purchase", revenue=10.0, parameters={"value": 7})
    return analytics(bought, event("page_view", user="u2"), currency_rates=RATES)


@pytest.mark.parametrize(
    ("currency", "figures"),
    [
        ("", ("10", "10", "7")),
        ("EUR", ("10", "10", "7")),
        ("USD", ("12.5", "12.5", "7")),
        ("GBP", ("5", "5", "7")),
    ],
)
def test_money_alone_is_converted_and_metadata_says_into_what(
    shop: Any, currency: str, figures: tuple[str, ...]
) -> None:
    metrics = "totalRevenue averagePurchaseRevenue eventValue"
    answer = shop.ask("", metrics, currency_code=currency)
    assert tuple(v.value for v in answer.rows[0].metric_values) == figures
    assert answer.metadata.currency_code == (currency or "EUR")


def test_totals_filters_and_pivots_read_converted_money(shop: Any) -> None:
    dear = {"field_name": "totalRevenue", "numeric_filter": {"operation": 4, "value": {"int64_value": 11}}}
    asked = {"metric_filter": {"filter": dear}, "metric_aggregations": ["TOTAL"]}
    in_dollars = shop.ask("eventName", "totalRevenue", currency_code="USD", **asked)
    assert [row.metric_values[0].value for row in (*in_dollars.rows, *in_dollars.totals)] == ["12.5", "12.5"]
    assert shop.rows("eventName", "totalRevenue", **asked) == []
    pivot = shop.client.run_pivot_report(
        {
            "property": "properties/1",
            "dimensions": [{"name": "eventName"}],
            "metrics": [{"name": "totalRevenue"}],
            "date_ranges": [{"start_date": "2026-03-01", "end_date": "2026-03-14"}],
            "pivots": [{"field_names": ["eventName"], "limit": 5}],
            "currency_code": "GBP",
        }
    )
    assert (pivot.rows[0].metric_values[0].value, pivot.metadata.currency_code) == ("5", "GBP")


def test_unknown_rate_is_unimplemented_and_names_the_switch(shop: Any) -> None:
    with pytest.raises(exceptions.MethodNotImplemented, match="EUR to JPY without a rate in the switch"):
        shop.ask("", "totalRevenue", currency_code="JPY")


@pytest.mark.parametrize("rates", ["EUR", "EUR=0", "EUR=-1", "euro=1", "EUR=1;GBP=2", "EUR=nan"])
def test_rates_that_cannot_be_read_stop_the_start(rates: str) -> None:
    with pytest.raises(EmulatorStartError, match="currency_rates"):
        Emulator(switches=Switches(currency_rates=rates))
