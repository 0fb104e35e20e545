"""What was acknowledged is kept: over a restart, over a kill in the middle, and of half a line nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from threading import Event

import pytest

from milepost.emulator.admin.kinds.data_streams import measurement_id
from milepost.emulator.embedded import Emulator, EmulatorStartError
from milepost.emulator.events.collected import CollectedEvents

from .conftest import request

SHOP = "100000001"


@contextmanager
def served(state: Path, largest_file: int | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "milepost", "emulator", "--state", str(state)]
    if largest_file is not None:
        # As a full disk: writing beyond fails, and Python is told so.
        limit = (
            f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({largest_file},) * 2); "
        )
        command = [sys.executable, "-c", f"{limit}os.execv(sys.argv[1], sys.argv[1:])", *command]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_kill_loses_nothing_acknowledged_and_doubles_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    enough = Event()
    with served(state) as (process, address), ThreadPoolExecutor(4) as pool:

        def send(sender: int) -> list[str]:
            acknowledged: list[str] = []
            while True:
                name = f"e{sender}_{len(acknowledged)}"
                path = f"/g/collect?tid={_shop_id(state)}&cid={sender}.1&sid=1&en={name}"
                try:
                    response, _ = request(address, "POST", path)
                except (OSError, HTTPException):
                    return acknowledged
                assert response.status == 204
                acknowledged.append(name)
                if len(acknowledged) == 25:
                    enough.set()

        sending = [pool.submit(send, sender) for sender in range(4)]
        enough.wait(60)
        process.kill()
        acknowledged = {name for sent in sending for name in sent.result()}
    with Emulator(state=state) as emulator:
        kept = [row["event_name"] for row in emulator.collected.rows(SHOP) if row["event_name"][0] == "e"]
        assert len(acknowledged) >= 25
        assert acknowledged <= set(kept)
        # Of each sender at most the one that was not answered comes on top.
        assert len(kept) == len(set(kept)) <= len(acknowledged) + 4


def _shop_id(state: Path) -> str:
    records = json.loads(state.read_text())["records"]
    (stream,) = (r["name"] for r in records if r["name"].startswith(f"properties/{SHOP}/dataStreams/"))
    return measurement_id(stream.rpartition("/")[2])


def test_session_that_was_begun_before_a_restart_goes_on(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    for _ in range(2):
        with Emulator(state=state) as emulator:
            path = f"/g/collect?tid={_shop_id(state)}&cid=1.2&sid=7&_ss=1&_fv=1&en=page_view"
            request(emulator.collect_address, "POST", path)
            names = [row["event_name"] for row in emulator.collected.rows(SHOP)]
    assert names == ["first_visit", "session_start", "page_view", "page_view"]


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_unfinished_line_is_cut_off(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "events"
    row = {"event_name": "x" * 200, "user_pseudo_id": "1", "event_params": []}
    written = CollectedEvents(path)
    for _ in range(2):
        written.append(SHOP, [row])
    written.close()
    path.write_bytes(path.read_bytes()[:-cut])
    again = CollectedEvents(path)
    assert again.rows(SHOP) == [row]
    again.append(SHOP, [row])
    again.close()
    assert CollectedEvents(path).rows(SHOP) == [row, row]


@pytest.mark.parametrize("text", ["not json\n", "[]\n", '{"rows": []}\n'])
def test_other_file_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    state = tmp_path / "state.json"
    beside = tmp_path / "state.json.events"
    beside.write_text(text)
    with pytest.raises(EmulatorStartError, match=r"state\.json\.events: no collected events"):
        Emulator(state=state)
    assert beside.read_text() == text
    beside.unlink()
    # The state file was let go of.
    Emulator(state=state).stop()


def test_full_disk_acknowledges_nothing_and_keeps_the_file_whole(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with Emulator(state=state):
        pass
    measured = f"/g/collect?tid={_shop_id(state)}&cid=1.2&sid=7"
    line = f"en=page_view&dl=https%3A%2F%2Fa.example%2F{'x' * 900}"
    statuses: list[int] = []
    with served(state, largest_file=1_000_000) as (_, address):
        while statuses[-1:] != [500] and len(statuses) < 100:
            statuses.append(request(address, "POST", measured, "\n".join([line] * 50))[0].status)
        # What is small enough still has room.
        statuses.append(request(address, "POST", measured, "en=last")[0].status)
    assert statuses[-3:] == [204, 500, 204]
    with Emulator(state=state) as emulator:
        names = [row["event_name"] for row in emulator.collected.rows(SHOP)]
    assert names.count("page_view") == 50 * (len(statuses) - 2)
    assert names[-1] == "last"
