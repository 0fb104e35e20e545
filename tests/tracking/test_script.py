"""The script for gtag.js: its text. What it does in a browser is tested there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from milepost.model.declared import declared_property
from milepost.operations.starter import catalogue
from milepost.tracking.means import sent_by_site
from milepost.tracking.script import render_script
from tests.model.pages import micro, page
from tests.tracking.conftest import Golden
from tests.tracking.site import SITE, declared_site

CATALOGUE = catalogue()
SCRIPT = render_script(declared_site(), "G-ABC12345")


def _events(script: str) -> dict[str, Any]:
    """The table of events, which is JSON but for the comma at its end."""
    table = re.search(r"const events = (\{.*?),\n  \};", script, re.DOTALL)
    assert table is not None
    found: dict[str, Any] = json.loads(f"{table.group(1)}}}")
    return found


def test_head_and_table_are_the_golden_file(golden: Golden) -> None:
    declared, _, _ = SCRIPT.partition("  // ── The Google tag.")
    golden(declared, "js")


def test_same_file_gives_same_script() -> None:
    assert render_script(declared_site(), "G-ABC12345") == SCRIPT


@pytest.mark.parametrize("name", CATALOGUE.properties)
def test_events_are_those_that_the_site_sends(name: str) -> None:
    declared = declared_property(CATALOGUE, name)
    events = _events(render_script(declared, "G-ABC12345"))
    assert list(events) == [tracked.event for tracked in sent_by_site(declared)]


def test_table_says_what_the_file_says() -> None:
    events = _events(SCRIPT)
    assert events["cta_click"]["on"] == {"click": "button.cta, .hero > a"}
    assert events["cta_click"]["page"] == {"starts_with": "/Pri.ce", "ignore_case": True}
    assert events["cta_click"]["parameters"]["cta_location"] == {"value": 'top </script> "x"'}
    assert events["pricing_see"]["on"] == {"visible": "#pricing", "percent": 80, "seconds": 1.5}
    assert [name for name, event in events.items() if event.get("once")] == [
        "pricing_see", "engaged_time", "half_scroll", "chat_start"
    ]  # fmt: skip
    assert events["engaged_time"]["numbers"] == ["seconds"]


def test_script_can_be_pasted_into_a_page() -> None:
    named = SITE.replace("[properties.site]", '[properties."</script><!-- */ x"]')
    for text in (SITE, named):
        script = render_script(declared_site(text), "G-ABC12345")
        assert "</script" not in script
        assert "<!--" not in script
        assert script.index("*/") > script.index("Consent Mode v2")


def test_parts_are_there_only_when_used() -> None:
    plain = render_script(declared_site(page(micro("step", 'on = { click = "a" }'))), "G-ABC12345")
    assert "IntersectionObserver" in SCRIPT
    assert "iframe_api" in SCRIPT
    assert "IntersectionObserver" not in plain
    assert "iframe_api" not in plain


def test_consent_is_denied_before_the_tag_is_configured() -> None:
    consent, config = SCRIPT.index('gtag("consent", "default"'), SCRIPT.index('gtag("config"')
    assert consent < config
    assert SCRIPT[consent:config].count('"denied"') == 4


def test_transport_url_takes_the_place_of_google() -> None:
    script = render_script(declared_site(), "G-ABC12345", "http://127.0.0.1:8080/")
    assert '"http://127.0.0.1:8080/gtag/js?id=G-ABC12345"' in script
    assert '{"server_container_url": "http://127.0.0.1:8080"}' in script
    assert "googletagmanager" not in script


@pytest.mark.parametrize("name", [*CATALOGUE.properties, "every trigger"])
def test_script_is_javascript(name: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node to read it with")
    declared = declared_site() if name == "every trigger" else declared_property(CATALOGUE, name)
    script = render_script(declared, "G-ABC12345")
    read = subprocess.run([node, "--check", "-"], input=script, text=True, capture_output=True, check=False)
    assert read.stderr == ""
    assert read.returncode == 0
