"""GA4's default channel group of the first visit, as GoogleSQL over the export's `traffic_source`.

The export carries no channel. Google's rules by medium are followed as published; of Google's list of 800
sources only the well-known ones stand here, so that paid or unmarked visits from small search engines, shops
and networks come out as `Paid Other`, `Referral` or `Unassigned`.
Source: Analytics Help, "Default channel group" (answer 9756891).
"""

from __future__ import annotations

_SOURCES = {
    "shopping": "amazon|ebay|etsy|alibaba|shopping|walmart|idealo|mercadolibre",
    "search": "google|bing|yahoo|duckduckgo|baidu|yandex|ecosia|qwant|naver|startpage|seznam|sogou",
    "social": "facebook|instagram|linkedin|lnkd|twitter|pinterest|reddit|tiktok|snapchat|quora|threads|vk"
    "|tumblr|whatsapp|fb|ig|t[.]co|x[.]com",
    "video": "youtube|vimeo|twitch|dailymotion|netflix|disneyplus|hulu",
}
_PAID = "^(.*cp.*|ppc|retargeting|paid.*)$"

_SOURCE, _MEDIUM, _CAMPAIGN = (
    f"LOWER(COALESCE(traffic_source.{field}, ''))" for field in ("source", "medium", "name")
)


def _from(category: str) -> str:
    return rf"REGEXP_CONTAINS({_SOURCE}, r'(^|[./])({_SOURCES[category]})($|[./])')"


def _medium(*names: str) -> str:
    return f"{_MEDIUM} IN ({', '.join(repr(name) for name in names)})"


_IS_PAID = f"REGEXP_CONTAINS({_MEDIUM}, r'{_PAID}')"
_SHOPPING = f"({_from('shopping')} OR REGEXP_CONTAINS({_CAMPAIGN}, r'(^|[^e])shop|shopping'))"

_RULES = (
    ("traffic_source.source IS NULL AND traffic_source.medium IS NULL", None),
    (f"{_SOURCE} = '(direct)' AND {_medium('(none)', '(not set)')}", "Direct"),
    (f"STRPOS({_CAMPAIGN}, 'cross-network') > 0", "Cross-network"),
    (f"{_SHOPPING} AND {_IS_PAID}", "Paid Shopping"),
    (f"{_from('search')} AND {_IS_PAID}", "Paid Search"),
    (f"{_from('social')} AND {_IS_PAID}", "Paid Social"),
    (f"{_from('video')} AND {_IS_PAID}", "Paid Video"),
    (_medium("display", "banner", "expandable", "interstitial", "cpm"), "Display"),
    (_IS_PAID, "Paid Other"),
    (_SHOPPING, "Organic Shopping"),
    (
        f"{_from('social')} OR {_medium('social', 'social-network', 'social-media', 'sm', 'social media')}",
        "Organic Social",
    ),
    (f"{_from('video')} OR STRPOS({_MEDIUM}, 'video') > 0", "Organic Video"),
    (f"{_from('search')} OR {_medium('organic')}", "Organic Search"),
    (_medium("referral", "app", "link"), "Referral"),
    (
        f"REGEXP_CONTAINS(CONCAT('|', {_SOURCE}, '|', {_MEDIUM}, '|'), r'[|]e[-_ ]?mail[|]')",
        "Email",
    ),
    (_medium("affiliate", "affiliates"), "Affiliates"),
    (_medium("audio"), "Audio"),
    (f"{_SOURCE} = 'sms' OR {_medium('sms')}", "SMS"),
    (f"REGEXP_CONTAINS({_MEDIUM}, r'push$|mobile|notification')", "Mobile Push Notifications"),
)

CHANNEL = "CASE {} ELSE 'Unassigned' END".format(
    " ".join(f"WHEN {rule} THEN {'NULL' if name is None else repr(name)}" for rule, name in _RULES)
)
"""The channel's name; NULL where nothing is known of the first visit."""
