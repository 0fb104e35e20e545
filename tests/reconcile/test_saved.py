"""Plan files: they hold the whole plan, and what is no plan file is named as what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.errors import InputError
from milepost.model.resources import PropertyFacts
from milepost.reconcile.diff import diff_property
from milepost.reconcile.entries import Unplanned, plan_entry
from milepost.reconcile.plan import Plan
from milepost.reconcile.saved import Plans, load_plan, plans_text, write_plan
from tests.reconcile.plans import plans, words
from tests.reconcile.worlds import World, worlds

FACTS = PropertyFacts("7", "Seven", "accounts/1", "Etc/GMT", "EUR", "standard")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plans") / "plan.json"


def _read_again(place: Path, *entries: Plan | Unplanned) -> Plans:
    write_plan(place, Plans(entries))
    return load_plan(place)


@given(plan=plans)
def test_every_plan_survives_its_file(place: Path, plan: Plan) -> None:
    assert _read_again(place, plan).entries == (plan,)


@given(worlds(), st.booleans())
def test_every_plan_of_a_world_survives_its_file(place: Path, world: World, prune: bool) -> None:
    plan = diff_property(world.declared, world.live, prune=prune)
    assert _read_again(place, plan).entries == (plan,)


@given(plan=plans, entries=st.lists(st.builds(Unplanned, words, words, words), unique_by=lambda u: u.name))
def test_properties_without_a_plan_keep_their_place(
    place: Path, plan: Plan, entries: list[Unplanned]
) -> None:
    mixed: tuple[Plan | Unplanned, ...] = (*(entry for entry in entries if entry.name != plan.name), plan)
    read = _read_again(place, *mixed)
    assert read.entries == mixed
    assert read.plans == (plan,)


@given(plan=plans, share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_short_anywhere_is_refused(place: Path, plan: Plan, share: float) -> None:
    whole = plans_text([plan_entry(plan)]).rstrip().encode()
    place.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match=r"not JSON, or cut off .*milepost plan --out"):
        load_plan(place)


def _document(**changed: Any) -> str:
    entry = {**plan_entry(Plan("shop", FACTS, ())), **changed}
    return json.dumps({"format_version": 1, "properties": [entry]})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("\x89PNG", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "is no plan"),
        ("{}", "format_version"),
        ('{"format_version": 2, "properties": 5}', "format version 2; this Milepost reads version 1"),
        ('{"format_version": 1}', "properties: field required"),
        ('{"format_version": 1, "properties": [5]}', "properties.0"),
        (_document(changes=[{"action": "rename"}]), "properties.0.changes.0.action"),
        (_document(unmanaged=[{"kind": "gadget", "identity": "x"}]), 'unmanaged.0.kind: no kind "gadget"'),
        (_document(fingerprint=None), "properties.0.fingerprint"),
        (_document(guard={"share": 2, "count": 1}), "properties.0.guard.share"),
    ],
)
def test_what_is_no_plan_file_is_named_with_place_and_remedy(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(InputError) as refused:
        load_plan(path)
    assert words in str(refused.value)
    assert str(path) in str(refused.value)
    assert "milepost plan --out" in str(refused.value)


def test_a_property_that_stands_twice_is_refused(tmp_path: Path) -> None:
    entry = plan_entry(Plan("shop", FACTS, ()))
    (tmp_path / "plan.json").write_text(plans_text([entry, entry]), encoding="utf-8")
    with pytest.raises(InputError, match="shop twice"):
        load_plan(tmp_path / "plan.json")


def test_keys_of_a_later_writer_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(_document(mood="good"), encoding="utf-8")
    assert load_plan(tmp_path / "plan.json").entries == (Plan("shop", FACTS, ()),)


def test_a_plan_file_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read.*milepost plan --out"):
        load_plan(tmp_path / "plan.json")


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    place = tmp_path / "plan.json"
    place.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_plan(place, Plans((Plan("new \ud800", FACTS, ()),)))
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]
    assert place.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("where", ["nowhere/plan.json", "."])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, where: str) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_plan(tmp_path / where, Plans(()))
    assert list(tmp_path.iterdir()) == []
