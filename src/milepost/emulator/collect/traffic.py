"""Where a visit comes from: the campaign of the address, a search engine, another site."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

_ENGINES = (
    "google",
    "bing",
    "duckduckgo",
    "yahoo",
    "ecosia",
    "baidu",
    "yandex",
    "qwant",
    "naver",
    "startpage",
)


@dataclass(frozen=True)
class Traffic:
    """The source in GA4's words; `tagged` where the address itself names it."""

    source: str
    medium: str
    campaign: str
    campaign_id: str | None = None
    term: str | None = None
    content: str | None = None
    gclid: str | None = None
    tagged: bool = False


DIRECT = Traffic("(direct)", "(none)", "(direct)")


def traffic_of(location: str, referrer: str) -> Traffic | None:
    """What the address and the page before it tell; None where they tell nothing, as within a site."""
    campaign = _parameters(location)
    gclid = campaign.get("gclid")
    if "utm_source" in campaign or gclid:
        return Traffic(
            source=campaign.get("utm_source", "google" if gclid else "(not set)"),
            medium=campaign.get("utm_medium", "cpc" if gclid else "(not set)"),
            campaign=campaign.get("utm_campaign", "(not set)"),
            campaign_id=campaign.get("utm_id"),
            term=campaign.get("utm_term"),
            content=campaign.get("utm_content"),
            gclid=gclid,
            tagged=True,
        )
    before, here = _host(referrer), _host(location)
    if not before or before == here:
        return None
    engine = next((name for name in _ENGINES if name in before.split(".")), None)
    if engine:
        return Traffic(engine, "organic", "(organic)")
    return Traffic(before.removeprefix("www."), "referral", "(referral)")


def _parameters(location: str) -> dict[str, str]:
    try:
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    except ValueError:
        return {}


def _host(location: str) -> str:
    try:
        return urlsplit(location).hostname or ""
    except ValueError:
        return ""
