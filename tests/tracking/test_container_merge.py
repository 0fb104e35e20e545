"""A second run over a container that others, or Tag Manager itself, have been at."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.errors import UnsafePlanError
from milepost.tracking.container.format import Export, export_text, read_export
from milepost.tracking.container.lint import lint_container
from milepost.tracking.container.merge import Merged, merge_container
from tests.model.pages import micro, page
from tests.tracking.site import declared_site
from tests.tracking.test_container import container

OURS = container(declared_site())
TEXT = export_text(OURS)
FOREIGN = {
    "tag": {
        "accountId": "7", "containerId": "8", "tagId": "900", "name": "Pixel", "type": "html",
        "parameter": [{"type": "TEMPLATE", "key": "html", "value": "<b>{{Page URL}}</b>"}],
        "fingerprint": "1", "firingTriggerId": ["901"], "tagFiringOption": "UNLIMITED", "later": {"a": 1},
    },
    "trigger": {
        "accountId": "7", "containerId": "8", "triggerId": "901", "name": "All", "type": "PAGEVIEW",
        "fingerprint": "1",
    },
}  # fmt: skip


def _document(text: str = TEXT) -> Any:
    return json.loads(text)


def _read(document: Any) -> Export:
    return read_export(json.dumps(document), "container.json")


def _merge(document: Any, ours: Export = OURS, *, force: bool = False) -> Merged:
    return merge_container(ours, _read(document), "container.json", force=force)


def _version(merged: Merged) -> Any:
    return json.loads(export_text(merged.export))["containerVersion"]


def _of_others() -> Any:
    """A container of somebody else's, with nothing of ours in it."""
    document = _document()
    for kind in ("folder", "variable", "builtInVariable"):
        del document["containerVersion"][kind]
    document["containerVersion"] |= {kind: [deepcopy(entity)] for kind, entity in FOREIGN.items()}
    return document


def _exported_by_tag_manager(document: Any, ids: list[int]) -> Any:
    """The same entities under other ids, fingerprints and accounts, as after import and export."""
    version = document["containerVersion"]
    entities = [(kind, e) for kind in ("folder", "variable", "trigger", "tag") for e in version.get(kind, ())]
    new = {e[f"{kind}Id"]: str(n) for (kind, e), n in zip(entities, ids, strict=False)}
    for kind, entity in entities:
        entity[f"{kind}Id"] = new[entity[f"{kind}Id"]]
        entity |= {"accountId": "600", "containerId": "700", "fingerprint": "1767225600000"}
        if "parentFolderId" in entity:
            entity["parentFolderId"] = new[entity["parentFolderId"]]
        if "firingTriggerId" in entity:
            entity["firingTriggerId"] = [new.get(t, t) for t in entity["firingTriggerId"]]
    return document


def test_second_run_changes_no_byte() -> None:
    merged = _merge(_document())
    assert export_text(merged.export) == TEXT
    assert (merged.added, merged.changed, merged.removed) == ((), (), ())


def test_entities_of_others_stay_as_they_are() -> None:
    version = _version(_merge(_of_others()))
    for kind, entity in FOREIGN.items():
        assert entity in version[kind]
    ours = [tag["name"] for tag in version["tag"] if tag["name"].startswith("Milepost - ")]
    assert ours == [tag.name for tag in OURS.containerVersion.tag]


def test_ours_get_ids_above_those_of_others_and_their_account() -> None:
    merged = _merge(_of_others())
    assert lint_container(merged.export.containerVersion) == ()
    own = [tag for tag in _version(merged)["tag"] if tag["name"] != "Pixel"]
    assert min(int(tag["tagId"]) for tag in own) > 901
    assert {tag["accountId"] for tag in own} == {"0"}


def test_merging_again_changes_nothing() -> None:
    once = export_text(_merge(_of_others()).export)
    twice = _merge(json.loads(once))
    assert export_text(twice.export) == once
    assert (twice.added, twice.changed, twice.removed) == ((), (), ())


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(1, 60)))
def test_other_ids_and_fingerprints_are_no_edit(ids: list[int]) -> None:
    document = _exported_by_tag_manager(_document(), ids)
    merged = _merge(document)
    assert json.loads(export_text(merged.export)) == document
    assert lint_container(merged.export.containerVersion) == ()


def test_new_event_joins_what_tag_manager_exported() -> None:
    one = _document(export_text(container(declared_site(page(micro("step"))))))
    both = container(declared_site(page(f"{micro('step')}\n{micro('other')}")))
    merged = _merge(_exported_by_tag_manager(one, list(range(50, 99))), both)
    assert merged.added == ('trigger "Milepost - other"', 'tag "Milepost - other"')
    assert (merged.changed, merged.removed) == ((), ())
    assert lint_container(merged.export.containerVersion) == ()


def test_event_that_is_no_longer_declared_goes() -> None:
    merged = _merge(_document(), container(declared_site(page(micro("step")))))
    assert 'tag "Milepost - call_click"' in merged.removed
    assert {tag["name"] for tag in _version(merged)["tag"]} == {
        "Milepost - Google tag", "Milepost - purchase", "Milepost - step"
    }  # fmt: skip


def test_declared_change_is_made_in_place() -> None:
    before = container(declared_site(page(micro("step", "on = { timer = 5 }"))))
    after = container(declared_site(page(micro("step", "on = { timer = 6 }"))))
    merged = _merge(_document(export_text(before)), after)
    assert merged.changed == ('trigger "Milepost - step"',)
    old, new = before.containerVersion.trigger, merged.export.containerVersion.trigger
    assert [(t.triggerId, t.name) for t in new] == [(t.triggerId, t.name) for t in old]


EDITS = {
    "another value": lambda v: v["tag"][1]["parameter"][0].update(value="edited"),
    "paused": lambda v: v["tag"][1].update(paused=True),
    "another trigger": lambda v: v["tag"][1].update(firingTriggerId=["2147479553"]),
    "notes rewritten": lambda v: v["tag"][1].update(notes="mine now"),
    "consent asked for": lambda v: v["tag"][1].update(consentSettings={"consentStatus": "NEEDED"}),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_what_somebody_edited_is_named_and_not_overwritten(edit: Any) -> None:
    document = _document()
    edit(document["containerVersion"])
    name = document["containerVersion"]["tag"][1]["name"]
    with pytest.raises(UnsafePlanError, match=f'tag "{name}"'):
        _merge(document)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_force_overwrites_what_somebody_edited(edit: Any) -> None:
    document = _document()
    edit(document["containerVersion"])
    assert export_text(_merge(document, force=True).export) == TEXT


def test_tag_of_others_with_our_name_is_not_overwritten() -> None:
    document = _of_others()
    document["containerVersion"]["tag"][0]["name"] = "Milepost - call_click"
    with pytest.raises(UnsafePlanError, match="Milepost - call_click"):
        _merge(document)


def _told(key: str, value: str) -> dict[str, Any]:
    return {"parameter": [{"type": "TEMPLATE", "key": key, "value": value}]}


@pytest.mark.parametrize("by", ["constant", "text"])
def test_google_tag_of_others_makes_ours_superfluous(by: str) -> None:
    document = _of_others()
    version = document["containerVersion"]
    written = "{{Our ID}}" if by == "constant" else "G-ABC12345"
    version["variable"] = [{"variableId": "5", "name": "Our ID", "type": "c", **_told("value", "G-ABC12345")}]
    version["tag"].append({"tagId": "6", "name": "GA4", "type": "googtag", **_told("tagId", written)})
    merged = _merge(document)
    assert [tag["name"] for tag in _version(merged)["tag"] if tag["type"] == "googtag"] == ["GA4"]
    assert "GA4" in merged.notes[0]


def test_google_tag_for_another_property_stays_beside_ours() -> None:
    document = _of_others()
    other = {"tagId": "6", "name": "GA4", "type": "googtag", **_told("tagId", "G-OTHER123")}
    document["containerVersion"]["tag"].append(other)
    types = [tag["type"] for tag in _version(_merge(document))["tag"]]
    assert types.count("googtag") == 2
