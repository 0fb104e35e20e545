"""The whole circle on one emulator: declare, sync, tag, click in a real browser, verify, report."""

from __future__ import annotations

from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.emulator.embedded import Emulator
from tests.browser.tag_site import banner, tag_site
from tests.functional.conftest import Milepost, emulator, milepost, workdir

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["emulator", "milepost", "workdir"]

CONVERSIONS = """\
version = 1

[properties.shop]
id = "100000001"
business_types = ["shop"]
currency = "EUR"

[business_types.shop]
label = "Shop"

[business_types.shop.macro.callback_ask]
label = "Asked to be called back"
on = { submit = "form#callback" }
counting = "once_per_event"
send = { value = 40 }

[business_types.shop.micro.brochure_open]
label = "Opened the brochure"
on = { click = "a.brochure" }
counting = "once_per_event"
parameters = ["brochure_name"]

[business_types.shop.micro.never_done]
label = "Nobody does it"
on = { click = "#nowhere" }

[dimensions.brochure_name]
label = "Brochure"
"""

_BODY = """
<a class="brochure" href="#b" data-brochure-name="Spring">Brochure</a>
<form id="callback" action="#sent"><input aria-label="Number"><button>Call me</button></form>
"""


def test_click_in_a_browser_comes_back_in_the_report(
    browser: Browser, milepost: Milepost, emulator: Emulator, workdir: Path
) -> None:
    (workdir / "conversions.toml").write_text(CONVERSIONS, encoding="utf-8")
    assert milepost("sync", "--yes").code == 0
    assert milepost("tag", "--gtag", "milepost.js").code == 0
    script = (workdir / "milepost.js").read_text(encoding="utf-8")

    def collect(query: str) -> None:
        connection = HTTPConnection(emulator.collect_address)
        connection.request("POST", f"/g/collect?{query}")
        assert connection.getresponse().status == 204
        connection.close()

    # Three people: two agree to be counted, one does not.
    for choice in ("granted", "granted", "denied"):
        with tag_site(
            browser, CONVERSIONS, _BODY, head=banner(choice), script=script, collect=collect
        ) as site:
            site.page.click("a.brochure")
            site.page.click("a.brochure")
            site.page.press("#callback input", "Enter")
            site.awaited("callback_ask")

    verified = milepost("verify", "--format", "json")
    (entry,) = verified.json["properties"]
    states = {c["event"]: (c["state"], c["recent"] and c["recent"]["events"]) for c in entry["conversions"]}
    assert states == {
        "callback_ask": ("arriving", 2),
        "brochure_open": ("arriving", 4),
        "never_done": ("not_seen", None),
    }
    assert verified.code == 3

    # Reports tell of full days.
    emulator.clock.set(emulator.clock.now() + timedelta(days=1))
    (shop,) = milepost("report", "--days", "1", "--format", "json").json["properties"]
    reported = {c["event"]: (c["events"], c["users"], c["value"]) for c in shop["conversions"]}
    assert reported == {
        "callback_ask": (2, 2, 80.0),
        "brochure_open": (4, 2, None),
        "never_done": (0, 0, None),
    }
    (entry,) = milepost("verify", "--event", "brochure_open", "--format", "json").json["properties"]
    (brochure,) = entry["conversions"]
    assert [(p["parameter"], p["events"]) for p in brochure["parameters"]] == [("brochure_name", 4)]
    assert [hit.fate for hit in emulator.hits].count("consent_denied") == len(emulator.hits) / 3
