"""Files of every kind of thing, and what somebody else does to the property meanwhile, made by chance."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from hypothesis import strategies as st

from milepost.model.load import ConversionsFile, check_text
from tests.reconcile import worlds

SHOP = "100000001"
AUDIENCES = ("cart_left", "fans")
CALCULATED = ("per_seat", "both")
MEASURED = {"file_download": "file_downloads_enabled", "scroll": "scrolls_enabled"}
"""Event → the switch of the web stream without which it never happens."""

FORMULAS = ("eventCount * 2", "totalUsers / sessions")

Raw = dict[str, Any]

_retention = worlds.sometimes(
    events=st.sampled_from(["2_months", "14_months"]),
    users=st.sampled_from(["2_months", "14_months"]),
    reset_on_new_activity=st.booleans(),
)


def _audience(events: list[str]) -> st.SearchStrategy[Raw]:
    """An audience of people who did some of these, and not another one."""
    others = events[1:]
    return st.fixed_dictionaries(
        {"did": st.just(events[:1])},
        optional={
            "did_not": st.just(others[:1]),
            "days": st.sampled_from([7, 30]),
            "description": worlds.values,
        },
    )


@st.composite
def _calculated(draw: st.DrawFn, metrics: list[str]) -> Raw:
    """Calculated metrics that refer to nothing the file does not declare."""
    formulas = [*FORMULAS, *(f"customEvent:{name} / eventCount" for name in metrics)]
    return {
        key: {"label": f"Figure {key}", "formula": draw(st.sampled_from(formulas))}
        for key in draw(st.lists(st.sampled_from(CALCULATED), unique=True))
    }


@st.composite
def files(draw: st.DrawFn) -> Raw:
    """A conversions file without fault, as parsed TOML; its one property, `site`, is the emulator's shop."""
    raw: Raw = draw(worlds.files())
    site, shop = raw["properties"]["site"], raw["business_types"]["shop"]
    site["id"] = SHOP
    site |= {"retention": draw(_retention), "enhanced_measurement": draw(st.booleans())}
    for event in draw(st.lists(st.sampled_from(list(MEASURED)), unique=True)):
        shop["micro"][event] = {"key_event": draw(st.booleans())}
    events = [*shop["macro"], *shop["micro"]]
    shop["audiences"] = {
        key: draw(_audience(events)) for key in draw(st.lists(st.sampled_from(AUDIENCES), unique=True))
    }
    raw["calculated_metrics"] = draw(_calculated(sorted(raw["metrics"])))
    raw["absent"] |= {
        "calculated_metrics": [key for key in CALCULATED if key not in raw["calculated_metrics"]],
        "audiences": [_label(key) for key in AUDIENCES if key not in shop["audiences"]],
    }
    for definition in _labelled(raw):
        # Without what sets them apart: in another file the same label may be another thing's.
        definition["label"] = " ".join(definition["label"].split()[:2])
    return _relabelled(draw, raw) if draw(st.booleans()) else raw


def _labelled(raw: Raw) -> list[Raw]:
    """Definitions whose labels GA4 wants to be unique."""
    return [*raw["dimensions"].values(), *raw["metrics"].values()]


def _relabelled(draw: st.DrawFn, raw: Raw) -> Raw:
    """The file with its labels changed among those that have them."""
    definitions = _labelled(raw)
    labels = draw(st.permutations([definition["label"] for definition in definitions]))
    for definition, label in zip(definitions, labels, strict=True):
        definition["label"] = label
    return raw


def _without(draw: st.DrawFn, raw: Raw) -> Raw:
    """The file without some of its definitions and audiences, which are to go, labels and all."""
    absent, audiences = raw["absent"], raw["business_types"]["shop"]["audiences"]
    for key, definition in list(raw["dimensions"].items()):
        if draw(st.booleans()):
            del raw["dimensions"][key]
            absent["dimensions"] = [*absent["dimensions"], f"{definition['scope']}:{definition['parameter']}"]
    for key in list(audiences):
        if draw(st.booleans()):
            del audiences[key]
            absent["audiences"] = [*absent["audiences"], _label(key)]
    return raw


@st.composite
def edited(draw: st.DrawFn, raw: Raw) -> Raw:
    """What becomes of a file: nothing, other labels, fewer things, or another file altogether."""
    edit = draw(st.sampled_from(["none", "labels", "fewer", "all"]))
    if edit == "all":
        return draw(files())
    copy = deepcopy(raw)
    return _relabelled(draw, copy) if edit == "labels" else _without(draw, copy) if edit == "fewer" else copy


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()


def declared_identities(raw: Raw) -> dict[str, set[str]]:
    """What the file declares, by section."""
    return worlds.declared_identities(raw) | {
        "calculated_metrics": set(raw["calculated_metrics"]),
        "audiences": {_label(key) for key in raw["business_types"]["shop"]["audiences"]},
    }


def text_of(raw: Mapping[str, Any]) -> str:
    """The file's text."""
    return tomli_w.dumps(raw)


def file_of(raw: Mapping[str, Any]) -> ConversionsFile:
    """The file as the operations take it."""
    document, problems = check_text(text_of(raw))
    assert [p for p in problems if p.severity == "error"] == []
    assert document is not None
    return ConversionsFile(Path("conversions.toml"), document, problems)


@st.composite
def reordered(draw: st.DrawFn, raw: Raw) -> Raw:
    """The same file with its tables, their keys, and what is absent or ignored in another order."""
    other: Raw = draw(_reordered(raw))
    for named in (other["absent"], other["properties"]["site"]["ignore"]):
        named |= {section: draw(st.permutations(identities)) for section, identities in named.items()}
    return other


@st.composite
def _reordered(draw: st.DrawFn, value: Any) -> Any:
    """At every level. What a rule sets stays in its order: one thing that it sets can use another."""
    if isinstance(value, list):
        return [draw(_reordered(inner)) for inner in value]
    if not isinstance(value, dict):
        return value
    keys = draw(st.permutations(list(value)))
    return {key: value[key] if key == "set" else draw(_reordered(value[key])) for key in keys}


@dataclass(frozen=True)
class Deed:
    """Something that somebody else does: to a new thing, or to one of those there are at that moment.

    `at` chooses which one, `how` which way.
    """

    action: str
    collection: str
    at: int
    how: int


COLLECTIONS = (
    "keyEvents",
    "customDimensions",
    "customMetrics",
    "calculatedMetrics",
    "eventCreateRules",
    "audiences",
)
deeds = st.builds(
    Deed,
    st.sampled_from(["make", "alter", "remove"]),
    st.sampled_from([*COLLECTIONS, "settings"]),
    st.integers(0, 7),
    st.integers(0, 7),
)


@dataclass(frozen=True)
class Hindrance:
    """Somebody is faster than a plan: makes what it is about to make, or renames or removes what it means.

    `at` chooses which of its changes, `how` in which way.
    """

    at: int
    how: int


hindrances = st.builds(Hindrance, st.integers(0, 15), st.sampled_from([1, 0]))


@dataclass(frozen=True)
class Death:
    """A process that ends at its n-th write (from 1): before it is made, or before its answer is seen."""

    at: int
    after: bool


@dataclass(frozen=True)
class Trouble:
    """What one sync meets. `failing` is the answer that 30 % of writes get in place of being carried out."""

    failing: str
    reading: str
    seed: int
    lost: bool
    fatal: bool

    @property
    def rules(self) -> tuple[str, ...]:
        """As the emulator takes them."""
        kept = [f"{verb}*=lost@25%" for verb in ("Create", "Update", "Delete", "Archive") if self.lost]
        kept += [f"{verb}*={self.failing}@30%" for verb in ("Create", "Update", "Delete", "Archive")]
        if self.fatal:
            kept.append("*=PERMISSION_DENIED@4%")
        return (*kept, f"*={self.reading}@30%")


troubles = st.builds(
    Trouble,
    st.sampled_from(
        ["UNAVAILABLE", "INTERNAL", "ABORTED", "DEADLINE_EXCEEDED", "rate_limit", "expired_token"]
    ),
    st.sampled_from(["UNAVAILABLE", "INTERNAL", "rate_limit", "rate_limit_403"]),
    st.integers(0, 2**16),
    st.sampled_from([True, True, False]),
    st.sampled_from([False, False, True]),
)


@dataclass(frozen=True)
class Run:
    """One sync and what comes before it: the file as it then is, and deeds before and after the plan."""

    raw: Raw
    before: tuple[Deed, ...]
    between: tuple[Deed | Hindrance, ...]
    trouble: Trouble | None
    death: Death | None
    prune: bool


def _few(strategy: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


_deaths = st.builds(Death, st.integers(1, 8), st.booleans())
_one_in_eight = st.integers(0, 7).map(lambda n: n == 0)


def _runs(raw: Raw) -> st.SearchStrategy[Run]:
    return st.builds(
        Run,
        st.just(raw),
        _few(deeds, 4),
        st.lists(hindrances | deeds, min_size=1, max_size=3).map(tuple),
        troubles | st.none(),
        st.sampled_from([False, False, True]).flatmap(lambda dies: _deaths if dies else st.none()),
        _one_in_eight,
    )


@st.composite
def stories(draw: st.DrawFn) -> tuple[Run, ...]:
    """What happens to a property before the one sync that meets with nothing."""
    raw = draw(files())
    told = [draw(_runs(raw))]
    for _ in range(draw(st.integers(0, 2))):
        raw = draw(edited(raw))
        told.append(draw(_runs(raw)))
    return tuple(told)
