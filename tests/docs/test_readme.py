"""The README tells the truth: its file is valid, its screens are printed, no command is left out.

`UPDATE_README=1 python -m pytest tests/docs` writes the screens anew.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest
from google.analytics.admin_v1beta import AnalyticsAdminServiceClient, KeyEvent
from google.analytics.admin_v1beta.services.analytics_admin_service.transports import (
    AnalyticsAdminServiceGrpcTransport,
)
from google.protobuf.field_mask_pb2 import FieldMask

from milepost.__main__ import main
from milepost.cli.app import app
from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.switches import Switches

README = Path(__file__).parents[2] / "README.md"
_CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_PLAN = re.compile(r"(?<=<!-- plan:begin -->).*?(?=<!-- plan:end -->)", re.DOTALL)
_TOML = re.compile(r"(?<=```toml\n).*?(?=```)", re.DOTALL)


def _block(pattern: re.Pattern[str]) -> str:
    found = pattern.search(README.read_text(encoding="utf-8"))
    assert found is not None
    return found.group()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The README's file in a folder of its own, answered by what `demo` starts, on a fixed day."""
    (tmp_path / "conversions.toml").write_text(_block(_TOML), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    clock = Clock(datetime(2026, 3, 16, 12, tzinfo=UTC))
    with Emulator(clock=clock, switches=Switches(retroactive_rules=True)) as emulator:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", emulator.address)
        yield tmp_path


def test_readme_screens_are_what_the_commands_print(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = _block(_CONSOLE)
    screens = []
    for line in shown.splitlines():
        if line.startswith("$ "):
            _, *argv = shlex.split(line[2:])
            capsys.readouterr()
            assert main(argv) == 0
            output = "\n".join(text.rstrip() for text in capsys.readouterr().out.splitlines())
            screens.append(f"{line}\n{output}\n")
    printed = "\n".join(screens)
    if os.environ.get("UPDATE_README"):
        README.write_text(README.read_text(encoding="utf-8").replace(shown, printed), encoding="utf-8")
    assert _block(_CONSOLE) == printed


def _colleague_clicks(address: str) -> None:
    """Somebody changes the counting method of a key event in GA4's own pages."""
    with grpc.insecure_channel(address) as channel:
        admin = AnalyticsAdminServiceClient(transport=AnalyticsAdminServiceGrpcTransport(channel=channel))
        events = admin.list_key_events(parent="properties/100000001")
        event = next(e for e in events if e.event_name == "newsletter_signup")
        changed = KeyEvent(name=event.name, counting_method="ONCE_PER_EVENT")
        who = [("x-emulator-actor", "colleague@example.com")]
        mask = FieldMask(paths=["counting_method"])
        admin.update_key_event(key_event=changed, update_mask=mask, metadata=who)


def test_readme_pull_request_plan_is_what_plan_prints(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sync", "--yes"]) == 0
    _colleague_clicks(os.environ["ANALYTICS_EMULATOR_HOST"])
    label = 'label = "Subscribed to the newsletter"\n'
    text = _block(_TOML).replace(label, f'{label}counting = "once_per_session"\n')
    (site / "conversions.toml").write_text(
        f'{text}\n[dimensions.filter_name]\nlabel = "Filter name"\n', "utf-8"
    )
    capsys.readouterr()
    assert main(["plan", "--format", "markdown"]) == 0
    # One level deeper than in a comment, where it has the page to itself.
    printed = f"\n{re.sub('^#', '##', capsys.readouterr().out, flags=re.MULTILINE).strip()}\n\n"
    _bring_up_to_date(_block(_PLAN), printed)
    assert _block(_PLAN) == printed


def _bring_up_to_date(shown: str, printed: str) -> None:
    if os.environ.get("UPDATE_README"):
        text = README.read_text(encoding="utf-8")
        README.write_text(text.replace(f"-->{shown}<!--", f"-->{printed}<!--"), encoding="utf-8")


def test_readme_file_passes_check(site: Path) -> None:
    assert main(["check"]) == 0


def _commands() -> list[str]:
    return [str(command.callback.__name__) for command in app.registered_commands if command.callback]


@pytest.mark.parametrize("command", _commands())
def test_every_command_is_documented_and_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"| `milepost {command}` |" in README.read_text(encoding="utf-8")
    assert main([command, "--help"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 5
