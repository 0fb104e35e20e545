"""The page about tracking tells the truth: its file is valid, no trigger, source or option is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from milepost.model.declared import declared_property
from milepost.model.load import check_text
from milepost.model.trigger import SOURCES, TRIGGERS
from milepost.tracking.means import tracked_conversions

PAGE = (Path(__file__).parents[2] / "docs" / "tracking.md").read_text(encoding="utf-8")
(FILE,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_example_is_a_file_without_a_problem() -> None:
    document, problems = check_text(FILE)
    assert problems == ()
    assert document is not None
    conversions = {t.event: t for t in tracked_conversions(declared_property(document, "site"))}
    cta = {p.name: p.source for p in conversions["cta_click"].parameters}
    assert cta["cta_id"] is not None
    assert cta["cta_id"].attribute == "data-cta-id"
    assert [p.name for p in conversions["generate_lead"].parameters] == ["lead_source", "value", "currency"]


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_every_trigger_has_a_row(trigger: str) -> None:
    assert re.search(rf"^\| `{trigger} = ", PAGE, re.MULTILINE)


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_a_row(source: str) -> None:
    assert re.search(rf"^\| .*`\{{ {source} = ", PAGE, re.MULTILINE)


@pytest.mark.parametrize(
    "option",
    ["--gtm", "--gtag", "--handoff", "--types", "--measurement-id", "--no-google-tag", "--preview", "--open"],
)
def test_every_option_is_told(option: str) -> None:
    assert f"{option}" in PAGE
