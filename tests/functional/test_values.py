"""values: from what lift finds to the file, to GA4's default values, and back into the report."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest

from milepost.cli.values import _write
from milepost.emulator.embedded import Emulator
from milepost.errors import InputError
from milepost.journeys.results import LiftRow, LiftTable, MacroValue
from milepost.journeys.values import propose, rounded
from milepost.model.declared import declared_property
from milepost.model.load import load_file
from tests.functional.conftest import Milepost
from tests.library.results import proposals

SHOP = """\
# Ours.
version = 1

[properties.shop]
id = "${SHOP_ID}"                       # never written down
business_types = ["ecommerce"]
currency = "EUR"

[business_types.ecommerce.macro.purchase]
label = "Purchase"

# The wish list.
[business_types.ecommerce.micro.add_to_wishlist]
label = "Saved to wish list"
value = 1.5   # guessed
counting = "once_per_session"

[business_types.ecommerce.micro.add_to_cart]
label = "Added to cart"
counting = "once_per_event"

[business_types.ecommerce.micro]
video_50 = { label = "Watched half" }   # nobody does
"""
DAYS = ("--from", "2026-01-19", "--to", "2026-03-15")


@pytest.fixture
def shop(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOP_ID", "100000001")
    path = workdir / "conversions.toml"
    path.write_text(SHOP, encoding="utf-8")
    return path


def _micros(document: Any) -> dict[str, Any]:
    return {micro["event"]: micro for micro in document["properties"][0]["micros"]}


def test_values_go_the_whole_way_to_ga4_and_back(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    milepost("sync", "--yes")
    lift = milepost("lift", *DAYS, "--format", "json").json["properties"][0]["macros"][0]
    rows = {row["event"]: row for row in lift["micros"]}
    micros = _micros(milepost("values", *DAYS, "--format", "json").json)
    wished, cart = micros["add_to_wishlist"], micros["add_to_cart"]
    assert wished["amount"] == pytest.approx(rows["add_to_wishlist"]["value"])
    assert wished["low"] < wished["amount"] < wished["high"]
    assert cart["amount"] == pytest.approx(
        rows["add_to_cart"]["value"] / rows["add_to_cart"]["events_per_user"]
    )
    assert (cart["action"], wished["action"], micros["video_50"]["refusal"]) == ("add", "change", "nobody")
    assert shop.read_text("utf-8") == SHOP

    assert milepost("values", *DAYS, "--write").code == 0
    changed = [
        line
        for line in difflib.unified_diff(
            SHOP.splitlines(), shop.read_text("utf-8").splitlines(), n=0, lineterm=""
        )
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert changed == [
        "-value = 1.5   # guessed",
        f"+value = {wished['value']:g}   # guessed",
        f"+value = {cart['value']:g}",
    ]
    plan = milepost("plan").stdout
    assert f"{wished['value']:g} EUR" in plan
    assert milepost("sync", "--yes").code == 0
    assert milepost("plan", "--exit-code").code == 0
    again = _micros(milepost("values", *DAYS, "--format", "json").json)
    assert {again[event]["action"] for event in ("add_to_wishlist", "add_to_cart")} == {"keep"}
    untouched = milepost("values", *DAYS, "--write")
    assert "Nothing to write." in untouched.stderr


def test_screen_says_what_a_step_is_worth_and_what_would_change(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    screen = milepost("values", *DAYS).stdout
    assert "In the file, with --write:" in screen
    assert "~ business_types.ecommerce.micro.add_to_wishlist.value  1.5 → " in screen
    assert "never add them up" in " ".join(screen.split())
    assert "nobody did it" in screen


def test_file_changed_meanwhile_is_left_as_it_is(shop: Path) -> None:
    read = SHOP.replace("# Ours.", "# As it was when the figures were asked for.")
    with pytest.raises(InputError, match="was changed while the figures were read"):
        _write(shop, read, [proposals()])
    assert shop.read_text("utf-8") == SHOP
    _write(shop, SHOP, [proposals()])
    assert shop.read_text("utf-8") != SHOP


def test_business_type_of_several_properties_stays_as_it_is_for_the_others(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    other = '[properties.other]\nid = "100000002"\nbusiness_types = ["ecommerce"]\ncurrency = "EUR"\n\n'
    shop.write_text(SHOP.replace("[business_types", f"{other}[business_types", 1), encoding="utf-8")
    assert milepost("values", "shop", *DAYS, "--write").code == 0
    document = load_file(shop).document
    declared = {c.event: c.definition.value for c in declared_property(document, "shop").conversions}
    assert declared["add_to_cart"] is not None
    assert declared["add_to_wishlist"] != 1.5
    others = {c.event: c.definition.value for c in declared_property(document, "other").conversions}
    assert (others["add_to_cart"], others["add_to_wishlist"]) == (None, 1.5)


def test_several_macro_conversions_with_a_value_ask_which(
    milepost: Milepost, untouched: Emulator, shop: Path
) -> None:
    refund = "[business_types.ecommerce.macro.begin_checkout]\nvalue = 5\n\n"
    shop.write_text(SHOP.replace("# The wish list.", refund, 1), encoding="utf-8")
    asked = milepost("values", *DAYS)
    assert asked.code == 1
    assert "--macro" in asked.stderr
    named = milepost("values", *DAYS, "--macro", "purchase", "--format", "json")
    assert named.json["properties"][0]["macro"]["event"] == "purchase"


def _row(**figures: Any) -> LiftRow:
    usual: dict[str, Any] = {
        "event": "step",
        "label": "Step",
        "verdict": "ahead",
        "flags": (),
        "users": 100,
        "reached": 20,
        "rate_low": 0.1,
        "rate_high": 0.3,
        "value": 4.0,
    }
    return LiftRow(**{**usual, **figures})


@pytest.mark.parametrize(
    ("figures", "currency", "basis", "refusal"),
    [
        ({}, "EUR", "worth", None),
        ({"users": 0, "value": None, "rate_low": None}, "EUR", "worth", "nobody"),
        ({"value": None}, "EUR", "worth", "thin"),
        ({}, "EUR", "above-base", "no-comparison"),
        (
            {"value_above_base": 1.0, "value_above_base_low": -0.1, "value_above_base_high": 2.0},
            "EUR",
            "above-base",
            "not-above",
        ),
        (
            {"value_above_base": 1.0, "value_above_base_low": 0.1, "value_above_base_high": 2.0},
            "EUR",
            "above-base",
            None,
        ),
        ({}, "USD", "worth", "other-currency"),
    ],
)
def test_proposal_is_refused_where_the_data_do_not_carry_it(
    shop: Path, figures: dict[str, Any], currency: str, basis: Any, refusal: str | None
) -> None:
    shop.write_text(SHOP.replace("add_to_cart", "step"), encoding="utf-8")
    micros = {c.event: c for c in declared_property(load_file(shop).document, "shop").conversions}
    table = LiftTable("purchase", "Purchase", 50, MacroValue(20.0, "events", currency), (_row(**figures),), 1)
    (proposal,) = propose(table, micros, basis)
    assert (proposal.refusal, proposal.value is None) == (refusal, refusal is not None)


@pytest.mark.parametrize(
    ("amount", "shown"), [(6.59, 6.6), (123.4, 120.0), (0.00456, 0.0046), (0.0, 0.0), (99.6, 100.0), (5, 5.0)]
)
def test_values_have_two_significant_digits(amount: float, shown: float) -> None:
    assert rounded(amount) == shown
