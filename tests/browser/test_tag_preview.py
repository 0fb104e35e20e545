"""The preview as the person meets it who has declared events and now tries them."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.request import urlopen

import pytest

from milepost.cli.tag_preview import PLACEHOLDER, make_preview
from milepost.errors import InputError
from milepost.model.declared import declared_property
from milepost.model.document import Document
from milepost.operations.starter import catalogue
from milepost.tracking.preview.received import Received
from tests.browser.test_report_page import _CONTRASTS
from tests.tracking.site import SITE, declared_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CATALOGUE = catalogue()
QUICK = SITE.replace("{ timer = 60 }", "{ timer = 1 }")


class Tried:
    """A preview open in a browser. `said` and `asked` are complaints, and addresses elsewhere."""

    def __init__(self, page: Page, origin: str, events: list[Received]) -> None:
        self.page = page
        self.origin = origin
        self.events = events
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.origin, "data:")):
            self.asked.append(url)

    def open(self, path: str = "/") -> Tried:
        self.page.goto(self.origin + path)
        return self

    def grant(self) -> Tried:
        self.page.get_by_role("button", name="Grant").click()
        return self

    def state(self, event: str, expected: str) -> None:
        """Waits until the card says it."""
        from playwright.sync_api import expect

        expect(self.page.locator(f'.card[data-card="{event}"] .seen')).to_have_text(expected)

    def stage(self, event: str, inner: str) -> None:
        self.page.locator(f'.card[data-card="{event}"] .stage {inner}').click()


class Preview(Protocol):
    """Serves the preview of a file, or of what one declares, and opens a page for it."""

    def __call__(
        self,
        declared: str | Document = QUICK,
        name: str = "site",
        width: int = 1200,
        scheme: Literal["light", "dark"] = "light",
    ) -> Tried: ...


@pytest.fixture
def preview(browser: Browser) -> Iterator[Preview]:
    with ExitStack() as stack:

        def served(
            declared: str | Document = QUICK,
            name: str = "site",
            width: int = 1200,
            scheme: Literal["light", "dark"] = "light",
        ) -> Tried:
            site = declared_site(declared) if isinstance(declared, str) else declared_property(declared, name)
            events: list[Received] = []
            server = stack.enter_context(make_preview(site, PLACEHOLDER, on_event=events.append))
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            stack.callback(context.close)
            return Tried(context.new_page(), server.origin, events)

        yield served


def test_every_trigger_lights_its_card(preview: Preview) -> None:
    tried = preview().open("/Pri.ce?utm_campaign=example").grant()
    for event, inner in (
        ("purchase", ".run"),
        ("call_click", "a"),
        ("cta_click", "button"),
        ("contact_send", "button"),
        ("pricing_see", "summary"),
        ("chat_start", ".run"),
        ("sign_up", ".run"),
        ("generate_lead", ".run"),
    ):
        tried.stage(event, inner)
        tried.state(event, "seen")
    tried.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    tried.page.locator('.card[data-card="video_end"] video').evaluate("video => video.play()")
    for event in ("engaged_time", "half_scroll", "video_half", "video_end"):
        tried.state(event, "seen")
    assert tried.page.locator("#summary").inner_text() == "12 of 12 events seen."
    names = [event.event for event in tried.events]
    assert sorted(names) == sorted({*names})
    assert all(event.consent for event in tried.events)
    assert (tried.said, tried.asked) == ([], [])


def test_denied_consent_is_the_default_and_shown(preview: Preview) -> None:
    tried = preview().open()
    tried.stage("sign_up", ".run")
    tried.state("sign_up", "seen, but not counted: no consent")
    assert tried.page.context.cookies() == []
    tried.grant().stage("sign_up", ".run")
    tried.state("sign_up", "seen ×2")
    assert "_ga" in {cookie["name"] for cookie in tried.page.context.cookies()}
    tried.page.get_by_role("button", name="Deny").click()
    tried.stage("sign_up", ".run")
    tried.state("sign_up", "seen ×3, the last not counted: no consent")
    assert [e.consent for e in tried.events if e.event == "sign_up"] == [False, True, False]
    assert {e.fields["gcs"] for e in tried.events} == {"G100", "G111"}


def test_missing_parameter_is_named(preview: Preview) -> None:
    tried = preview().open().grant()
    tried.stage("chat_start", ".run")
    tried.state("chat_start", "seen, without campaign")
    row = tried.page.locator('.card[data-card="chat_start"] [data-parameter="campaign"]')
    assert row.locator(".value").inner_text() == "missing"


def test_condition_on_the_page_leads_there(preview: Preview) -> None:
    tried = preview().open().grant()
    tried.page.locator('.card[data-card="cta_click"] .where a').click()
    assert tried.page.url == f"{tried.origin}/Pri.ce"
    tried.grant().stage("cta_click", "button")
    tried.state("cta_click", "seen")
    assert next(e for e in tried.events if e.event == "cta_click").parameters["cta_location"] == (
        'top </script> "x"'
    )


def test_page_works_by_keyboard_alone(preview: Preview) -> None:
    tried = preview().open()
    page = tried.page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#consent").inner_text() == "granted"
    page.locator('.card[data-card="contact_send"] input').press("Enter")
    tried.state("contact_send", "seen")
    page.locator('.card[data-card="pricing_see"] summary').press("Enter")
    tried.state("pricing_see", "seen")
    assert re.fullmatch(r"[2-5] of 12 events seen\.", page.get_by_role("status").inner_text())


def test_list_shows_what_was_sent_and_how_it_is_read(preview: Preview) -> None:
    tried = preview().open().grant()
    tried.stage("purchase", ".run")
    tried.state("purchase", "seen")
    entry = tried.page.locator("#events li").filter(has_text="purchase")
    entry.locator("summary").click()
    read, sent = (
        entry.get_by_role("table", name=name) for name in ("As GA4 reads it", "As sent to /g/collect")
    )
    assert read.get_by_role("row", name="transaction_id T_1").count() == 1
    assert sent.get_by_role("row", name="ep.transaction_id T_1").count() == 1
    assert sent.get_by_role("row", name="gcs G111").count() == 1


def test_reload_keeps_what_arrived_and_clear_forgets_it(preview: Preview) -> None:
    tried = preview().open().grant()
    tried.stage("sign_up", ".run")
    tried.state("sign_up", "seen")
    tried.open()
    tried.state("sign_up", "seen")
    with tried.page.expect_navigation():
        tried.page.get_by_role("button", name="Clear").click()
    tried.state("sign_up", "not seen yet")


def test_end_of_the_preview_is_said(browser: Browser) -> None:
    page = browser.new_page()
    with make_preview(declared_site(QUICK), PLACEHOLDER) as server:
        page.goto(server.origin)
    page.get_by_text("The preview has ended").wait_for()
    page.close()


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_page_never_scrolls_sideways(preview: Preview, width: int) -> None:
    for name in ("shop", "software"):
        tried = preview(CATALOGUE, name, width).open().grant()
        assert tried.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(preview: Preview, scheme: Literal["light", "dark"]) -> None:
    tried = preview(scheme=scheme).open().grant()
    tried.stage("chat_start", ".run")
    tried.state("chat_start", "seen, without campaign")
    found = tried.page.evaluate(_CONTRASTS)
    assert len(found) > 50
    assert min(found)[0] >= 4.5, min(found)


@pytest.mark.parametrize("name", CATALOGUE.properties)
def test_every_event_of_the_catalogue_can_be_tried(preview: Preview, name: str) -> None:
    tried = preview(CATALOGUE, name).open().grant()
    for card in tried.page.locator(".card").all():
        for inner in ("a", "> button", "button[type=submit]", "summary"):
            if (found := card.locator(f".stage {inner}")).count():
                found.first.click()
        where = card.locator(".where a")
        assert where.count() == 0 or where.get_attribute("href")
    tried.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    for card in tried.page.locator(".card").all():
        if card.locator(".clock, video, .where a").count():
            continue
        tried.state(str(card.get_attribute("data-card")), "seen")
    assert (tried.said, tried.asked) == ([], [])


def test_hostile_names_do_nothing(preview: Preview) -> None:
    evil = "</title></script><script>alert(1)</script><img src=x onerror=alert(2)>"
    text = QUICK.replace("Tapped the phone number", evil).replace("Sent the contact form", f'\\"{evil}')
    tried = preview(text).open().grant()
    tried.stage("call_click", "a")
    tried.state("call_click", "seen")
    assert tried.page.locator("img").count() == 0
    assert tried.page.get_by_role("heading", name=evil).count() == 2
    assert (tried.said, tried.asked) == ([], [])


def test_port_in_use_is_an_error_with_a_remedy() -> None:
    declared = declared_site(QUICK)
    with make_preview(declared, PLACEHOLDER) as server:
        port = int(server.origin.rpartition(":")[2])
        with pytest.raises(InputError, match="cannot be listened on"):
            make_preview(declared, PLACEHOLDER, port=port)


def test_newcomer_gets_container_and_preview_in_two_commands(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MILEPOST_STATE_DIR", str(tmp_path / "state"))
    milepost = (sys.executable, "-m", "milepost")
    subprocess.run((*milepost, "init", "-b", "saas"), check=True, capture_output=True)
    command = (*milepost, "tag", "--gtm", "container.json", "--preview")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines = iter(running.stdout)
        origin = next(line.strip() for line in lines if line.startswith("http://"))
        assert (tmp_path / "container.json").exists()
        page = browser.new_page()
        page.goto(origin)
        page.get_by_role("button", name="Grant").click()
        page.locator('.card[data-card="cta_click"] .stage button').click()
        told = next(line for line in lines if "cta_click" in line)
        assert re.fullmatch(r"\d\d:\d\d:\d\d  cta_click  cta_id=example  cta_location=example\n", told)
        page.close()
        running.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
        assert "Seen: 1 of 8. Not seen: purchase, generate_lead" in "".join(lines)
        assert running.wait() == 0


def test_other_names_for_this_machine_lead_to_the_page() -> None:
    with make_preview(declared_site(QUICK), PLACEHOLDER) as server:
        port = server.origin.rpartition(":")[2]
        with urlopen(f"http://localhost:{port}/pricing") as answer:
            assert answer.url == f"{server.origin}/"
