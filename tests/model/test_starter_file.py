"""The shipped catalogue, starter files cut from it, and the wheel that carries it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from milepost.errors import InputError
from milepost.model.load import check_text
from milepost.operations.starter import business_types, catalogue_text, starter_text

ROOT = Path(__file__).parents[2]
CATALOGUE: dict[str, Any] = tomllib.loads((ROOT / "conversions.toml").read_text(encoding="utf-8"))
TYPES = tuple(CATALOGUE["business_types"])
SELECTIONS = [*((t,) for t in TYPES), *combinations(TYPES, 2), TYPES]


def concerned(section: str, types: tuple[str, ...]) -> dict[str, Any]:
    """The catalogue's definitions for some types, each without the word for which."""
    return {
        key: {name: value for name, value in entry.items() if name != "business_types"}
        for key, entry in CATALOGUE.get(section, {}).items()
        if not entry.get("business_types") or set(entry["business_types"]) & set(types)
    }


def test_the_catalogue_is_the_file_at_the_root() -> None:
    assert catalogue_text() == (ROOT / "conversions.toml").read_text(encoding="utf-8")
    assert business_types() == TYPES
    assert check_text(catalogue_text())[1] == ()


@pytest.mark.parametrize("types", SELECTIONS, ids="+".join)
def test_a_starter_holds_what_the_catalogue_says_of_its_types(types: tuple[str, ...]) -> None:
    text = starter_text(types)
    document, problems = check_text(text)
    assert problems == ()
    assert document is not None
    raw = tomllib.loads(text)
    assert raw["business_types"] == {t: CATALOGUE["business_types"][t] for t in types}
    for section in ("dimensions", "metrics"):
        kept = raw.get(section, {})
        told = {key: entry.pop("business_types", None) for key, entry in kept.items()}
        assert kept == concerned(section, types)
        for key, own in told.items():
            whole = CATALOGUE[section][key].get("business_types")
            assert set(own or types) == set(whole or types) & set(types)
    assert [p.business_types for p in document.properties.values()] == [(t,) for t in types]


@pytest.mark.parametrize("business_type", TYPES)
def test_a_starter_keeps_the_comments_beside_its_lines(business_type: str) -> None:
    starter = starter_text([business_type]).split("\n")
    header, commented = "", []
    for line in catalogue_text().split("\n"):
        header = line if line.startswith("[") else header
        own = header.startswith((f"[business_types.{business_type}]", f"[business_types.{business_type}."))
        if own and "  # " in line:
            commented.append(line)
    assert commented
    assert [line for line in commented if line not in starter] == []


def test_the_order_asked_for_and_repetition_change_nothing() -> None:
    assert starter_text(["saas", "ecommerce", "saas"]) == starter_text(["ecommerce", "saas"])


@pytest.mark.parametrize("written", ["123", "${GA4_PROPERTY_ID}", "demo"])
def test_the_id_given_is_that_of_the_first_property(written: str) -> None:
    document, problems = check_text(starter_text(["local", "brand"], written))
    assert problems == ()
    assert document is not None
    assert [p.id for p in document.properties.values()] == [written, "demo"]


@pytest.mark.parametrize("written", ["G-1", "", "${A}b", '"\n[absent]', "properties/1"])
def test_something_that_is_no_id_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="is no property id"):
        starter_text(["local"], written)


def test_an_unknown_type_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"ecomerce: is not in the catalogue\. Did you mean ecommerce\?"):
        starter_text(["local", "ecomerce"])


def test_the_wheel_carries_the_same_catalogue(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("milepost-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("milepost/conversions.toml") == (ROOT / "conversions.toml").read_bytes()
        assert archive.testzip() is None
        names = archive.namelist()
        # Data the code reads at run time goes along; tests and real exports do not.
        assert "milepost/py.typed" in names
        assert all(name.startswith(("milepost/", "milepost-")) for name in names)
        assert not any(name.endswith((".parquet", ".pyc")) for name in names)
