"""Where sessions, users and key events came from: the same fields in three scopes."""

from __future__ import annotations

from milepost.emulator.data.registry import Dimension, Scope

_FIELDS = (
    ("Source", "source", "source"),
    ("Medium", "medium", "medium"),
    ("SourceMedium", "source / medium", "source || ' / ' || {0}medium"),
    ("CampaignName", "campaign", "campaign"),
    ("CampaignId", "campaign ID", "campaign_id"),
    ("SourcePlatform", "source platform", "source_platform"),
)
_MANUAL = (
    ("ManualSource", "manual source", "nullif({0}source, '(direct)')"),
    ("ManualMedium", "manual medium", "nullif({0}medium, '(none)')"),
    (
        "ManualSourceMedium",
        "manual source / medium",
        "nullif({0}source, '(direct)') || ' / ' || nullif({0}medium, '(none)')",
    ),
    ("ManualCampaignName", "manual campaign name", "nullif({0}campaign, '(direct)')"),
    ("ManualCampaignId", "manual campaign ID", "{0}campaign_id"),
    ("ManualSourcePlatform", "manual source platform", "{0}source_platform"),
    ("ManualTerm", "manual term", "{0}term"),
    ("ManualAdContent", "manual ad content", "{0}content"),
    ("ManualCreativeFormat", "manual creative format", "{0}creative_format"),
    ("ManualMarketingTactic", "manual marketing tactic", "{0}marketing_tactic"),
)
_CHANNELS = (
    ("DefaultChannelGroup", "default channel group"),
    ("PrimaryChannelGroup", "primary channel group"),
)
_ALIASES = {"sessionDefaultChannelGroup": ("sessionDefaultChannelGrouping",)}


def traffic_dimensions() -> tuple[Dimension, ...]:
    """Fields of the session, of the user's first session, and of the click a key event is credited to.

    Credit is whole and goes to the source of the key event's own session: no model of attribution can be
    derived from events. Events that are no key events have no credited source, `(not set)`. The primary
    channel group is the default one. Manual fields are those of the campaign, without direct traffic: the
    export of 2020-21 does not tell tagged links from others.
    """
    credited = "CASE WHEN k.event_name IS NOT NULL THEN {} END"
    return (
        *_of("session", "Session", "s.traffic.", "s.channel", "{}", Scope.SESSION, "that began the session"),
        *_of("firstUser", "First user", "u.", "c.channel", "{}", Scope.USER, "that first brought the user"),
        *_of("", "", "s.traffic.", "s.channel", credited, Scope.ATTRIBUTION, "credited with the key event"),
    )


def _of(
    prefix: str, label: str, holder: str, channel: str, template: str, scope: Scope, what: str
) -> tuple[Dimension, ...]:
    category = "Attribution" if scope is Scope.ATTRIBUTION else "Traffic Source"
    plain = [(name, words, f"{{0}}{sql}") for name, words, sql in _FIELDS]
    fields = [(name, words, sql.format(holder)) for name, words, sql in (*plain, *_MANUAL)]
    fields += [(name, words, channel) for name, words in _CHANNELS]
    return tuple(
        Dimension(
            api_name := _api_name(prefix, name),
            f"{label} {words}".strip().capitalize() if not label else f"{label} {words}",
            category,
            template.format(f"({sql})"),
            f"The {words} {what}.",
            scope,
            aliases=_ALIASES.get(api_name, ()),
        )
        for name, words, sql in fields
    )


def _api_name(prefix: str, name: str) -> str:
    return prefix + name if prefix else name[0].lower() + name[1:]
