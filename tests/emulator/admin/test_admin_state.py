from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.emulator import admin
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
            self("ListEventCreateRules", parent=f"{SHOP}/dataStreams/1"),
            self("ListProperties", filter="parent:accounts/1000", show_deleted=True),
            self("ListAccountSummaries"),
            self("SearchChangeHistoryEvents", account="accounts/1000", page_size=200),
        ]


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
    ("DeleteKeyEvent", {"name": f"{SHOP}/keyEvents/3"}),
    ("ArchiveCustomDimension", {"name": f"{SHOP}/customDimensions/25"}),
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
