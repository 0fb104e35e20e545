from __future__ import annotations

from collections.abc import Mapping

import pytest

from milepost.gateways.data import Number
from milepost.model.declared import DeclaredProperty, declared_property
from milepost.model.load import check_text
from milepost.reports.worth import Values, Worth

_FILE = """
version = 1

[properties.shop]
id = "1"
business_types = ["shop"]

[business_types.shop.macro.purchase]
value = 30

[business_types.shop.micro.sign_up]
value = 0.1

[business_types.shop.micro.add_to_cart]
value = 2
currency = "USD"

[business_types.shop.micro.scroll]
"""


@pytest.fixture(scope="module")
def shop() -> DeclaredProperty:
    document, problems = check_text(_FILE)
    assert document is not None, problems
    return declared_property(document, "shop", {})


def _carried(event: str, value: Number) -> dict[str, dict[str, Number]]:
    return {event: {"eventCount": 9, "eventValue": value}}


def test_other_currencies_are_left_out_and_named(shop: DeclaredProperty) -> None:
    values = Values(shop.conversions, _carried("purchase", 50), "EUR")

    assert (values.currency, values.left_out) == ("EUR", ("add_to_cart",))
    assert values.worth("micro", 0, {"sign_up": 3, "add_to_cart": 100}) == Worth(0.3, "declared", "EUR")
    assert values.worth("macro", 12.5, {"purchase": 4}) == Worth(12.5, "ga4", "EUR")


def test_both_sources_in_one_role_are_mixed(shop: DeclaredProperty) -> None:
    values = Values(shop.conversions, _carried("scroll", 5), "EUR")

    assert values.worth("micro", 5, {"sign_up": 10}) == Worth(6, "mixed", "EUR")


@pytest.mark.parametrize(
    ("whole", "events", "worth"),
    [
        ({}, {}, Worth(0, "declared", "EUR")),
        (_carried("purchase", 0), {"purchase": 2}, Worth(60, "declared", "EUR")),
    ],
)
def test_declared_values_count_every_event(
    shop: DeclaredProperty,
    whole: Mapping[str, Mapping[str, Number]],
    events: Mapping[str, Number],
    worth: Worth,
) -> None:
    assert Values(shop.conversions, whole, "EUR").worth("macro", 0, events) == worth


def test_role_without_any_value_has_none(shop: DeclaredProperty) -> None:
    scroll = [c for c in shop.conversions if c.event == "scroll"]

    assert Values(scroll, {}, "EUR").worth("micro", 0, {"scroll": 5}) is None


def test_one_declared_currency_alone_is_kept(shop: DeclaredProperty) -> None:
    cart = [c for c in shop.conversions if c.event == "add_to_cart"]

    assert Values(cart, {}, "EUR").worth("micro", 0, {"add_to_cart": 5}) == Worth(10, "declared", "USD")


def test_default_value_in_ga4s_sum_is_still_the_files_and_counts_once(shop: DeclaredProperty) -> None:
    values = Values(shop.conversions, _carried("sign_up", 0.9), "EUR")

    assert values.worth("micro", 0.9, {"sign_up": 9}) == Worth(0.9, "declared", "EUR")


def test_value_that_events_carry_is_ga4s_whatever_the_file_says(shop: DeclaredProperty) -> None:
    own = Values(shop.conversions, _carried("sign_up", 5), "EUR")
    earned = Values(shop.conversions, _carried("purchase", 270), "EUR")

    assert own.worth("micro", 5, {"sign_up": 9}) == Worth(5, "ga4", "EUR")
    assert earned.worth("macro", 270, {"purchase": 9}) == Worth(270, "ga4", "EUR")
