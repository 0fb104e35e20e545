"""The default channel group of a source, medium and campaign: Google's published rules, in their order."""

from __future__ import annotations

from milepost.emulator.data.sql import literal

# Google files 819 sources under four headings; these are the ones that carry the traffic of most
# sites, matched as the source itself or as a part of its host name.
_SEARCH = "google|bing|yahoo|duckduckgo|baidu|yandex|ecosia|ask|aol|naver|qwant|startpage|seznam|sogou|daum"
_SOCIAL = (
    "facebook|instagram|linkedin|twitter|x|t.co|pinterest|reddit|tiktok|snapchat|quora|tumblr|lnkd.in|"
    "whatsapp|threads|vk|weibo|xing|fb|ig|medium|discord|telegram|mastodon|bluesky|blogger"
)
_VIDEO = "youtube|vimeo|dailymotion|twitch|netflix|hulu|disneyplus|iqiyi|youku"
_SHOPPING = "amazon|ebay|etsy|walmart|shopify|alibaba|aliexpress|mercadolibre|shopzilla|igshopping|idealo"

_PAID = r"^(.*cp.*|ppc|retargeting|paid.*)$"
_SHOPPING_CAMPAIGN = r"^(.*(([^a-df-z]|^)shop|shopping).*)$"


def channel_group(source: str, medium: str, campaign: str) -> str:
    """SQL of the channel's name, given SQL of source, medium and campaign (NULL reads as empty).

    Source: the rules as the reference lists them (Data API, section 5); `AI Assistant`, whose rule is
    not known, is left out.
    """
    source, medium, campaign = (f"lower(coalesce({text}, ''))" for text in (source, medium, campaign))

    def from_any(hosts: str) -> str:
        pattern = r"(^|\.)(" + hosts.replace(".", r"\.") + r")($|\.)"
        return f"regexp_matches({source}, {literal(pattern)})"

    def medium_is(*names: str) -> str:
        return f"{medium} IN ({', '.join(literal(name) for name in names)})"

    paid = f"regexp_full_match({medium}, {literal(_PAID)})"
    shop_campaign = f"regexp_full_match({campaign}, {literal(_SHOPPING_CAMPAIGN)})"
    rules = (
        (f"{source} = '(direct)' AND {medium_is('(none)', '(not set)')}", "Direct"),
        (f"contains({campaign}, 'cross-network')", "Cross-network"),
        (f"({from_any(_SHOPPING)} OR {shop_campaign}) AND {paid}", "Paid Shopping"),
        (f"{from_any(_SEARCH)} AND {paid}", "Paid Search"),
        (f"{from_any(_SOCIAL)} AND {paid}", "Paid Social"),
        (f"{from_any(_VIDEO)} AND {paid}", "Paid Video"),
        (medium_is("display", "banner", "expandable", "interstitial", "cpm"), "Display"),
        (paid, "Paid Other"),
        (f"{from_any(_SHOPPING)} OR {shop_campaign}", "Organic Shopping"),
        (
            f"{from_any(_SOCIAL)} OR "
            + medium_is("social", "social-network", "social-media", "sm", "social network", "social media"),
            "Organic Social",
        ),
        (f"{from_any(_VIDEO)} OR contains({medium}, 'video')", "Organic Video"),
        (f"{from_any(_SEARCH)} OR {medium_is('organic')}", "Organic Search"),
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
