"""The catalogue's event create rules against addresses they must and must not match.

The conditions are read here a second time, by Python and by DuckDB's RE2, so that a pattern means the same in
the browser, where GA4 runs it, and in the emulator.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

FILE = Path(__file__).parents[2] / "conversions.toml"
TYPES: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))["business_types"]
SITE = "https://www.site.example"

Event = dict[str, str | int]


def page(*paths: str) -> list[Event]:
    return [{"page_location": path if "://" in path else SITE + path} for path in paths]


def link(*urls: str) -> list[Event]:
    return [{"link_url": url, "link_domain": url.partition("://")[2].partition("/")[0]} for url in urls]


NEWSLETTER = (
    page("/newsletter/thank-you", "/newsletter/thank-you/", "/newsletter/thank-you?utm_source=x#top"),
    page(
        "/newsletter", "/thank-you", "/blog/newsletter/thank-you", "/?next=/newsletter/thank-you",
        "/newsletter/thank-you-all",
    ),
)  # fmt: skip
VIDEO_50: tuple[list[Event], list[Event]] = (
    [{"video_percent": 50}],
    [{"video_percent": 25}, {"video_percent": 75}],
)
ARTICLE = (
    page("/blog/ten-tips", "/en/blog/ten-tips?x=1", "http://site.example/blog/a#b"),
    page("/", "/blog", "/blog/", "/blog/?page=2", "/shop?next=/blog/ten-tips", "/myblog/ten-tips"),
)
SHARE = (
    link(
        "https://twitter.com/intent/tweet?text=a", "https://x.com/intent/post?url=b",
        "https://www.facebook.com/sharer/sharer.php?u=c", "https://pinterest.com/pin/create/button",
        "https://www.linkedin.com/sharing/share-offsite/?url=d", "https://t.me/share/url?url=e",
        "https://www.linkedin.com/shareArticle?url=f",
    ),
    link("https://www.facebook.com/thebrand", "https://x.com/thebrand", "https://other.example/page"),
)  # fmt: skip
PRICING = (
    page("/pricing", "/pricing/", "/pricing?plan=pro", "http://site.example/pricing#faq"),
    page("/blog/pricing-tips", "/?next=/pricing", "/pricing-old", "/pricing/archive", "/en/pricing"),
)
CALL = (
    link("tel:+4930123456", "TEL:0301234"),
    link("mailto:tel@site.example", "telnet://site.example", "https://x.example/tel:1"),
)

# (business type, event) → events the rule must take, events it must leave.
SAMPLES: dict[tuple[str, str], tuple[list[Event], list[Event]]] = {
    ("ecommerce", "video_50"): VIDEO_50,
    ("ecommerce", "newsletter_signup"): NEWSLETTER,
    ("saas", "resource_download"): (
        link(f"{SITE}/files/Whitepaper-2026.pdf", f"{SITE}/my-ebook.pdf", f"{SITE}/case-study/acme.pdf"),
        link(f"{SITE}/terms.pdf", f"{SITE}/price-list.xlsx", f"{SITE}/cases.zip"),
    ),
    ("saas", "webinar_signup"): (
        page("/webinar/thank-you", "/webinars/thank-you/", "/webinars/first-steps/thank-you?x=1"),
        page("/webinar", "/webinars/first-steps", "/webinars/a/b/thank-you", "/blog/webinar/thank-you"),
    ),
    ("saas", "demo_watched"): (
        [{"video_percent": 75, "video_title": t} for t in ("Product demo", "DEMO of the week", "demo")],
        [
            {"video_percent": 50, "video_title": "Product demo"},
            {"video_percent": 75, "video_title": "Our founders"},
            {"video_percent": 75},
        ],
    ),
    ("saas", "proof_view"): (
        page("/customers", "/customers/acme", "/case-studies/acme/?x=1", "/reviews/", "/testimonials#two"),
        page("/customers-login", "/blog/customers", "/review", "/?page=/reviews"),
    ),
    ("saas", "pricing_view"): PRICING,
    ("saas", "trial_start"): (
        page("/trial/welcome", "/trial/welcome/?plan=pro"),
        page("/trial", "/trial/welcome/steps", "/welcome", "/?r=/trial/welcome"),
    ),
    ("content", "article_read"): ARTICLE,
    ("content", "video_50"): VIDEO_50,
    ("content", "share"): SHARE,
    ("content", "newsletter_signup"): NEWSLETTER,
    ("local", "product_view"): (
        page("/services", "/services/haircut", "/menu/", "/menu?lang=en", "/products/shampoo", "/service/a"),
        page("/", "/menus", "/about/services", "/servicesheet", "/?q=/menu"),
    ),
    ("local", "location_view"): (
        page("/location", "/locations/", "/stores?x=1", "/find-us#map"),
        page("/contact", "/locations-of-art", "/blog/stores", "/?next=/find-us"),
    ),
    ("local", "contact_view"): (
        page("/contact", "/contact/", "/opening-hours", "/hours?day=mon"),
        page("/contact/thank-you", "/contacts", "/happy-hours", "/blog/contact"),
    ),
    ("local", "review_click"): (
        link(
            "https://search.google.com/local/writereview?placeid=1", "https://g.page/r/abc/review",
            "https://www.trustpilot.com/review/site.example", "https://www.yelp.de/biz/a",
            "https://www.tripadvisor.com/Restaurant_Review-a",
        ),
        link("https://www.google.com/search?q=reviews", "https://site.example/reviews"),
    ),
    ("local", "directions_click"): (
        link(
            "https://www.google.com/maps/dir/?api=1", "https://maps.google.com/?q=a", "https://maps.app.goo.gl/a",
            "https://goo.gl/maps/a", "https://maps.apple.com/?daddr=a", "https://waze.com/ul?q=a",
            "geo:52.5,13.4", "https://www.google.co.uk/Maps/place/a",
        ),
        link("https://www.google.com/search?q=maps", "https://site.example/maps", "https://other.example/geo:1"),
    ),
    ("local", "email_click"): (
        link("mailto:hello@site.example", "MAILTO:a@b.example"),
        link("tel:+49301234", "https://site.example/mailto:a"),
    ),
    ("local", "whatsapp_click"): (
        link("https://wa.me/49301234", "https://api.whatsapp.com/send?phone=1", "whatsapp://send?phone=1"),
        link("https://www.whatsapp.com/", "https://nirwa.me/a", "tel:1"),
    ),
    ("local", "booking_click"): (
        link(
            "https://www.opentable.com/r/a", "https://calendly.com/studio", "https://www.Fresha.com/a",
            "https://studio.booking.example/slot",
        ),
        link("https://www.notfresha.com/a", "https://site.example/booking.html", "https://bookings.example/a"),
    ),
    ("local", "call_click"): CALL,
    ("local", "generate_lead"): (
        page("/contact/thank-you", "/contact/thank-you/?x=1"),
        page("/contact", "/thank-you", "/contact/thank-you/again", "/?r=/contact/thank-you"),
    ),
    ("local", "booking_complete"): (
        page("/booking/confirmed", "/booking/thank-you/", "/booking/confirmation?id=7"),
        page("/booking", "/booking/confirmed/print", "/thank-you", "/blog/booking/confirmed"),
    ),
    ("lead_generation", "video_50"): VIDEO_50,
    ("lead_generation", "pricing_view"): PRICING,
    ("lead_generation", "resource_unlock"): (
        page("/resources/thank-you", "/download/thank-you/", "/resources/guide-2026/thank-you?x=1"),
        page("/resources", "/resources/guide-2026", "/thank-you", "/blog/resources/thank-you"),
    ),
    ("lead_generation", "call_click"): CALL,
    ("lead_generation", "generate_lead"): (
        page("/thank-you", "/contact/thank-you", "/quote/thank-you/", "/demo/thank-you?src=ad"),
        page("/resources/thank-you", "/newsletter/thank-you", "/quote", "/thank-you-note", "/?r=/thank-you"),
    ),
    ("brand", "article_read"): ARTICLE,
    ("brand", "video_50"): VIDEO_50,
    ("brand", "share"): SHARE,
    ("brand", "social_profile_click"): (
        link(
            "https://www.facebook.com/thebrand", "https://x.com/thebrand", "https://twitter.com/thebrand",
            "https://de.linkedin.com/company/thebrand", "https://www.YouTube.com/@thebrand",
        ),
        link(
            "https://www.facebook.com/sharer/sharer.php?u=a", "https://x.com/intent/post?url=a",
            "https://www.linkedin.com/sharing/share-offsite/?url=a", "https://pinterest.com/pin/create/button",
            "https://netflix.com/thebrand", "https://notfacebook.com/thebrand", "https://x.com.example/thebrand",
        ),
    ),
    ("brand", "contact_submit"): (
        [{"form_id": "contact"}],
        [{"form_id": "contact-newsletter"}, {"form_id": "search"}, {}],
    ),
    ("brand", "newsletter_signup"): NEWSLETTER,
}  # fmt: skip


def derived(business_type: str) -> dict[str, dict[str, Any]]:
    entry = TYPES[business_type]
    return {e: c for role in ("micro", "macro") for e, c in entry[role].items() if "from" in c}


def conditions(rule: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for group in rule["when"]:
        for parameter, wanted in group.items():
            yield parameter, wanted if isinstance(wanted, dict) else {"equals": wanted}


def holds(value: str, comparison: dict[str, Any]) -> bool:
    """One condition, compared as text the way the browser does."""
    options = {"ignore_case", "negated"}
    [operator] = set(comparison) - options
    wanted, flags = str(comparison[operator]), re.IGNORECASE if comparison.get("ignore_case") else 0
    pattern = {
        "equals": f"^{re.escape(wanted)}$",
        "contains": re.escape(wanted),
        "starts_with": f"^{re.escape(wanted)}",
        "matches": wanted,
    }[operator]
    return (re.search(pattern, value, flags) is not None) is not bool(comparison.get("negated"))


def takes(rule: dict[str, Any], event: Event) -> bool:
    return all(holds(str(event.get(parameter, "")), wanted) for parameter, wanted in conditions(rule))


def patterns() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for business_type in TYPES:
        for event, rule in derived(business_type).items():
            for parameter, comparison in conditions(rule):
                if "matches" in comparison:
                    yield f"{business_type}.{event}", parameter, comparison


def test_samples_cover_every_rule() -> None:
    assert set(SAMPLES) == {(t, event) for t in TYPES for event in derived(t)}


@pytest.mark.parametrize(("business_type", "event"), SAMPLES)
def test_rule_takes_what_it_is_meant_for(business_type: str, event: str) -> None:
    rule, (wanted, unwanted) = derived(business_type)[event], SAMPLES[business_type, event]
    assert [sample for sample in wanted if not takes(rule, sample)] == []
    assert [sample for sample in unwanted if takes(rule, sample)] == []


@pytest.mark.parametrize(("business_type", "event"), SAMPLES)
def test_one_action_makes_one_event(business_type: str, event: str) -> None:
    """A visitor's act is counted under one name: no two rules of a site take the same source event."""
    rules = derived(business_type)
    others = {e: r for e, r in rules.items() if e != event and r["from"] == rules[event]["from"]}
    for sample in SAMPLES[business_type, event][0]:
        assert [other for other, rule in others.items() if takes(rule, sample)] == []


@pytest.mark.parametrize("business_type", TYPES)
def test_rule_is_within_the_limits_of_ga4(business_type: str) -> None:
    rules = derived(business_type)
    assert len(rules) <= 50
    for event, rule in rules.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,38}", event)
        assert rule["from"] not in rules, "rules cannot be chained"
        assert 1 + len(list(conditions(rule))) <= 10
        assert all(len(value) < 100 for value in rule.get("set", {}).values())


@pytest.mark.parametrize(("rule", "parameter", "comparison"), list(patterns()))
def test_pattern_means_the_same_everywhere(rule: str, parameter: str, comparison: dict[str, Any]) -> None:
    """Same answers from Python and RE2, and no syntax on which JavaScript differs (`(?`, \\A, \\Z)."""
    business_type, _, event = rule.partition(".")
    pattern, options = comparison["matches"], "i" if comparison.get("ignore_case") else "c"
    values = [
        str(e[parameter]) for samples in SAMPLES[business_type, event] for e in samples if parameter in e
    ]
    found = duckdb.execute(
        "SELECT [regexp_matches(v, $pattern, $options) FOR v IN $values]",
        {"pattern": pattern, "options": options, "values": values},
    ).fetchone()
    asked = {k: v for k, v in comparison.items() if k != "negated"}
    assert found == ([holds(value, asked) for value in values],)
    assert len(pattern) < 100
    assert re.search(r"\(\?|\\[AZzbBpPQE]|[*+?}]\+", pattern) is None


def test_confirmation_pages_are_anchored_to_the_whole_path() -> None:
    pages = [c["matches"] for _, parameter, c in patterns() if parameter == "page_location"]
    assert len(pages) >= 12
    assert all(pattern.startswith("^https?://[^/]+/") for pattern in pages)
