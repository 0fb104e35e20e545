"""A headless Chromium that tests open pages in; without one on this machine, they are skipped.

`browser` is the browser itself, for tests that serve something of their own. `open_page` opens HTML text as
the file that a colleague would open from a mail, and keeps account of what it said and asked for.

Chromium is found on the path, or at `MILEPOST_CHROMIUM`. The word `chromium` in `MILEPOST_REQUIRE` makes its
want a failure, as in `.ci/run`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

_FLAGS = (
    "--no-sandbox",  # containers give it none
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(frozen=True)
class Opened:
    """A page in a browser. `said` are its complaints on the console, `asked` the addresses it wanted."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


class OpenPage(Protocol):
    """Opens HTML text at a width in pixels."""

    def __call__(
        self, html: str, width: int = 1200, scheme: Literal["light", "dark"] = "light"
    ) -> Opened: ...


def _chromium() -> str:
    """Where it is; the test is skipped without one."""
    named = os.environ.get("MILEPOST_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        reason = "no Chromium on the path: install it, or name it in MILEPOST_CHROMIUM"
        if "chromium" in os.environ.get("MILEPOST_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


# Not for the whole session: while Playwright runs, no other test could start an event loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    executable = _chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=list(_FLAGS))
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[OpenPage]:
    """Opens pages, each in a profile of its own from which nothing leaves this machine."""
    contexts: list[BrowserContext] = []

    def opened(html: str, width: int = 1200, scheme: Literal["light", "dark"] = "light") -> Opened:
        path = tmp_path / f"page-{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        result = Opened(context.new_page())

        def answer(route: Route) -> None:
            if route.request.url == path.as_uri():
                route.continue_()
                return
            result.asked.append(route.request.url)
            route.abort()

        context.route("**/*", answer)
        result.page.on("console", lambda message: result.said.append(message.text))
        result.page.on("pageerror", lambda error: result.said.append(str(error)))
        result.page.on("dialog", lambda dialog: result.said.append(f"dialog: {dialog.message}"))
        result.page.goto(path.as_uri())
        return result

    yield opened
    for context in contexts:
        context.close()
