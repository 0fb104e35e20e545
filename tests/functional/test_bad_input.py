"""Whatever a user can get wrong ends in place, cause and remedy, exit code 1, and no traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from milepost.emulator.embedded import Emulator
from tests.functional.conftest import SHOP, Milepost, Ran


def _refused(run: Ran, *words: str) -> None:
    assert run.code == 1
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    for word in words:
        assert word in run.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[properties\nshop = 1", ("conversions.toml:1", "not valid TOML", "Mend the syntax")),
        (b"[metrics.a]\n[metrics.a]\n", ("conversions.toml:2", "cannot declare [metrics.a] twice")),
        (b"", ("the file is empty", "milepost init")),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ("is not UTF-8 text", "Save it as UTF-8")),
        (b"version = 1 # \x00", ("is a binary file", "Name a TOML file")),
        (b"#" * 5_000_000, ("is 5 MiB large", "right file?")),
        (b"version = 1\n" + b"a=" + b"[" * 5000, ("nested too deeply",)),
    ],
    ids=["broken", "twice", "empty", "binary", "zero bytes", "huge", "deep"],
)
@pytest.mark.parametrize("command", ["check", "plan", "report"])
def test_an_unusable_file_is_named(
    milepost: Milepost, workdir: Path, content: bytes, words: tuple[str, ...], command: str
) -> None:
    (workdir / "conversions.toml").write_bytes(content)
    _refused(milepost(command), "conversions.toml", *words)


def test_no_file_anywhere_says_how_to_make_one(milepost: Milepost, workdir: Path) -> None:
    _refused(milepost("plan"), "no conversions.toml here or in any folder above", "milepost init")


def test_all_problems_come_at_once_with_line_and_remedy(milepost: Milepost, shop: Path) -> None:
    text = SHOP.replace('label = "Filter name"', 'lable = "Filter name"').replace('"100000001"', '"G-ABC"')
    shop.write_text(text.replace("once_per_event", "once_per_evnt"), encoding="utf-8")
    run = milepost("check")
    _refused(
        run,
        'conversions.toml:4: properties.shop.id "G-ABC" is no property id',
        'business_types.ecommerce.macro.purchase.counting is "once_per_evnt". Did you mean "once_per_event"?',
        'dimensions.filter_name.lable is not a key Milepost knows. Did you mean "label"?',
        "4 errors",
    )


def test_a_property_one_may_not_read_is_named(milepost: Milepost, emulator: Emulator, shop: Path) -> None:
    shop.write_text(SHOP.replace("100000001", "424242"), encoding="utf-8")
    for command in ("plan", "report"):
        _refused(milepost(command), "property 424242", "permission", "Check the property id")


def test_an_unset_variable_is_named_and_a_wrong_value_is_not_shown(
    milepost: Milepost, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write_text(SHOP.replace("100000001", "${SHOP_PROPERTY}"), encoding="utf-8")
    assert milepost("check").code == 0
    _refused(milepost("plan"), "SHOP_PROPERTY is not set", "Set it to the property id")
    monkeypatch.setenv("SHOP_PROPERTY", "ya29.secret")
    run = milepost("plan")
    _refused(run, "SHOP_PROPERTY does not hold a property id")
    assert "ya29" not in run.stderr


def test_an_unknown_property_name_lists_the_known_ones(milepost: Milepost, shop: Path) -> None:
    _refused(milepost("plan", "shopp"), "has no property shopp", "It has: shop")


def test_an_emulator_that_is_not_there_is_named(
    milepost: Milepost, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", address)
    _refused(
        milepost("plan"), f"ANALYTICS_EMULATOR_HOST={address}", "no emulator answers", "milepost emulator"
    )
    monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", "localhost")
    _refused(milepost("plan"), '"localhost" is not host:port')


def test_a_port_in_use_is_named(milepost: Milepost, emulator: Emulator) -> None:
    port = emulator.address.rpartition(":")[2]
    _refused(milepost("emulator", "--port", port), emulator.address, "already in use", "Choose another port")


def test_events_that_are_not_there_are_named(milepost: Milepost, workdir: Path) -> None:
    _refused(milepost("emulator", "--events", "nowhere/*.parquet"), "nowhere/*.parquet", "no file matches")
    (workdir / "broken.parquet").write_bytes(b"PAR1 not really")
    _refused(milepost("emulator", "--events", "broken.parquet"), "broken.parquet", "Parquet")


def test_wrong_switches_and_properties_are_named(milepost: Milepost, workdir: Path) -> None:
    _refused(milepost("emulator", "--switch", "warp=true"), "no switch 'warp'", "retroactive_rules")
    _refused(milepost("emulator", "--property", "abc"), "--property abc", "is no property id")
    _refused(milepost("emulator", "--property", "12=zoo"), "unknown business type", "ecommerce")


@pytest.mark.parametrize("keep", [0.5, 0.99, 0])
def test_a_state_file_cut_short_is_named_and_left_as_it_is(
    milepost: Milepost, shop: Path, tmp_path: Path, keep: float
) -> None:
    shop.write_text(SHOP.replace("100000001", "demo"), encoding="utf-8")
    assert milepost("sync", "--yes").code == 0
    state = tmp_path / "state" / "emulator.json"
    whole = state.read_bytes()
    cut = whole[: int(len(whole) * keep)]
    state.write_bytes(cut)
    _refused(milepost("plan"), str(state), "not a complete emulator state", "Restore a copy, or move it away")
    assert state.read_bytes() == cut


def test_a_state_folder_that_cannot_be_is_named(
    milepost: Milepost, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write_text(SHOP.replace("100000001", "demo"), encoding="utf-8")
    (tmp_path / "a_file").write_text("")
    monkeypatch.setenv("MILEPOST_STATE_DIR", str(tmp_path / "a_file"))
    _refused(milepost("plan"), "a_file", "state file")


@contextmanager
def _server(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "milepost", "emulator", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_two_runs_on_one_state_file_end_in_a_clear_refusal(milepost: Milepost, tmp_path: Path) -> None:
    state = tmp_path / "emulator.json"
    with _server("--state", str(state)) as first:
        assert first.stdout is not None
        assert first.stdout.readline().startswith("127.0.0.1:")
        _refused(
            milepost("emulator", "--state", str(state)), str(state), "another milepost process", "Wait until"
        )


def test_a_killed_emulator_loses_nothing_that_was_acknowledged(
    milepost: Milepost, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "emulator.json"
    for run in range(2):
        with _server("--state", str(state)) as process:
            assert process.stdout is not None
            monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", process.stdout.readline().strip())
            if run == 0:
                assert milepost("sync", "--yes").code == 0
            else:
                assert milepost("plan", "--exit-code").code == 0
            process.kill()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_a_terminated_emulator_lets_go_of_its_state(tmp_path: Path) -> None:
    state = tmp_path / "emulator.json"
    with _server("--state", str(state)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    with Emulator(state=state):
        pass


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["report", "--from", "2026-02-30", "--to", "2026-03-01"], "--from"),
        (["report", "--from", "2026-03-02", "--to", "2026-03-01"], "is after"),
        (["report", "--days", "0"], "--days"),
        (["report", "--from", "2026-03-02"], "--to"),
    ],
)
def test_impossible_periods_are_named(milepost: Milepost, shop: Path, argv: list[str], words: str) -> None:
    _refused(milepost(*argv), words)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["report", "--by", ""], "--by: names no dimension"),
        (["report", "--top", "5"], "--top: goes with --by a dimension, or --heat"),
        (["report", "--by", "experiment", "--top", "5"], "--top: goes with"),
    ],
)
def test_what_a_view_does_not_show_is_refused(
    milepost: Milepost, shop: Path, argv: list[str], words: str
) -> None:
    _refused(milepost(*argv), words)


@pytest.mark.parametrize(
    "argv", [["plann"], ["plan", "--formt", "json"], ["plan", "--format", "xml"], ["init"]]
)
def test_a_mistyped_command_line_is_a_usage_error(milepost: Milepost, workdir: Path, argv: list[str]) -> None:
    assert milepost(*argv).code == 2
