"""verify --wait: what arrives while somebody clicks is ticked off."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from rich.console import Console

from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.gateways.realtime import Recent
from milepost.model.declared import declared_property
from milepost.model.load import load_file
from milepost.render.report.figures import Signs
from milepost.render.verify.wait import checklist
from milepost.reports.verification.waiting import Waiting
from tests.functional.conftest import Milepost
from tests.verify.planted import NOW, Planted, write_events

_FILE = """\
version = 1

[properties.shop]
id = "100000001"
business_types = ["ecommerce"]

[business_types.ecommerce.macro.purchase]
label = "Purchase"

[business_types.ecommerce.micro.cta_click]
label = "Clicked the button"

[business_types.ecommerce.micro.chat_start]
label = "Started a chat"
"""


def _clicks() -> Iterator[Planted]:
    """One event just now, one in three minutes, and one that lies too far back."""
    yield NOW - timedelta(minutes=1), "cta_click", {}
    yield NOW + timedelta(minutes=3), "purchase", {}
    yield NOW - timedelta(minutes=45), "chat_start", {}


@pytest.fixture
def clicking(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    (workdir / "conversions.toml").write_text(_FILE, encoding="utf-8")
    events = write_events(workdir / "events_1.parquet", _clicks())
    with Emulator(events=events, clock=Clock(NOW)) as running:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", running.address)
        yield running


def _looks(emulator: Emulator) -> int:
    return emulator.calls.count("*RunRealtimeReport")


@contextmanager
def _somebody_buys(emulator: Emulator) -> Iterator[None]:
    """After the second look, three minutes pass."""

    def pass_time() -> None:
        while _looks(emulator) < 2:
            time.sleep(0.01)
        emulator.clock.set(NOW + timedelta(minutes=3, seconds=1))

    somebody = Thread(target=pass_time)
    somebody.start()
    yield
    somebody.join()


def test_what_arrives_is_ticked_off_until_all_is_there(milepost: Milepost, clicking: Emulator) -> None:
    with _somebody_buys(clicking):
        run = milepost("verify", "--wait", "--every", "0.05", "--event", "purchase", "--event", "cta_click")
    lines = run.stdout.splitlines()
    assert run.code == 0
    assert [line.split("  ")[1] for line in lines[:2]] == ["cta_click", "purchase"]
    assert lines[0].endswith("1 minute ago")
    assert lines[1].endswith("this minute")
    assert lines[2:] == ["All 2 seen."]
    assert _looks(clicking) >= 3
    assert clicking.calls.count() == _looks(clicking)


def test_the_end_of_the_wait_names_what_is_missing(milepost: Milepost, clicking: Emulator) -> None:
    run = milepost("verify", "--wait", "--timeout", "1", "--every", "0.02")
    assert run.code == 3
    assert run.stdout.splitlines()[-1] == "1 of 3 seen. Not seen: purchase, chat_start."


def test_no_time_is_one_look(milepost: Milepost, clicking: Emulator) -> None:
    run = milepost("verify", "--wait", "--timeout", "0", "--format", "json")
    assert run.code == 3
    (entry,) = run.json["properties"]
    assert entry["seen"] == [
        {"event": "cta_click", "label": "Clicked the button", "events": 1, "minutes_ago": 1}
    ]
    assert [missing["event"] for missing in entry["missing"]] == ["purchase", "chat_start"]
    assert _looks(clicking) == 1


def test_looks_are_paced(milepost: Milepost, clicking: Emulator) -> None:
    """Only what is missing is looked for again, and no sooner than asked: at once, and at the end."""
    milepost("verify", "--wait", "--timeout", "1", "--every", "60")
    assert _looks(clicking) == 2


def test_a_refusal_is_a_failure(milepost: Milepost, clicking: Emulator) -> None:
    clicking.faults.set("RunRealtimeReport=PERMISSION_DENIED")
    run = milepost("verify", "--wait", "--timeout", "5")
    assert run.code == 1
    assert "realtime" in run.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of this sort cannot be sent on Windows")
@pytest.mark.parametrize("output", ["text", "json"])
def test_ctrl_c_ends_with_how_things_stand(clicking: Emulator, workdir: Path, output: str) -> None:
    command = [sys.executable, "-m", "milepost", "verify", "--wait", "--every", "0.05", "--format", output]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while _looks(clicking) < 2:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, err) == (130, "")
    if output == "text":
        assert out.splitlines()[-1] == "1 of 3 seen. Not seen: purchase, chat_start."
    else:
        assert '"interrupted": true' in out


def test_the_list_on_a_terminal(clicking: Emulator, workdir: Path) -> None:
    declared = declared_property(load_file(workdir / "conversions.toml").document, "shop")
    waiting = Waiting("shop", "100000001", declared.conversions)
    assert [c.event for c in waiting.take({"cta_click": Recent(3, 0)})] == ["cta_click"]
    assert waiting.take({"cta_click": Recent(4, 0)}) == ()
    console = Console(width=80, color_system=None)
    with console.capture() as shown:
        console.print(checklist([waiting.state()], 61.0, Signs()))
    assert shown.get().splitlines() == [
        "– Purchase  purchase",
        "✓ Clicked the button  cta_click  this minute, 3 in the last 30 minutes",
        "– Started a chat  chat_start",
        "Waiting, 1:01 left. Ctrl-C ends it.",
    ]


@pytest.mark.skipif(os.name == "nt", reason="there is no such terminal on Windows")
def test_on_a_terminal_the_list_stays_as_it_was_last(clicking: Emulator, workdir: Path) -> None:
    import pty

    reader, writer = pty.openpty()
    command = [sys.executable, "-m", "milepost", "verify", "--wait", "--every", "0.05", "--timeout", "1"]
    environ = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(command, stdin=writer, stdout=writer, stderr=writer, env=environ) as process:
        os.close(writer)
        shown = b""
        # A terminal whose writer is gone ends in an error on Linux, in nothing elsewhere.
        with suppress(OSError):
            while piece := os.read(reader, 4096):
                shown += piece
    os.close(reader)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert process.returncode == 3
    assert "Ctrl-C ends it." in text
    assert [line for line in text.replace("\r", "\n").splitlines() if line][-4:] == [
        "– Purchase  purchase",
        "✓ Clicked the button  cta_click  1 minute ago",
        "– Started a chat  chat_start",
        "1 of 3 seen. Not seen: purchase, chat_start.",
    ]
