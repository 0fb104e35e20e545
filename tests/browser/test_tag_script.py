"""The generated script on a site: triggers fire as declared, with parameters, whatever the page does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from milepost.tracking.script import render_script
from tests.browser.tag_site import ID, TagSite, banner, tag_site
from tests.tracking.site import declared_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CONVERSIONS = """\
version = 1

[properties.site]
id = "demo"
business_types = ["shop"]
currency = "EUR"

[business_types.shop]
label = "Shop"

[business_types.shop.macro.purchase]
label = "Bought"

[business_types.shop.macro.sign_up]
label = "Signed up"
parameters = ["method"]

[business_types.shop.micro.call_click]
label = "Tapped the phone number"
on = { click = "a[href^='tel:']" }
parameters = ["link_url", "link_text"]

[business_types.shop.micro.cta_click]
label = "Clicked a call to action"
on = { click = ".cta" }
parameters = ["cta_id"]
send = { place = 'top </script> "x"', campaign = { query = "utm_campaign" } }

[business_types.shop.micro.brochure_get]
label = "Took the brochure"
on = { click = "#brochure", once = true, page = { starts_with = "/products" } }

[business_types.shop.micro.quote_send]
label = "Asked for a quote"
on = { submit = "form.quote" }
parameters = ["form_id", "form_name", "form_destination"]

[business_types.shop.micro.prices_see]
label = "Saw the prices"
on = { visible = "#prices" }
parameters = ["plan"]

[business_types.shop.micro.teaser_see]
label = "Saw a teaser"
key_event = false
on = { visible = ".teaser", percent = 100, seconds = 0.3, once = false }
parameters = ["plan"]

[business_types.shop.micro.stayed]
label = "Stayed a while"
key_event = false
on = { timer = 0.4 }
send = { seconds_threshold = 0.4 }

[business_types.shop.micro.half_read]
label = "Read half"
key_event = false
on = { scroll = 50 }
parameters = ["percent_scrolled"]

[business_types.shop.micro.film_start]
label = "Started a film"
key_event = false
on = { video = "start" }
parameters = ["video_title", "video_provider"]

[business_types.shop.micro.film_half]
label = "Watched half a film"
key_event = false
on = { video = 50 }
parameters = ["video_title", "video_percent", "video_url", "video_duration"]

[business_types.shop.micro.film_end]
label = "Watched a film to its end"
key_event = false
on = { video = "complete" }

[business_types.shop.micro.chat_start]
label = "Started a chat"
key_event = false
on = { custom = "chat:open" }
send = { plan = { data = "chat.plan" } }

[dimensions.cta_id]
label = "Call to action"
[dimensions.place]
label = "Place"
[dimensions.campaign]
label = "Campaign on the page"
[dimensions.plan]
label = "Plan"
[metrics.seconds_threshold]
label = "Seconds"
"""

BODY = """
<a href="tel:+1555">Call <b>us</b> &lt;now&gt;</a>
<button class="cta" data-cta-id='a"b&lt;/script>'><svg width="20" height="20"><rect width="20" height="20"/></svg></button>
<button class="cta" data-cta-id="second">Second</button>
<button id="brochure">Brochure</button>
<form class="quote" id="q1" name="quote" action="/sent"><input name="id"><input name="action"><button>Send</button></form>
<button id="bound" data-milepost="sign_up" data-method="mail">Bound</button>
<form id="bound-form" data-milepost="sign_up" data-method="form"><input></form>
<button id="unknown" data-milepost="constructor">Unknown</button>
<video muted title="Tour"></video>
<div style="height: 2000px"></div>
<div id="prices" data-plan="pro" style="height: 300px">Prices</div>
<div class="teaser" data-plan="one" style="height: 100px">One</div>
<div style="height: 2000px"></div>
<div class="teaser" data-plan="two" style="height: 100px">Two</div>
<div id="later"></div>
<script>
document.addEventListener("submit", (event) => event.preventDefault());
// A browser that looks for a telephone loses the clicks meanwhile.
document.addEventListener("click", (event) => event.target.closest("a") && event.preventDefault());
</script>
"""  # noqa: E501 - a page

_SOUND = """() => {
  const rate = 8000, length = rate * 2, view = new DataView(new ArrayBuffer(44 + length));
  const text = (at, word) => [...word].forEach((sign, n) => view.setUint8(at + n, sign.charCodeAt(0)));
  text(0, "RIFF"); view.setUint32(4, 36 + length, true); text(8, "WAVEfmt "); view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); view.setUint16(22, 1, true); view.setUint32(24, rate, true);
  view.setUint32(28, rate, true); view.setUint16(32, 1, true); view.setUint16(34, 8, true);
  text(36, "data"); view.setUint32(40, length, true);
  for (let n = 0; n < length; n += 1) view.setUint8(44 + n, 128);
  const video = document.querySelector("video");
  video.src = URL.createObjectURL(new Blob([view], { type: "audio/wav" }));
  return video.play();
}"""


class OpenSite(Protocol):
    """Opens the site; arguments are those of `tag_site`."""

    def __call__(self, body: str = ..., **options: Any) -> AbstractContextManager[TagSite]: ...


@pytest.fixture
def site(browser: Browser) -> OpenSite:
    def opened(body: str = BODY, **options: Any) -> AbstractContextManager[TagSite]:
        return tag_site(browser, options.pop("conversions", CONVERSIONS), body, **options)

    return opened


Act = Callable[["Page"], object]
_ACTS: dict[str, tuple[Act, dict[str, str]]] = {
    "call_click": (
        lambda page: page.click("a b"),
        {"ep.link_url": "tel:+1555", "ep.link_text": "Call us <now>"},
    ),
    "cta_click": (
        lambda page: page.click(".cta rect"),
        {"ep.cta_id": 'a"b</script>', "ep.place": 'top </script> "x"', "ep.campaign": "spring"},
    ),
    "brochure_get": (lambda page: page.dblclick("#brochure"), {}),
    "quote_send": (
        lambda page: page.press(".quote input >> nth=0", "Enter"),
        {"ep.form_id": "q1", "ep.form_name": "quote", "ep.form_destination": "https://shop.example/sent"},
    ),
    "prices_see": (lambda page: page.locator("#prices").scroll_into_view_if_needed(), {"ep.plan": "pro"}),
    "stayed": (lambda page: None, {"epn.seconds_threshold": "0.4"}),
    "half_read": (lambda page: page.evaluate("scrollTo(0, 3000)"), {"epn.percent_scrolled": "50"}),
    "film_start": (
        lambda page: page.evaluate(_SOUND),
        {"ep.video_title": "Tour", "ep.video_provider": "html5"},
    ),
    "chat_start": (
        lambda page: page.evaluate("dataLayer.push({ event: 'chat:open', chat: { plan: 'pro' } })"),
        {"ep.plan": "pro"},
    ),
    "sign_up": (lambda page: page.click("#bound"), {"ep.method": "mail"}),
    "purchase": (
        lambda page: page.evaluate(
            "milepost('purchase', { transaction_id: 'T1', value: '9.5', currency: 'EUR',"
            " items: [{ item_id: 'a~b', price: 9.5 }] })"
        ),
        {"ep.transaction_id": "T1", "epn.value": "9.5", "cu": "EUR", "pr1": "ida~~b~pr9.5"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("event", _ACTS)
def test_trigger_fires_its_event_once_with_its_parameters(site: OpenSite, event: str) -> None:
    act, parameters = _ACTS[event]
    with site(path="/products/x?utm_campaign=spring") as opened:
        act(opened.page)
        (hit,) = opened.awaited(event)
        assert opened.parameters(event) == [parameters]
        assert (hit["tid"], hit["gcs"]) == (ID, "G111")
        assert opened.said == []


def test_denied_consent_changes_nothing_but_cookies(site: OpenSite) -> None:
    with site(head=banner("denied"), path="/products/x?utm_campaign=spring") as opened:
        for event, (act, parameters) in _ACTS.items():
            act(opened.page)
            opened.awaited(event)
            assert opened.parameters(event) == [parameters]
        assert {hit["gcs"] for hit in opened.hits} == {"G100"}
        assert opened.page.context.cookies() == []


def test_nothing_happens_by_itself(site: OpenSite) -> None:
    with site(path="/?utm_campaign=x") as opened:
        opened.awaited("stayed")
        assert {hit["en"] for hit in opened.hits} == {"page_view", "stayed", "settled"}
        assert [hit["en"] for hit in opened.hits].count("page_view") == 1


def test_page_decides_where_a_trigger_fires(site: OpenSite) -> None:
    with site(path="/about") as opened:
        opened.page.click("#brochure")
        assert opened.sent("brochure_get") == []
        opened.page.evaluate("history.pushState({}, '', '/products/new')")
        opened.page.click("#brochure")
        assert len(opened.sent("brochure_get")) == 1


def test_each_click_counts_unless_once(site: OpenSite) -> None:
    with site(path="/products") as opened:
        opened.page.dblclick(".cta >> nth=1")
        opened.page.dblclick("#brochure")
        assert len(opened.sent("cta_click")) == 2
        assert len(opened.sent("brochure_get")) == 1


def test_elements_with_one_binding_tell_themselves_apart(site: OpenSite) -> None:
    with site() as opened:
        opened.page.click(".cta >> nth=1")
        opened.page.click(".cta >> nth=0")
        assert [hit["ep.cta_id"] for hit in opened.sent("cta_click")] == ["second", 'a"b</script>']


def test_click_by_keyboard_counts(site: OpenSite) -> None:
    with site() as opened:
        opened.page.focus(".cta >> nth=1")
        opened.page.keyboard.press("Enter")
        opened.page.keyboard.press("Space")
        assert len(opened.sent("cta_click")) == 2


def test_elements_added_later_are_noticed(site: OpenSite) -> None:
    with site('<div id="app"></div>') as opened:
        opened.sent("page_view")
        opened.page.evaluate(
            "(html) => { document.querySelector('#app').innerHTML = html; }",
            '<button class="cta" data-cta-id="late">Late</button><div id="prices" data-plan="late">Now</div>',
        )
        opened.page.click(".cta")
        assert [hit["ep.cta_id"] for hit in opened.sent("cta_click")] == ["late"]
        assert [hit["ep.plan"] for hit in opened.awaited("prices_see")] == ["late"]


def test_page_drawn_anew_doubles_nothing(site: OpenSite) -> None:
    with site('<div id="app"><button class="cta">A</button><div id="prices">Prices</div></div>') as opened:
        opened.awaited("prices_see")
        for path in ("/b", "/c"):
            opened.page.evaluate(
                """(path) => { history.pushState({}, "", path);
                const app = document.querySelector("#app"); app.innerHTML = app.innerHTML; }""",
                path,
            )
            opened.page.click(".cta")
        assert len(opened.sent("cta_click")) == 2
        opened.page.wait_for_timeout(200)
        assert len(opened.sent("prices_see")) == 1


def test_view_that_ends_too_early_is_none(site: OpenSite) -> None:
    with site() as opened:
        first, second = (opened.page.locator(".teaser").nth(n) for n in (0, 1))
        first.scroll_into_view_if_needed()
        opened.page.evaluate("scrollTo(0, 0)")
        opened.page.wait_for_timeout(500)
        assert opened.sent("teaser_see") == []
        first.scroll_into_view_if_needed()
        opened.awaited("teaser_see")
        second.scroll_into_view_if_needed()
        assert [hit["ep.plan"] for hit in opened.awaited("teaser_see", 2)] == ["one", "two"]


def test_video_fires_once_however_often_it_is_played(site: OpenSite) -> None:
    with site() as opened:
        opened.page.evaluate(_SOUND)
        opened.awaited("film_end")
        opened.page.evaluate("document.querySelector('video').play()")
        opened.page.wait_for_function("document.querySelector('video').ended")
        for event in ("film_start", "film_half", "film_end"):
            assert len(opened.sent(event)) == 1
        (half,) = opened.parameters("film_half")
        assert half["epn.video_percent"] == "50"
        assert half["epn.video_duration"] == "2"


def test_youtube_is_heard_through_its_own_interface(site: OpenSite) -> None:
    frame = '<iframe src="https://www.youtube.com/embed/abc?rel=0"></iframe>'
    with site(frame) as opened:
        opened.page.wait_for_function("window.YT && YT.players.length === 1")
        assert "enablejsapi=1" in str(opened.page.get_attribute("iframe", "src"))
        opened.page.evaluate("YT.players[0].turn(YT.PlayerState.PLAYING)")
        opened.page.evaluate("YT.players[0].turn(YT.PlayerState.PAUSED)")
        assert len(opened.awaited("film_start")) == 1
        assert opened.sent("film_half") == []
        opened.page.evaluate("YT.players[0].time = 66; YT.players[0].turn(YT.PlayerState.PLAYING)")
        opened.awaited("film_half")
        opened.page.evaluate("YT.players[0].time = 120; YT.players[0].turn(YT.PlayerState.ENDED)")
        assert len(opened.awaited("film_end")) == 1
        assert len(opened.sent("film_start")) == 1
        assert opened.parameters("film_half") == [
            {
                "ep.video_title": 'Tour </script> "1"',
                "epn.video_percent": "50",
                "ep.video_url": "https://www.youtube.com/watch?v=abc",
                "epn.video_duration": "120",
            }
        ]


def test_html_binds_buttons_and_forms(site: OpenSite) -> None:
    with site() as opened:
        opened.page.click("#bound-form input")
        assert opened.sent("sign_up") == []
        opened.page.press("#bound-form input", "Enter")
        opened.page.click("#unknown")
        assert opened.parameters("sign_up") == [{"ep.method": "form"}]
        assert "constructor" not in {hit["en"] for hit in opened.hits}


def test_undeclared_event_is_said_not_sent(site: OpenSite) -> None:
    with site() as opened:
        opened.page.evaluate("milepost('sign-up', {})")
        assert "sign-up" not in {hit["en"] for hit in opened.hits}
        assert any('"sign-up" is not declared' in said for said in opened.said)


def test_consent_is_denied_unless_the_page_says_otherwise(site: OpenSite) -> None:
    with site(head="") as opened:
        opened.page.click(".cta >> nth=1")
        assert opened.sent("cta_click")[0]["gcs"] == "G100"
        assert opened.page.context.cookies() == []
        choices = {"analytics_storage": "granted"}
        opened.page.evaluate("(choices) => gtag('consent', 'update', choices)", choices)
        opened.page.click(".cta >> nth=1")
        assert opened.sent("cta_click")[1]["gcs"] == "G101"
        assert {cookie["name"] for cookie in opened.page.context.cookies()} == {"_ga", "_ga_ABC12345"}


def test_events_wait_for_the_banner(site: OpenSite) -> None:
    with site(head="") as opened:
        opened.page.click(".cta >> nth=1")
        opened.page.evaluate(
            "gtag('consent', 'update', { analytics_storage: 'granted', ad_storage: 'granted' })"
        )
        assert {hit["gcs"] for hit in opened.sent("page_view") + opened.sent("cta_click")} == {"G111"}


def test_page_with_a_google_tag_keeps_it(site: OpenSite) -> None:
    own = f"""<script async src="https://www.googletagmanager.com/gtag/js?id={ID}"></script><script>
    window.dataLayer = []; function gtag() {{ dataLayer.push(arguments); }}
    gtag("js", new Date()); gtag("config", "{ID}");</script>"""
    with site(head=own) as opened:
        opened.page.click(".cta >> nth=1")
        (hit,) = opened.sent("cta_click")
        assert len(opened.sent("page_view")) == 1
        assert hit["gcs"] == "G111"
        assert sum("/gtag/js" in asked for asked in opened.asked) == 1


def test_script_pasted_into_the_page_works(site: OpenSite) -> None:
    pasted = f"<script>{render_script(declared_site(CONVERSIONS), ID)}</script>"
    with site(f"{pasted}{BODY}", script="/* nothing */") as opened:
        opened.page.click(".cta >> nth=1")
        assert opened.parameters("cta_click")[0]["ep.place"] == 'top </script> "x"'


_MALFORMED = (
    "gtag('event', 'bad', {}, {})",
    "gtag('event', 'bad', 'text')",
    "gtag('event', 'bad', null)",
    "gtag('event', 7, {})",
    "gtag('event')",
    "gtag('constructor')",
    "dataLayer.push(['event', 'bad', {}])",
    "dataLayer.push({ event: 'bad' })",
    "gtag('event', 'bad', { send_to: 'G-OTHER123' })",
)


def test_stand_in_drops_what_gtag_drops(site: OpenSite) -> None:
    with site() as opened:
        for command in _MALFORMED:
            opened.page.evaluate(command)
        opened.page.evaluate(
            "gtag('event', 'good', { n: 1, t: '1', b: true, no: undefined, send_to: 'G-ABC12345' })"
        )
        assert opened.parameters("good") == [{"epn.n": "1", "ep.t": "1", "ep.b": "true"}]
        assert {hit["en"] for hit in opened.hits} <= {"page_view", "good", "settled", "stayed"}


def test_stand_in_knows_set_and_get(site: OpenSite) -> None:
    with site() as opened:
        client = opened.page.evaluate(f"new Promise((give) => gtag('get', '{ID}', 'client_id', give))")
        opened.page.evaluate("gtag('set', 'user_properties', { tier: 'pro' })")
        opened.page.evaluate("gtag('set', { user_id: 'u1' })")
        opened.page.evaluate("gtag('event', 'told')")
        (hit,) = opened.sent("told")
        assert (hit["cid"], hit["up.tier"], hit["uid"]) == (client, "pro", "u1")
        assert hit["sct"] == "1"
