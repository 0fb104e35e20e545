"""init and check."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.conftest import SHOP, Milepost

TYPES = ["ecommerce", "saas", "content", "local", "lead_generation", "brand"]


@pytest.mark.parametrize("business_type", TYPES)
def test_init_writes_a_file_that_check_accepts(milepost: Milepost, workdir: Path, business_type: str) -> None:
    assert milepost("init", "--business-type", business_type).code == 0
    run = milepost("check")
    assert run.code == 0
    assert "no errors in 1 property, 1 business type" in run.stdout
    assert run.stderr == ""


def test_init_never_overwrites(milepost: Milepost, shop: Path) -> None:
    run = milepost("init", "-b", "saas")
    assert run.code == 1
    assert "exists already and is left as it is" in run.stderr
    assert shop.read_text(encoding="utf-8") == SHOP


def test_init_takes_several_types_an_id_and_a_place(milepost: Milepost, workdir: Path) -> None:
    argv = ["init", "-b", "saas", "-b", "brand", "--id", "123456", "-o", "own.toml"]
    assert milepost(*argv).code == 0
    text = (workdir / "own.toml").read_text(encoding="utf-8")
    assert '"123456"' in text
    assert milepost("check", "--config", "own.toml").code == 0


def test_init_refuses_what_it_does_not_know(milepost: Milepost, workdir: Path) -> None:
    run = milepost("init", "-b", "sass")
    assert run.code == 1
    assert "Did you mean saas?" in run.stderr
    assert milepost("init", "-b", "saas", "--id", "G-1").code == 1
    assert list(workdir.iterdir()) == []


def test_check_finds_the_file_in_a_folder_above(
    milepost: Milepost, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = shop.parent / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert str(shop.resolve()) in milepost("check").stdout


def test_check_prints_warnings_and_succeeds(milepost: Milepost, shop: Path) -> None:
    text = SHOP.replace('label = "Added to cart"', 'label = "Added to cart"\nparameters = ["colour"]')
    shop.write_text(text, encoding="utf-8")
    run = milepost("check")
    assert run.code == 0
    assert '"colour" is not registered, so no report can show it' in run.stderr
    assert "1 warning" in run.stderr
