"""Where to look when an event does not arrive, by what makes it. A zero may mean that nobody did it.

Source: tracking reference, section (d), typical causes of missing or wrong events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from milepost.model.rules import AUTOMATIC_EVENTS, ENHANCED_MEASUREMENT
from milepost.reports.verification.results import ConversionArrival

Maker = Literal["rule_missing", "rule", "rule_without_source", "enhanced", "automatic", "site"]

MADE_BY: dict[Maker, str] = {
    "rule_missing": "GA4 has no event create rule that would make it",
    "rule_without_source": "a rule makes it of an event that was not seen either",
    "rule": "an event create rule makes it",
    "enhanced": "enhanced measurement collects it",
    "automatic": "the Google tag collects it by itself",
    "site": "the site or a server sends it",
}
"""What makes an event, in words that follow a semicolon."""

_CAUSES: dict[Maker, tuple[str, ...]] = {
    "rule_missing": ("Run 'milepost sync': it makes the rule, which acts an hour or more later.",),
    "rule_without_source": ("See to the event it is made of first; the rule can do nothing without it.",),
    "rule": (
        "The rule acts an hour or more after it was made, never on what came before it.",
        "Its condition may not fit: hold it against the parameter of a real event, case and whole text.",
        "Rules see neither events that other rules made nor those of the Measurement Protocol.",
    ),
    "enhanced": ("The switch may be off in the web stream's enhanced measurement: 'milepost plan' tells.",),
    "automatic": ("The Google tag may be missing on the site, or have the wrong measurement id.",),
    "site": (
        "The tag may not be published: Tag Manager's preview shows a draft, visitors get the last version.",
        "The trigger may miss: a click on an inner element, a form sent by script, a frame, another domain.",
        "The name may differ, in case or by a letter: GA4 takes it as another event.",
        "From a server: another stream's secret, a wrong client_id, or a hit older than 72 hours.",
    ),
}

_ENHANCED: dict[str, str] = {
    "file_downloads_enabled": "Downloads count by the link's file ending, not by script.",
    "form_interactions_enabled": "Form events need a true submit; they are off unless put on.",
    "outbound_clicks_enabled": "Only links that leave the host count as clicks; tel: and mailto: do too.",
    "scrolls_enabled": "A scroll counts at nine tenths of a page, once per page.",
    "site_search_enabled": "A search counts where the address has one of the stream's query parameters.",
    "video_engagement_enabled": "Only embedded YouTube videos count, and only with its JavaScript API.",
}

ALWAYS = (
    "Consent, an ad blocker or a filter for internal traffic keeps hits away, your own too.",
    "Reports take up to 48 hours; realtime shows within seconds that an event's name arrived.",
)
"""What may lie behind any event that does not arrive."""


def maker_of(conversion: ConversionArrival, totals: Mapping[str, int]) -> Maker:
    """What makes a conversion's event.

    Args:
        conversion: the conversion.
        totals: events of the period by name, the sources of rules among them.
    """
    if conversion.rule == "missing":
        return "rule_missing"
    if conversion.source is not None:
        return "rule" if totals.get(conversion.source) else "rule_without_source"
    if conversion.event in ENHANCED_MEASUREMENT:
        return "enhanced"
    return "automatic" if conversion.event in AUTOMATIC_EVENTS else "site"


def next_steps(maker: Maker, events: Iterable[str] = ()) -> tuple[str, ...]:
    """What to look at, the likeliest first.

    Args:
        maker: what makes the events.
        events: their names; enhanced measurement has rules of its own for each.
    """
    switches = (ENHANCED_MEASUREMENT.get(event) for event in events if maker == "enhanced")
    return (*_CAUSES[maker], *dict.fromkeys(_ENHANCED[switch] for switch in switches if switch))
