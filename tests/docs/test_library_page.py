"""The page about the library tells the truth: its example runs, its names are there."""

from __future__ import annotations

import re
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

import milepost
from milepost.emulator.clock import Clock
from milepost.emulator.embedded import Emulator
from milepost.model.frames import Tabular

PAGE = (Path(__file__).parents[2] / "docs" / "library.md").read_text(encoding="utf-8")

FILE = """\
version = 1
[properties.shop]
id = "100000001"
business_types = ["ecommerce"]
[business_types.ecommerce.macro.purchase]
label = "Purchase"
"""


def test_example_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "conversions.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    with Emulator(clock=Clock(datetime(2026, 3, 16, 12, tzinfo=UTC))) as emulator:
        monkeypatch.setenv("ANALYTICS_EMULATOR_HOST", emulator.address)
        exec(compile(textwrap.dedent(example), "docs/library.md", "exec"), {})  # noqa: S102 - our own page
    purchase, *table = capsys.readouterr().out.splitlines()
    assert purchase.startswith("Purchase 70 0.029")
    assert table[0].split() == ["value", "users", "macro_user_rate"]
    assert any(line.strip().startswith("Organic Search") for line in table)


def test_every_name_of_the_page_is_public() -> None:
    names = set(re.findall(r"milepost\.([A-Za-z]\w*)\(?", PAGE))
    assert names <= set(milepost.__all__)


def test_every_result_with_data_frames_is_named() -> None:
    with_frames = {
        name
        for name in milepost.__all__
        if isinstance(getattr(milepost, name), type) and issubclass(getattr(milepost, name), Tabular)
    }
    assert {name for name in with_frames if f"`{name}`" not in PAGE} == set()
