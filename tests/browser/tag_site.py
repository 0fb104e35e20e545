"""A site in the browser that carries a generated script; Google and YouTube are played by stand-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from milepost.tracking import preview
from milepost.tracking.script import render_script
from tests.tracking.site import declared_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

SITE = "https://shop.example"
ID = "G-ABC12345"
STAND_IN = resources.files(preview).joinpath("site", "gtag.js").read_text(encoding="utf-8")

_PAUSE = 10
_PATIENCE = 20_000
"""Milliseconds; only what never comes takes so long."""

_YOUTUBE = """
window.YT = { PlayerState: { ENDED: 0, PLAYING: 1, PAUSED: 2 }, players: [] };
YT.Player = class {
  constructor(frame, options) {
    Object.assign(this, { frame, options, time: 0 });
    YT.players.push(this);
  }
  getVideoData() { return { title: 'Tour </script> "1"' }; }
  getVideoUrl() { return "https://www.youtube.com/watch?v=abc"; }
  getDuration() { return 120; }
  getCurrentTime() { return this.time; }
  turn(data) { this.options.events.onStateChange({ target: this, data }); }
};
window.onYouTubeIframeAPIReady();
"""


def banner(choice: str) -> str:
    """What a site's consent banner says before anything else runs."""
    choices = ", ".join(
        f'{purpose}: "{choice}"'
        for purpose in ("ad_storage", "ad_user_data", "ad_personalization", "analytics_storage")
    )
    return f"""<script>
window.dataLayer = window.dataLayer || [];
function gtag() {{ dataLayer.push(arguments); }}
gtag("consent", "default", {{ {choices} }});
</script>"""


@dataclass
class TagSite:
    """A page of the site. `hits` are the requests to `/g/collect`, field by field, in their order."""

    page: Page
    hits: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def sent(self, event: str) -> list[dict[str, str]]:
        """The hits of an event, once everything that happened before has been sent."""
        before = len(self._named("settled"))
        self.page.evaluate('gtag("event", "settled")')
        self._wait("settled", before + 1)
        return self._named(event)

    def awaited(self, event: str, count: int = 1) -> list[dict[str, str]]:
        """The same, for what takes its time: waits until there are so many."""
        self._wait(event, count)
        return self.sent(event)

    def parameters(self, event: str) -> list[dict[str, str]]:
        """What the site itself sent along, texts and numbers under the names of their fields."""
        own = ("ep.", "epn.", "cu", "pr1")
        return [{k: v for k, v in hit.items() if k.startswith(own)} for hit in self.sent(event)]

    def _wait(self, event: str, count: int) -> None:
        for _ in range(_PATIENCE // _PAUSE):
            if len(self._named(event)) >= count:
                return
            self.page.wait_for_timeout(_PAUSE)
        raise AssertionError(f"{event} did not come; there came {[hit['en'] for hit in self.hits]}")

    def _named(self, event: str) -> list[dict[str, str]]:
        return [hit for hit in self.hits if hit["en"] == event]


@contextmanager
def tag_site(
    browser: Browser,
    conversions: str,
    body: str,
    *,
    head: str = banner("granted"),
    path: str = "/",
    collect: Callable[[str], None] = lambda _: None,
    script: str | None = None,
) -> Iterator[TagSite]:
    """Opens the page with the script in it; nothing leaves this machine.

    Args:
        browser: what opens it.
        conversions: the conversions file.
        body: the page's body.
        head: what stands in its head before the script.
        path: which page of the site.
        collect: called with the query of each hit.
        script: the script, by default that of the conversions file.
    """
    made = script or render_script(declared_site(conversions), ID)
    html = f"<!doctype html><title>Shop</title>{head}<script src=/milepost.js defer></script>{body}"
    context = browser.new_context(viewport={"width": 1000, "height": 700})
    site = TagSite(context.new_page())

    def answer(route: Route) -> None:
        address = urlsplit(route.request.url)
        where = f"{address.scheme}://{address.netloc}"
        if where == SITE:
            is_script = address.path == "/milepost.js"
            kind = "text/javascript" if is_script else "text/html"
            route.fulfill(body=made if is_script else html, content_type=f"{kind}; charset=utf-8")
            return
        site.asked.append(route.request.url)
        if address.path == "/g/collect":
            site.hits.append(dict(parse_qsl(address.query, keep_blank_values=True)))
            collect(address.query)
            route.fulfill(status=204)
        elif where == "https://www.googletagmanager.com":
            route.fulfill(body=STAND_IN, content_type="text/javascript")
        elif address.path == "/iframe_api":
            route.fulfill(body=_YOUTUBE, content_type="text/javascript")
        else:
            route.fulfill(body="", content_type="text/html")

    context.route("**/*", answer)
    site.page.on("console", lambda message: site.said.append(message.text))
    site.page.on("pageerror", lambda error: site.said.append(str(error)))
    site.page.goto(SITE + path)
    yield site
    context.close()
