from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.emulator import admin
from milepost.emulator.admin.kinds.measurement_protocol_secrets import ACKNOWLEDGEMENT
from milepost.emulator.clock import Clock
from milepost.emulator.rpc import Call, RpcError
from milepost.emulator.server import PortError, RpcServer
from milepost.emulator.store import StateError, Store
from milepost.emulator.switches import Switches

SHOP = "properties/100000001"


class Caller:
    """Calls handlers without a network."""

    def __init__(self, store: Store) -> None:
        clock = Clock(datetime(2026, 3, 2, tzinfo=UTC))
        if store.fresh:
            admin.seed(store, clock)
        self._methods = {m.path.rsplit("/")[-1]: m for m in admin.methods(store, clock, Switches())}

    def __call__(self, rpc: str, **fields: Any) -> Any:
        method = self._methods[rpc]
        return method.handler(method.request_type(fields), Call(method.path))

    def everything(self) -> list[Any]:
        return [
            self("ListKeyEvents", parent=SHOP),
            self("ListCustomDimensions", parent=SHOP),
            self("ListDataStreams", parent=SHOP),
            self("ListCalculatedMetrics", parent=SHOP),
            self("ListAudiences", parent=SHOP),
            self("ListChannelGroups", parent=SHOP),
            self("ListReportingDataAnnotations", parent=SHOP),
            self("ListGoogleAdsLinks", parent=SHOP),
            self("GetDataRetentionSettings", name=f"{SHOP}/dataRetentionSettings"),
            *self.of_the_stream(),
            self("ListProperties", filter="parent:accounts/1000", show_deleted=True),
            self("ListAccountSummaries"),
            self("SearchChangeHistoryEvents", account="accounts/1000", page_size=200),
        ]

    def of_the_stream(self) -> list[Any]:
        """What belongs to the seeded stream; nothing when it is gone."""
        stream = f"{SHOP}/dataStreams/1"
        try:
            return [
                self("GetEnhancedMeasurementSettings", name=f"{stream}/enhancedMeasurementSettings"),
                self("ListMeasurementProtocolSecrets", parent=stream),
                self("ListEventCreateRules", parent=stream),
            ]
        except RpcError:
            return []


_NEXT_ID = 43
"""What the first write after seeding gets: 24 streams and key events, 12 audiences, 6 channel groups."""

WRITES: list[tuple[str, dict[str, Any]]] = [
    ("CreateKeyEvent", {"parent": SHOP, "key_event": {"event_name": "a", "counting_method": 1}}),
    (
        "CreateKeyEvent",
        {
            "parent": SHOP,
            "key_event": {
                "event_name": "b",
                "counting_method": 2,
                "default_value": {"numeric_value": 0, "currency_code": "EUR"},
            },
        },
    ),
    (
        "CreateCustomDimension",
        {"parent": SHOP, "custom_dimension": {"parameter_name": "p", "display_name": "P", "scope": 1}},
    ),
    (
        "CreateEventCreateRule",
        {
            "parent": f"{SHOP}/dataStreams/1",
            "event_create_rule": {
                "destination_event": "c",
                "event_conditions": [{"field": "event_name", "comparison_type": 14, "value": "ü.*"}],
            },
        },
    ),
    (
        "UpdateProperty",
        {"property": {"name": SHOP, "display_name": "Neü"}, "update_mask": {"paths": ["display_name"]}},
    ),
    (
        "CreateCalculatedMetric",
        {
            "parent": SHOP,
            "calculated_metric_id": "depth",
            "calculated_metric": {"display_name": "D", "metric_unit": 1, "formula": "customEvent:x / 2"},
        },
    ),
    (
        "CreateReportingDataAnnotation",
        {
            "parent": SHOP,
            "reporting_data_annotation": {
                "title": "Ü",
                "color": 1,
                "annotation_date": {"year": 2026, "month": 3, "day": 1},
            },
        },
    ),
    ("CreateGoogleAdsLink", {"parent": SHOP, "google_ads_link": {"customer_id": "1"}}),
    (
        "UpdateDataRetentionSettings",
        {
            "data_retention_settings": {"name": f"{SHOP}/dataRetentionSettings", "event_data_retention": 3},
            "update_mask": {"paths": ["event_data_retention"]},
        },
    ),
    ("AcknowledgeUserDataCollection", {"property": SHOP, "acknowledgement": ACKNOWLEDGEMENT}),
    (
        "CreateMeasurementProtocolSecret",
        {"parent": f"{SHOP}/dataStreams/1", "measurement_protocol_secret": {"display_name": "S"}},
    ),
    ("DeleteDataStream", {"name": f"{SHOP}/dataStreams/1"}),
    ("DeleteKeyEvent", {"name": f"{SHOP}/keyEvents/3"}),
    ("ArchiveCustomDimension", {"name": f"{SHOP}/customDimensions/{_NEXT_ID}"}),
    ("DeleteProperty", {"name": "properties/100000006"}),
]


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=st.lists(st.sampled_from(WRITES), max_size=8))
def test_state_file_brings_everything_back(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[str, dict[str, Any]]]
) -> None:
    path = tmp_path_factory.mktemp("state") / "state.json"
    store = Store(path)
    caller = Caller(store)
    for rpc, fields in writes:
        try:
            caller(rpc, **fields)
        except RpcError:
            # A write that the ones before it made impossible: also part of what must come back.
            continue
    before = caller.everything()
    store.close()
    again = Store(path)
    assert not again.fresh
    assert Caller(again).everything() == before
    again.close()


def test_ids_go_on_where_seeding_ended() -> None:
    # The writes above count on it; were it otherwise, archiving would never be tried.
    caller = Caller(Store())
    rpc, fields = WRITES[2]
    assert caller(rpc, **fields).name == f"{SHOP}/customDimensions/{_NEXT_ID}"


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=st.lists(st.sampled_from(WRITES), min_size=1, max_size=8))
def test_state_saved_write_by_write_is_that_of_one_save(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[str, dict[str, Any]]]
) -> None:
    path = tmp_path_factory.mktemp("state") / "state.json"
    store = Store(path)
    caller = Caller(store)
    for rpc, fields in writes:
        with suppress(RpcError):
            caller(rpc, **fields)
    store.close()
    saved = path.read_bytes()
    again = Store(path)
    with again.transaction():
        again.put(SHOP, again.get(SHOP) or pytest.fail("the shop is gone"))
    again.close()
    assert path.read_bytes() == saved


NEW_COLLECTIONS = ("/audiences/", "/channelGroups/", "/enhancedMeasurementSettings")


def test_state_file_from_before_these_kinds_goes_on_working(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    store = Store(path)
    Caller(store)("CreateKeyEvent", **WRITES[0][1])
    store.close()
    document = json.loads(path.read_text(encoding="utf-8"))
    document["records"] = [
        record for record in document["records"] if not any(new in record["name"] for new in NEW_COLLECTIONS)
    ]
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    again = Store(path)
    admin.seed(again, Clock(datetime(2026, 3, 3, tzinfo=UTC)))
    caller = Caller(again)
    names = [audience.display_name for audience in caller("ListAudiences", parent=SHOP).audiences]
    assert names == ["All Users", "Purchasers"]
    assert len(caller("ListChannelGroups", parent=SHOP).channel_groups) == 1
    assert len(caller("ListKeyEvents", parent=SHOP).key_events) == 4
    stream = f"{SHOP}/dataStreams/1/enhancedMeasurementSettings"
    assert caller("GetEnhancedMeasurementSettings", name=stream).scrolls_enabled
    assert caller("GetDataRetentionSettings", name=f"{SHOP}/dataRetentionSettings").event_data_retention == 1
    again.close()


def test_archived_name_is_taken_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    store = Store(path)
    caller = Caller(store)
    rpc, fields = WRITES[2]
    caller("ArchiveCustomDimension", name=caller(rpc, **fields).name)
    store.close()
    again = Store(path)
    with pytest.raises(RpcError, match="Requested entity already exists"):
        Caller(again)(rpc, **fields)
    again.close()


@pytest.mark.parametrize("keep", [0.0, 0.5, 0.99])
def test_state_file_cut_short_is_named_and_left_alone(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "state.json"
    store = Store(path)
    Caller(store)
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(StateError) as raised:
        Store(path)
    assert str(path) in str(raised.value)
    assert "Restore a copy, or move it away" in str(raised.value)
    assert path.read_bytes() == whole[: int(len(whole) * keep)]
    path.write_bytes(whole)
    Store(path).close()


def test_second_store_on_one_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    first = Store(path)
    with pytest.raises(StateError, match="another milepost process is using this state file"):
        Store(path, wait=0.05)
    first.close()
    Store(path).close()


def test_second_process_on_one_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    first = Store(path)
    code = (
        "import pathlib, sys\n"
        "from milepost.emulator.store import Store\n"
        "Store(pathlib.Path(sys.argv[1]), wait=0.05)"
    )
    second = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    first.close()
    assert second.returncode != 0
    assert "another milepost process is using this state file" in second.stderr


def test_state_path_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=str(tmp_path)):
        Store(tmp_path)


def test_refused_write_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    store = Store(path)
    caller = Caller(store)
    before = path.read_bytes()
    with pytest.raises(RpcError):
        caller("CreateKeyEvent", parent=SHOP, key_event={"event_name": "not a name", "counting_method": 1})
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix == ".new"] == []
    store.close()


def test_port_in_use_is_refused() -> None:
    first = RpcServer([])
    first.start()
    port = int(first.address.rpartition(":")[2])
    with pytest.raises(PortError, match=f"127.0.0.1:{port}: already in use"):
        RpcServer([], port=port)
    first.stop()
