"""Faults in writing: the short form, tables, files, and what is said of mistakes in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.emulator.faults import UNLIMITED, FaultError, FaultPlan, Quota, Rule, Step, plan_of_options
from milepost.emulator.faults.answers import NAMED
from milepost.emulator.faults.plan import parse_plan, parse_quota, read_plan
from milepost.emulator.faults.short import parse_duration, parse_latency, parse_rule

TOML = """\
seed = 7
latency = "20ms"
quota = { requests = 60, window = "6s" }

[[rules]]
method = "Create*"
answer = "UNAVAILABLE"
rate = "30%"
latency = "1.5s"

[[rules]]
method = "CreateKeyEvent"
property = "100000001"
script = ["ok", "lost", { answer = "INTERNAL", when = "after", message = "Oh.", latency = "50ms" }]
repeat = true

[[rules]]
method = "*"
answer = "viewer"
count = 3
"""

PLAN = FaultPlan(
    rules=(
        Rule("Create*", "UNAVAILABLE", rate=0.3, latency=1.5),
        Rule(
            "CreateKeyEvent",
            property_id="100000001",
            script=(Step("ok"), Step("lost"), Step("INTERNAL", "after", "Oh.", 0.05)),
            repeat=True,
        ),
        Rule("*", "viewer", count=3),
        Rule(latency=0.02),
    ),
    seed=7,
    quota=Quota(requests=60, window=6.0),
)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("Create*=UNAVAILABLE@30%", Rule("Create*", "UNAVAILABLE", rate=0.3)),
        ("CreateKeyEvent=lost@1", Rule("CreateKeyEvent", "lost", count=1)),
        ("*=unavailable", Rule("*", "unavailable")),
        ("*:100000001=viewer", Rule("*", "viewer", property_id="100000001")),
        ("v1alpha/*=DEADLINE_EXCEEDED:after", Rule("v1alpha/*", "DEADLINE_EXCEEDED", when="after")),
        ("List*=ok, INTERNAL:after", Rule("List*", script=(Step("ok"), Step("INTERNAL", "after")))),
        ("  GetMetadata=ok ", Rule("GetMetadata", "ok")),
    ],
)
def test_short_form_says_what_the_rule_says(written: str, rule: Rule) -> None:
    assert parse_rule(written) == rule


@pytest.mark.parametrize(
    "written",
    [
        *("", "Create*", "=lost", "Create*=", "Create*=maybe", "Create*=ok,lost@2", "Create*=lost:never"),
        *("Create*=lost@", "Create*=lost@x", "Create*=lost@-1", "Create*=lost@200%", "Create*=lost@nan%"),
        "*:shop=viewer",
    ],
)
def test_short_forms_that_cannot_be_are_quoted(written: str) -> None:
    with pytest.raises(FaultError) as caught:
        parse_rule(written)
    assert repr(written) in str(caught.value)


def test_unknown_answer_lists_the_known_ones() -> None:
    with pytest.raises(FaultError) as caught:
        parse_rule("*=gone")
    for name in (*NAMED, "ok", "UNAVAILABLE"):
        assert name in str(caught.value)


@given(
    seconds=st.integers(0, 10_000), unit=st.sampled_from([("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)])
)
def test_durations_have_units(seconds: int, unit: tuple[str, float]) -> None:
    assert parse_duration(f"{seconds}{unit[0]}") == pytest.approx(seconds * unit[1])


@pytest.mark.parametrize("written", ["", "5", "1 s", "-1s", "1d", "s", "1.s", "٣s", 5, None])
def test_durations_without_one_are_refused(written: object) -> None:
    with pytest.raises(FaultError, match="no duration"):
        parse_duration(written)


def test_latency_is_for_all_calls_or_for_some() -> None:
    assert parse_latency("100ms") == Rule("*", latency=0.1)
    assert parse_latency("List* = 2s") == Rule("List*", latency=2.0)


@pytest.mark.parametrize(
    ("written", "quota"),
    [
        ("off", UNLIMITED),
        ("requests=600,writes=180", Quota()),
        ("requests=60, window=6s", Quota(requests=60, window=6.0)),
        ("requests=5000", Quota(requests=5000, project_requests=5000)),
        ("requests=5000,project_requests=100", Quota(requests=5000, project_requests=100)),
        ("writes=off", Quota(writes=None, project_writes=None)),
        ("clock=emulator,code=PERMISSION_DENIED", Quota(clock="emulator", code="PERMISSION_DENIED")),
        ({"requests": 10.0}, Quota(requests=10)),
    ],
)
def test_quota_in_writing(written: object, quota: Quota) -> None:
    assert parse_quota(written) == quota


@pytest.mark.parametrize(
    "written", ["", "requests", "requests=many", "requests=1.5", "reads=3", "window=6", {"requests": 1.5}, 3]
)
def test_quotas_that_cannot_be_are_named(written: object) -> None:
    with pytest.raises(FaultError, match=r"quota|duration"):
        parse_quota(written)


def test_toml_and_json_files_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text(TOML, encoding="utf-8")
    assert read_plan(tmp_path / "faults.toml") == PLAN
    table = {
        "seed": 7,
        "latency": "20ms",
        "quota": {"requests": 60, "window": "6s"},
        "rules": [
            {"method": "Create*", "answer": "UNAVAILABLE", "rate": 0.3, "latency": "1.5s"},
            {
                "method": "CreateKeyEvent",
                "property": "100000001",
                "script": [
                    "ok",
                    "lost",
                    {"answer": "INTERNAL", "when": "after", "message": "Oh.", "latency": "50ms"},
                ],
                "repeat": True,
            },
            "*=viewer@3",
        ],
    }
    (tmp_path / "faults.json").write_text(json.dumps(table), encoding="utf-8")
    assert read_plan(tmp_path / "faults.json") == PLAN


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"rule": []}, "'rule'"),
        ({"rules": "x"}, "rules"),
        ({"rules": [3]}, "rules[0]"),
        ({"rules": ["*=lost", "*=gone"]}, "rules[1]"),
        ({"rules": [{"answers": "lost"}]}, "rules[0]: no key 'answers'"),
        ({"rules": [{"answer": 5}]}, "rules[0]"),
        ({"rules": [{"answer": "lost", "rate": "often"}]}, "rules[0]: rate"),
        ({"rules": [{"answer": "lost", "rate": True}]}, "rules[0]: rate"),
        ({"rules": [{"answer": "lost", "count": 1.5}]}, "rules[0]: count"),
        ({"rules": [{"answer": "lost", "when": "soon"}]}, "rules[0]: when"),
        ({"rules": [{"script": []}]}, "rules[0]: script"),
        ({"rules": [{"script": "ok"}]}, "rules[0]: script"),
        ({"rules": [{"script": [{"answer": "gone"}]}]}, "rules[0]: no answer 'gone'"),
        ({"rules": [{"answer": "lost", "repeat": "yes"}]}, "rules[0]"),
        ({"seed": "seven"}, "seed"),
        ({"seed": float("nan")}, "seed"),
        ({"latency": 5}, "duration"),
        ({"quota": {"reads": 1}}, "quota: no key 'reads'"),
    ],
)
def test_mistakes_in_tables_are_named_by_place(document: dict[str, Any], place: str) -> None:
    with pytest.raises(FaultError) as caught:
        parse_plan(document)
    assert place in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("faults.toml", b"rules = ["),
        ("faults.json", b"[]"),
        ("faults.json", b"{"),
        ("faults.toml", b"\xff\xfe"),
        ("faults.toml", b"seed = 1.5"),
        ("nowhere/faults.toml", None),
    ],
)
def test_broken_files_are_named(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FaultError, match=path.name):
        read_plan(path)


def test_options_come_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text(TOML, encoding="utf-8")
    plan = plan_of_options(
        file=tmp_path / "faults.toml", faults=["*=lost@1"], latencies=["5ms"], quota="off", seed=9
    )
    assert plan.rules == (Rule("*", "lost", count=1), Rule(latency=0.005), *PLAN.rules)
    assert (plan.seed, plan.quota) == (9, UNLIMITED)
    assert plan_of_options() == FaultPlan()
