"""`milepost emulator` with faults: from the flags and the file to what a client of Google's gets."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.analytics import admin_v1beta
from google.analytics.admin_v1beta.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)
from google.api_core import exceptions

from milepost.__main__ import main

SHOP = "properties/100000001"


@contextmanager
def served(*options: str) -> Iterator[admin_v1beta.AnalyticsAdminServiceClient]:
    command = [sys.executable, "-m", "milepost", "emulator", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            with grpc.insecure_channel(process.stdout.readline().strip()) as channel:
                transport = AnalyticsAdminServiceGrpcTransport(channel=channel)
                yield admin_v1beta.AnalyticsAdminServiceClient(transport=transport)
        finally:
            process.kill()


def outcomes(calls: int, call: Callable[[], Any]) -> list[str]:
    """`OK` or the class of the error, call by call."""
    found = []
    for _ in range(calls):
        try:
            call()
            found.append("OK")
        except exceptions.GoogleAPICallError as error:
            found.append(type(error).__name__)
    return found


def test_flags_and_file_reach_the_client(tmp_path: Path) -> None:
    file = tmp_path / "faults.toml"
    file.write_text('quota = { requests = 1 }\n[[rules]]\nmethod = "ListKeyEvents"\nanswer = "ABORTED"\n')
    flags = ("--fault", "GetProperty=UNAVAILABLE@1", "--latency", "1ms", "--quota", "requests=3")
    with served("--faults", str(file), *flags, "--fault-seed", "3") as client:
        assert outcomes(2, lambda: client.get_property(name=SHOP)) == ["ServiceUnavailable", "OK"]
        assert outcomes(1, lambda: client.list_key_events(parent=SHOP)) == ["Aborted"]
        assert outcomes(1, lambda: client.get_property(name=SHOP)) == ["ResourceExhausted"]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--fault", "Create*"], ["--fault", "'Create*'", "METHOD=ANSWER"]),
        (["--fault", "Create*=gone"], ["--fault", "no answer 'gone'", "UNAVAILABLE"]),
        (["--latency", "100"], ["--latency", "'100'", "100ms"]),
        (["--quota", "reads=5"], ["--quota", "'reads'", "requests"]),
        (["--faults", "nowhere.toml"], ["nowhere.toml", "No such file"]),
    ],
)
def test_mistakes_in_flags_are_named(
    capsys: pytest.CaptureFixture[str], flags: list[str], words: list[str]
) -> None:
    assert main(["emulator", *flags]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    for word in (*words, "docs/emulator.md"):
        assert word in captured.err
