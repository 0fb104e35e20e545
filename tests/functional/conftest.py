"""The command line against an emulator: `milepost` runs commands, `emulator` answers them over real gRPC."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from milepost.__main__ import main
from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.emulator.faults import UNLIMITED, Faults

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)

SHOP = """\
version = 1

[properties.shop]
id = "100000001"
business_types = ["ecommerce"]
currency = "EUR"

[business_types.ecommerce]
label = "Online shop"
journey = ["view_item", "add_to_cart", "purchase"]

[business_types.ecommerce.macro.purchase]
label = "Purchase"
counting = "once_per_event"

[business_types.ecommerce.micro.view_item]
label = "Viewed a product"
key_event = false

[business_types.ecommerce.micro.add_to_cart]
label = "Added to cart"
counting = "once_per_session"
value = 1.5

[business_types.ecommerce.micro.newsletter_signup]
label = "Subscribed to the newsletter"
counting = "once_per_session"
from = "page_view"
when = [{ page_location = { matches = '^https?://[^/]+/newsletter/thank-you/?([?#]|$)' } }]

[dimensions.filter_name]
label = "Filter name"

[metrics.result_count]
label = "Filter result count"
"""


FLEET_SIZE = 20


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


Milepost = Callable[..., Ran]


@pytest.fixture
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that commands run in, with nothing of the user's around them."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MILEPOST_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("ANALYTICS_EMULATOR_HOST", raising=False)
    return folder


@pytest.fixture
def milepost(workdir: Path, capsys: pytest.CaptureFixture[str]) -> Milepost:
    """Runs one command in the work folder."""

    def run(*argv: str) -> Ran:
        capsys.readouterr()
        code = main(argv)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch, workdir: Path) -> Iterator[Emulator]:
    """A fresh emulator at a fixed time that every command is pointed at."""
    with Emulator(clock=Clock(NOW)) as running:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", running.address)
        yield running


@pytest.fixture(scope="session")
def _lasting() -> Iterator[Emulator]:
    with Emulator(clock=Clock(NOW)) as running:
        yield running


@pytest.fixture
def untouched(_lasting: Emulator, monkeypatch: pytest.MonkeyPatch, workdir: Path) -> Emulator:
    """As `emulator`, but one for all tests, its events loaded already: for commands that only read."""
    monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", _lasting.address)
    _lasting.calls.clear()
    return _lasting


@pytest.fixture
def shop(workdir: Path) -> Path:
    """A small conversions file for the emulator's shop."""
    path = workdir / "conversions.toml"
    path.write_text(SHOP, encoding="utf-8")
    return path


def fleet_text(count: int = FLEET_SIZE) -> str:
    """The shop's file for many shops."""
    head, rest = SHOP.split("[business_types", 1)
    shops = [
        f"[properties.shop-{n:02}]\n"
        f'id = "{300000000 + n}"\nbusiness_types = ["ecommerce"]\ncurrency = "EUR"\n'
        for n in range(count)
    ]
    return head.split("[properties")[0] + "\n".join(shops) + "\n[business_types" + rest


def writes_of(emulator: Emulator) -> int:
    return sum(1 for call in emulator.calls.calls() if call.call.is_write)


@pytest.fixture
def fleet_emulator(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    properties = {str(300000000 + n): "ecommerce" for n in range(FLEET_SIZE)}
    with Emulator(clock=Clock(NOW), properties=properties, faults=Faults(quota=UNLIMITED)) as running:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", running.address)
        yield running


@pytest.fixture
def fleet(workdir: Path) -> Path:
    path = workdir / "conversions.toml"
    path.write_text(fleet_text(), encoding="utf-8")
    return path
