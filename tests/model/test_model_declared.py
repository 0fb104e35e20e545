from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.errors import InputError
from milepost.model.declared import DeclaredProperty, declared_property, resolve_id
from milepost.model.document import Document
from milepost.model.load import check_text
from milepost.model.part import Comparison

FILE = """\
version = 1

[properties.shop]
id = "${SHOP}"
business_types = ["software", "store"]
stream = "https://shop.example"
currency = "EUR"
ignore = { key_events = ["legacy_*"] }

[properties.blog]
id = "7"
business_types = ["store"]

[business_types.store]
journey = ["add_to_cart", "purchase"]
[business_types.store.micro.add_to_cart]
label = "Cart"
[business_types.store.macro.refund]
value = 3
currency = "USD"
[business_types.store.macro.purchase]

[business_types.software.macro.purchase]
[business_types.software.micro.sign_up]
value = 1.5
currency = "USD"
[business_types.software.micro.add_to_cart]
label = "Cart"
[business_types.software.audiences.left]
did = ["sign_up"]

[dimensions.plan]
label = "Plan"
business_types = ["software"]
[dimensions.tier_of_user]
label = "Tier"
scope = "user"
parameter = "tier"
[metrics.seats]
label = "Seats"
business_types = ["software", "unused"]
[business_types.unused.macro.lead]

[absent]
key_events = ["old"]
"""


def document() -> Document:
    found, problems = check_text(FILE)
    assert problems == ()
    assert found is not None
    return found


def shop() -> DeclaredProperty:
    return declared_property(document(), "shop", {"SHOP": "123"})


def test_conversions_stand_macro_first_each_once_in_the_order_of_the_types() -> None:
    assert [(c.role, c.event) for c in shop().conversions] == [
        ("macro", "purchase"),
        ("macro", "refund"),
        ("micro", "sign_up"),
        ("micro", "add_to_cart"),
    ]
    assert [c.event for c in shop().with_role("micro")] == ["sign_up", "add_to_cart"]


def test_labels_and_currencies_fall_back() -> None:
    by_event = {c.event: c for c in shop().conversions}
    assert (by_event["sign_up"].label, by_event["sign_up"].currency) == ("Sign up", "USD")
    assert (by_event["add_to_cart"].label, by_event["add_to_cart"].currency) == ("Cart", "EUR")
    blog = {c.event: c.currency for c in declared_property(document(), "blog", {}).conversions}
    assert blog == {"refund": "USD", "purchase": None, "add_to_cart": None}


def test_definitions_are_those_of_the_property_s_types() -> None:
    assert [d.parameter_of(key) for key, d in shop().dimensions] == ["plan", "tier"]
    assert [parameter for parameter, _ in shop().metrics] == ["seats"]
    blog = declared_property(document(), "blog", {})
    assert [d.parameter_of(key) for key, d in blog.dimensions] == ["tier"]
    assert blog.metrics == ()


def test_what_is_the_property_s_own_comes_along() -> None:
    assert (shop().name, shop().id, shop().stream) == ("shop", "123", "https://shop.example")
    assert shop().ignore.key_events == ("legacy_*",)
    assert shop().absent.key_events == ("old",)


@given(st.integers(0, 10**20 - 1).map(str))
def test_digits_are_an_id_as_they_stand(digits: str) -> None:
    assert resolve_id("shop", digits, {}) == digits
    assert resolve_id("shop", "${X}", {"X": f" {digits}\n"}) == digits


@pytest.mark.parametrize("environ", [{}, {"X": ""}, {"X": " \n"}, {"x": "1"}])
def test_a_variable_that_is_not_set_is_named(environ: dict[str, str]) -> None:
    with pytest.raises(InputError, match="environment variable X is not set") as caught:
        resolve_id("shop", "${X}", environ)
    assert caught.value.place == "properties.shop.id"
    assert caught.value.remedy


@pytest.mark.parametrize(
    "value", ["hunter2", "properties/5", "G-ABC", "1 2", "12a", "٣٤", "-1", "9" * 21, "${Y}"]
)
def test_a_variable_that_holds_something_else_is_named_and_its_value_kept_quiet(value: str) -> None:
    with pytest.raises(InputError, match="variable X does not hold a property id") as caught:
        resolve_id("shop", "${X}", {"X": value, "Y": "1"})
    assert value not in str(caught.value)
    assert value not in repr(caught.value)


def test_the_demo_can_come_from_a_variable() -> None:
    assert resolve_id("shop", "${X}", {"X": "demo"}) == "demo"


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP", "42")
    assert declared_property(document(), "shop").id == "42"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("50", "50"),
        (50, "50"),
        (50.0, "50"),
        (0.5, "0.5"),
        (1234567.25, "1234567.25"),
        (100000000.0, "100000000"),
        (1e-7, "0.0000001"),
        (-2.5, "-2.5"),
    ],
)
def test_operands_are_written_out_whole(written: str | float, text: str) -> None:
    assert Comparison(greater_than=written).operand == text


@given(st.floats(-1e17, 1e17) | st.integers(-(10**17), 10**17))
def test_operands_lose_nothing(number: float) -> None:
    assert float(Comparison(equals=number).operand) == float(number)
