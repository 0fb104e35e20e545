"""The default channel group of a source, medium and campaign: Google's published rules, in their order."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from milepost.emulator.data.sql import literal

_PAID = r"^(.*cp.*|ppc|retargeting|paid.*)$"
_SHOPPING_CAMPAIGN = r"^(.*(([^a-df-z]|^)shop|shopping).*)$"


@cache
def source_lists() -> dict[str, tuple[str, ...]]:
    """Google's sources in lower case by category: search, social, shopping, video."""
    lists: dict[str, tuple[str, ...]] = {}
    for line in files(__package__).joinpath("sources.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            category = line.strip("[]")
        elif line and not line.startswith("#"):
            names = [name.strip() for name in line.split(",")]
            lists[category] = (*lists.get(category, ()), *filter(None, names))
    return lists


def channel_group(source: str, medium: str, campaign: str) -> str:
    """SQL of the channel's name, given SQL of source, medium and campaign (NULL reads as empty).

    Source: the rules as the reference lists them (Data API, section 5); `AI Assistant`, whose rule is
    not known, is left out. A source is of a category when the whole of it stands in Google's list.
    """
    source, medium, campaign = (f"lower(coalesce({text}, ''))" for text in (source, medium, campaign))

    def from_any(category: str) -> str:
        return f"{source} IN ({', '.join(literal(name) for name in source_lists()[category])})"

    def medium_is(*names: str) -> str:
        return f"{medium} IN ({', '.join(literal(name) for name in names)})"

    paid = f"regexp_full_match({medium}, {literal(_PAID)})"
    shop_campaign = f"regexp_full_match({campaign}, {literal(_SHOPPING_CAMPAIGN)})"
    rules = (
        (f"{source} = '(direct)' AND {medium_is('(none)', '(not set)')}", "Direct"),
        (f"contains({campaign}, 'cross-network')", "Cross-network"),
        (f"({from_any('shopping')} OR {shop_campaign}) AND {paid}", "Paid Shopping"),
        (f"{from_any('search')} AND {paid}", "Paid Search"),
        (f"{from_any('social')} AND {paid}", "Paid Social"),
        (f"{from_any('video')} AND {paid}", "Paid Video"),
        (medium_is("display", "banner", "expandable", "interstitial", "cpm"), "Display"),
        (paid, "Paid Other"),
        (f"{from_any('shopping')} OR {shop_campaign}", "Organic Shopping"),
        (
            f"{from_any('social')} OR "
            + medium_is("social", "social-network", "social-media", "sm", "social network", "social media"),
            "Organic Social",
        ),
        (f"{from_any('video')} OR contains({medium}, 'video')", "Organic Video"),
        (f"{from_any('search')} OR {medium_is('organic')}", "Organic Search"),
        (medium_is("referral", "app", "link"), "Referral"),
        (f"regexp_matches('|' || {source} || '|' || {medium} || '|', '[|]e[-_ ]?mail[|]')", "Email"),
        (medium_is("affiliate", "affiliates"), "Affiliates"),
        (medium_is("audio"), "Audio"),
        (f"{source} = 'sms' OR {medium_is('sms')}", "SMS"),
        (
            f"suffix({medium}, 'push') OR contains({medium}, 'mobile') "
            f"OR contains({medium}, 'notification') OR {source} = 'firebase'",
            "Mobile Push Notifications",
        ),
    )
    cases = " ".join(f"WHEN {condition} THEN {literal(name)}" for condition, name in rules)
    return f"CASE {cases} ELSE 'Unassigned' END"
