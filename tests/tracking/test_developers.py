"""What developers get: the hand-off page and the TypeScript types."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from milepost.model.load import ConversionsFile, check_text
from milepost.operations.tag import track_properties
from milepost.render.tag.handoff import render_handoff
from milepost.tracking.types import render_types
from tests.model.pages import micro, page
from tests.tracking.conftest import Golden
from tests.tracking.site import SITE, declared_site


def _handoff(text: str = SITE) -> str:
    document, _ = check_text(text)
    assert document is not None
    (tracking,) = track_properties(ConversionsFile(Path("conversions.toml"), document, ()), [])
    return render_handoff(tracking)


def test_handoff_is_the_golden_file(golden: Golden) -> None:
    golden(_handoff(), "md")


def test_handoff_has_a_section_per_event_that_somebody_sends() -> None:
    sections = re.findall(r"^### `(\w+)`$", _handoff(), re.MULTILINE)
    assert set(sections) == {
        "purchase", "call_click", "cta_click", "contact_send", "pricing_see", "engaged_time", "half_scroll",
        "video_half", "video_end", "chat_start", "sign_up", "generate_lead", "webinar_attend",
    }  # fmt: skip
    assert len(sections) == len(set(sections))


def test_handoff_makes_no_html_of_labels() -> None:
    text = page(micro("step", "label = '<img src=x> [a](b) @x'"))
    prose = re.sub(r"```.*?```|`[^`]*`", "", _handoff(text), flags=re.DOTALL)
    assert "<img" not in prose.replace("\\<img", "")
    assert "[a](b)" not in prose


def test_server_example_is_a_request_of_the_measurement_protocol() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", _handoff(), re.DOTALL)
    body = json.loads(example)
    assert body["client_id"]
    assert body["events"][0]["name"] == "webinar_attend"
    assert {"session_id", "engagement_time_msec", "webinar_name"} == set(body["events"][0]["params"])


def test_examples_are_javascript() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node to read them with")
    script = "\n".join(re.findall(r"```js\n(.*?)```", _handoff(), re.DOTALL))
    assert "dataLayer.push({ ecommerce: null });" in script
    read = subprocess.run([node, "--check", "-"], input=script, text=True, capture_output=True, check=False)
    assert read.returncode == 0, read.stderr


def test_types_are_the_golden_file(golden: Golden) -> None:
    golden(render_types(declared_site()), "d.ts")


def test_types_require_what_ga4_requires_and_no_more() -> None:
    types = render_types(declared_site())
    purchase = re.search(r"purchase: \{(.*?)\};", types, re.DOTALL)
    assert purchase is not None
    required = re.findall(r"^    (\w+): (.*);$", purchase.group(1), re.MULTILINE)
    assert required == [
        ("transaction_id", "string"), ("currency", "string"), ("value", "number"), ("items", "MilepostItem[]")
    ]  # fmt: skip


def test_label_ends_no_comment_of_the_types() -> None:
    types = render_types(declared_site(page(micro("step", "label = 'a */ alert(1) /*'"))))
    assert "/** a * / alert(1) /* (micro). */" in types
