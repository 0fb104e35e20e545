"""Generated events against the catalogue: all that its rules ask for arrives, and nothing they derive."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.emulator.generator.samples import events

from milepost.emulator.events.generator import BUSINESS_TYPES

CATALOGUE = tomllib.loads((Path(__file__).parents[3] / "conversions.toml").read_text(encoding="utf-8"))
CONVERSIONS = [
    (business_type, event, table)
    for business_type in BUSINESS_TYPES
    for role in ("micro", "macro")
    for event, table in CATALOGUE["business_types"][business_type][role].items()
]
IDS = [f"{business_type}-{event}" for business_type, event, _ in CONVERSIONS]


def _holds(condition: Any, text: str | None) -> bool:
    options = dict(condition) if isinstance(condition, dict) else {"equals": str(condition)}
    flags = re.IGNORECASE if options.pop("ignore_case", False) else re.NOFLAG
    negated = options.pop("negated", False)
    ((operation, value),) = options.items()
    pattern = {
        "equals": f"^{re.escape(str(value))}$",
        "contains": re.escape(str(value)),
        "starts_with": "^" + re.escape(str(value)),
        "matches": str(value),
    }[operation]
    return (text is not None and re.search(pattern, text, flags) is not None) != negated


def _matching(business_type: str, event: str, table: dict[str, Any]) -> list[dict[str, str | None]]:
    """What the events that make up a conversion say in the parameters that its entry names."""
    conditions = [pair for condition in table.get("when", []) for pair in condition.items()]
    keys = [*dict.fromkeys([key for key, _ in conditions] + table.get("parameters", []))]
    columns = ", ".join(f"p['{key}']" for key in keys) or "true"
    query = f"select distinct {columns} from flat where event_name = ?"
    found = events(business_type).execute(query, [table.get("from", event)]).fetchall()
    rows = [dict(zip(keys, row, strict=False)) for row in found]
    return [row for row in rows if all(_holds(wanted, row.get(key)) for key, wanted in conditions)]


@pytest.mark.parametrize(("business_type", "event", "table"), CONVERSIONS, ids=IDS)
def test_conversion_occurs_with_its_parameters(business_type: str, event: str, table: dict[str, Any]) -> None:
    rows = _matching(business_type, event, table)
    assert rows
    sent = {key for row in rows for key, text in row.items() if text is not None} | set(table.get("set", {}))
    assert set(table.get("parameters", [])) <= sent


@pytest.mark.parametrize("business_type", BUSINESS_TYPES)
def test_derived_events_do_not_arrive_by_themselves(business_type: str) -> None:
    derived = {event for kind, event, table in CONVERSIONS if kind == business_type and "from" in table}
    arrived = {
        row[0] for row in events(business_type).execute("select distinct event_name from flat").fetchall()
    }
    assert derived
    assert not arrived & derived
    assert {"first_visit", "session_start", "page_view", "user_engagement", "scroll"} <= arrived


def test_registered_item_dimension_is_sent_with_items() -> None:
    bands = "select distinct unnest(items).item_params[1] band from flat where event_name = 'purchase'"
    found = {
        (row[0]["key"], row[0]["value"]["string_value"])
        for row in events("ecommerce").execute(bands).fetchall()
    }
    assert {("item_margin_band", "high"), ("item_margin_band", "low")} <= found


@pytest.mark.parametrize("business_type", BUSINESS_TYPES)
def test_registered_user_dimensions_are_set(business_type: str) -> None:
    wanted = {
        name
        for name, table in CATALOGUE["dimensions"].items()
        if table.get("scope") == "user" and business_type in table["business_types"]
    }
    query = "select distinct unnest(user_properties).key from flat"
    assert {row[0] for row in events(business_type).execute(query).fetchall()} == wanted
