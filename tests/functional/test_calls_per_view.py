"""What each view costs in calls, counted at the emulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import Faults
from tests.functional.conftest import NOW, Milepost

_BATCH, _FUNNEL = "data.v1beta/BatchRunReports", "data.v1alpha/RunFunnelReport"
_KEY_EVENTS = {"admin.v1beta/ListKeyEvents": 1}
_RULES = {"admin.v1beta/ListDataStreams": 1, "admin.v1alpha/ListEventCreateRules": 1}

VIEWS: dict[str, dict[str, int]] = {
    "report": {_BATCH: 1, **_KEY_EVENTS},
    "report --trend week --quota": {_BATCH: 1, **_KEY_EVENTS},
    "report --compare year": {_BATCH: 1, **_KEY_EVENTS},
    "report --from 2026-03-01 --to 2026-03-15": {_BATCH: 1, **_KEY_EVENTS},
    "report --this month": {_BATCH: 2, **_KEY_EVENTS},
    "report --by channel": {_BATCH: 2},
    "report --by pagePath --top 50": {_BATCH: 2},
    "report --heat": {_BATCH: 2},
    "verify": {_BATCH: 1, "data.v1beta/RunRealtimeReport": 1, **_KEY_EVENTS, **_RULES},
    "funnel": {_FUNNEL: 1},
    "funnel --open --by device": {_FUNNEL: 1},
    "funnel --next": {_FUNNEL: 1},
}


@pytest.mark.parametrize("view", VIEWS)
def test_view_makes_no_call_too_many(milepost: Milepost, untouched: Emulator, shop: Path, view: str) -> None:
    assert milepost(*view.split()).code in (0, 3)  # 3: nobody signed up, which verify tells
    assert untouched.calls.by_method() == VIEWS[view]


def test_report_asks_both_apis_at_once(
    milepost: Milepost, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator(clock=Clock(NOW), faults=Faults(latency=0.3)) as emulator:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", emulator.address)
        assert milepost("report").code == 0
        assert emulator.calls.peak == 2


def _many_journeys(properties: int, types: int) -> str:
    """Properties that are all of as many business types, each with a journey of its own."""
    names = [f"type_{n}" for n in range(types)]
    shops = [
        f'[properties.shop_{n}]\nid = "{100000001 + n}"\nbusiness_types = {names}\n'
        for n in range(properties)
    ]
    kinds = [
        f'[business_types.{name}]\njourney = ["view_item", "{name}_step", "purchase"]\n'
        f"[business_types.{name}.macro.purchase]\n[business_types.{name}.micro.view_item]\n"
        f"[business_types.{name}.micro.{name}_step]\n"
        for name in names
    ]
    return "version = 1\n" + "".join([*shops, *kinds])


@pytest.mark.parametrize(("properties", "types", "at_once"), [(1, 6, 6), (2, 4, 8), (1, 12, 10)])
def test_funnels_are_asked_for_side_by_side_up_to_what_a_property_takes(
    milepost: Milepost,
    workdir: Path,
    monkeypatch: pytest.MonkeyPatch,
    properties: int,
    types: int,
    at_once: int,
) -> None:
    (workdir / "conversions.toml").write_text(_many_journeys(properties, types), encoding="utf-8")
    with Emulator(clock=Clock(NOW), faults=Faults(latency=0.3)) as emulator:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", emulator.address)
        run = milepost("funnel", "--format", "json")
    assert run.code == 0, run.stderr
    assert [len(each["funnels"]) for each in run.json["properties"]] == [types] * properties
    assert emulator.calls.count(_FUNNEL) == properties * types
    assert emulator.calls.peak == at_once
